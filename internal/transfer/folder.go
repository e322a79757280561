package transfer

import (
	"context"
	"sync"

	"imapsync/internal/event"
	"imapsync/internal/imap"
	"imapsync/internal/message"
	"imapsync/internal/plan"
)

// Pair names two folders and the epochs of their UIDs, as they were when they were listed.
type Pair struct {
	Src, Dst    imap.MailboxName
	SrcValidity imap.UIDValidity
	DstValidity imap.UIDValidity
	Sets        *plan.FlagSets
	Rewrite     *message.Rewriter // nil: messages are copied as they are
	// Stored, when not nil, is told each message that is on host2, with its UID there or 0 when host2 did
	// not tell. proven is true when the whole text was received from host1 and the tagged OK came for what was
	// sent; false when an answer was lost and uid was found afterwards by its headers. It is called on the
	// goroutine of an appender and must not wait.
	Stored func(c plan.Copy, uid imap.UID, proven bool)
	// HoldFull keeps what host2 refuses for lack of room, for TakeHeld, instead of leaving it behind.
	HoldFull bool
}

// Folder is a pair of folders while its messages are being copied.
type Folder struct {
	Pair
	copier *Copier
	tally  tally
	lane   int
	// gate is held for reading by every APPEND in flight when lanes share the folder, and for writing
	// by who must see host2 stand still.
	gate sync.RWMutex

	mu      sync.Mutex
	pending int
	idle    *sync.Cond
	copied  int
	failed  int
	broken  bool // an error of the folder itself was already told
	unsure  bool // an outcome stayed unknown, or a connection was lost for good
	held    []plan.Copy
}

// Open begins the work on a folder. next is UIDNEXT of host2's folder, or one more than its highest UID;
// it must be known, 1 for a folder just created.
func (c *Copier) Open(pair Pair, next imap.UID) *Folder {
	f := &Folder{Pair: pair, copier: c, tally: newTally(next, c.cfg)}
	f.idle = sync.NewCond(&f.mu)
	c.mu.Lock()
	f.lane = c.next % len(c.lanes)
	c.next++
	c.mu.Unlock()
	return f
}

// Send hands over decided copies in ascending UID order. It blocks while enough is in hand. When ctx
// is done it reports the rest as not reached.
func (f *Folder) Send(ctx context.Context, copies []plan.Copy) {
	f.add(len(copies))
	if !f.copier.cfg.Shared {
		// A lane stays with one folder for a while: host1 has to open it anew at every change.
		turn := &f.copier.lanes[f.lane].turn
		turn.Lock()
		defer turn.Unlock()
	}
	for len(copies) > 0 {
		n := f.copier.allowance.take(copies[:f.copier.cfg.batchEnd(copies)])
		if n == 0 {
			f.notReached(copies)
			return
		}
		l := f.copier.lanes[f.lane]
		if f.copier.cfg.Shared {
			f.lane = (f.lane + 1) % len(f.copier.lanes)
		}
		select {
		case l.work <- newBatch(f, copies[:n]):
		case <-ctx.Done():
			for _, c := range copies[:n] {
				f.copier.allowance.settle(c, 0)
			}
			f.notReached(copies)
			return
		}
		copies = copies[n:]
	}
}

func (f *Folder) notReached(copies []plan.Copy) {
	for _, c := range copies {
		f.copier.sink.Emit(event.Skipped{Src: f.Src, UID: c.Row.UID, Dst: f.Dst, Size: c.Row.Size, Reason: plan.NotReached})
	}
	f.ended(len(copies), 0)
}

// batchEnd tells how many of the copies make the next batch.
func (c *Config) batchEnd(copies []plan.Copy) int {
	var octets int64
	most, volume := c.Rate.batch()
	if c.Shared {
		most = min(most, sharedMessages)
	}
	for i, c := range copies {
		size := max(c.Row.Size, 0)
		if i > 0 && (i == most || octets+size > volume || size > relayOver) {
			return i
		}
		if size > relayOver {
			return 1
		}
		octets += size
	}
	return len(copies)
}

// Finish waits until every copy handed over has ended, looks once more at host2 if something was
// sent twice, and tells how many were copied and how many were not.
func (f *Folder) Finish(ctx context.Context) (copied, failed int) {
	f.mu.Lock()
	for f.pending > 0 {
		f.idle.Wait()
	}
	f.mu.Unlock()
	if again := f.tally.takeResent(); len(again) > 0 {
		f.copier.removeLateTwins(ctx, f, again)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.copied, f.failed
}

func (f *Folder) add(n int) {
	f.mu.Lock()
	f.pending += n
	f.mu.Unlock()
}

// ended takes n messages off the pending ones, copied of them being on host2 now.
func (f *Folder) ended(n, copied int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.pending -= n
	f.copied += copied
	f.failed += n - copied
	if f.pending == 0 {
		f.idle.Broadcast()
	}
}

// tellBroken reports whether an error of the folder itself is still to be told, once.
func (f *Folder) tellBroken() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	told := f.broken
	f.broken = true
	return !told
}
