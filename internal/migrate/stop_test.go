package migrate_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"

	"imapsync/internal/event"
	"imapsync/internal/imaptest"
	"imapsync/internal/migrate"
)

// house fills host1 with some of everything.
func (s *scene) house() {
	s.fill("INBOX", batch+40, 400)
	s.fill("Sent", 15, 3000)
	s.fill("Archive/2019", 3, 200)
	s.big("Sent", 1, 1<<20+100)
	s.twins("Drafts", 4)
}

// atEvent calls f at the n-th event of a run, once.
func atEvent(n int64, f func()) func(event.Event) {
	var seen atomic.Int64
	return func(event.Event) {
		if seen.Add(1) == n {
			f()
		}
	}
}

// TestStopped asks a run to end at some moment; the next run does the rest.
func TestStopped(t *testing.T) {
	t.Parallel()
	for kind, dst := range kinds() {
		for _, seed := range seeds(4, 150) {
			t.Run(fmt.Sprint(kind, " ", seed), func(t *testing.T) {
				s := newScene(t, servers{dst: dst})
				s.house()
				moment := 50 + int64(seed*37)%220
				ctx, cancel := context.WithCancel(context.Background())
				defer cancel()
				start := time.Now()
				o := s.runUntil(ctx, atEvent(moment, cancel))
				if spent := time.Since(start); spent > 8*time.Second {
					t.Errorf("got %v until the end, want a second or so", spent)
				}
				if ctx.Err() != nil && o.End != migrate.Interrupted {
					t.Errorf("got end %d, want an interrupted run", o.End)
				}
				o.wantErrors(0)
				o.wantOneEnd()
				s.dst.Settle()
				s.run().wantComplete()
			})
		}
	}
}

// TestStoppedWhileWaiting ends a run that waits for a busy host2, or for one that is silent.
func TestStoppedWhileWaiting(t *testing.T) {
	t.Parallel()
	for name, action := range map[string]imaptest.Action{
		"busy":    imaptest.Reply("NO [THROTTLED] retry after 4 minutes"),
		"stalled": imaptest.Stall(),
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t, servers{dst: rules(imaptest.Rule{Verb: "APPEND", Skip: 1, Times: imaptest.Always, Action: action})})
			s.timeout = 1
			s.house()
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			o := s.runUntil(ctx, func(e event.Event) {
				if _, ok := e.(event.Copied); ok {
					cancel()
				}
			})
			o.wantOneEnd()
			s.dst.ClearRules()
			s.run().wantComplete()
		})
	}
}

// TestDisconnected resets all connections of a side at some moment.
func TestDisconnected(t *testing.T) {
	t.Parallel()
	for kind, dst := range kinds() {
		for _, seed := range seeds(4, 150) {
			t.Run(fmt.Sprint(kind, " ", seed), func(t *testing.T) {
				s := newScene(t, servers{dst: dst})
				s.house()
				cut := s.dst.Disconnect
				if seed%2 == 0 {
					cut = s.src.Disconnect
				}
				o := s.runUntil(context.Background(), atEvent(60+int64(seed*37)%200, cut))
				o.wantOneEnd()
				s.dst.Settle()
				s.run().wantComplete()
			})
		}
	}
}

// chance makes faults.
type chance struct{ *rand.Rand }

func (c chance) of(actions ...imaptest.Action) imaptest.Action { return actions[c.IntN(len(actions))] }

func (c chance) loss() imaptest.Action {
	return c.of(imaptest.Drop(imaptest.BeforeCommand), imaptest.Drop(imaptest.AfterCommand), imaptest.Drop(imaptest.BeforeAnswer),
		imaptest.Reset(imaptest.BeforeCommand), imaptest.Reset(imaptest.AfterCommand), imaptest.Reset(imaptest.BeforeAnswer),
		imaptest.Bye("enough"), imaptest.Inject(c.IntN(3), "* BYE enough"))
}

func (c chance) busy() imaptest.Action {
	return c.of(imaptest.Reply("NO [UNAVAILABLE] wait 1 ms"), imaptest.Reply("NO [INUSE] wait 1 ms"), imaptest.Reply("NO [THROTTLED] wait 2 ms"))
}

func (c chance) noise() imaptest.Action {
	return imaptest.Inject(c.IntN(6), []string{"* 1 EXPUNGE", "* 3 EXISTS", `* 1 FETCH (FLAGS (\Deleted))`, "* OK still here",
		"* 2 FETCH (UID 2 FLAGS ())", "nonsense", "* 0 RECENT"}[c.IntN(7)])
}

// reading is a fault of any side.
func (c chance) reading() imaptest.Rule {
	verb := []string{"FETCH", "FETCH", "FETCH", "EXAMINE", "SELECT", "STATUS", "LIST"}[c.IntN(7)]
	r := imaptest.Rule{Verb: verb, Skip: c.IntN(8), Times: 1 + c.IntN(2)}
	switch c.IntN(5) {
	case 0, 1:
		r.Action = c.loss()
	case 2:
		r.Action = c.busy()
	case 3:
		r.Action = c.noise()
	default:
		r.Verb = "FETCH"
		r.Action = c.of(imaptest.CutLiteral(c.IntN(30), c.Int64N(500)), imaptest.HideMessages(1, 4, 9), imaptest.UIDLast(),
			imaptest.SizeLie(c.Int64N(4000)-2000), imaptest.CutLiteral(0, c.Int64N(1<<20)))
	}
	return r
}

// writing is a fault of host2.
func (c chance) writing() imaptest.Rule {
	verb := []string{"APPEND", "APPEND", "APPEND", "APPEND", "CREATE", "STORE", "EXPUNGE"}[c.IntN(7)]
	r := imaptest.Rule{Verb: verb, Skip: c.IntN(12), Times: 1 + c.IntN(2)}
	switch c.IntN(5) {
	case 0, 1, 2:
		r.Action = c.loss()
	case 3:
		r.Action = c.busy()
	default:
		r.Verb, r.Times = "APPEND", 1
		r.Action = c.of(imaptest.CutCommand(c.Int64N(3000)), imaptest.LateStore(c.IntN(4), 2+c.IntN(20), time.Duration(c.IntN(3))*time.Millisecond))
	}
	return r
}

// TestRandomFaults is the property that all the rest serves: whatever happens, after a sound run
// host2 has every message of host1 once, unless a warning told that it may have one twice.
func TestRandomFaults(t *testing.T) {
	t.Parallel()
	names := []string{"all", "single", "LITERAL-", "sync", "no UIDPLUS", "old"}
	for _, seed := range seeds(30, 4000) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			c := chance{rand.New(rand.NewPCG(seed, 20))}
			kind := names[c.IntN(len(names))]
			s := newScene(t, servers{dst: kinds()[kind]})
			s.settle, s.timeout = 10*time.Millisecond, 2
			s.connections = 1 + c.IntN(5)
			s.house()
			warned := false
			for range 1 + c.IntN(2) {
				for range c.IntN(4) {
					s.src.Rules(c.reading())
				}
				for range c.IntN(3) {
					s.dst.Rules(c.reading())
				}
				for range 1 + c.IntN(4) {
					s.dst.Rules(c.writing())
				}
				ctx, cancel := context.WithCancel(context.Background())
				at := int64(moment(c))
				o := s.runUntil(ctx, atEvent(at, cancel))
				cancel()
				o.wantOneEnd()
				warned = warned || o.warned("twice")
				s.src.ClearRules()
				s.dst.ClearRules()
				s.dst.Settle()
			}
			o := s.run()
			o.wantErrors(0)
			o.wantOneEnd()
			s.wantOnce(kind, warned)
			s.wantRerun()
		})
	}
}

// moment is a moment to stop at: mostly never.
func moment(c chance) int {
	if c.IntN(4) > 0 {
		return -1
	}
	return 50 + c.IntN(200)
}

// wantOnce is wantSame, but for messages that are there twice after a warning.
func (s *scene) wantOnce(kind string, warned bool) {
	s.Helper()
	want := s.snapshot(s.src)
	if warned {
		got := s.snapshot(s.dst)
		for i, f := range want.Folders {
			there, _ := got.Find(f.Name)
			want.Folders[i].Messages = append(f.Messages, surplus(there.Messages, f.Messages)...)
		}
	}
	s.wantSameAs(want)
	if s.Failed() {
		s.Logf("host2 is of the kind %q", kind)
	}
}

// surplus are messages of got that are in want too, but not so often.
func surplus(got, want []imaptest.Message) (out []imaptest.Message) {
	left := map[string]int{}
	known := map[string]bool{}
	for _, m := range want {
		left[m.Digest]++
		known[m.Digest] = true
	}
	for _, m := range got {
		if left[m.Digest]--; left[m.Digest] < 0 && known[m.Digest] {
			out = append(out, m)
		}
	}
	return out
}
