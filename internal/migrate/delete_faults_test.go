package migrate_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"imapsync/internal/imaptest"
	"imapsync/internal/prune"
)

// attic fills both sides: what is new, what is there already, what host1 does not have, and twins on
// host2.
func (s *scene) attic() {
	put(s.src, "INBOX", "new1", "there1", "new2", "there2", "new3", "new4")
	s.twins("INBOX", 2)
	put(s.src, "Work", "w1", "w2", "w3")
	put(s.dst, "INBOX", "extra1", "there1", "there2", "there2", "gone deleted", "extra2")
	put(s.dst, "Work", "v1", "w2")
}

// tally counts the messages of an account by folder and content.
func (s *scene) tally(srv *imaptest.Server) map[string]int {
	s.Helper()
	out := map[string]int{}
	for _, f := range s.snapshot(srv).Folders {
		for _, m := range f.Messages {
			out[f.Name+" "+m.MessageID+" "+m.Digest]++
		}
	}
	return out
}

// wantKept demands that every message that was on host1 is still on one of the sides, and every one
// that was on both is still on host2.
func (s *scene) wantKept(src, dst map[string]int) {
	s.Helper()
	now1, now2 := s.tally(s.src), s.tally(s.dst)
	for m, n := range src {
		if now1[m]+now2[m] < n {
			s.Errorf("lost: %s: %d were on host1, now %d there and %d on host2", m, n, now1[m], now2[m])
		}
		if dst[m] > 0 && now2[m] == 0 {
			s.Errorf("the copy of %s on host2 is gone", m)
		}
	}
}

// wantMoved demands, after a sound run, that host2 has every message of host1 as often as before,
// and that nothing that is proven to be there is left on host1.
func (s *scene) wantMoved(src, dst map[string]int, opts prune.Options) {
	s.Helper()
	now1, now2 := s.tally(s.src), s.tally(s.dst)
	for m, n := range src {
		if !opts.Delete2.Value {
			n = max(n, dst[m])
		}
		if now2[m] != n {
			s.Errorf("%s: got %d on host2, want %d", m, now2[m], n)
		}
		if opts.Delete1.Value && now1[m] > 0 {
			s.Errorf("%s is still on host1", m)
		}
	}
	if !opts.Delete2.Value {
		return
	}
	for m, n := range now2 {
		if src[m] != n {
			s.Errorf("%s: got %d on host2, want %d", m, n, src[m])
		}
	}
}

// cuts are the ways in which a connection can end at a command.
var cuts = []imaptest.Action{
	imaptest.Drop(imaptest.BeforeCommand), imaptest.Drop(imaptest.AfterCommand), imaptest.Drop(imaptest.BeforeAnswer),
	imaptest.Reset(imaptest.BeforeAnswer), imaptest.Bye("enough"),
}

// TestCutAnywhere cuts a connection at every command of a run that deletes, in every way. Nothing is
// lost, and the next run does the rest.
func TestCutAnywhere(t *testing.T) {
	t.Parallel()
	steps := 40
	for option, opts := range map[string]prune.Options{"delete1": delete1(), "delete2": delete2()} {
		for side := range 2 {
			for at := range steps {
				for way, action := range cuts {
					if !long() && (at+way)%len(cuts) != 0 {
						continue
					}
					t.Run(fmt.Sprintf("%s host%d at %d way %d", option, side+1, at, way), func(t *testing.T) {
						s := newScene(t, servers{})
						s.deletes = opts
						s.attic()
						src, dst := s.tally(s.src), s.tally(s.dst)
						cut := s.src
						if side == 1 {
							cut = s.dst
						}
						cut.Rules(imaptest.Rule{Skip: at, Action: action})
						s.run()
						s.src.Settle()
						s.dst.Settle()
						s.wantKept(src, dst)
						s.src.ClearRules()
						s.dst.ClearRules()
						for range 2 { // what was doubtful is proven by the next run
							s.run().wantErrors(0)
						}
						s.wantKept(src, dst)
						s.wantMoved(src, dst, opts)
					})
				}
			}
		}
	}
}

// TestRandomFaultsWhileDeleting is the property that all the rest serves: whatever happens, no message
// of host1 is lost, and sound runs end with each on host2 once.
func TestRandomFaultsWhileDeleting(t *testing.T) {
	t.Parallel()
	names := []string{"all", "single", "LITERAL-", "sync", "no UIDPLUS", "old"}
	for _, seed := range seeds(60, 4000) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			c := chance{rand.New(rand.NewPCG(seed, 30))}
			opts := delete1()
			if c.IntN(2) == 0 {
				opts = delete2()
			}
			opts.ExpungeAfterEach.Given, opts.ExpungeAfterEach.Value = true, c.IntN(2) == 0
			kind1, kind2 := names[c.IntN(len(names))], names[c.IntN(len(names))]
			s := newScene(t, servers{src: kinds()[kind1], dst: kinds()[kind2]})
			s.settle, s.timeout = 10*time.Millisecond, 2
			s.connections = 1 + c.IntN(5)
			s.deletes = opts
			s.attic()
			s.fill("Bulk", batch/2+c.IntN(batch), 300)
			src, dst := s.tally(s.src), s.tally(s.dst)
			warned := false
			for range 1 + c.IntN(2) {
				for range c.IntN(4) {
					s.src.Rules(c.reading(), c.removing())
				}
				for range c.IntN(3) {
					s.dst.Rules(c.reading(), c.removing())
				}
				for range 1 + c.IntN(3) {
					s.dst.Rules(c.writing())
				}
				ctx, cancel := context.WithCancel(context.Background())
				o := s.runUntil(ctx, atEvent(int64(moment(c)), cancel))
				cancel()
				warned = warned || o.warned("twice")
				s.src.ClearRules()
				s.dst.ClearRules()
				s.src.Settle()
				s.dst.Settle()
				s.wantKept(src, dst)
			}
			for range 2 {
				s.run().wantErrors(0)
			}
			s.wantKept(src, dst)
			if !warned {
				s.wantMoved(src, dst, opts)
			}
			if t.Failed() {
				t.Logf("host1 is of the kind %q, host2 %q, delete1 %t", kind1, kind2, opts.Delete1.Value)
			}
		})
	}
}

// removing is a fault of the commands that delete.
func (c chance) removing() imaptest.Rule {
	r := imaptest.Rule{Verb: []string{"STORE", "EXPUNGE", "SEARCH", "SELECT"}[c.IntN(4)], Skip: c.IntN(3), Times: 1 + c.IntN(2)}
	switch c.IntN(4) {
	case 0, 1:
		r.Action = c.loss()
	case 2:
		r.Action = c.busy()
	default:
		r.Action = imaptest.Reply("NO not allowed here")
	}
	return r
}
