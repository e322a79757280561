package message

import "testing"

func TestVoid(t *testing.T) {
	for _, test := range []struct {
		header string
		o      Options
		want   bool
	}{
		{"From: a\r\n\r\n", Options{}, true},
		{"", Options{}, true},
		{"Message-Id: <a@b>\r\n\r\n", Options{}, false},
		{"Received: x\r\n\r\n", Options{}, false},
		{"Message-ID:\r\n\r\n", Options{}, false},                  // something to the reference
		{AddedHeader(3) + "\r\nFrom: a\r\n\r\n", Options{}, false}, // from an earlier migration
		{"From: a\r\n\r\nMessage-Id: <in@body>\r\n", Options{}, true},
		{"Message-Id: <a@b>\r\n\r\n", Options{UseHeader: []string{"X-Id"}}, true},
		{"X-Id: 1\r\n\r\n", Options{UseHeader: []string{"x-id"}}, false},
		{"From: a\r\n\r\n", Options{UseHeader: []string{"ALL"}}, false},
	} {
		id, err := NewIdentifier(test.o)
		if err != nil {
			t.Fatal(err)
		}
		if got := id.Void([]byte(test.header)); got != test.want {
			t.Errorf("%q with %v: got %v, want %v", test.header, test.o.UseHeader, got, test.want)
		}
	}
}
