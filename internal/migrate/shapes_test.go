package migrate_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"imapsync/internal/event"
	"imapsync/internal/imap"
	"imapsync/internal/imaptest"
	"imapsync/internal/migrate"
	"imapsync/internal/plan"
)

// TestMerged copies two folders into one: what both have is there once, what one of them has is too.
func TestMerged(t *testing.T) {
	t.Parallel()
	for name, dst := range kinds() {
		t.Run(name, func(t *testing.T) {
			s := newScene(t, servers{dst: dst})
			s.folders.RegexTrans2 = []string{"s/^(One|Two)$/Both/"}
			s.fill("One", 20, 300)
			s.fill("Two", 20, 700)
			for _, m := range s.src.Account.Box("One").Messages()[:5] {
				s.src.Account.Box("Two").Add(s.src.Account.Box("One").Text(m.UID), m.Date, m.Flags...)
			}
			want := s.snapshot(s.src)
			both := imaptest.Folder{Name: "Both", Selectable: true}
			for _, f := range want.Folders {
				both.Messages = append(both.Messages, f.Messages[:min(20, len(f.Messages))]...)
			}
			want.Folders = append(want.Folders[:1:1], both)
			o := s.run()
			o.wantErrors(0)
			o.wantOneEnd()
			s.wantSameAs(want)
			s.wantRerun()
		})
	}
}

// TestMergedLosesAnswers does so while answers are lost.
func TestMergedLosesAnswers(t *testing.T) {
	t.Parallel()
	for _, seed := range seeds(8, 100) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			s := newScene(t, servers{dst: append(rules(
				imaptest.Rule{Verb: "APPEND", Skip: int(seed), Action: imaptest.Drop(imaptest.AfterCommand)},
				imaptest.Rule{Verb: "APPEND", Skip: int(2*seed) + 5, Action: imaptest.Drop(imaptest.BeforeAnswer)}), without(imap.CapMultiAppend)...)})
			s.folders.RegexTrans2 = []string{"s/^(One|Two|Three)$/All/"}
			var want imaptest.Folder
			for _, box := range []string{"One", "Two", "Three"} {
				s.fill(box, 15, 300)
				f, _ := s.snapshot(s.src).Find(box)
				want.Messages = append(want.Messages, f.Messages...)
			}
			want.Name, want.Selectable = "All", true
			o := s.run()
			o.wantErrors(0)
			o.wantOneEnd()
			s.wantSameAs(imaptest.Snapshot{Folders: []imaptest.Folder{want, {Name: "INBOX", Selectable: true}}})
			s.wantRerun()
		})
	}
}

// TestCaseTwins are folders whose names differ in letter case only.
func TestCaseTwins(t *testing.T) {
	t.Parallel()
	for _, mix := range []bool{true, false} {
		t.Run(fmt.Sprint("mixfolders ", mix), func(t *testing.T) {
			s := newScene(t, servers{})
			if !mix {
				s.folders.MixFolders = no()
			}
			s.fill("Work", 5, 300)
			s.fill("WORK", 5, 300)
			s.fill("work", 5, 300)
			s.run().wantComplete()
		})
	}
}

// TestNoMixFolders has a folder on host2 that only answers to its name: other letters of a listed one,
// as on servers that ignore the letter case. --nomixfolders leaves it alone.
func TestNoMixFolders(t *testing.T) {
	t.Parallel()
	for _, mix := range []bool{true, false} {
		t.Run(fmt.Sprint(mix), func(t *testing.T) {
			s := newScene(t, servers{dst: rules(imaptest.Rule{Verb: "LIST", Times: imaptest.Always, Action: imaptest.Rewrite(func(r *imaptest.Response) {
				r.Hide = r.Hide || strings.HasSuffix(r.Head, " B")
			})})})
			s.folders.MixFolders.Given, s.folders.MixFolders.Value = true, mix
			s.fill("A", 5, 300)
			s.fill("B", 5, 300)
			s.dst.Account.Make("B", "").Add(letter("stranger", "stranger", 300), day)
			o := s.run()
			o.wantErrors(0)
			o.wantOneEnd()
			want := map[bool]int{true: 6, false: 1}[mix]
			if n := len(s.dst.Account.Box("B").Messages()); n != want {
				t.Errorf("got %d messages in B, want %d", n, want)
			}
			if n := len(s.dst.Account.Box("A").Messages()); n != 5 {
				t.Errorf("got %d messages in A, want 5", n)
			}
		})
	}
}

// TestJustFolders creates and subscribes, without any message.
func TestJustFolders(t *testing.T) {
	s := newScene(t, servers{})
	s.opts.JustFolders = yes()
	s.fill("A/B/C", 5, 300)
	s.fill("INBOX", 5, 300)
	o := s.run()
	o.wantErrors(0)
	got := s.snapshot(s.dst)
	if f, ok := got.Find("A/B/C"); !ok || !f.Selectable || !f.Subscribed || len(f.Messages) > 0 {
		t.Errorf("got %v, want an empty subscribed folder", f)
	}
	if n, _ := got.Count(); n > 0 || o.copied() > 0 || s.dst.Counts().Commands["APPEND"] > 0 {
		t.Errorf("got %d messages, want none", n)
	}
	s.opts.JustFolders = no()
	s.run().wantComplete()
}

// reading are the commands that change nothing. SELECT is not among them: it takes \Recent away.
var reading = []string{"CAPABILITY", "LOGIN", "ID", "NAMESPACE", "LIST", "LSUB", "EXAMINE", "UID FETCH", "STATUS", "LOGOUT", "NOOP",
	"ENABLE", "UID SEARCH", "UNSELECT", "GETQUOTAROOT"}

// wantReadOnly demands that a server has met reading commands only.
func (s *scene) wantReadOnly(name string, srv *imaptest.Server) {
	s.Helper()
	for verb := range srv.Counts().Commands {
		if !strings.Contains(" "+strings.Join(reading, " ")+" ", " "+verb+" ") {
			s.Errorf("%s: got the command %s", name, verb)
		}
	}
}

// TestDry changes nothing on either side, whatever there would be to do.
func TestDry(t *testing.T) {
	t.Parallel()
	for _, o := range []migrate.Options{{}, {JustFolders: yes()}, {JustFolderSizes: yes()}} {
		t.Run(fmt.Sprintf("%+v", o), func(t *testing.T) {
			s := newScene(t, servers{})
			s.house()
			s.fill("New/Folder", 3, 300)
			some := s.src.Account.Box("INBOX").Messages()[:10]
			for _, m := range some { // there already, with other flags
				s.dst.Account.Box("INBOX").Add(s.src.Account.Box("INBOX").Text(m.UID), m.Date, imap.FlagDeleted)
			}
			was1, was2 := s.snapshot(s.src), s.snapshot(s.dst)
			s.opts = o
			s.opts.Dry = yes()
			out := s.run()
			out.wantErrors(0)
			s.wantReadOnly("host1", s.src)
			s.wantReadOnly("host2", s.dst)
			s.wantUntouched(was2)
			if d := imaptest.Compare(s.snapshot(s.src), was1); len(d) > 0 {
				t.Errorf("host1 has changed: %q", d)
			}
			if !o.JustFolders.Value && !o.JustFolderSizes.Value {
				out.wantOneEnd()
				out.wantSkipped(plan.AlreadyThere, len(some))
				if n, _ := was1.Count(); out.skipped(plan.DryRun) != n-len(some) {
					t.Errorf("got %d to be copied, want %d", out.skipped(plan.DryRun), n-len(some))
				}
			}
		})
	}
}

// TestSourceIsOnlyRead: a whole run leaves host1 as it was, unseen messages and \Recent included.
func TestSourceIsOnlyRead(t *testing.T) {
	s := newScene(t, servers{})
	s.house()
	was := s.snapshot(s.src)
	s.run().wantComplete()
	s.wantReadOnly("host1", s.src)
	if d := imaptest.Compare(s.snapshot(s.src), was); len(d) > 0 {
		t.Errorf("host1 has changed: %q", d)
	}
}

// TestJustFolderSizes tells the figures of both sides and changes nothing.
func TestJustFolderSizes(t *testing.T) {
	s := newScene(t, servers{})
	s.opts.JustFolderSizes = yes()
	s.fill("INBOX", 10, 300)
	s.fill("Sent", 2, 1000)
	was := s.snapshot(s.dst)
	o := s.run()
	o.wantErrors(0)
	if o.End != migrate.Sized {
		t.Errorf("got end %d, want sizes", o.End)
	}
	totals := of[event.TotalSizes](o)
	if n, size := s.snapshot(s.src).Count(); len(totals) != 1 || totals[0].Host1.Messages != int64(n) || totals[0].Host1.Bytes != size {
		t.Errorf("got %+v, want %d messages of %d octets", totals, n, size)
	}
	s.wantReadOnly("host2", s.dst)
	s.wantUntouched(was)
}

// TestFlagsFollow sets flags that changed since the last run, with as few commands as there are
// combinations.
func TestFlagsFollow(t *testing.T) {
	t.Parallel()
	for _, lost := range []bool{false, true} {
		t.Run(fmt.Sprint("connection lost ", lost), func(t *testing.T) {
			s := newScene(t, servers{})
			s.fill("INBOX", 300, 300)
			s.run().wantErrors(0)
			b := s.dst.Account.Box("INBOX")
			var all []imap.UID
			for _, m := range b.Messages() {
				all = append(all, m.UID)
			}
			for i, u := range all {
				flag := []imap.Flag{imap.FlagSeen, imap.FlagDeleted, "other"}[i%3]
				if _, _, err := b.SetFlags([]imap.UID{u}, 0, []imap.Flag{flag}, 1<<62); err != nil {
					t.Fatal(err)
				}
			}
			if lost {
				s.dst.Rules(imaptest.Rule{Verb: "STORE", Skip: 1, Action: imaptest.Drop(imaptest.BeforeAnswer)})
			}
			s.dst.ResetCounts()
			s.run().wantComplete()
			if n := s.dst.Counts().Commands["UID STORE"]; n > 12 {
				t.Errorf("got %d STOREs, want a few", n)
			}
		})
	}
}

// TestTurns counts how often the servers have to wait for the client: with few connections and
// much latency that is the time a run takes.
func TestTurns(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name              string
		folders, messages int
		most1, most2      int // turns
	}{
		{"one folder of 2000", 1, 2000, 30, 40},
		{"50 folders of 10", 50, 10, 140, 140},
	} {
		t.Run(tt.name, func(t *testing.T) {
			latency := []imaptest.Option{imaptest.Latency(10 * time.Millisecond)}
			s := newScene(t, servers{latency, latency})
			s.opts = bare
			for i := range tt.folders {
				s.fill(fmt.Sprintf("Folder %02d", i), tt.messages, 300)
			}
			start := time.Now()
			o := s.run()
			o.wantErrors(0)
			c1, c2 := s.src.Counts(), s.dst.Counts()
			t.Logf("%v, host1 %d turns on %d connections %v, host2 %d on %d %v", time.Since(start), c1.Turns, c1.Connections, c1.Commands, c2.Turns, c2.Connections, c2.Commands)
			if c1.Turns > tt.most1 || c2.Turns > tt.most2 {
				t.Errorf("got %d turns on host1, %d on host2, want %d and %d at most", c1.Turns, c2.Turns, tt.most1, tt.most2)
			}
			o.wantOneEnd()
			s.wantSame()
		})
	}
}
