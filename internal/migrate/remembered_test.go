package migrate_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"imapsync/internal/account"
	"imapsync/internal/event"
	"imapsync/internal/imap"
	"imapsync/internal/imap/server"
	"imapsync/internal/imaptest"
	"imapsync/internal/state"
)

// listings makes a scene remember what folders held, and no pairs.
func (s *scene) listings() *scene {
	s.state = state.Rules{Listings: true, Dir: s.TempDir(), Lock: true}
	return s
}

// reset forgets what was counted on both sides.
func (s *scene) reset() {
	s.src.ResetCounts()
	s.dst.ResetCounts()
}

var highest = regexp.MustCompile(`HIGHESTMODSEQ \d+`)

// rewriting changes what a server says of folders.
func rewriting(change func(line string) string) []imaptest.Option {
	act := imaptest.Rewrite(func(r *imaptest.Response) { r.Head = change(r.Head) })
	var out []imaptest.Rule
	for _, verb := range []string{"SELECT", "EXAMINE", "STATUS", "LIST"} {
		out = append(out, imaptest.Rule{Verb: verb, Times: imaptest.Always, Action: act})
	}
	return rules(out...)
}

// frozen is a server whose HIGHESTMODSEQ never moves and for which nothing ever changes.
func frozen() []imaptest.Option {
	return append(rewriting(func(line string) string { return highest.ReplaceAllString(line, "HIGHESTMODSEQ 7") }),
		rules(imaptest.Rule{Verb: "FETCH", Match: "CHANGEDSINCE", Times: imaptest.Always, Action: imaptest.Reply("OK nothing")})...)
}

// halfFrozen is one whose HIGHESTMODSEQ moves with new messages only.
func halfFrozen() []imaptest.Option {
	next := regexp.MustCompile(`UIDNEXT (\d+)`)
	var last atomic.Value
	last.Store("1")
	return append(rewriting(func(line string) string {
		if m := next.FindStringSubmatch(line); m != nil {
			last.Store(m[1])
		}
		return highest.ReplaceAllString(line, "HIGHESTMODSEQ "+last.Load().(string))
	}), rules(imaptest.Rule{Verb: "FETCH", Match: "CHANGEDSINCE", Times: imaptest.Always, Action: imaptest.Reply("OK nothing")})...)
}

// standing is a server whose STATUS says for ever what it said first of a folder.
func standing() []imaptest.Option {
	var first atomic.Pointer[map[string]string]
	first.Store(&map[string]string{})
	name := regexp.MustCompile(`STATUS (\S+) `)
	act := imaptest.Rewrite(func(r *imaptest.Response) {
		m := name.FindStringSubmatch(r.Head)
		if m == nil {
			return
		}
		old := *first.Load()
		key := m[1] + fmt.Sprint(strings.Contains(r.Head, "UIDVALIDITY"))
		if text, ok := old[key]; ok {
			r.Head = text
			return
		}
		now := map[string]string{key: r.Head}
		for k, v := range old {
			now[k] = v
		}
		first.Store(&now)
	})
	return rules(imaptest.Rule{Verb: "STATUS", Times: imaptest.Always, Action: act}, imaptest.Rule{Verb: "LIST", Times: imaptest.Always, Action: act})
}

// memories are servers that say more or less of what has changed.
func memories() map[string]func() []imaptest.Option {
	return map[string]func() []imaptest.Option{
		"usual":        func() []imaptest.Option { return nil },
		"no CONDSTORE": func() []imaptest.Option { return without(imap.CapCondStore) },
		"no UIDPLUS":   func() []imaptest.Option { return without(imap.CapUIDPlus) },
		"frozen":       frozen,
		"half frozen":  halfFrozen,
		"no UIDNEXT": func() []imaptest.Option {
			next := regexp.MustCompile(`UIDNEXT \d+ ?`)
			return rewriting(func(line string) string {
				if strings.Contains(line, "[UIDNEXT") {
					return "* OK Hello"
				}
				return next.ReplaceAllString(line, "")
			})
		},
		"standing STATUS": standing,
		"wrong STATUS": func() []imaptest.Option {
			return rules(imaptest.Rule{Verb: "STATUS", Times: imaptest.Always, Action: imaptest.Rewrite(func(r *imaptest.Response) {
				r.Head = regexp.MustCompile(`MESSAGES \d+`).ReplaceAllString(r.Head, "MESSAGES 0")
			})})
		},
	}
}

// fate changes two accounts as their users do, by chance; the same seed has the same fate.
type fate struct {
	*rand.Rand
	src, dst *server.MemoryAccount
	n        int
}

func (f *fate) letter() []byte {
	f.n++
	switch f.IntN(10) {
	case 0:
		return letter("shared", "shared", 300) // a twin
	case 1:
		return pad(fmt.Sprintf("From: a@example.org\r\nSubject: draft %d\r\n\r\n", f.IntN(3)), 300)
	case 2:
		return letter("group", fmt.Sprint("another ", f.n), 300+f.IntN(5000))
	}
	return letter(fmt.Sprint("n", f.n), fmt.Sprint("number ", f.n), 300+f.IntN(100))
}

var someFlags = [][]imap.Flag{nil, {imap.FlagSeen}, {imap.FlagFlagged, "$Label1"}, {imap.FlagSeen, imap.FlagAnswered}}

// act does something to a folder of an account.
func (f *fate) act(a *server.MemoryAccount, name string) {
	box := a.Make(name, "")
	all := box.Messages()
	one := func() []imap.UID { return []imap.UID{all[f.IntN(len(all))].UID} }
	switch what := f.IntN(12); {
	case what < 4 || len(all) == 0:
		for range 1 + f.IntN(4) {
			box.Add(f.letter(), day, someFlags[f.IntN(4)]...)
		}
	case what < 7:
		box.Remove(one())
	case what < 11:
		box.SetFlags(one(), server.FlagsSet, someFlags[f.IntN(4)], server.NoModSeqLimit)
	case f.IntN(3) == 0 && name != "INBOX":
		a.Delete(name)
		a.Make(name, "")
	}
}

func (f *fate) round() {
	for range f.IntN(5) {
		f.act(f.src, []string{"INBOX", "A", "B"}[f.IntN(3)])
	}
	for range f.IntN(4) {
		f.act(f.dst, []string{"INBOX", "A", "B"}[f.IntN(3)])
	}
}

// TestSameAsWithoutState compares accounts after runs that remember with those after runs that do not,
// while users change both sides between the runs, and what is remembered is lost, old, or the run is cut
// short.
func TestSameAsWithoutState(t *testing.T) {
	t.Parallel()
	for name, options := range memories() {
		for _, side := range []string{"1", "2", "both"} {
			for _, seed := range seeds(2, 40) {
				if side != "both" && (name == "usual" || !long()) {
					continue
				}
				t.Run(fmt.Sprint(name, " ", side, " ", seed), func(t *testing.T) { sameAsWithoutState(t, options, side, seed) })
			}
		}
	}
}

func sameAsWithoutState(t *testing.T, options func() []imaptest.Option, side string, seed uint64) {
	dressed := func() (s servers) {
		if side != "2" {
			s.src = options()
		}
		if side != "1" {
			s.dst = options()
		}
		return s
	}
	with, without := newScene(t, dressed()).listings(), newScene(struct{ testing.TB }{t}, dressed())
	if seed%2 == 0 {
		with.state.Use, with.state.AfterCopy = true, true
	}
	fates := [2]*fate{}
	for i, s := range []*scene{with, without} {
		fates[i] = &fate{Rand: rand.New(rand.NewPCG(seed, 7)), src: s.src.Account, dst: s.dst.Account}
		fates[i].src.Make("A", "")
		fates[i].src.Make("B", "")
	}
	chance := rand.New(rand.NewPCG(seed, 8))
	var old []byte
	for round := range 8 {
		for _, f := range fates {
			f.round()
		}
		files, _ := filepath.Glob(filepath.Join(with.state.Dir, "pairs", "*.db"))
		switch {
		case len(files) == 0:
		case chance.IntN(5) == 0:
			old, _ = os.ReadFile(files[0])
		case chance.IntN(5) == 0 && old != nil:
			os.WriteFile(files[0], old, 0o600)
		case chance.IntN(9) == 0:
			os.Remove(files[0])
		}
		if chance.IntN(4) == 0 {
			ctx, cancel := context.WithCancel(context.Background())
			n := chance.IntN(20)
			with.runUntil(ctx, func(event.Event) {
				if n--; n == 0 {
					cancel()
				}
			})
			cancel()
		}
		with.state.Full = chance.IntN(9) == 0
		for _, s := range []*scene{with, without} {
			o := s.run()
			o.wantErrors(0)
			s.dst.Settle()
		}
		if t.Failed() {
			return
		}
		for _, s := range []*scene{with, without} {
			o := s.run()
			o.wantErrors(0)
			o.wantCopied(0)
		}
		got, want := with.snapshot(with.dst), without.snapshot(without.dst)
		if d := imaptest.Compare(got, want, imaptest.IgnoreOrder); len(d) > 0 {
			t.Fatalf("round %d: with state host2 differs:\n%s", round, strings.Join(d, "\n"))
		}
		if d := imaptest.Compare(with.snapshot(with.src), without.snapshot(without.src)); len(d) > 0 {
			t.Fatalf("round %d: with state host1 differs:\n%s", round, strings.Join(d, "\n"))
		}
	}
}

// TestAsksOnlyForChanges counts what a rerun asks: once the servers' numbers have been seen to move,
// nothing about messages that have not changed, and no folder is opened in which nothing has.
func TestAsksOnlyForChanges(t *testing.T) {
	s := newScene(t, servers{}).listings()
	s.fill("INBOX", 50, 300)
	for i := range 20 {
		s.fill(fmt.Sprint("Box", i), 5, 300)
	}
	s.run().wantErrors(0)
	s.run().wantCopied(0) // lists the copies
	box := s.src.Account.Box("INBOX")
	for round := range 4 {
		box.SetFlags([]imap.UID{imap.UID(round + 3)}, server.FlagsSet, []imap.Flag{imap.FlagDeleted, imap.FlagSeen}, server.NoModSeqLimit)
		s.reset()
		o := s.run()
		o.wantErrors(0)
		o.wantCopied(0)
		if got := of[event.FlagsChanged](o); len(got) != 1 {
			t.Errorf("round %d: got the changes %v, want one", round, got)
		}
		s.wantSame()
		if round < 3 {
			continue
		}
		for name, srv := range map[string]*imaptest.Server{"host1": s.src, "host2": s.dst} {
			c := srv.Counts()
			if opened := c.Commands["SELECT"] + c.Commands["EXAMINE"]; opened > 2 || c.Commands["UID FETCH"] > 2 || c.Commands["UID SEARCH"] > 0 {
				t.Errorf("%s: got the commands %v, want one folder opened for reading", name, c.Commands)
			}
		}
	}
	s.run()
	s.reset()
	o := s.run()
	o.wantErrors(0)
	s.wantSame()
	for name, srv := range map[string]*imaptest.Server{"host1": s.src, "host2": s.dst} {
		if c := srv.Counts().Commands; c["SELECT"]+c["EXAMINE"]+c["UID FETCH"] > 0 {
			t.Errorf("%s: got the commands %v, want no folder opened", name, c)
		}
	}
	if done := of[event.FolderDone](o); len(done) != 21 || !done[0].Complete || done[0].Identified1 != done[0].Identified2 {
		t.Errorf("got the ends %+v", done)
	}
	if listed := of[event.FolderListed](o); len(listed) != 42 || listed[0].Considered == 0 {
		t.Errorf("got the listings %+v", listed)
	}
}

// TestMadeAnewByAnOldNumber has a folder deleted and made again by a server that gives it the same
// UIDVALIDITY, with other messages under the old UIDs.
func TestMadeAnewByAnOldNumber(t *testing.T) {
	t.Parallel()
	for name, options := range memories() {
		for _, side := range account.Sides {
			t.Run(fmt.Sprint(name, " ", side), func(t *testing.T) {
				s := newScene(t, servers{src: options(), dst: options()}).listings()
				s.fill("Box", 5, 300)
				for range 3 {
					s.run().wantErrors(0)
				}
				srv := s.src
				if side == account.Host2 {
					srv = s.dst
				}
				validity := srv.Account.Box("Box").Status().UIDValidity
				if err := srv.Account.Delete("Box"); err != nil {
					t.Fatal(err)
				}
				box := srv.Account.Make("Box", "")
				box.SetUIDValidity(validity, 1)
				for i := range 5 {
					box.Add(letter(fmt.Sprint("new", i), "new", 400+i), day)
				}
				s.run().wantErrors(0)
				all := map[string]bool{}
				for _, m := range s.dst.Account.Box("Box").Messages() {
					all[stored(s.dst.Account.Box("Box"), m).MessageID] = true
				}
				if len(all) != 10 {
					t.Errorf("got %d messages on host2, want those of both folders, 10", len(all))
				}
				s.run().wantCopied(0)
			})
		}
	}
}
