// Package interrupted breaks runs at chosen octets: the process is killed or asked to leave, a
// connection is cut, answers are lost. Afterwards, or after one more run, everything is on host2,
// and everything once.
//
// By default each kind of interruption happens at a few places; with IMAPSYNC_LONG set (make
// faults) at many.
package interrupted

import (
	"fmt"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"

	"imapsync/integration/accounts"
	"imapsync/integration/fixtures"
	"imapsync/integration/program"
	"imapsync/integration/relay"
)

func TestMain(m *testing.M) { program.Main(m) }

// work is what the interrupted runs copy: about 1.2 MB in three folders.
func work() fixtures.Account {
	account := fixtures.Many("INBOX", 220, 4000)
	account = append(account, fixtures.Tiny()[1:]...)
	return append(account, fixtures.Folder{Parts: []string{"Big one"}, Messages: fixtures.Big(300000)[0].Messages})
}

// places are the octets sent in one direction at which something happens.
func places() []int64 {
	if os.Getenv("IMAPSYNC_LONG") == "" {
		return []int64{2000, 400000, 1000000}
	}
	var out []int64
	for at := int64(2000); at < 1150000; at += 1150000 / 40 {
		out = append(out, at)
	}
	return out
}

// once calls f when the octets in one direction reach a place.
func once(direction bool, place int64, f func(*relay.Relay)) watch {
	var first sync.Once
	return func(r *relay.Relay, up bool, total int64) {
		if up == direction && total >= place {
			first.Do(func() { f(r) })
		}
	}
}

type watch func(r *relay.Relay, up bool, total int64)

const (
	up   = true
	down = false
)

// between puts a relay in front of a server.
func between(t *testing.T, addr string, w watch) *relay.Relay {
	t.Helper()
	r, err := relay.Start(addr, relay.Options{Watch: w})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

func scene(t *testing.T) *program.Scene {
	t.Helper()
	t.Parallel()
	s := program.NewScene(t, program.FirstToSecond)
	s.Load(s.Account1, work())
	return s
}

// everyPlace runs a test at each place.
func everyPlace(t *testing.T, test func(t *testing.T, place int64)) {
	for _, place := range places() {
		t.Run(fmt.Sprint("at octet ", place), func(t *testing.T) { test(t, place) })
	}
}

// wantComplete runs once more, over a sound line, and compares. Without memory of the broken run
// the new one cannot know of messages that host2 has received and not yet stored: it begins when
// host2 has ended with the old one.
func wantComplete(t *testing.T, s *program.Scene, r *relay.Relay) {
	t.Helper()
	r.Settle()
	s.Port1, s.Port2 = 0, 0
	s.Run().WantExit(0)
	s.WantSame(accounts.Order)
	s.Run().Transferred("0")
}

// TestKilled is kill -9 while host2 is written to.
func TestKilled(t *testing.T) {
	everyPlace(t, func(t *testing.T, place int64) {
		s := scene(t)
		started := make(chan *program.Running, 1)
		r := between(t, s.Host2.Addr(), once(up, place, func(*relay.Relay) { (<-started).Kill() }))
		s.Port2 = r.Port()
		run := s.Start()
		started <- run
		run.Wait().WantSignal(syscall.SIGKILL)
		wantComplete(t, s, r)
	})
}

// TestAsked sends SIGTERM, and Ctrl-C twice, in the middle: the program leaves by itself and dies
// of the signal, as shells expect.
func TestAsked(t *testing.T) {
	for name, sig := range map[string]syscall.Signal{"SIGTERM": syscall.SIGTERM, "SIGQUIT": syscall.SIGQUIT} {
		t.Run(name, func(t *testing.T) {
			everyPlace(t, func(t *testing.T, place int64) {
				s := scene(t)
				started := make(chan *program.Running, 1)
				r := between(t, s.Host2.Addr(), once(up, place, func(*relay.Relay) { (<-started).Signal(sig) }))
				s.Port2 = r.Port()
				run := s.Start()
				started <- run
				run.Wait().WantSignal(sig).WantLines(`^Got a signal `, `^Exiting with return value 6 \(EXIT_BY_SIGNAL\)`)
				wantComplete(t, s, r)
			})
		})
	}
}

// TestCtrlCTwice within two seconds ends the run.
func TestCtrlCTwice(t *testing.T) {
	everyPlace(t, func(t *testing.T, place int64) {
		s := scene(t)
		started := make(chan *program.Running, 1)
		r := between(t, s.Host2.Addr(), once(up, place, func(*relay.Relay) { run := <-started; started <- run; run.Signal(syscall.SIGINT) }))
		s.Port2 = r.Port()
		run := s.Start()
		started <- run
		run.Await(`Got a signal INT`)
		run.Signal(syscall.SIGINT)
		run.Wait().WantSignal(syscall.SIGINT)
		wantComplete(t, s, r)
	})
}

// TestCtrlCOnce makes the program connect anew; the same run then finishes its work.
func TestCtrlCOnce(t *testing.T) {
	everyPlace(t, func(t *testing.T, place int64) {
		s := scene(t)
		started := make(chan *program.Running, 1)
		r := between(t, s.Host2.Addr(), once(up, place, func(*relay.Relay) { (<-started).Signal(syscall.SIGINT) }))
		s.Port2 = r.Port()
		run := s.Start()
		started <- run
		run.Wait().WantExit(0).WantLines(`Hit 2 ctr-c within 2 seconds to exit the program`)
		s.WantSame(accounts.Order)
	})
}

// TestHost2Cut cuts all connections to host2 in the middle of what it is sent.
func TestHost2Cut(t *testing.T) {
	everyPlace(t, func(t *testing.T, place int64) {
		s := scene(t)
		r := between(t, s.Host2.Addr(), once(up, place, (*relay.Relay).Cut))
		s.Port2 = r.Port()
		s.Run().WantExit(0)
		s.WantSame(accounts.Order)
	})
}

// TestHost1Cut cuts all connections to host1 in the middle of what it sends.
func TestHost1Cut(t *testing.T) {
	everyPlace(t, func(t *testing.T, place int64) {
		s := scene(t)
		r := between(t, s.Host1.Addr(), once(down, place, (*relay.Relay).Cut))
		s.Port1 = r.Port()
		s.Run().WantExit(0)
		s.WantSame(accounts.Order)
	})
}

// TestAnswersLost lets host2 store messages whose answers never arrive. The program cannot know
// and must look: a message sent twice would show here.
func TestAnswersLost(t *testing.T) {
	everyPlace(t, func(t *testing.T, place int64) {
		s := scene(t)
		r := between(t, s.Host2.Addr(), once(up, place, func(r *relay.Relay) {
			r.Mute()
			time.AfterFunc(300*time.Millisecond, r.Cut) // what is under way arrives meanwhile
		}))
		s.Port2 = r.Port()
		s.Run().WantExit(0)
		s.WantSame(accounts.Order)
	})
}
