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
// again the mark stays, because the first sending may yet turn up.
type tally struct {
	id     identifier
	shared bool // lanes share the folder: answers come in no order, the mark never moves

	mu       sync.Mutex
	mark     imap.UID
	frozen   bool
	own      map[imap.UID]bool // confirmed UIDs from the mark on
	nameless []fingerprint     // confirmed from the mark on, without a UID being told
	resent   []fingerprint     // confirmed after having been sent again: a late twin may turn up
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
		t.own[uid] = true
	default:
		t.mark = max(t.mark, uid+1)
		t.nameless = nil // what was confirmed before lies below
	}
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

// others leaves out of found the messages that are the copies of confirmed ones: by UID, or where
// host2 does not tell UIDs, as many as were confirmed.
func (t *tally) others(found []fingerprint) []fingerprint {
	t.mu.Lock()
	defer t.mu.Unlock()
	taken := map[imap.UID]bool{}
	for _, uid := range matchStored(t.nameless, found) {
		taken[uid] = true
	}
	var rest []fingerprint
	for _, fp := range found {
		if !t.own[fp.uid] && !taken[fp.uid] {
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
