package migrate

import (
	"sync"

	"imapsync/internal/imap"
)

// Folders in work mostly wait for round trips, so many small ones are in work at once. What each holds
// in memory grows with its messages, so of big ones, and of those whose size is not known, only some are.
const (
	foldersAtOnce = 32
	bigAtOnce     = 8

	roomMessages = 100_000
	bigWeight    = roomMessages / bigAtOnce
	leastWeight  = roomMessages / foldersAtOnce
)

// room is what folders in work share.
type room struct {
	mu   sync.Mutex
	more sync.Cond
	free int64
}

func newRoom() *room {
	r := &room{free: roomMessages}
	r.more.L = &r.mu
	return r
}

// take waits until there is room for a weight of at most roomMessages.
func (r *room) take(weight int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.free < weight {
		r.more.Wait()
	}
	r.free -= weight
}

func (r *room) give(weight int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.free += weight
	r.more.Broadcast()
}

// weigh tells how much room a folder of host1 takes, and its like on host2.
func (r *run) weigh(name imap.MailboxName) int64 {
	n, known := r.messages[name]
	if !known {
		return bigWeight
	}
	return min(max(int64(n), leastWeight), bigWeight)
}

// weighGroup is weigh for pairs that are worked on one after the other.
func (r *run) weighGroup(group []int) (most int64) {
	for _, i := range group {
		most = max(most, r.weigh(r.plan.Pairs[i].Src))
	}
	return most
}
