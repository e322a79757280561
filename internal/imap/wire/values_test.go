package wire

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"imapsync/internal/imap"
)

var dates = []struct{ in, want string }{
	{"07-Feb-1994 21:52:25 -0800", "1994-02-07T21:52:25-08:00"},
	{" 7-Feb-1994 21:52:25 +0530", "1994-02-07T21:52:25+05:30"},
	{"7-feb-1994 21:52:25 +0000", "1994-02-07T21:52:25Z"},
	{"29-Feb-2024 00:00:00 +1400", "2024-02-29T00:00:00+14:00"},
	{"07-February-1994 21:52:25 GMT", "1994-02-07T21:52:25Z"},
	{"Mon, 7 Feb 1994 21:52:25 -0800 (PST)", "1994-02-07T21:52:25-08:00"},
	{"7 Feb 94 21:52 EST", "1994-02-07T21:52:00-05:00"},
	{"7 Feb 101 21:52:25 UT", "2001-02-07T21:52:25Z"},
	{"Mon Feb  7 21:52:25 1994", "1994-02-07T21:52:25Z"},
	{"Mon Feb 7 21:52:25 PST 1994", "1994-02-07T21:52:25-08:00"},
	{"1994-02-07T21:52:25Z", "1994-02-07T21:52:25Z"},
	{"1994-02-07 21:52:25.5 +01:00", "1994-02-07T21:52:25.5+01:00"},
	{"31-Dec-1998 23:59:60 +0000", "1999-01-01T00:00:00Z"},
	{"01-Jan-1970 00:00:00 +0000", "1970-01-01T00:00:00Z"},
	{"17-Jul-1996 02:44:25", "1996-07-17T02:44:25Z"},
	{"07-Feb-1994 21:52:25 -0017", "1994-02-07T21:52:25-00:17"},
	{"", ""}, {"NIL", ""}, {"00-Jan-1980 00:00:00 +0000", ""}, {"31-Jun-2001 00:00:00 +0000", ""},
	{"29-Feb-2023 00:00:00 +0000", ""}, {"01-Feb-11994 21:52:25 -0800", ""}, {"07-Feb-1994", ""},
	{"07-Foo-1994 21:52:25 +0000", ""}, {"07-Feb-1994 24:00:00 +0000", ""}, {"07-Feb-1994 21:60:00 +0000", ""},
	{"07-Feb-1994 21:52:25 +0099", ""}, {"07-Feb-1994 21:52:25 XYZ", ""}, {"07-Feb-0000 21:52:25 +0000", ""},
	{"07-Feb-1994 21:52:25 +0000 +0000", ""}, {"1994-13-07T21:52:25Z", ""}, {"07-anF-1994 21:52:25 +0000", ""},
}

func TestParseDate(t *testing.T) {
	for _, c := range dates {
		got := ""
		if d, ok := ParseDate(c.in); ok {
			got = d.Format(time.RFC3339Nano)
		}
		if got != c.want {
			t.Errorf("ParseDate(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

// FuzzParseDate checks that every date read can be written and read again as the same instant.
func FuzzParseDate(f *testing.F) {
	for _, c := range dates {
		f.Add(c.in)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, ok := ParseDate(s)
		if !ok {
			return
		}
		// A carry beyond the last year has no four-digit form.
		if d.Year() < 1 || d.Year() > 9999 {
			return
		}
		text := imap.FormatInternalDate(d)
		again, ok := ParseDate(text)
		if !ok || !again.Equal(d.Truncate(time.Second)) {
			t.Errorf("ParseDate(%q) = %v, written %q and read %v %v", s, d, text, again, ok)
		}
	})
}

func TestCodes(t *testing.T) {
	for _, c := range []struct {
		args string
		n    int
		want []imap.UID
	}{
		{"7 5", 1, []imap.UID{5}}, {"7 3:5", 3, []imap.UID{3, 4, 5}}, {"7 9,4", 2, []imap.UID{9, 4}},
		{"7 3:5", 1, nil}, {"7 3", 3, nil}, {"0 0", 1, nil}, {"7", 1, nil}, {"", 1, nil}, {"7 1:4294967295", 2, nil}, {"7 3:*", 2, nil},
	} {
		if _, got := AppendUID(c.args, c.n); !cmp.Equal(got, c.want) {
			t.Errorf("AppendUID(%q, %d) = %v, want %v", c.args, c.n, got, c.want)
		}
	}
	for _, c := range []struct {
		args string
		want [][2]imap.UID
	}{
		{"7 1:2,5 10:12", [][2]imap.UID{{1, 10}, {2, 11}, {5, 12}}}, {"7 1:2 3", nil}, {"7 1", nil}, {"", nil},
		{"7 1:4294967295 1:4294967295", nil}, {"7 1:* 1:*", nil},
	} {
		if _, got := CopyUID(c.args); !cmp.Equal(got, c.want) {
			t.Errorf("CopyUID(%q) = %v, want %v", c.args, got, c.want)
		}
	}
}

func FuzzCodes(f *testing.F) {
	f.Add("7 3:5 8:10", 3)
	f.Add("(\\Seen \\*)", 1)
	f.Add("9999999999", 0)
	f.Fuzz(func(t *testing.T, args string, n int) {
		if _, uids := AppendUID(args, n); uids != nil && len(uids) != n {
			t.Errorf("AppendUID(%q, %d) has %d UIDs", args, n, len(uids))
		}
		CopyUID(args)
		CodeNumber(args)
		CodeFlags(args)
		CodeCapabilities(args)
		CutCode(args)
	})
}
