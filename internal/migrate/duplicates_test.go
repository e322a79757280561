package migrate_test

import (
	"fmt"
	"strings"
	"testing"

	"imapsync/internal/event"
	"imapsync/internal/imap"
	"imapsync/internal/imaptest"
	"imapsync/internal/plan"
)

// TestSyncDuplicates copies twins as often as host1 has them, and says how many there are.
func TestSyncDuplicates(t *testing.T) {
	t.Parallel()
	for name, dst := range few() {
		t.Run(name, func(t *testing.T) {
			s := newScene(t, servers{dst: dst})
			s.messages.SyncDuplicates = yes()
			s.fill("INBOX", 3, 300)
			box := s.src.Account.Box("INBOX")
			for range 4 {
				box.Add(box.Text(2), day)
			}
			s.dst.Account.Make("INBOX", "").Add(box.Text(2), day)
			o := s.run()
			o.wantErrors(0)
			if n := o.copied(); n != 6 {
				t.Errorf("got %d copied, want 6", n)
			}
			for _, l := range of[event.FolderListed](o) {
				if l.Duplicates > 0 && l.Duplicates != 4 {
					t.Errorf("got %d duplicates, want 4", l.Duplicates)
				}
			}
			again := s.run()
			again.wantErrors(0)
			if n := again.copied(); n != 0 {
				t.Errorf("got %d copied by the second run, want none", n)
			}
		})
	}
}

// TestCrossDuplicates leaves out what an earlier folder of host2 has or has got.
func TestCrossDuplicates(t *testing.T) {
	s := newScene(t, servers{})
	s.messages.SkipCrossDuplicates, s.messages.DebugCrossDuplicates = yes(), yes()
	s.fill("Alpha", 20, 300)
	all := s.src.Account.Make("Zulu", "")
	for _, m := range s.src.Account.Box("Alpha").Messages() {
		all.Add(s.src.Account.Box("Alpha").Text(m.UID), m.Date)
	}
	s.fill("Zulu", 2, 500) // numbers 20 and 21: only there
	s.src.Account.Make("Beta", "")
	s.dst.Account.Make("Beta", "").Add(all.Text(21), day)
	o := s.run()
	o.wantErrors(0)
	o.wantSkipped(plan.CrossDuplicate, 21) // one of them is in Beta of host2
	if n := o.copied(); n != 21 {
		t.Errorf("got %d copied, want 20 to Alpha and 1 to Zulu", n)
	}
	told := 0
	for _, n := range of[event.Note](o) {
		if n.Level == event.Info && strings.HasPrefix(n.Text, "Host1: found that msg Zulu/") && strings.HasSuffix(n.Text, " is also in Host2 folders Alpha") {
			told++
		}
	}
	if told != 20 {
		t.Errorf("got %d lines of --debugcrossduplicates, want 20", told)
	}
	for _, f := range of[event.FolderDone](o) {
		if f.Missing2 != 0 || !f.Complete {
			t.Errorf("%s: got %d missing, complete %t", f.Src, f.Missing2, f.Complete)
		}
	}
}

// TestCrossDuplicatesInOrder has many folders that share their messages, and may be merged: each message
// is in the first folder that has it.
func TestCrossDuplicatesInOrder(t *testing.T) {
	t.Parallel()
	for name, set := range map[string]func(s *scene){
		"one connection": func(s *scene) { s.connections = 1 },
		"several":        func(*scene) {},
		"merged":         func(s *scene) { s.folders.RegexTrans2 = []string{"s/^Box(0[369])$/All/"} },
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t, servers{})
			s.messages.SkipCrossDuplicates = yes()
			set(s)
			for i := range 12 {
				box := s.src.Account.Make(fmt.Sprintf("Box%02d", i), "")
				for n := range 40 - 3*i {
					box.Add(letter(fmt.Sprint("shared", n), "shared", 400), day)
				}
				box.Add(letter(fmt.Sprint("own", i), "own", 400), day)
			}
			o := s.run()
			o.wantErrors(0)
			if n := o.copied(); n != 40+12 {
				t.Errorf("got %d copied, want 40 to the first folder and one to each", n)
			}
			if n := len(s.dst.Account.Box("Box00").Messages()); n != 41 {
				t.Errorf("got %d in the first folder, want 41", n)
			}
			again := s.run()
			again.wantErrors(0)
			if n := again.copied(); n != 0 {
				t.Errorf("got %d copied by the second run", n)
			}
		})
	}
}

// TestCrossDuplicateNotStored copies a message to a later folder when host2 refused it in the
// earlier one.
func TestCrossDuplicateNotStored(t *testing.T) {
	s := newScene(t, servers{dst: rules(imaptest.Rule{Verb: "APPEND", Match: "Alpha", Times: imaptest.Always, Action: imaptest.Reply("NO not here")})})
	s.messages.SkipCrossDuplicates = yes()
	s.fill("Alpha", 3, 300)
	s.src.Account.Make("Zulu", "")
	for uid := range imap.UID(3) {
		s.src.Account.Box("Zulu").Add(s.src.Account.Box("Alpha").Text(uid+1), day)
	}
	o := s.run()
	o.wantSkipped(plan.AppendRefused, 3)
	if got := len(s.dst.Account.Box("Zulu").Messages()); got != 3 {
		t.Errorf("got %d in Zulu, want 3: %s", got, fmt.Sprint(o.Errors))
	}
}

// TestCrossDuplicateDeleted copies a message that an earlier folder of host2 had until this run.
func TestCrossDuplicateDeleted(t *testing.T) {
	s := newScene(t, servers{})
	s.messages.SkipCrossDuplicates = yes()
	s.deletes = delete2()
	s.fill("Alpha", 3, 300)
	s.fill("Zulu", 1, 300)
	zulu := s.src.Account.Box("Zulu")
	s.dst.Account.Make("Alpha", "").Add(zulu.Text(1), day)
	o := s.run()
	o.wantErrors(0)
	if n := len(s.dst.Account.Box("Zulu").Messages()); n != 1 {
		t.Errorf("got %d messages in Zulu, want 1", n)
	}
	s.wantSame()
}
