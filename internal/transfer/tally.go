package transfer

import (
	"sync"

	"imapsync/internal/imap"
)

// tally keeps what is known of this run's messages in a folder of host2, for the case that the
// outcome of an APPEND is unknown (rule E1). It is safe for concurrent use.
//
// Messages at or above the mark may be ours without our knowing. With one ordered appender answers
// come in the order of the APPENDs, so whatever is answered moves the mark. Once a message was sent
// again the mark stays, because the first sending may yet turn up; then, and where lanes share the folder,
// it only passes over messages that are known to be ours.
type tally struct {
	id     identifier
	shared bool // lanes share the folder: answers come in no order

	mu       sync.Mutex
	mark     imap.UID
	frozen   bool
	own      map[imap.UID]bool // confirmed UIDs from the mark on
	nameless []fingerprint     // confirmed from the mark on, without a UID being told
	resent   []fingerprint     // confirmed after having been sent again: a late twin may turn up
	// adrift are the sendings of all lanes whose answer was lost and whose copy was not found, or not yet.
	// Any of them may have left a copy that no other message may be taken for.
	adrift []sending
}

// sending is one message handed over whole, once.
type sending struct {
	it *item
	fp fingerprint
}

func newTally(next imap.UID, cfg Config) tally {
	return tally{id: cfg.Identity, shared: cfg.Shared, mark: max(next, 1), own: map[imap.UID]bool{}}
}

// confirm notes that host2 has it, under uid if that is known.
func (t *tally) confirm(it *item, uid imap.UID) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if it.resends > 0 {
		fp := it.fingerprint(t.id, uid)
		for range it.resends {
			t.resent = append(t.resent, fp)
		}
	}
	switch {
	case uid == 0:
		t.nameless = append(t.nameless, it.fingerprint(t.id, 0))
	case t.frozen || t.shared:
		t.settle(uid)
	default:
		t.mark = max(t.mark, uid+1)
		t.nameless = nil // what was confirmed before lies below
	}
}

// settle notes that uid is ours; t.mu is held.
func (t *tally) settle(uid imap.UID) {
	if uid < t.mark {
		return
	}
	t.own[uid] = true
	for t.own[t.mark] {
		delete(t.own, t.mark)
		t.mark++
	}
}

// owns tells whether the message is known to be the copy of a confirmed one; t.mu is held.
func (t *tally) owns(uid imap.UID) bool { return uid < t.mark || t.own[uid] }

// settled is owns for others.
func (t *tally) settled(uid imap.UID) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.owns(uid)
}

// freeze keeps the mark where it is: a message from there on may turn up twice.
func (t *tally) freeze() {
	t.mu.Lock()
	t.frozen = true
	t.mu.Unlock()
}

func (t *tally) from() imap.UID {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.mark
}

// lose notes that items were handed over and that their answers are lost. It comes before anybody looks at
// the folder.
func (t *tally) lose(items []*item) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, it := range items {
		t.adrift = append(t.adrift, sending{it, it.fingerprint(t.id, 0)})
	}
}

// claim gives each of items, whose answers are lost, the UID of its copy among found, 0 for none. What
// other lanes have lost is matched at the same time: the message of one lane that merely resembles that of
// another must not take its copy. A UID is given once, however many lanes ask.
func (t *tally) claim(items []*item, found []fingerprint) []imap.UID {
	t.mu.Lock()
	defer t.mu.Unlock()
	ours := make(map[*item]bool, len(items))
	for _, it := range items {
		ours[it] = true
	}
	fps := fingerprints(t.id, items)
	last := map[*item]int{} // the sending that is asked about; earlier ones of the item may turn up late
	for i, s := range t.adrift {
		if ours[s.it] {
			last[s.it] = i
		}
	}
	for i, s := range t.adrift {
		if at, asked := last[s.it]; !asked || at != i {
			fps = append(fps, s.fp)
		}
	}
	uids := matchStored(fps, t.others(found))[:len(items)]
	for i, it := range items {
		if uids[i] != 0 {
			t.settle(uids[i])
			ours[it] = false
		}
	}
	rest := t.adrift[:0]
	for i, s := range t.adrift {
		if at, asked := last[s.it]; asked && at == i && !ours[s.it] {
			continue // found
		}
		rest = append(rest, s)
	}
	clear(t.adrift[len(rest):])
	t.adrift = rest
	return uids
}

// late gives each of resent, which are confirmed, the UID of another copy of it, 0 for none.
func (t *tally) late(resent, found []fingerprint) []imap.UID {
	t.mu.Lock()
	defer t.mu.Unlock()
	return matchStored(resent, t.others(found))
}

// others leaves out of found the messages that are the copies of confirmed ones: by UID, or where
// host2 does not tell UIDs, as many as were confirmed. t.mu is held.
func (t *tally) others(found []fingerprint) []fingerprint {
	var rest, named []fingerprint
	for _, fp := range found {
		if !t.owns(fp.uid) {
			named = append(named, fp)
		}
	}
	taken := map[imap.UID]bool{}
	for _, uid := range matchStored(t.nameless, named) {
		taken[uid] = true
	}
	for _, fp := range named {
		if !taken[fp.uid] {
			rest = append(rest, fp)
		}
	}
	return rest
}

func (t *tally) takeResent() []fingerprint {
	t.mu.Lock()
	defer t.mu.Unlock()
	again := t.resent
	t.resent = nil
	return again
}
