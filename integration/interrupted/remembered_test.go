package interrupted

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"imapsync/integration/accounts"
	"imapsync/integration/program"
	"imapsync/integration/relay"
)

// TestKilledWhileRemembering is kill -9 with what is remembered between runs in use: the next run has
// some of it, or, where it was lost too, none. Everything is on host2 once.
func TestKilledWhileRemembering(t *testing.T) {
	for name, option := range map[string]string{"headers": "--usecache", "UIDs": "--useuid"} {
		for after, lose := range map[string]func(t *testing.T, s *program.Scene){
			"kept": func(*testing.T, *program.Scene) {},
			"lost": func(t *testing.T, s *program.Scene) {
				if err := os.RemoveAll(filepath.Join(s.Dir, "state")); err != nil {
					t.Fatal(err)
				}
			},
		} {
			t.Run(name+" "+after, func(t *testing.T) {
				everyPlace(t, func(t *testing.T, place int64) {
					s := scene(t)
					started := make(chan *program.Running, 1)
					r := between(t, s.Host2.Addr(), once(up, place, func(*relay.Relay) { (<-started).Kill() }))
					s.Port2 = r.Port()
					run := s.Start(option)
					started <- run
					run.Wait().WantSignal(syscall.SIGKILL)
					r.Settle() // another port would be another server, of which nothing is remembered
					lose(t, s)
					s.Run(option).WantExit(0)
					s.WantSame(accounts.Order)
					s.Run(option).Transferred("0")
				})
			})
		}
	}
}
