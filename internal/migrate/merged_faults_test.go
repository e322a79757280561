package migrate_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"imapsync/internal/folder"
	"imapsync/internal/imaptest"
)

// TestMergedNeverLoses fills one folder of host2 from two of host1, by chance and with cut connections:
// what either of them has stays there, and a sound run leaves nothing else.
func TestMergedNeverLoses(t *testing.T) {
	t.Parallel()
	for _, seed := range seeds(25, 1000) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			c := chance{rand.New(rand.NewPCG(seed, 40))}
			s := newScene(t, servers{})
			s.folders = folder.Options{F1F2: []string{"A=All", "B=All"}}
			s.deletes = delete2()
			had, wanted := map[string]bool{}, map[string]bool{}
			s.src.Account.Make("A", "")
			s.src.Account.Make("B", "")
			s.dst.Account.Make("All", "")
			for i := range 12 {
				id := fmt.Sprint("m", i)
				for _, box := range []string{"A", "B"} {
					if c.IntN(3) == 0 {
						put(s.src, box, id)
						wanted[id] = true
					}
				}
				if c.IntN(2) == 0 {
					put(s.dst, "All", id)
					had[id] = wanted[id]
				}
			}
			for range c.IntN(3) {
				s.src.Rules(c.reading())
				s.dst.Rules(imaptest.Rule{Skip: c.IntN(40), Action: c.loss()}, c.removing())
			}
			s.run()
			s.src.ClearRules()
			s.dst.ClearRules()
			s.dst.Settle()
			s.wantThere(had, false)
			s.run().wantErrors(0)
			s.wantThere(wanted, true)
		})
	}
}

// wantThere demands messages in the merged folder, once each and nothing else if exactly.
func (s *scene) wantThere(ids map[string]bool, exactly bool) {
	s.Helper()
	count := map[string]int{}
	for _, id := range subjects(s.dst, "All") {
		count[id]++
	}
	for id, wanted := range ids {
		if n := count[id]; wanted && (n == 0 || exactly && n > 1) {
			s.Errorf("%s: got %d on host2, want it there", id, n)
		}
	}
	for id := range count {
		if exactly && !ids[id] {
			s.Errorf("%s is on host2, and on host1 nowhere", id)
		}
	}
}
