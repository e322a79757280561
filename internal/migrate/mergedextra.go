package migrate

import (
	"sync"

	"imapsync/internal/imap"
)

// sharedExtra counts the messages of a destination that none of several folders of host1 has. To each of
// these the messages of the others look like extra ones.
type sharedExtra struct {
	mu       sync.Mutex
	begun    bool
	next     imap.UID          // what lies below was in an earlier listing
	extra    map[imap.UID]bool // unknown to all that have been done
	copied   map[imap.UID]bool // by one of them
	pending  int               // copies of the folder at work whose UID host2 did not tell
	nameless int               // those of the folder before
}

// stored notes a copy; the folders are done one after the other, the appenders are not.
func (s *sharedExtra) stored(uid imap.UID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.copied == nil {
		s.copied = map[imap.UID]bool{}
	}
	if uid == 0 {
		s.pending++
		return
	}
	s.copied[uid] = true
}

// join takes what is unknown to one more folder, whose listing ended below next, and gives what is
// unknown to all so far.
func (s *sharedExtra) join(unknown []imap.UID, next imap.UID) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	extra := map[imap.UID]bool{}
	arrived := 0 // since the last listing, and not known to be ours
	for _, uid := range unknown {
		switch {
		case s.begun && uid < s.next && !s.extra[uid]:
		case s.copied[uid]:
		case s.begun && uid >= s.next && arrived < s.nameless:
			arrived++
		default:
			extra[uid] = true
		}
	}
	s.begun, s.next, s.extra = true, next, extra
	s.nameless, s.pending = s.pending, 0
	return len(extra)
}
