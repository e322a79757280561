package interrupted

import (
	"syscall"
	"testing"

	"imapsync/integration/accounts"
	"imapsync/integration/program"
	"imapsync/integration/relay"
)

// TestKilledWhileMoving is kill -9 while messages leave host1: each is on one of the sides at any
// time, and the next run moves the rest.
func TestKilledWhileMoving(t *testing.T) {
	everyPlace(t, func(t *testing.T, place int64) {
		s := scene(t)
		before := s.State(s.Account1)
		started := make(chan *program.Running, 1)
		r := between(t, s.Host2.Addr(), once(up, place, func(*relay.Relay) { (<-started).Kill() }))
		s.Port2 = r.Port()
		run := s.Start("--delete1")
		started <- run
		run.Wait().WantSignal(syscall.SIGKILL)
		r.Settle()
		s.Port2 = 0
		wantSomewhere(t, before, s.State(s.Account1), s.State(s.Account2))
		for range 2 { // the second run has nothing to do but what the first had to prove
			s.Run("--delete1").WantExit(0)
		}
		s.WantState(before, s.Account2, accounts.Order|accounts.Unselectable|accounts.EmptyParents)
		if n := s.State(s.Account1).Messages(); n > 0 {
			t.Errorf("host1: %d messages are still there", n)
		}
	})
}

// wantSomewhere demands that each message of before is on one of two accounts.
func wantSomewhere(t *testing.T, before, one, two accounts.State) {
	t.Helper()
	count := map[string]int{}
	for _, state := range []accounts.State{one, two} {
		for _, f := range state {
			for _, m := range f.Messages {
				count[f.Name+" "+m.SHA256]++
			}
		}
	}
	for _, f := range before {
		for _, m := range f.Messages {
			if count[f.Name+" "+m.SHA256]--; count[f.Name+" "+m.SHA256] < 0 {
				t.Errorf("%s: message %s is on neither side", f.Name, m.ID)
			}
		}
	}
}
