package migrate

import (
	"fmt"
	"sync"

	"imapsync/internal/account"
	"imapsync/internal/event"
	"imapsync/internal/imap"
	"imapsync/internal/plan"
)

// merged follows a destination that several folders of host1 feed. Nothing may go there before the last
// of them has been done, and only what none of them has (docs/differences.md row 15). What arrived
// meanwhile, copies included, was not in the first listing and so never goes.
type merged struct {
	mu       sync.Mutex
	left     int // folders of host1 still to come
	visited  int
	broken   bool // one of them was not read whole
	validity imap.UIDValidity
	may      map[imap.UID]bool // unknown to all so far
	smell    plan.Smell

	extra sharedExtra
}

// last tells whether no other pair is to come.
func (m *merged) last() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.left == 1
}

// findMerged makes one for each group of pairs that share a destination.
func (r *run) findMerged(groups [][]int) {
	r.mergedAt = map[int]*merged{}
	for _, g := range groups {
		if len(g) < 2 {
			continue
		}
		m := &merged{left: len(g)}
		for _, i := range g {
			r.mergedAt[i] = m
		}
	}
}

// leave counts a pair off; visited tells whether join saw it.
func (m *merged) leave(visited int) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.left--
	if m.visited == visited {
		m.broken = true
	}
}

// visits is how often join was called until now.
func (m *merged) visits() int {
	if m == nil {
		return 0
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.visited
}

// join takes what may go as far as one pair of folders knows. At the last pair it gives what may go as
// far as all know.
func (m *merged) join(w *work, all []plan.Removal, smell plan.Smell, proven bool) (out []plan.Removal, sum plan.Smell, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.visited++
	m.broken = m.broken || !proven || m.visited > 1 && m.validity != w.dst.UIDValidity
	m.validity = w.dst.UIDValidity
	may := make(map[imap.UID]bool, len(all))
	for _, r := range all {
		if m.visited == 1 || m.may[r.UID] {
			may[r.UID] = true
			out = append(out, r)
		}
	}
	m.may = may
	m.smell.Total1 += smell.Total1
	m.smell.Unmatched1 += smell.Unmatched1
	m.smell.Total2 = smell.Total2
	w.sink.Emit(event.Note{Side: account.Host2, Text: fmt.Sprintf("Host2: folder %s %d folders left to sync there", w.pair.Dst, m.left-1)})
	if m.left > 1 {
		return nil, smell, false
	}
	w.sink.Emit(event.Note{Side: account.Host2, Text: fmt.Sprintf("Last host1 folder going to %s", w.pair.Dst)})
	if m.broken {
		w.sink.Emit(event.DeletionRefused{Side: account.Host2, Folder: w.pair.Dst, Guard: plan.GuardSources, Messages: len(out), Text: fmt.Sprintf(
			"Host2: nothing is deleted in %s, because not every folder of host1 that goes there was read whole", w.pair.Dst)})
		return nil, smell, false
	}
	return out, m.smell, true
}
