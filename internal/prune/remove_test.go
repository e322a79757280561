package prune_test

import (
	"context"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
	"imapsync/internal/imaptest"
	"imapsync/internal/prune"
)

// box is a server whose INBOX holds some messages, flagged ones among them, and a connection to it.
type box struct {
	*testing.T
	srv *imaptest.Server
	c   *client.Conn
	prune.Box
}

func newBox(t *testing.T, flagged string, opts ...imaptest.Option) *box {
	t.Helper()
	t.Parallel()
	b := &box{T: t, srv: imaptest.Start(t, opts...)}
	inbox := b.srv.Account.Box("INBOX")
	for _, f := range flagged { // '.' is a message, 'D' one that is flagged
		var flags []imap.Flag
		if f == 'D' {
			flags = append(flags, imap.FlagDeleted)
		}
		inbox.Add([]byte("Subject: x\r\n\r\n"), time.Unix(1e9, 0), flags...)
	}
	b.Box = prune.Box{Name: "INBOX", Validity: inbox.Status().UIDValidity, UIDPlus: true}
	b.connect()
	return b
}

func (b *box) connect() {
	b.Helper()
	raw, err := net.Dial("tcp", b.srv.Addr)
	if err != nil {
		b.Fatal(err)
	}
	ctx := context.Background()
	if b.c, err = client.New(ctx, raw, client.Config{}); err != nil {
		b.Fatal(err)
	}
	if err := b.c.Login(ctx, imaptest.User, imaptest.Password); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { b.c.Close() })
}

// left writes INBOX as UIDs, D marking flagged messages.
func (b *box) left() string {
	var out strings.Builder
	for _, m := range b.srv.Account.Box("INBOX").Messages() {
		out.WriteString(string(rune('0' + m.UID)))
		if slices.ContainsFunc(m.Flags, imap.FlagDeleted.Is) {
			out.WriteByte('D')
		}
	}
	return out.String()
}

func TestRemove(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name       string
		plus       bool
		before     string
		mark, gone []imap.UID
		after      string
		removed    int
		foreign    int
	}{
		{"mark only", true, "...", []imap.UID{1, 3}, nil, "1D23D", 0, 0},
		{"mark and expunge", true, "...", []imap.UID{1, 3}, []imap.UID{1, 3}, "2", 2, 0},
		{"others stay", true, ".D.D", []imap.UID{1}, []imap.UID{1}, "2D34D", 1, 0},
		{"marked before", true, ".D.", []imap.UID{1}, []imap.UID{1, 2}, "3", 2, 0},
		{"gone before", true, "..", []imap.UID{1, 9}, []imap.UID{1, 9}, "2", 2, 0},
		{"no UIDPLUS", false, "...", []imap.UID{1, 3}, []imap.UID{1, 3}, "2", 2, 0},
		{"no UIDPLUS, others are marked", false, ".D.", []imap.UID{1}, []imap.UID{1}, "1D2D3", 0, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			var opts []imaptest.Option
			if !c.plus {
				opts = append(opts, imaptest.Without(imap.CapUIDPlus))
			}
			b := newBox(t, c.before, opts...)
			b.UIDPlus = c.plus
			out, err := prune.Remove(context.Background(), b.c, b.Box, c.mark, c.gone)
			if err != nil || len(out.Refused) > 0 {
				t.Fatalf("got %v, %v", err, out.Refused)
			}
			if got := b.left(); got != c.after {
				t.Errorf("got %s left, want %s", got, c.after)
			}
			if len(out.Removed) != c.removed || out.Foreign != c.foreign {
				t.Errorf("got %d removed and %d foreign, want %d and %d", len(out.Removed), out.Foreign, c.removed, c.foreign)
			}
		})
	}
}

// TestRemoveRefused: nothing is expunged that could not be marked, and nothing counts that is there.
func TestRemoveRefused(t *testing.T) {
	t.Parallel()
	for _, verb := range []string{"STORE", "EXPUNGE"} {
		t.Run(verb, func(t *testing.T) {
			b := newBox(t, "...", imaptest.Script(imaptest.Rule{Verb: verb, Times: imaptest.Always, Action: imaptest.Reply("NO not here")}))
			out, err := prune.Remove(context.Background(), b.c, b.Box, []imap.UID{1, 2}, []imap.UID{1, 2})
			if err != nil || len(out.Refused) != 1 || len(out.Removed) > 0 {
				t.Errorf("got %+v, %v, want one refusal and nothing removed", out, err)
			}
			if n := len(b.srv.Account.Box("INBOX").Messages()); n != 3 {
				t.Errorf("got %d messages left, want all", n)
			}
		})
	}
}

// TestNotTheFolder: nothing is sent to a folder that is another one by now, or that may not be written.
func TestNotTheFolder(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*box){
		"UIDVALIDITY":    func(b *box) { b.srv.Account.Box("INBOX").SetUIDValidity(b.Validity+1, 1) },
		"no UIDVALIDITY": func(b *box) { b.Validity = 0 },
		"gone":           func(b *box) { b.Name = "Nowhere" },
		"refused":        func(b *box) { b.srv.Rules(imaptest.Rule{Verb: "SELECT", Action: imaptest.Reply("NO no")}) },
	} {
		t.Run(name, func(t *testing.T) {
			b := newBox(t, "..")
			change(b)
			_, err := prune.Remove(context.Background(), b.c, b.Box, []imap.UID{1}, []imap.UID{1})
			if err == nil {
				t.Error("got no error")
			}
			counts := b.srv.Counts().Commands
			if counts["UID STORE"]+counts["UID EXPUNGE"]+counts["EXPUNGE"] > 0 {
				t.Errorf("got the commands %v, want nothing that writes", counts)
			}
		})
	}
}

// TestRepeated: after a lost connection the same call is made again.
func TestRepeated(t *testing.T) {
	t.Parallel()
	for _, verb := range []string{"SELECT", "STORE", "EXPUNGE"} {
		for _, when := range []imaptest.When{imaptest.BeforeCommand, imaptest.AfterCommand, imaptest.BeforeAnswer} {
			t.Run(verb, func(t *testing.T) {
				b := newBox(t, "...D", imaptest.Script(imaptest.Rule{Verb: verb, Action: imaptest.Drop(when)}))
				if _, err := prune.Remove(context.Background(), b.c, b.Box, []imap.UID{1, 2}, []imap.UID{1, 2}); err == nil {
					t.Fatal("got no error from a lost connection")
				}
				b.srv.Settle()
				b.connect()
				out, err := prune.Remove(context.Background(), b.c, b.Box, []imap.UID{1, 2}, []imap.UID{1, 2})
				if err != nil || len(out.Removed) != 2 {
					t.Errorf("got %+v, %v, want two removed", out, err)
				}
				if got := b.left(); got != "34D" {
					t.Errorf("got %s left, want 34D", got)
				}
			})
		}
	}
}

func TestExpungeAll(t *testing.T) {
	b := newBox(t, ".D.D")
	if n, err := prune.ExpungeAll(context.Background(), b.c, "INBOX", b.Validity); err != nil || n != 2 || b.left() != "13" {
		t.Errorf("got %d, %v, %s left, want 2 removed", n, err, b.left())
	}
	if _, err := prune.ExpungeAll(context.Background(), b.c, "INBOX", b.Validity+1); err == nil {
		t.Error("got no error from another epoch")
	}
	if _, err := prune.ExpungeAll(context.Background(), b.c, "INBOX", 0); err != nil {
		t.Error(err)
	}
}
