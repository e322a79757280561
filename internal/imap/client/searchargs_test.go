package client

import (
	"strings"
	"testing"

	"imapsync/internal/imap/wire"
)

// TestSearchArgs sends criteria as they are, and 8-bit strings as literals.
func TestSearchArgs(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`OR SUBJECT "a \" b" (SEEN)`:         `OR SUBJECT "a \" b" (SEEN)`,
		`SUBJECT "fête" SEEN`:                "CHARSET UTF-8 SUBJECT {5+}\r\nfête SEEN",
		`(BODY été)`:                         "CHARSET UTF-8 (BODY {5+}\r\nété)",
		`SUBJECT "a \"é\\"`:                  "CHARSET UTF-8 SUBJECT {6+}\r\na \"é\\",
		`charset UTF-8 SUBJECT "é" FROM "b"`: "charset UTF-8 SUBJECT {2+}\r\né FROM \"b\"",
		`SUBJECT "é`:                         "CHARSET UTF-8 SUBJECT {2+}\r\né",
		"":                                   "",
	} {
		e := &wire.Encoder{NonSync: 100}
		searchArgs(e, in)
		if got := string(e.Bytes()); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

// FuzzSearchArgs demands that no line ends but in front of a literal.
func FuzzSearchArgs(f *testing.F) {
	for _, s := range []string{`SUBJECT "fête"`, `"\"é`, "é\r\nA", `é"é"(é`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		e := &wire.Encoder{}
		searchArgs(e, s)
		rest, from := "", 0
		for _, stop := range e.Stops() {
			rest += strings.TrimSuffix(string(e.Bytes()[from:stop]), "}\r\n")
			from = stop
		}
		if strings.ContainsAny(rest, "\r\n") && !strings.ContainsAny(s, "\r\n") {
			t.Errorf("%q is sent as %q", s, e.Bytes())
		}
	})
}
