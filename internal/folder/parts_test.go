package folder

import (
	"slices"
	"strings"
	"testing"

	"imapsync/internal/getopt"
	"imapsync/internal/imap"
)

func TestParents(t *testing.T) {
	for _, tc := range []struct {
		name imap.MailboxName
		sep  string
		want []string
	}{
		{"a", "/", nil},
		{"a/b/c", "/", []string{"a", "a/b"}},
		{"INBOX.a.b", ".", []string{"INBOX", "INBOX.a"}},
		{"a//b", "/", []string{"a/"}},
		{"/a", "/", nil},
		{"a/", "/", nil},
		{"a/b//", "/", []string{"a"}},
		{" /b", "/", nil},
		{"a /b", "/", []string{"a"}},
		{"a--b--c", "--", []string{"a", "a--b"}},
		{"a/b", "", nil},
		{"", "/", nil},
	} {
		if got := Parents(tc.name, tc.sep); !slices.Equal(got, names(tc.want)) {
			t.Errorf("Parents(%q, %q): got %q, want %q", tc.name, tc.sep, got, tc.want)
		}
	}
}

func TestCreation(t *testing.T) {
	mix, strict, old := &Rules{MixFolders: true}, &Rules{}, &Rules{MixFolders: true, CreateOldWay: true}
	for _, tc := range []struct {
		what    string
		rules   *Rules
		dst     imap.MailboxName
		exist   []string
		outcome Outcome
		create  []string
	}{
		{"new", mix, "a/b/c", nil, CreateIt, []string{"a", "a/b", "a/b/c"}},
		{"below an existing one", mix, "a/b/c", []string{"a"}, CreateIt, []string{"a/b", "a/b/c"}},
		{"an ancestor beyond a gap is not asked", mix, "a/b/c", []string{"a/b"}, CreateIt, []string{"a/b/c"}},
		{"inbox", mix, "inbox", []string{"inbox"}, AlreadyInbox, nil},
		{"inbox, strict", strict, "inbox", []string{"inbox"}, AlreadyInbox, nil},
		{"under other letters", mix, "SENT", []string{"SENT"}, AlreadyThere, nil},
		{"under other letters, strict", strict, "SENT", []string{"SENT"}, RefusedMixing, nil},
		{"new, strict", strict, "SENT", nil, CreateIt, []string{"SENT"}},
		{"old way", old, "a/b", []string{"a/b"}, CreateIt, []string{"a/b"}},
	} {
		exist := setOf(tc.exist)
		got := tc.rules.Creation(tc.dst, "/", func(n imap.MailboxName) bool { return exist[n] })
		if got.Outcome != tc.outcome || !slices.Equal(got.Create, names(tc.create)) {
			t.Errorf("%s: got %+v, want outcome %d and %q", tc.what, got, tc.outcome, tc.create)
		}
	}
}

// Two parents lists from one name must not share memory that a caller may append to.
func TestCreationOwnsItsList(t *testing.T) {
	rules := &Rules{MixFolders: true}
	c := rules.Creation("a/b/c", "/", func(n imap.MailboxName) bool { return n == "a" })
	if want := names([]string{"a/b", "a/b/c"}); !slices.Equal(c.Create, want) {
		t.Errorf("got %q, want %q", c.Create, want)
	}
}

func TestMapperPrefersExplicit(t *testing.T) {
	m, err := newMapper(mapper{
		explicit: map[imap.MailboxName]imap.MailboxName{"a": "x.y/z", "b": ""},
		auto:     map[imap.MailboxName]imap.MailboxName{"a": "no", "b": "auto"},
		src:      Layout{Sep: "/"}, dst: Layout{Sep: ".", Prefix: "P."},
		trace: silent,
	}, "Sub")
	if err != nil {
		t.Fatal(err)
	}
	for src, want := range map[imap.MailboxName]imap.MailboxName{"a": "x.y/z", "b": "auto", "c": "P.Sub.c"} {
		if got, err := m.dest(src); err != nil || got != want {
			t.Errorf("dest(%q): got %q, %v, want %q", src, got, err, want)
		}
	}
}

func TestMapperInboxSpelling(t *testing.T) {
	p := mustPlan(t, Options{}, server("/", "", "INBOX", "INBOX/a"), server("/", "", "Inbox"))
	wantArrows(t, p, "INBOX -> Inbox", "INBOX/a -> INBOX/a")
	p = mustPlan(t, Options{FixInboxINBOX: no}, server("/", "", "INBOX"), server("/", "", "Inbox"))
	wantArrows(t, p, "INBOX -> INBOX")
}

func TestDeleteFilter(t *testing.T) {
	given := func(s string) getopt.String {
		return getopt.String{Given: s != "-", Value: s}
	}
	for _, tc := range []struct {
		only, butNot string
		folder       imap.MailboxName
		want         bool
	}{
		{"-", "-", "Junk", true},
		{"/^Junk$/", "-", "Junk", true},
		{"/^Junk$/", "-", "Junk2", false},
		{"m{^junk}i", "-", "Junk2", true},
		{"qr/^J/", "-", "Junk", true},
		{"Junk", "-", "INBOX.Junk", true},
		{"Junk", "-", "Sent", false},
		{"-", "Sent", "Sent Items", false},
		{"-", "Sent", "Junk", true},
		{"my", "-", "my mail", true},
		{"/a/", "/b/", "ab", false},
	} {
		f, problems := ParseDeleteFilter(given(tc.only), given(tc.butNot))
		if problems != nil {
			t.Errorf("%q, %q: %v", tc.only, tc.butNot, problems)
			continue
		}
		if got, why := f.Allows(tc.folder); got != tc.want || got == (why != "") {
			t.Errorf("%q, %q on %q: got %v %q, want %v", tc.only, tc.butNot, tc.folder, got, why, tc.want)
		}
	}
	for _, bad := range []string{"", "/(/", "/unfinished", "tr/a//", "s/a/b/", "(", "/a/ || /b/"} {
		if f, problems := ParseDeleteFilter(given("/x/"), given(bad)); f != nil || len(problems) != 1 {
			t.Errorf("expression %q: got %v, %v, want one problem", bad, f, problems)
		}
	}
}

func FuzzParents(f *testing.F) {
	for _, s := range []string{"", "a", "a/b/c", "a//b", "/", " / ", "a /b", "INBOX/x/"} {
		f.Add(s, "/")
	}
	f.Add("a--b", "--")
	f.Fuzz(func(t *testing.T, name, sep string) {
		last := 0
		for _, p := range Parents(imap.MailboxName(name), sep) {
			if len(p) <= last || len(p) >= len(name) {
				t.Fatalf("Parents(%q, %q): got %q after one of %d octets", name, sep, p, last)
			}
			last = len(p)
		}
	})
}

// The separator swap keeps different names different: swapping back gives the name again.
func FuzzSwap(f *testing.F) {
	for _, s := range []string{"", "a/b.c", "./.", "a\\b", "..//"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if strings.Contains(name, "\x00") {
			t.Skip("no mailbox name holds a NUL")
		}
		if got := swap(swap(name, "/", "."), ".", "/"); got != name {
			t.Errorf("swap there and back of %q: got %q", name, got)
		}
	})
}

func FuzzDeleteFilter(f *testing.F) {
	for _, s := range []string{"/^a/", "m{a}i", "qr/x/", "bare", "tr/a//", "/", "m", "", "s/a/b/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		filter, problems := ParseDeleteFilter(getopt.String{Given: true, Value: text}, getopt.String{})
		if (filter == nil) != (problems != nil) {
			t.Errorf("%q: got %v with %v", text, filter, problems)
		}
	})
}

func FuzzF1F2(f *testing.F) {
	for _, s := range []string{"a=b", "=", "a", "a=b=c", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, value string) {
		pairs, problems := parseF1F2([]string{value})
		if len(pairs)+len(problems) != 1 {
			t.Errorf("%q: got %v and %v, want one of them", value, pairs, problems)
		}
	})
}
