package message

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"imapsync/internal/getopt"
)

func newIdentifier(t testing.TB, o Options) *Identifier {
	t.Helper()
	id, err := NewIdentifier(o)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

const (
	withID      = "Message-Id: <1@A>\r\nReceived: by x\r\nSubject: s\r\n\r\n"
	sameID      = "subject: other\r\nRECEIVED:  by\r\n\tX\r\nMessage-ID:<1@a> \r\n\r\nbody"
	onlyGot     = "Received: by x\r\nDate: d\r\n\r\n"
	emptyID     = "Message-Id:\r\nReceived: by x\r\nDate: d\r\n\r\n"
	withoutBoth = "Date: d\r\nFrom: a@b\r\nSubject: s\r\n\r\n"
	addedID     = "Message-Id: <812@imapsync>\r\n" + withoutBoth
)

func TestKeys(t *testing.T) {
	id := newIdentifier(t, Options{})
	// The text is hashed as the reference does; echo -n ... | openssl md5 -binary | base64.
	if got, want := id.Full([]byte(withID), 0).String(), "6vHgknqDnhdr0IG1joH4uw"; got != want {
		t.Errorf("Full: got %s, want %s", got, want)
	}
	for _, test := range []struct {
		name, a, b            string
		short, full, fallback bool // whether the keys agree
		shortZero, fullZero   bool // of a
	}{
		{"folding, case and order", withID, sameID, true, true, false, false, false},
		{"no Message-Id", onlyGot, emptyID, true, true, true, true, false},
		{"another Message-Id", withID, strings.Replace(withID, "1@A", "2@A", 1), false, false, true, false, false},
		{"neither", withoutBoth, onlyGot, true, false, false, true, true},
		{"nothing at all", "\r\n", "", true, true, true, true, true},
		{"synthetic", addedID, withoutBoth, true, true, false, true, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			a, b := []byte(test.a), []byte(test.b)
			if got := id.Short(a) == id.Short(b); got != test.short {
				t.Errorf("short keys agree: got %v, want %v", got, test.short)
			}
			if got := id.Full(a, 1) == id.Full(b, 2); got != test.full {
				t.Errorf("full keys agree: got %v, want %v", got, test.full)
			}
			if got := id.Fallback(a, 100) == id.Fallback(b, 100); got != test.fallback {
				t.Errorf("fallback keys agree: got %v, want %v", got, test.fallback)
			}
			if got := id.Short(a).IsZero(); got != test.shortZero {
				t.Errorf("short key is zero: got %v, want %v", got, test.shortZero)
			}
			if got := id.Full(a, 1).IsZero(); got != test.fullZero {
				t.Errorf("full key is zero: got %v, want %v", got, test.fullZero)
			}
			if id.Fallback(a, 0).IsZero() {
				t.Error("the fallback key is zero")
			}
		})
	}
}

// TestFallbackSynthetic takes a message and its copy made with --addheader, both ways.
func TestFallbackSynthetic(t *testing.T) {
	id := newIdentifier(t, Options{})
	plain := id.Fallback([]byte(withoutBoth), int64(len(withoutBoth)))
	added := id.Fallback([]byte(addedID), int64(len(addedID)))
	if plain != added {
		t.Error("the added line counts")
	}
	if id.Fallback([]byte(withoutBoth), 1) == id.Fallback([]byte(withoutBoth), 2) {
		t.Error("the size does not count")
	}
	if id.Fallback([]byte(withoutBoth), -1) != id.Fallback([]byte("X: 1\r\n"+withoutBoth), -1) {
		t.Error("another field counts")
	}
}

func TestIdentifierOptions(t *testing.T) {
	given := func(s string) getopt.String { return getopt.String{Given: true, Value: s} }
	full := []string{"Message-Id", "Received", "Date", "From", "To", "Cc", "Subject"}
	for _, test := range []struct {
		name       string
		o          Options
		list, full []string
		exact      bool
		sameShort  bool // of withID and its copy with another domain and subject
	}{
		{"default", Options{}, []string{"Message-Id"}, full, false, false},
		{"useheader", Options{UseHeader: []string{"Received", "X-Gmail-Received"}}, []string{"Received", "X-Gmail-Received"},
			[]string{"Received", "X-Gmail-Received", "Message-Id", "Date", "From", "To", "Cc", "Subject"}, true, true},
		{"ALL", Options{UseHeader: []string{"ALL"}}, []string{"ALL"}, []string{"ALL"}, true, false},
		{"nodomain", Options{MessageIDNoDomain: getopt.Bool{Given: true, Value: true}}, []string{"Message-Id"}, full, false, true},
		{"skipheader", Options{SkipHeader: given("message-id")}, []string{"Message-Id"}, full, false, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			id := newIdentifier(t, test.o)
			if diff := cmp.Diff(test.list, id.ListFields()); diff != "" {
				t.Errorf("ListFields: want -, got +\n%s", diff)
			}
			if diff := cmp.Diff(test.full, id.FullFields()); diff != "" {
				t.Errorf("FullFields: want -, got +\n%s", diff)
			}
			if got := id.Exact(); got != test.exact {
				t.Errorf("Exact: got %v, want %v", got, test.exact)
			}
			other := strings.NewReplacer("@A", "@B", "Subject: s", "Subject: t").Replace(withID)
			if got := id.Short([]byte(withID)) == id.Short([]byte(other)); got != test.sameShort {
				t.Errorf("short keys agree: got %v, want %v", got, test.sameShort)
			}
		})
	}
	if _, err := NewIdentifier(Options{SkipHeader: given("(")}); err == nil || !strings.Contains(err.Error(), "--skipheader") {
		t.Errorf("bad --skipheader: got %v", err)
	}
}

func TestSynthetic(t *testing.T) {
	for value, want := range map[string]bool{
		"<812@imapsync>": true, " <1@IMAPSYNC>\r\n": true, "<@imapsync>": false, "<1a@imapsync>": false,
		"812@imapsync": false, "<1@imapsync.org>": false, "": false, "<": false,
	} {
		if got := Synthetic([]byte(value)); got != want {
			t.Errorf("%q: got %v, want %v", value, got, want)
		}
	}
}

func TestField(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"A: b\r\nSUBJECT:  x y \r\n\r\n", "x y "},
		{"A: b\r\n\r\nSubject: body\r\n", ""},
		{"A: b\n\nSubject: body\n", ""},
		{"Subject: first\r\nSubject: second\r\n", "first"},
		{"From a@b Mon\nSubject: x\n", "x"},
		{"X: y\n Subject: folded\n", ""},
	} {
		if got := Field([]byte(test.text), "Subject"); got != test.want {
			t.Errorf("%q: got %q, want %q", test.text, got, test.want)
		}
	}
}

func FuzzHeader(f *testing.F) {
	for _, seed := range []string{withID, sameID, emptyID, addedID, "From x\n a\r\n:\r\nA :b\nC:\n\n", "\r\n", "a:\x00\xff@"} {
		f.Add([]byte(seed))
	}
	id := newIdentifier(f, Options{})
	all := newIdentifier(f, Options{UseHeader: []string{"ALL"}})
	f.Fuzz(func(t *testing.T, text []byte) {
		if block := headerBlock(text); id.Full(block, 0) != id.Full(text, 0) {
			t.Error("the key of a message is not that of its header")
		}
		if id.Fallback(text, -1).IsZero() {
			t.Error("the fallback key is zero")
		}
		fields(text, func(name, value []byte) bool {
			line := string(appendNormal(nil, name, value, false))
			if strings.ContainsAny(line[len(name):], "\r\n\t") || strings.Contains(line[len(name)+2:], "  ") {
				t.Errorf("line %q is not normal", line)
			}
			return true
		})
		all.Short(text)
		Field(text, "Subject")
	})
}

func BenchmarkShort(b *testing.B) {
	id := newIdentifier(b, Options{})
	header := []byte("Message-Id: <CAFx7Q3-abcdefghijklmnop@mail.example.org>\r\n\r\n")
	b.ReportAllocs()
	for b.Loop() {
		id.Short(header)
	}
}

func BenchmarkFull(b *testing.B) {
	id := newIdentifier(b, Options{})
	header := []byte("Message-Id: <CAFx7Q3-abcdefghijklmnop@mail.example.org>\r\n" +
		strings.Repeat("Received: from a.example.org (a.example.org [192.0.2.1])\r\n\tby b.example.org with ESMTPS id 4711; Mon, 1 Jan 2001 00:00:00 +0000\r\n", 4) + "\r\n")
	b.ReportAllocs()
	for b.Loop() {
		id.Full(header, 1)
	}
}
