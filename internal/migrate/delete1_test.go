package migrate_test

import (
	"fmt"
	"slices"
	"testing"

	"imapsync/internal/event"
	"imapsync/internal/imap"
	"imapsync/internal/imaptest"
	"imapsync/internal/migrate"
	"imapsync/internal/plan"
	"imapsync/internal/prune"
)

func TestDelete1(t *testing.T) {
	t.Parallel()
	for kind, opts := range few() {
		for side, s := range map[string]servers{"src": {src: opts}, "dst": {dst: opts}} {
			t.Run(side+" "+kind, func(t *testing.T) {
				s := newScene(t, s)
				s.house()
				before := s.snapshot(s.src)
				s.deletes = delete1()
				o := s.run()
				o.wantErrors(0)
				s.wantSameAs(before)
				for _, f := range s.snapshot(s.src).Folders {
					if len(f.Messages) > 0 {
						t.Errorf("%s: %d messages are still on host1", f.Name, len(f.Messages))
					}
				}
				if n, _ := o.deletedMessages(true); n != o.copied() {
					t.Errorf("got %d deleted, want the %d copied", n, o.copied())
				}
			})
		}
	}
}

func TestDelete1AlreadyThere(t *testing.T) {
	t.Parallel()
	for _, unproven := range []bool{false, true} {
		t.Run(fmt.Sprint(unproven), func(t *testing.T) {
			s := newScene(t, servers{})
			s.deletes = delete1()
			s.deletes.Delete1Unproven.Value = unproven
			put(s.src, "INBOX", "same", "longer", "doomed", "new")
			put(s.dst, "INBOX", "same", "doomed deleted")
			s.messages.ResyncFlags = no()
			s.dst.Account.Box("INBOX").Add(letter("longer", "letter longer", 900), day)
			o := s.run()
			o.wantErrors(0)
			left := []string{"doomed", "longer"}
			if unproven {
				left = left[:1]
			}
			s.want(s.src, "INBOX", left...)
			s.want(s.dst, "INBOX", "same", "longer", "doomed deleted", "new")
			if kept := of[event.Kept](o); len(kept) != len(left) {
				t.Errorf("got told %v, want %d messages that stay", kept, len(left))
			}
		})
	}
}

func TestDelete1TwoRuns(t *testing.T) {
	s := newScene(t, servers{})
	s.deletes = delete1()
	put(s.src, "INBOX", "twin")
	s.src.Account.Box("INBOX").Add(letter("twin", "letter twin", 5000), day)
	for range 3 {
		s.run().wantErrors(0)
		s.want(s.src, "INBOX", "twin")
		s.want(s.dst, "INBOX", "twin")
	}
}

func TestExpunge1(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		opts     prune.Options
		src, dst []string
	}{
		{"nothing asked for", prune.Options{}, []string{"a", "user deleted"}, []string{"a", "there", "user deleted"}},
		{"by name", prune.Options{Expunge1: yes()}, []string{"a"}, []string{"a", "there"}},
		{"delete1", delete1(), nil, []string{"a", "there", "user deleted"}},
		{"delete1 and by name", prune.Options{Delete1: yes(), Expunge1: yes()}, nil, []string{"a", "there"}},
		{"delete1 noexpunge1", prune.Options{Delete1: yes(), Expunge1: no()}, []string{"there deleted"}, []string{"a", "there", "user deleted"}},
		{"delete1 noexpunge1 noexpungeaftereach", prune.Options{Delete1: yes(), Expunge1: no(), ExpungeAfterEach: no()},
			[]string{"a deleted", "there deleted", "user deleted"}, []string{"a", "there", "user deleted"}},
		{"delete1 noexpungeaftereach", prune.Options{Delete1: yes(), Expunge1: yes(), Expunge1Implied: true, ExpungeAfterEach: no()}, nil, []string{"a", "there", "user deleted"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScene(t, servers{})
			s.deletes = c.opts
			put(s.src, "INBOX", "a", "user deleted")
			if c.opts.Delete1.Value {
				put(s.src, "INBOX", "there")
			}
			put(s.dst, "INBOX", "there")
			s.run().wantErrors(0)
			s.want(s.src, "INBOX", c.src...)
			s.want(s.dst, "INBOX", c.dst...)
		})
	}
}

func TestSameFolder(t *testing.T) {
	s := newScene(t, servers{})
	s.dst = s.src
	s.deletes = delete1()
	put(s.src, "INBOX", "a", "b")
	o := s.run()
	s.want(s.src, "INBOX", "a", "b")
	if got := o.guards(); !slices.Equal(got, []plan.Guard{plan.GuardSameFolder}) || o.End != migrate.Finished {
		t.Errorf("got the guards %v and end %v, want one", got, o.End)
	}
}

func TestTwinsLeaveTogether(t *testing.T) {
	s := newScene(t, servers{dst: append(without(imap.CapMultiAppend),
		imaptest.Script(imaptest.Rule{Verb: "APPEND", Skip: 2, Times: imaptest.Always, Action: imaptest.Reply("NO for today that is enough")}))})
	s.deletes = delete1()
	s.twins("INBOX", 4)
	put(s.src, "INBOX", "a")
	s.run()
	if got := subjects(s.src, "INBOX"); len(got) < 4 {
		t.Errorf("got %q on host1, want all that look alike", got)
	}
	s.dst.ClearRules()
	s.run().wantErrors(0)
	if n1, n2 := len(subjects(s.src, "INBOX")), len(subjects(s.dst, "INBOX")); n1 != 0 || n2 != 5 {
		t.Errorf("got %d messages on host1, %d on host2, want none and 5", n1, n2)
	}
}

func TestGmailIsTold(t *testing.T) {
	s := newScene(t, servers{src: with([]imap.Capability{imap.CapGmail})})
	s.deletes = delete1()
	put(s.src, "INBOX", "a")
	if o := s.run(); !o.warned("on Gmail, deleting a message from a folder takes that label off") {
		t.Errorf("got the warnings %q, want one about labels", o.warnings())
	}
}
