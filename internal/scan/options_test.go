package scan

import (
	"strings"
	"testing"
	"time"

	"imapsync/internal/getopt"
)

var noon = time.Date(2022, 3, 14, 12, 0, 0, 0, time.FixedZone("", 2*3600))

func word(s string) getopt.String   { return getopt.String{Given: true, Value: s} }
func number(f float64) getopt.Float { return getopt.Float{Given: true, Value: f} }

// TestCriteria is what SEARCH is sent for options. The time is 14 March, noon.
func TestCriteria(t *testing.T) {
	t.Parallel()
	off := getopt.Bool{Given: true}
	tests := []struct {
		name string
		o    Options
		want [2]string
	}{
		{"nothing", Options{}, [2]string{}},
		{"no search", Options{Search: word("0"), Search1: word(""), Search2: word("all")}, [2]string{}},
		{"as it stands", Options{Search: word(`OR SUBJECT "a b" (SEEN)`)}, [2]string{`OR SUBJECT "a b" (SEEN)`, `OR SUBJECT "a b" (SEEN)`}},
		{"a side of its own", Options{Search: word("SEEN"), Search2: word("UNSEEN")}, [2]string{"SEEN", "UNSEEN"}},
		{"maxage", Options{MaxAge: number(3)}, [2]string{"SENTSINCE 11-Mar-2022", "SENTSINCE 11-Mar-2022"}},
		{"minage", Options{MinAge: number(0)}, [2]string{"SENTBEFORE 14-Mar-2022", "SENTBEFORE 14-Mar-2022"}},
		{"between", Options{MaxAge: number(30), MinAge: number(3)}, [2]string{"SENTSINCE 12-Feb-2022 SENTBEFORE 11-Mar-2022", "SENTSINCE 12-Feb-2022 SENTBEFORE 11-Mar-2022"}},
		{"both ends", Options{MaxAge: number(3), MinAge: number(30), AbleToSearch2: off},
			[2]string{"OR SENTSINCE 11-Mar-2022 SENTBEFORE 12-Feb-2022", ""}},
		{"a fraction: a day more", Options{MaxAge: number(0.5)}, [2]string{"SENTSINCE 12-Mar-2022", "SENTSINCE 12-Mar-2022"}},
		{"a fraction: two days more", Options{MinAge: number(0.5)}, [2]string{"SENTBEFORE 15-Mar-2022", "SENTBEFORE 15-Mar-2022"}},
		{"both", Options{Search1: word("OR SEEN FLAGGED"), MaxAge: number(3)},
			[2]string{"SENTSINCE 11-Mar-2022 (OR SEEN FLAGGED)", "SENTSINCE 11-Mar-2022"}},
		{"both, with a charset", Options{Search1: word("charset utf-8 SUBJECT x"), MaxAge: number(3)},
			[2]string{"charset utf-8 SENTSINCE 11-Mar-2022 (SUBJECT x)", "SENTSINCE 11-Mar-2022"}},
		{"without SEARCH", Options{Search1: word("SEEN"), MaxAge: number(3), AbleToSearch: off}, [2]string{"SEEN", ""}},
		{"an answer in another form", Options{Search: word("RETURN (COUNT ALL) SEEN"), Search2: word("RETURN () SEEN")},
			[2]string{"RETURN (COUNT ALL) SEEN", "RETURN () SEEN"}},
		{"before all time", Options{MaxAge: number(1e300)}, [2]string{"SENTSINCE 01-Jan-0001", "SENTSINCE 01-Jan-0001"}},
		{"after all time", Options{MaxAge: number(-1e300)}, [2]string{"SENTSINCE 31-Dec-9999", "SENTSINCE 31-Dec-9999"}},
	}
	for _, tt := range tests {
		s, _, errs := tt.o.Compile(noon)
		got := [2]string{s.Host1.criteria(), s.Host2.criteria()}
		if got != tt.want || len(errs) > 0 {
			t.Errorf("%s: got %q, errors %v, want %q", tt.name, got, errs, tt.want)
		}
	}
}

// TestUnusable refuses what would be no search, and more than one.
func TestUnusable(t *testing.T) {
	t.Parallel()
	for search, want := range map[string]string{
		`SUBJECT "a`: "quote", `SUBJECT "a\"`: "quote", "(SEEN": "not closed", "SEEN)": "not opened", ") (": "not opened",
		"SEEN\r\nA1 DELETE INBOX": "control character", "SEEN\x00": "control character", "SUBJECT {5}": "brace", "SUBJECT {5+}": "brace",
		"SUBJECT \xe9t\xe9": "UTF-8", "RETURN (COUNT) ALL": "RETURN", "return ( min save ) SEEN": "RETURN", "RETURN(PARTIAL 1:9) SEEN": "RETURN",
	} {
		o := Options{Search1: word(search)}
		if _, _, errs := o.Compile(noon); len(errs) != 1 || !strings.Contains(errs[0].Error(), want) || !strings.Contains(errs[0].Error(), "--search1") {
			t.Errorf("%q: got %v, want one error about %q", search, errs, want)
		}
	}
	bad := Options{Search: word("("), MaxAge: number(0), FetchHashSet: word("1-5")}
	if _, _, errs := bad.Compile(noon); len(errs) != 2 {
		t.Errorf("got %v, want an error of --search and one of --fetch_hash_set", errs)
	}
}

// FuzzCheckCriteria demands that what passes stays one argument list, also between parentheses.
func FuzzCheckCriteria(f *testing.F) {
	for _, s := range []string{`SUBJECT "a \" b"`, "(SEEN) (OR A B)", `"{5}"`, "x{1}", "\"\\", "\r\n", "été"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if checkCriteria(s) != nil {
			return
		}
		if strings.ContainsAny(s, "\r\n\x00") {
			t.Errorf("%q passes with the end of a line in it", s)
		}
		if err := checkCriteria("A (" + s + ") B"); err != nil {
			t.Errorf("%q passes, but not in parentheses: %v", s, err)
		}
	})
}

// TestSent reads the Date in the forms that occur, and leaves what cannot be read to the server.
func TestSent(t *testing.T) {
	t.Parallel()
	sel := compiled(t, Options{MaxAge: number(1.5)})
	for date, want := range map[string]bool{
		"Sun, 13 Mar 2022 00:00:00 +0200":       true,
		"Sat, 12 Mar 2022 23:59:59 +0200":       false,
		"Sat, 12 Mar 2022 17:00:00 -0500 (EST)": true,
		"12-Mar-2022 20:00:00 +0000":            false,
		"the other day":                         true,
		"":                                      true,
	} {
		if got := sel.sent([]byte("Subject: x\r\nDate: " + date + "\r\n\r\n")); got != want {
			t.Errorf("%q: got %t, want %t", date, got, want)
		}
	}
	if !sel.sent([]byte("Subject: x\r\n\r\n")) {
		t.Error("without a Date the server's answer does not stand")
	}
}

// TestAges decides by the second and by the day. The time is 14 March, noon, two hours east.
func TestAges(t *testing.T) {
	t.Parallel()
	at := func(s string) time.Time {
		d, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	f := func(days float64) *float64 { return &days }
	tests := []struct {
		young, old    *float64
		date          string
		arrived, sent bool
	}{
		{f(1), nil, "2022-03-13T12:00:00+02:00", true, true},
		{f(1), nil, "2022-03-13T11:59:59+02:00", false, true}, // the day counts, in the zone of the Date
		{f(1), nil, "2022-03-12T23:00:00-05:00", false, false},
		{f(1.5), nil, "2022-03-13T00:00:00+02:00", true, true},
		{f(1.5), nil, "2022-03-12T23:59:59+02:00", false, false},
		{f(1.5), nil, "2022-03-12T17:00:00-05:00", true, true}, // the same instant, on the day before
		{nil, f(1), "2022-03-13T12:00:00+02:00", true, false},
		{nil, f(1), "2022-03-12T12:00:00+02:00", true, true},
		{nil, f(1.5), "2022-03-13T00:00:00+02:00", true, true},
		{nil, f(1.5), "2022-03-13T00:00:01+02:00", false, false},
		{f(3), f(1), "2022-03-12T12:00:00+02:00", true, true},
		{f(3), f(1), "2022-03-14T12:00:00+02:00", false, false},
		{f(1), f(3), "2022-03-12T12:00:00+02:00", false, false},
		{f(1), f(3), "2022-03-14T12:00:00+02:00", true, true},
		{f(1), f(3), "2022-03-01T12:00:00+02:00", true, true},
	}
	for _, tt := range tests {
		a := newAges(noon, tt.young, tt.old)
		if got := a.arrived(at(tt.date)); got != tt.arrived {
			t.Errorf("%+v, arrived: got %t", tt, got)
		}
		if got := a.sent(at(tt.date)); got != tt.sent {
			t.Errorf("%+v, sent: got %t", tt, got)
		}
	}
	if a := newAges(noon, f(1), nil); a.arrived(time.Time{}) {
		t.Error("a message without date counts as young")
	}
	if a := newAges(noon, nil, f(1)); !a.arrived(time.Time{}) {
		t.Error("a message without date does not count as old")
	}
}
