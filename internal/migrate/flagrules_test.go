package migrate_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"imapsync/internal/event"
	"imapsync/internal/imap"
	"imapsync/internal/imap/server"
	"imapsync/internal/imaptest"
	"imapsync/internal/plan"
)

// flagsOf lists the flags of a mailbox, message by message, sorted.
func flagsOf(a *server.MemoryAccount, box string) (out []string) {
	for _, m := range a.Box(box).Messages() {
		words := make([]string, len(m.Flags))
		for i, f := range m.Flags {
			words[i] = string(f)
		}
		slices.Sort(words)
		out = append(out, strings.Join(words, " "))
	}
	return out
}

// TestRegexFlag rewrites the flags of copies and of messages already there, and does nothing at the
// second run.
func TestRegexFlag(t *testing.T) {
	s := newScene(t, servers{})
	s.opts = bare
	s.messages = plan.Options{Flags: plan.FlagOptions{FilterBuggy: yes(), Regex: []string{
		`s/\$Label1/From_$sync->{h1_current_folder}/`, `s,,\\Seen ,`}}}
	b := s.src.Account.Make("Box", "")
	b.Add(letter("one", "one", 200), day, "$Label1")
	b.Add(letter("two", "two", 200), day, imap.FlagSeen, `\Indexed`)
	there := s.dst.Account.Make("Box", "")
	there.Add(letter("one", "one", 200), day, imap.FlagFlagged, "Mine")
	for run := range 2 {
		s.dst.ResetCounts()
		if o := s.run(); len(o.Errors) > 0 {
			t.Fatal(o.Errors)
		}
		if got, want := flagsOf(s.dst.Account, "Box"), []string{`From_Box \Seen`, `\Seen`}; !slices.Equal(got, want) {
			t.Errorf("run %d: got %q, want %q", run+1, got, want)
		}
		if got, want := s.dst.Counts().Commands["UID STORE"], 1-run; got != want {
			t.Errorf("run %d: %d STOREs, want %d", run+1, got, want)
		}
	}
}

// TestExplainFlags shows the flags of each message once.
func TestExplainFlags(t *testing.T) {
	s := newScene(t, servers{})
	s.opts, s.explainFlags = bare, true
	s.src.Account.Box("INBOX").Add(letter("one", "one", 200), day, imap.FlagSeen)
	s.src.Account.Box("INBOX").Add(letter("two", "two", 200), day, imap.FlagDraft)
	s.dst.Account.Box("INBOX").Add(letter("one", "one", 200), day, "Mine")
	o := s.run()
	var got []string
	for _, c := range of[event.FlagsCompared](o) {
		got = append(got, fmt.Sprint(c.SrcUID, c.DstUID, c.Flags1, c.Wanted, c.Flags2, c.Differ))
	}
	slices.Sort(got)
	want := []string{`1 1 [\Seen \Recent] [\Seen] [Mine \Recent] true`, `2 0 [\Draft \Recent] [\Draft] [] false`}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestFlagsAfterCopy sets flags that host2 lost and those that changed on host1 during the copy, with
// and without UIDPLUS.
func TestFlagsAfterCopy(t *testing.T) {
	for name, opts := range map[string][]imaptest.Option{"UIDPLUS": nil, "no UIDPLUS": without(imap.CapUIDPlus)} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t, servers{dst: opts})
			s.opts = bare
			s.messages = plan.Options{Flags: plan.FlagOptions{AfterCopy: yes()}}
			src := s.src.Account.Box("INBOX")
			for i := range 6 {
				src.Add(letter(fmt.Sprint(i), fmt.Sprint("number ", i), 300), day, imap.FlagSeen)
			}
			set := func(a *server.MemoryAccount, uid imap.UID, flags ...imap.Flag) {
				if _, _, err := a.Box("INBOX").SetFlags([]imap.UID{uid}, server.FlagsSet, flags, server.NoModSeqLimit); err != nil {
					t.Error(err)
				}
			}
			var once sync.Once
			o := s.runUntil(t.Context(), func(e event.Event) {
				if _, ok := e.(event.Copied); ok {
					once.Do(func() {
						set(s.dst.Account, 1)                    // host2 has lost \Seen
						set(s.src.Account, 2, imap.FlagAnswered) // host1's user goes on working
					})
				}
			})
			if len(o.Errors) > 0 {
				t.Fatal(o.Errors)
			}
			got := flagsOf(s.dst.Account, "INBOX")
			if want := []string{`\Seen`, `\Answered`, `\Seen`, `\Seen`, `\Seen`, `\Seen`}; !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
			c := s.dst.Counts().Commands
			if c["UID STORE"] != 2 {
				t.Errorf("%d STOREs, want 2", c["UID STORE"])
			}
		})
	}
}

// TestTwinsKeepTheirFlags leaves copies alone that cannot be told apart where host2 tells no UIDs.
func TestTwinsKeepTheirFlags(t *testing.T) {
	s := newScene(t, servers{dst: without(imap.CapUIDPlus)})
	s.opts = bare
	s.messages = plan.Options{Flags: plan.FlagOptions{AfterCopy: yes()}}
	s.twins("INBOX", 2)
	o := s.run()
	if s.dst.Counts().Commands["UID STORE"] != 0 {
		t.Error("flags were set on a guess")
	}
	if o.copied() > 1 && !o.warned("keep the flags") {
		t.Errorf("no warning about %d copies, only %q", o.copied(), o.warnings())
	}
}

// TestBusyStore asks again when a server is busy, and tells a lasting refusal once.
func TestBusyStore(t *testing.T) {
	for name, test := range map[string]struct {
		answer string
		times  int
		errors int
	}{
		"for a moment": {"NO [UNAVAILABLE] later", 2, 0},
		"for long":     {"NO [UNAVAILABLE] later", imaptest.Always, 1},
		"for good":     {"BAD Command Argument Error. 11", 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t, servers{})
			s.opts = bare
			s.src.Account.Box("INBOX").Add(letter("one", "one", 200), day, imap.FlagSeen)
			s.dst.Account.Box("INBOX").Add(letter("one", "one", 200), day)
			s.dst.Rules(imaptest.Rule{Verb: "STORE", Times: test.times, Action: imaptest.Reply(test.answer)})
			o := s.run()
			if len(o.Errors) != test.errors {
				t.Errorf("got %v, want %d errors", o.Errors, test.errors)
			}
			if seen := flagsOf(s.dst.Account, "INBOX")[0] == `\Seen`; seen != (test.errors == 0) {
				t.Errorf("\\Seen is %v", seen)
			}
		})
	}
}
