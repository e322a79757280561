package plan

import (
	"slices"
	"sync"

	"imapsync/internal/imap"
	"imapsync/internal/message"
)

// Elsewhere remembers which identities the folders of host2 seen so far in a run hold, for
// --skipcrossduplicates. What it answers depends on the order of the folders, so they are decided
// one after the other (rule E3). It costs some 30 octets an identity, and is safe for concurrent use.
type Elsewhere struct {
	mu   sync.Mutex
	at   map[message.Key]uint32 // index of sets
	sets [][]imap.MailboxName
	ids  map[grown]uint32
}

// grown is a set of folders and one more.
type grown struct {
	set  uint32
	name imap.MailboxName
}

// NewElsewhere is the memory of a run.
func NewElsewhere() *Elsewhere {
	return &Elsewhere{at: map[message.Key]uint32{}, sets: [][]imap.MailboxName{nil}, ids: map[grown]uint32{}}
}

// add tells that the folder name has the identity k.
func (e *Elsewhere) add(k message.Key, name imap.MailboxName) {
	e.mu.Lock()
	defer e.mu.Unlock()
	set := e.at[k]
	if slices.Contains(e.sets[set], name) {
		return
	}
	more, ok := e.ids[grown{set, name}]
	if !ok {
		more = uint32(len(e.sets))
		e.sets = append(e.sets, append(slices.Clone(e.sets[set]), name))
		e.ids[grown{set, name}] = more
	}
	e.at[k] = more
}

// find gives the folders that have k, which the caller must not change.
func (e *Elsewhere) find(k message.Key) []imap.MailboxName {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.sets[e.at[k]]
}

// elsewhere gives the folders of host2, seen earlier in this run, that have row i of host1. Only
// the whole identity counts, as in the reference: what is recognised by less is copied.
func (f *Folder) elsewhere(i int32) []imap.MailboxName {
	if f.rules.Elsewhere == nil {
		return nil
	}
	k, ok := f.wholeIdentity(&f.src, i)
	if !ok {
		return nil
	}
	return f.rules.Elsewhere.find(k)
}

// wholeIdentity is what the reference calls the identity of a row. With --syncduplicates the nth
// message of an identity within a folder is another than the first.
func (f *Folder) wholeIdentity(s *side, row int32) (message.Key, bool) {
	k, ok := f.keysOf(s, row)
	if !ok || k.full.IsZero() {
		return message.Key{}, false
	}
	if !f.rules.SyncDuplicates {
		return k.full, true
	}
	f.rank(s)
	if n := s.ranks[row]; n > 0 {
		return k.full.Sized(n), true
	}
	return k.full, true
}

// rank numbers the rows of each identity from 0, as far as rows have come.
func (f *Folder) rank(s *side) {
	if s.ranks == nil {
		s.ranks, s.counted = map[int32]int64{}, map[message.Key]int64{}
	}
	for ; s.ranked < len(s.rows); s.ranked++ {
		if k, ok := f.keysOf(s, int32(s.ranked)); ok {
			if n := s.counted[k.full]; n > 0 {
				s.ranks[int32(s.ranked)] = n
			}
			s.counted[k.full]++
		}
	}
}

// Publish tells Elsewhere what the destination name holds: the messages listed there, and the
// messages of host1 that were copied. It is called when everything is decided, copied and removed.
func (f *Folder) Publish(name imap.MailboxName, copied []imap.UID) {
	if f.rules.Elsewhere == nil {
		return
	}
	for j := range f.dst.rows {
		if f.gone[f.dst.rows[j].UID] || f.isDeleted(&f.dst, int32(j)) {
			continue
		}
		if k, ok := f.wholeIdentity(&f.dst, int32(j)); ok && !f.gone[f.dst.rows[j].UID] {
			f.rules.Elsewhere.add(k, name)
		}
	}
	confirmed := make(map[imap.UID]bool, len(copied))
	for _, uid := range copied {
		confirmed[uid] = true
	}
	for i := range f.src.rows {
		if !confirmed[f.src.rows[i].UID] {
			continue
		}
		if k, ok := f.wholeIdentity(&f.src, int32(i)); ok {
			f.rules.Elsewhere.add(k, name)
		}
	}
}
