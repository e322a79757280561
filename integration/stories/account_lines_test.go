package stories

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"imapsync/integration/accounts"
)

const described = `
# a comment
INBOX
    a1 (\Seen)
    a2 2019-05-01T10:00:00+02:00 (work \Flagged) size=3000 subject="Two words"
Old mail (unsubscribed)
    a1 2021-02-03
    o1 without=Message-Id line=1200
`

// state is the account as a server would hold it.
func state(t *testing.T, c *cast, text string) accounts.State {
	t.Helper()
	account, err := c.account(text)
	if err != nil {
		t.Fatal(err)
	}
	var out accounts.State
	for _, f := range account {
		box := accounts.Folder{Name: f.Name(), Selectable: true, Subscribed: !f.Unsubscribed}
		for m := range f.Messages {
			box.Messages = append(box.Messages, accounts.Message{SHA256: digest(m.Raw), Size: len(m.Raw), Flags: m.Flags, Date: m.Date})
		}
		out = append(out, box)
	}
	return out
}

func TestLinesOfAnAccount(t *testing.T) {
	c := newCast(nil)
	held := state(t, c, described)
	got := c.lines(held, nil, false)
	want := []string{"INBOX", `    a1 (\Seen)`, `    a2 (work \Flagged)`, "Old mail (unsubscribed)", "    a1 2021-02-03", "    o1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
	wanted, mentioned, err := c.wanted(described, false)
	if err != nil || !mentioned["Old mail"] {
		t.Fatalf("the description as a wish: got %v, %v", mentioned, err)
	}
	want[2] = `    a2 (\Flagged work)` // flags are sorted, as a dump has them
	if diff := cmp.Diff(want, wanted); diff != "" {
		t.Errorf("the description as a wish (-want +got):\n%s", diff)
	}
	changed := accounts.Message{SHA256: "other", ID: "<a2@story>", Size: 7, Date: time.Date(2019, 5, 1, 8, 0, 0, 0, time.UTC)}
	for m, want := range map[*accounts.Message]string{
		&changed:                             "a2 changed size=7",
		{SHA256: "x", Date: firstDate}:       "? 2020-01-01",
		{SHA256: "x", Date: time.Now()}:      "? now",
		{SHA256: c.byName["o1"].name + "no"}: "? 0001-01-01T00:00:00Z",
	} {
		if got := c.line(*m); got != want {
			t.Errorf("line: got %q, want %q", got, want)
		}
	}
}

func TestOctetsOfAMessage(t *testing.T) {
	c := newCast(func(name string) []byte { return []byte("Subject: from " + name + "\n\ntext\n") })
	for size := 140; size < 400; size++ {
		if got := len(pad([]byte(strings.Repeat("z", 138)+"\r\n"), size)); got != size {
			t.Fatalf("padded to %d octets: got %d", size, got)
		}
	}
	if _, err := c.account("INBOX\n  f1 file=letter\n  f2 octets=letter\n  h1 header=\"Date: never\" from=x to=y id=<1@2>\n"); err != nil {
		t.Fatal(err)
	}
	if got := c.byName["f1"].raw; !bytes.Equal(got, []byte("Subject: from letter\r\n\r\ntext\r\n")) {
		t.Errorf("octets of a file: got %q", got)
	}
	if got := string(c.byName["h1"].raw); strings.Count(got, "Date:") != 1 || !strings.Contains(got, "Date: never\r\n") {
		t.Errorf("a header of the story replaces its namesake: got %q", got)
	}
	for _, bad := range []string{
		"INBOX\n  a1 (\\Seen\n", "INBOX\n  a1 subject=\"open\n", "INBOX\n  a1 colour=red\n", "INBOX\n  a1 size=big\n",
		"INBOX\n  a1 someday\n", "INBOX\n  a1\n  a1 size=900\n",
	} {
		if _, err := newCast(nil).account(bad); err == nil {
			t.Errorf("account %q: got no error", bad)
		}
	}
}

func FuzzAccountLines(f *testing.F) {
	f.Add(described)
	f.Add("  a1\n")
	f.Add("INBOX\n\ta1 -3d size=2 body=\"\\r\\n\"\n")
	f.Add("INBOX\n ? now\n a1 changed size=3 ( b a )\n")
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "size=") || strings.Contains(text, "line=") {
			return // as long as they say
		}
		c := newCast(func(string) []byte { return nil })
		if _, err := c.account(text); err == nil {
			c.wanted(text, true)
		}
	})
}
