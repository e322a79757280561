package migrate_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"imapsync/internal/event"
	"imapsync/internal/imap"
	"imapsync/internal/imaptest"
	"imapsync/internal/plan"
	"imapsync/internal/prune"
)

func TestDryDeletions(t *testing.T) {
	t.Parallel()
	all := prune.Options{Delete1EmptyFolders: yes(), Delete2Folders: yes(), Expunge1: yes(), Expunge2: yes(), UIDExpunge2: yes()}
	for name, opts := range map[string]func(*prune.Options){
		"delete1": func(o *prune.Options) { o.Delete1, o.Delete2Folders = yes(), no() }, // together they are refused where folders have messages
		"delete2": func(o *prune.Options) { o.Delete2, o.Delete2Duplicates = yes(), yes() },
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t, servers{})
			s.opts.Dry = yes()
			s.deletes = all
			opts(&s.deletes)
			put(s.src, "INBOX", "a", "b deleted", "new")
			put(s.dst, "INBOX", "a", "a", "b", "extra", "gone deleted")
			put(s.dst, "Only2", "x")
			s.src.Account.Make("Empty", "")
			src, dst := s.snapshot(s.src), s.snapshot(s.dst)
			o := s.run()
			o.wantErrors(0)
			for _, c := range [][2]imaptest.Snapshot{{src, s.snapshot(s.src)}, {dst, s.snapshot(s.dst)}} {
				if d := imaptest.Compare(c[1], c[0]); len(d) > 0 {
					t.Errorf("a dry run changes something: %v", d)
				}
			}
			for _, srv := range []*imaptest.Server{s.src, s.dst} {
				for _, verb := range []string{"STORE", "EXPUNGE", "DELETE", "UNSUBSCRIBE", "SELECT", "CLOSE"} {
					if n := srv.Counts().Commands[verb] + srv.Counts().Commands["UID "+verb]; n > 0 {
						t.Errorf("got %d %s, want none", n, verb)
					}
				}
			}
			if n := len(of[event.Marking](o)); n == 0 {
				t.Error("nothing is told of what would be deleted")
			}
			if n := len(of[event.Deleted](o)); n > 0 {
				t.Errorf("%d deletions are counted", n)
			}
		})
	}
}

func TestNoUIDPlus(t *testing.T) {
	t.Parallel()
	for _, side := range []string{"1", "2"} {
		t.Run(side, func(t *testing.T) {
			s := newScene(t, servers{src: without(imap.CapUIDPlus), dst: without(imap.CapUIDPlus)})
			s.messages.ResyncFlags = no()
			box := s.dst
			if side == "1" {
				s.deletes = delete1()
				put(s.src, "INBOX", "a", "b")
				s.src.Account.Box("INBOX").Add(letter("mine", "differs", 700), day, imap.FlagDeleted)
				put(s.dst, "INBOX", "mine")
				box = s.src
			} else {
				s.deletes = delete2()
				s.messages.MaxSize = number(1)
				put(s.src, "INBOX", "mine")
				put(s.dst, "INBOX", "a", "b", "mine deleted")
			}
			o := s.run()
			o.wantErrors(0)
			s.want(box, "INBOX", "a deleted", "b deleted", "mine deleted")
			if !o.warned("stay marked") {
				t.Errorf("got the warnings %q, want one about what stays", o.warnings())
			}
			one, two := o.deletedMessages(false)
			if one+two != 2 {
				t.Errorf("got %d marked, want 2", one+two)
			}
		})
	}
}

func TestGuards(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		set    func(*scene)
		guards []plan.Guard
		errors int
	}{
		{"host1's account is empty", func(*scene) {}, []plan.Guard{plan.GuardMismatch}, 1},
		{"host1's folder only is empty", func(s *scene) { put(s.src, "Work", "w") }, nil, 0},
		{"nothing matches", func(s *scene) { s.fill("INBOX", 80, 300) }, []plan.Guard{plan.GuardMismatch}, 1},
		{"nothing matches, but the user knows", func(s *scene) { s.fill("INBOX", 80, 300); s.deletes.MaxDeletions = word("100%") }, nil, 0},
		{"a number", func(s *scene) { put(s.src, "Work", "w"); s.deletes.MaxDeletions = word("119") }, []plan.Guard{plan.GuardLimit}, 1},
		{"a share", func(s *scene) { put(s.src, "Work", "w"); s.deletes.MaxDeletions = word("99%") }, []plan.Guard{plan.GuardLimit}, 1},
		{"just enough", func(s *scene) { put(s.src, "Work", "w"); s.deletes.MaxDeletions = word("120") }, nil, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScene(t, servers{})
			s.deletes = delete2()
			var ids []string
			for i := range 120 {
				ids = append(ids, fmt.Sprint("old", i))
			}
			put(s.dst, "INBOX", ids...)
			c.set(s)
			o := s.run()
			o.wantErrors(c.errors)
			if got := o.guards(); !slices.Equal(got, c.guards) {
				t.Errorf("got the guards %v, want %v", got, c.guards)
			}
			left := 0
			for _, id := range subjects(s.dst, "INBOX") {
				if strings.HasPrefix(id, "old") {
					left++
				}
			}
			if gone := len(c.guards) == 0; gone != (left == 0) {
				t.Errorf("%d messages are left of 120", left)
			}
		})
	}
}

func TestIncompleteListings(t *testing.T) {
	t.Parallel()
	hide := imaptest.Rule{Verb: "FETCH", Times: imaptest.Always, Action: imaptest.HideMessages(2)}
	refuse := imaptest.Rule{Verb: "FETCH", Times: imaptest.Always, Action: imaptest.Reply("NO not now, nor ever")}
	for name, srv := range map[string]servers{
		"host1 hides": {src: rules(hide)}, "host1 refuses": {src: rules(refuse)},
		"host2 hides": {dst: rules(hide)}, "host2 refuses": {dst: rules(refuse)},
	} {
		for option, opts := range map[string]prune.Options{"delete1": delete1(), "delete2": delete2()} {
			t.Run(name+" "+option, func(t *testing.T) {
				s := newScene(t, srv)
				s.deletes = opts
				put(s.src, "INBOX", "a", "b", "c")
				put(s.dst, "INBOX", "x", "a", "b", "y")
				o := s.run()
				if len(o.Errors) == 0 {
					t.Error("got no error, want one")
				}
				s.want(s.src, "INBOX", "a", "b", "c")
				for _, id := range []string{"x", "y", "a", "b"} {
					if !slices.Contains(subjects(s.dst, "INBOX"), id) {
						t.Errorf("%s is gone", id)
					}
				}
			})
		}
	}
}
