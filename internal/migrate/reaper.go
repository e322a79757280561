package migrate

import (
	"sync"
	"time"

	"imapsync/internal/event"
	"imapsync/internal/imap"
	"imapsync/internal/plan"
)

// reaper gathers what host2 confirms of one folder, and with --delete1 removes it from host1 while
// the rest is still being copied: after a crash little more than one batch is still there. It takes its hands off
// host1 until host1's listing is whole, because nothing may disappear from under it.
type reaper struct {
	w *work

	mu       sync.Mutex
	waiting  []moved // copied, proven, not yet removed
	shared   []moved // the same, to be removed only when others like them are settled
	doubtful []moved // found on host2 after an answer was lost: only their texts can tell
	copied   map[imap.UID]bool
	running  bool

	wake, stop chan struct{}
	ended      chan struct{}
}

// moved is a message of host1 and its copy.
type moved struct {
	src, dst imap.UID
	size     int64
	shared   bool // plan.Folder.Shared
}

// A batch is removed when it holds so many messages, or its first has waited so long.
const (
	reapMessages = 100
	reapAfter    = time.Second
)

func newReaper(w *work) *reaper {
	return &reaper{w: w, copied: map[imap.UID]bool{}, wake: make(chan struct{}, 1), stop: make(chan struct{}), ended: make(chan struct{})}
}

// confirmed takes a copy, on the way of the copy: it waits for nothing.
func (r *reaper) confirmed(c plan.Copy, dst imap.UID, proven bool) {
	if !r.w.cfg.Delete.Source && !r.w.cfg.Delete.Removes2() {
		return
	}
	r.mu.Lock()
	r.copied[c.Row.UID] = true
	if r.w.cfg.Delete.Source {
		m := moved{src: c.Row.UID, dst: dst, size: c.Row.Size, shared: r.w.plan.Shared(c.Row)}
		switch {
		case !proven:
			r.doubtful = append(r.doubtful, m)
		case m.shared:
			r.shared = append(r.shared, m)
		default:
			r.waiting = append(r.waiting, m)
		}
	}
	r.mu.Unlock()
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// has tells whether host2 has confirmed a message of host1.
func (r *reaper) has(uid imap.UID) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.copied[uid]
}

// start lets the removals begin.
func (r *reaper) start() {
	r.running = true
	go r.run()
}

// finish ends them and gives what is left to be removed: at once, when others like them are settled, and
// what is doubtful.
func (r *reaper) finish() (waiting, shared, doubtful []moved) {
	if r.running {
		close(r.stop)
		<-r.ended
	}
	return r.take(), r.shared, r.doubtful
}

func (r *reaper) take() []moved {
	r.mu.Lock()
	defer r.mu.Unlock()
	batch := r.waiting
	r.waiting = nil
	return batch
}

func (r *reaper) run() {
	defer close(r.ended)
	var due <-chan time.Time
	for {
		select {
		case <-r.stop:
			return
		case <-r.w.soft.Done():
			return
		case <-due:
		case <-r.wake:
			if n := r.count(); n < reapMessages {
				if due == nil && n > 0 {
					due = time.After(reapAfter)
				}
				continue
			}
		}
		due = nil
		r.w.removeFromHost1(r.take(), event.CopiedNow)
	}
}

func (r *reaper) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.waiting)
}
