package message

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestSkipAddedID(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, want string }{
		{"Message-Id: <12@imapsync>\r\nSubject: s\r\n\r\nbody", "Subject: s\r\n\r\nbody"},
		{"Message-Id: <12@imapsync>\n\nbody", "\nbody"},
		{"message-ID:<4294967295@IMAPSYNC>\r\n", ""},
		{"Message-Id: <12@imapsync.org>\r\n", "Message-Id: <12@imapsync.org>\r\n"},
		{"Message-Id: <12@imapsync>", "Message-Id: <12@imapsync>"},
		{"Subject: s\r\nMessage-Id: <12@imapsync>\r\n", "Subject: s\r\nMessage-Id: <12@imapsync>\r\n"},
		{"\r\nMessage-Id: <12@imapsync>\r\n", "\r\nMessage-Id: <12@imapsync>\r\n"},
		{"", ""},
		{strings.Repeat("x", 10000), strings.Repeat("x", 10000)},
	}
	for _, tt := range tests {
		got, err := io.ReadAll(SkipAddedID(iotest.OneByteReader(strings.NewReader(tt.text))))
		if err != nil || string(got) != tt.want {
			t.Errorf("%.40q: got %.40q, %v, want %.40q", tt.text, got, err, tt.want)
		}
	}
	broken := errors.New("broken")
	if _, err := io.ReadAll(SkipAddedID(iotest.ErrReader(broken))); !errors.Is(err, broken) {
		t.Errorf("got %v, want the reader's own error", err)
	}
}
