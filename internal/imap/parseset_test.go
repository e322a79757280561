package imap

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseUIDSet(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"1", "1"}, {"1:3,7,9:*", "1:3,7,9:*"}, {"5:3", "3:5"}, {"*:4", "4:*"}, {"4294967295", "4294967295"},
		{"", ""}, {"0", ""}, {"0:3", ""}, {"*", ""}, {"*:*", ""}, {"1,", ""}, {"1:2:3", ""}, {"a", ""}, {"4294967296", ""}, {" 1", ""},
	} {
		got, ok := ParseUIDSet(c.in)
		if got.String() != c.want || ok != (c.want != "") {
			t.Errorf("ParseUIDSet(%q) = %q, %v, want %q", c.in, got, ok, c.want)
		}
	}
}

// FuzzParseUIDSet checks that a set read is written as the same set.
func FuzzParseUIDSet(f *testing.F) {
	for _, s := range []string{"1", "1:3,7,9:*", "*:4", "0", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		set, ok := ParseUIDSet(s)
		if !ok {
			return
		}
		again, ok := ParseUIDSet(set.String())
		if diff := cmp.Diff(set, again); diff != "" || !ok {
			t.Errorf("%q read as %v, then %v", s, set, again)
		}
	})
}
