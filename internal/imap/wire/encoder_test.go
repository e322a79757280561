package wire

import (
	"slices"
	"strings"
	"testing"
	"time"

	"imapsync/internal/imap"
)

func TestEncoder(t *testing.T) {
	zone := time.FixedZone("", -8*3600)
	for _, c := range []struct {
		name    string
		nonSync int64
		build   func(e *Encoder)
		want    string // stops shown as |
		shown   string
	}{
		{"quoted mailbox", 0, func(e *Encoder) { e.Raw("SELECT ").Mailbox(`a "b" \c`) }, `SELECT "a \"b\" \\c"`, `SELECT "a \"b\" \\c"`},
		{"8-bit mailbox", 0, func(e *Encoder) { e.Mailbox("caf\xe9").Raw(" x") }, "{4}\r\n|caf\xe9 x", "{4} x"},
		{"8-bit mailbox at once", 10, func(e *Encoder) { e.Mailbox("caf\xe9") }, "{4+}\r\ncaf\xe9", "{4+}"},
		{"empty", 0, func(e *Encoder) { e.Mailbox("") }, `""`, `""`},
		{"line end in an argument", 0, func(e *Encoder) { e.Raw("SEARCH a\r\nX LOGOUT") }, "SEARCH a  X LOGOUT", "SEARCH a  X LOGOUT"},
		{"atoms", 0, func(e *Encoder) { e.Credentials("joe", "s3cret") }, "joe s3cret", "******** ********"},
		{"quoted password", 0, func(e *Encoder) { e.Credentials("joe@x.org", "a (b)*") }, `joe@x.org "a (b)*"`, "******** ********"},
		{"empty password", 0, func(e *Encoder) { e.Credentials("joe", "") }, `joe ""`, "******** ********"},
		{"literal password", 0, func(e *Encoder) { e.Credentials("joe", `a"b`) }, "joe {3}\r\n|a\"b", "******** ********"},
		{"literal user", 0, func(e *Encoder) { e.Credentials("a[b", "x") }, "{3}\r\n|a[b {1}\r\n|x", "******** ********"},
		{"literal user at once", 9, func(e *Encoder) { e.Credentials("é", "x") }, "{2+}\r\né {1+}\r\nx", "******** ********"},
		{"flags", 0, func(e *Encoder) {
			e.Flags([]imap.Flag{`\Seen`, `\Recent`, `\*`, "a b", "a)", "", `\`, "café", "$x"})
		}, `(\Seen café $x)`, `(\Seen café $x)`},
		{"no flags", 0, func(e *Encoder) { e.Flags(nil) }, "()", "()"},
		{"date", 0, func(e *Encoder) { e.Date(time.Date(1994, 2, 7, 21, 52, 25, 0, zone)) }, `"07-Feb-1994 21:52:25 -0800"`, `"07-Feb-1994 21:52:25 -0800"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := &Encoder{NonSync: c.nonSync, Trace: true}
			c.build(e)
			var got strings.Builder
			from := 0
			for _, stop := range e.Stops() {
				got.Write(e.Bytes()[from:stop])
				got.WriteByte('|')
				from = stop
			}
			got.Write(e.Bytes()[from:])
			if got.String() != c.want {
				t.Errorf("got %q, want %q", got.String(), c.want)
			}
			if e.Shown() != c.shown {
				t.Errorf("got trace %q, want %q", e.Shown(), c.shown)
			}
		})
	}
}

func TestLiteralHeader(t *testing.T) {
	for _, c := range []struct {
		size, nonSync int64
		want          string
		sync          bool
	}{{5, 0, "{5}\r\n", true}, {0, 0, "{0}\r\n", true}, {4096, 4096, "{4096+}\r\n", false}, {4097, 4096, "{4097}\r\n", true}} {
		e := &Encoder{NonSync: c.nonSync}
		if sync := e.LiteralHeader(c.size); sync != c.sync || string(e.Bytes()) != c.want {
			t.Errorf("LiteralHeader(%d) with %d: got %q %v, want %q %v", c.size, c.nonSync, e.Bytes(), sync, c.want, c.sync)
		}
	}
}

// FuzzMailbox checks that any name, sent by us and listed by a server in the same form, comes back
// octet for octet, and that no argument can end a command.
func FuzzMailbox(f *testing.F) {
	for _, s := range []string{"INBOX", `a"b`, `a\`, "caf\xe9", "a\r\nb", "", "x {3}", "[a]/(b)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		e := &Encoder{NonSync: 1 << 20}
		e.Mailbox(imap.MailboxName(s))
		d := NewDecoder(strings.NewReader("* LIST () \"/\" "+strings.Replace(string(e.Bytes()), "+}\r\n", "}\r\n", 1)+"\r\n"), nil)
		if _, err := d.Next(); err != nil {
			t.Fatal(err)
		}
		if got := d.MailboxList(); string(got.Name) != s || d.Err() != nil {
			t.Errorf("got %q, %v, want %q", got.Name, d.Err(), s)
		}
		if raw := new(Encoder).Raw(s); strings.ContainsAny(string(raw.Bytes()), "\r\n") {
			t.Errorf("Raw(%q) has a line end", s)
		}
	})
}

// FuzzLabels checks that labels, sent by us and told by a server in the same form, come back as they are.
func FuzzLabels(f *testing.F) {
	for _, s := range []string{`\Inbox`, "Work", `Two "words"`, "", "caf\xe9", "a(b)*%{", "[Imap]/Drafts", "it's", "a\r\nb", "NIL"} {
		f.Add(s, "Work")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		want := []string{a, b}
		e := &Encoder{NonSync: 1 << 20}
		e.Labels(want)
		d := NewDecoder(strings.NewReader("* 1 FETCH (X-GM-LABELS "+strings.ReplaceAll(string(e.Bytes()), "+}\r\n", "}\r\n")+" UID 7)\r\n"), nil)
		if _, err := d.Next(); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(a+b, "+}\r\n") {
			return // the replacement above has changed it
		}
		var m imap.Message
		if err := d.MsgAtt(&m, nil); err != nil || d.Err() != nil {
			t.Fatal(err, d.Err())
		}
		if !slices.Equal(m.Labels, want) || m.UID != 7 {
			t.Errorf("got %q and UID %d, want %q and 7", m.Labels, m.UID, want)
		}
	})
}
