package migrate_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"imapsync/internal/event"
	"imapsync/internal/fault"
	"imapsync/internal/imap"
	"imapsync/internal/imaptest"
	"imapsync/internal/migrate"
	"imapsync/internal/plan"
	"imapsync/internal/state"
)

// remembering makes a scene keep what it copied.
func (s *scene) remembering(byUID bool) *scene {
	s.state = state.Rules{Use: true, AfterCopy: true, ByUID: byUID, Dir: s.TempDir(), Lock: true}
	return s
}

func (o *outcome) wantCopied(n int) {
	o.Helper()
	if got := o.copied(); got != n {
		o.Errorf("got %d copied, want %d: %v", got, n, of[event.Skipped](o))
	}
}

func (o *outcome) noted(text string) (n int) {
	for _, x := range of[event.Note](o) {
		if strings.Contains(x.Text, text) {
			n++
		}
	}
	return n
}

// mixed fills a folder with letters, twins of them, and messages without Message-Id.
func (s *scene) mixed(box string) (all int) {
	s.fill(box, 20, 300)
	b := s.src.Account.Box(box)
	for uid := range imap.UID(3) {
		b.Add(b.Text(uid+1), day)
	}
	s.twins(box, 4)
	return len(b.Messages())
}

// TestUseCache takes what an earlier run has copied for known, and copies what is not on host2 any more.
func TestUseCache(t *testing.T) {
	t.Parallel()
	for name, dst := range few() {
		t.Run(name, func(t *testing.T) {
			s := newScene(t, servers{dst: dst}).remembering(false)
			all := s.mixed("INBOX") - 3 // duplicates stay behind
			first := s.run()
			first.wantErrors(0)
			first.wantCopied(all)
			if first.noted("CACHE h1 h2: 0 files") != 1 || first.noted("Local cache directory: ") != 1 {
				t.Errorf("got the notes %v", of[event.Note](first))
			}
			s.run().wantCopied(0) // without UIDPLUS pairs are found now
			third := s.run()
			third.wantErrors(0)
			third.wantCopied(0)
			third.wantSkipped(plan.KnownPair, all)
			if third.noted(fmt.Sprintf("CACHE h1 h2: %d files", all)) != 1 {
				t.Errorf("got the notes %v", of[event.Note](third))
			}
			box := s.dst.Account.Box("INBOX")
			if err := box.Remove([]imap.UID{box.Messages()[5].UID}); err != nil {
				t.Fatal(err)
			}
			s.run().wantCopied(1)
			s.run().wantCopied(0)
		})
	}
}

// TestUseUID copies everything, duplicates too, and never asks about what it has copied.
func TestUseUID(t *testing.T) {
	s := newScene(t, servers{}).remembering(true)
	all := s.mixed("INBOX")
	never := imaptest.Rule{Verb: "FETCH", Match: headerPass, Times: imaptest.Always, Action: imaptest.Reply("NO why?")}
	s.src.Rules(never)
	s.dst.Rules(never)
	first := s.run()
	first.wantErrors(0)
	first.wantCopied(all)
	asked := s.src.Counts().Commands["UID FETCH"]
	o := s.run()
	o.wantErrors(0)
	o.wantCopied(0)
	o.wantSkipped(plan.KnownPair, all)
	if n := s.src.Counts().Commands["UID FETCH"] - asked; n > 1 {
		t.Errorf("got %d FETCH of host1, want the listing alone", n)
	}
	s.fill("INBOX", 2, 400)
	s.run().wantCopied(2)
}

// TestLostState has every kind of loss between two runs: nothing is copied twice.
func TestLostState(t *testing.T) {
	t.Parallel()
	for name, lose := range map[string]func(s *scene, file string){
		"deleted": func(s *scene, file string) { os.Remove(file) },
		"damaged": func(s *scene, file string) { os.WriteFile(file, []byte("nonsense"), 0o600) },
		"never written": func(s *scene, file string) {
			s.state.None = true
		},
		"elsewhere": func(s *scene, file string) { s.state.Dir = s.TempDir() },
		"read only": func(s *scene, file string) {
			blocked := filepath.Join(s.TempDir(), "file")
			os.WriteFile(blocked, nil, 0o600)
			s.state.Dir = blocked
		},
		"not after the copy": func(s *scene, file string) { os.Remove(file); s.state.AfterCopy = false },
	} {
		for _, byUID := range []bool{false, true} {
			t.Run(fmt.Sprint(name, " ", byUID), func(t *testing.T) {
				s := newScene(t, servers{}).remembering(byUID)
				s.mixed("INBOX")
				s.fill("Other", 5, 300)
				s.run().wantErrors(0)
				files, _ := filepath.Glob(filepath.Join(s.state.Dir, "pairs", "*.db"))
				if len(files) != 1 {
					t.Fatalf("got the files %v, want one", files)
				}
				lose(s, files[0])
				o := s.run()
				o.wantErrors(0)
				o.wantCopied(0)
				if (name == "damaged" || name == "read only") != (len(o.warnings()) == 1) {
					t.Errorf("got the warnings %q", o.warnings())
				}
				s.run().wantCopied(0)
			})
		}
	}
}

// TestFolderMadeAnew has host1's folder deleted and made again, with other messages under the old UIDs.
func TestFolderMadeAnew(t *testing.T) {
	t.Parallel()
	for _, byUID := range []bool{false, true} {
		t.Run(fmt.Sprint(byUID), func(t *testing.T) {
			s := newScene(t, servers{}).remembering(byUID)
			s.fill("Box", 5, 300)
			s.run().wantCopied(5)
			if err := s.src.Account.Delete("Box"); err != nil {
				t.Fatal(err)
			}
			box := s.src.Account.Make("Box", "")
			for i := range 5 {
				box.Add(letter(fmt.Sprint("new", i), "new", 300), day)
			}
			o := s.run()
			o.wantErrors(0)
			o.wantCopied(5)
		})
	}
}

// TestCopyAll is --useuid --nousecache: every run copies everything.
func TestCopyAll(t *testing.T) {
	s := newScene(t, servers{})
	s.state = state.Rules{ByUID: true}
	all := s.mixed("INBOX")
	for range 2 {
		o := s.run()
		o.wantErrors(0)
		o.wantCopied(all)
	}
}

// TestInterruptedWhileRemembering ends runs at random places: the next ones copy what is missing, once.
func TestInterruptedWhileRemembering(t *testing.T) {
	t.Parallel()
	for _, byUID := range []bool{false, true} {
		for _, seed := range seeds(6, 60) {
			t.Run(fmt.Sprint(byUID, seed), func(t *testing.T) {
				s := newScene(t, servers{dst: rules(imaptest.Rule{Verb: "APPEND", Skip: int(seed), Action: imaptest.Drop(imaptest.AfterCommand)})}).remembering(byUID)
				all := s.mixed("INBOX")
				if !byUID {
					all -= 3
				}
				ctx, cancel := context.WithCancel(context.Background())
				n := 0
				o := s.runUntil(ctx, func(e event.Event) {
					if _, ok := e.(event.Copied); ok {
						if n++; n == int(seed)*3 {
							cancel()
						}
					}
				})
				cancel()
				if o.End != migrate.Finished && o.End != migrate.Interrupted {
					t.Errorf("got the end %v", o.End)
				}
				for range 2 {
					s.run().wantErrors(0)
				}
				s.dst.Settle()
				if got := len(s.dst.Account.Box("INBOX").Messages()); got != all {
					t.Errorf("got %d messages on host2, want %d", got, all)
				}
			})
		}
	}
}

// TestHeldFolder ends a run that would fill a folder another run is filling.
func TestHeldFolder(t *testing.T) {
	s := newScene(t, servers{}).remembering(false)
	s.fill("INBOX", 3, 300)
	first := true
	var second *outcome
	o := s.runUntil(context.Background(), func(e event.Event) {
		if _, ok := e.(event.Copied); ok && first {
			first = false
			second = s.run()
		}
	})
	o.wantErrors(0)
	if second == nil || second.End != migrate.Failed || len(second.Errors) != 1 || second.Errors[0].Kind != fault.PIDFile ||
		!strings.Contains(second.Errors[0].Text, fmt.Sprintf("folder INBOX of host2 is being synced by process %d on ", os.Getpid())) {
		t.Errorf("got %+v", second.Result)
	}
	second.wantCopied(0)
	s.opts.Dry = yes()
	s.run().wantErrors(0)
}

// TestDryRunRemembersNothing leaves no trace where nothing was.
func TestDryRunRemembersNothing(t *testing.T) {
	s := newScene(t, servers{}).remembering(true)
	s.fill("INBOX", 3, 300)
	s.opts.Dry = yes()
	s.run().wantSkipped(plan.DryRun, 3)
	if left, _ := os.ReadDir(s.state.Dir); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
	s.opts.Dry = no()
	s.run().wantCopied(3)
	s.opts.Dry = yes()
	s.run().wantSkipped(plan.KnownPair, 3)
}

// TestOldCacheHints reads a cache folder of 2.229: pairs that are right decide which copy belongs to
// which duplicate, wrong ones change nothing.
func TestOldCacheHints(t *testing.T) {
	s := newScene(t, servers{}).remembering(true)
	s.state.OldCache = s.TempDir()
	s.fill("INBOX", 4, 300)
	box := s.src.Account.Box("INBOX")
	two := s.dst.Account.Make("INBOX", "")
	for _, uid := range []imap.UID{1, 2, 2} {
		two.Add(box.Text(uid), day)
	}
	host1, _, _ := strings.Cut(s.src.Addr, ":")
	host2, _, _ := strings.Cut(s.dst.Addr, ":")
	dir := state.OldCache(s.state.OldCache, host1, imaptest.User, host2, imaptest.User, "INBOX", "INBOX", "/", "/")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"2_3", "3_1"} { // the second is wrong
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	o := s.run()
	o.wantErrors(0)
	o.wantCopied(2)
	o.wantSkipped(plan.KnownPair, 1)
	o.wantSkipped(plan.AlreadyThere, 1)
}

// TestUseUIDDeletes removes on host2 what a remembered pair says is gone from host1, and nothing before
// a run has finished the folder.
func TestUseUIDDeletes(t *testing.T) {
	s := newScene(t, servers{}).remembering(true)
	s.deletes = delete2()
	all := s.mixed("INBOX")
	s.dst.Account.Make("INBOX", "").Add(letter("foreign", "foreign", 300), day)
	o := s.run()
	o.wantCopied(all)
	refused := of[event.DeletionRefused](o)
	if len(refused) != 1 || refused[0].Guard != plan.GuardForgotten || refused[0].Messages != 1 {
		t.Errorf("got the refusals %+v", refused)
	}
	// A twin of the first three, a message without Message-Id, and one like any other.
	if err := s.src.Account.Box("INBOX").Remove([]imap.UID{10, 21, 25}); err != nil {
		t.Fatal(err)
	}
	o = s.run()
	o.wantErrors(0)
	o.wantCopied(0)
	s.wantSame()
	s.run().wantCopied(0)
	s.wantSame()
}
