package transfer

import (
	"context"
	"sync"
	"time"

	"imapsync/internal/event"
	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
	"imapsync/internal/message"
	"imapsync/internal/plan"
)

// Conns lends signed-in connections of one side. endpoint.Endpoint is one.
type Conns interface {
	Get(ctx context.Context) (*client.Conn, error)
	Put(c *client.Conn)
	// Recalled asks for a connection back as soon as nothing is in flight on it.
	Recalled(c *client.Conn) bool
	// Replace makes a new connection for a lost one, with limits on how often.
	Replace(ctx context.Context, old *client.Conn) (*client.Conn, error)
}

// Config says how to copy.
type Config struct {
	Lanes    int           // ordered appenders, each with a connection to host2
	Fetchers int           // connections to host1 feeding each lane
	Budget   int64         // octets of message text held at most (rule E6)
	Shared   bool          // several lanes may append to one folder: faster where each APPEND costs a round trip, order approximate (rule E5)
	Multi    bool          // host2 has MULTIAPPEND and takes literals without waiting
	Expunge  bool          // host2 has UIDPLUS: a copy stored twice by a late server can be taken back
	Dates    bool          // send internal dates
	Retries  int           // tries for a message whose connection keeps dying
	Settle   time.Duration // between two looks at a host2 folder that may still be storing
	Identity *message.Identifier
}

// Limits of one batch (rule E7) and of what is in flight.
const (
	// A server commits once a batch: 100 small messages instead of 20 halve the time of a Maildir
	// folder of 30,000, whose list of UIDs is written anew at every commit.
	batchMessages = 100
	batchOctets   = 1 << 20
	// relayOver is the size above which a message is not held but relayed; it is also the limit
	// for literals sent without waiting.
	relayOver   = 1 << 20
	relayWindow = 256 << 10 // what a relay holds: socket and copy buffers
	maxBatches  = 64        // of one lane, between being asked for and being answered
)

// Copier copies messages of many folders. Its methods are safe for concurrent use.
type Copier struct {
	cfg   Config
	src   Conns
	dst   Conns
	sink  event.Sink
	lanes []*lane
	pool  *chunkPool
	stop  chan struct{}
	once  sync.Once
	wg    sync.WaitGroup

	mu   sync.Mutex
	next int // lane for the next folder
}

// New starts the lanes; connections are taken when there is work. ctx ends everything at once:
// appends in flight are then left unknown. Call Close at the end.
func New(ctx context.Context, cfg Config, src, dst Conns, sink event.Sink) *Copier {
	c := &Copier{cfg: cfg, src: src, dst: dst, sink: sink, stop: make(chan struct{})}
	c.pool = newChunkPool(int(cfg.Budget / chunkSize))
	budget := NewBudget(cfg.Budget)
	for range max(1, cfg.Lanes) {
		l := newLane(c, budget.Share())
		c.lanes = append(c.lanes, l)
		c.wg.Go(func() { l.dispatch(ctx) })
		c.wg.Go(func() { l.appender.run(ctx) })
	}
	return c
}

// Stop asks for an orderly end: what is being appended is finished and confirmed, the rest is
// reported as not reached.
func (c *Copier) Stop() { c.once.Do(func() { close(c.stop) }) }

func (c *Copier) stopped() bool {
	select {
	case <-c.stop:
		return true
	default:
		return false
	}
}

// Close waits until everything handed over has ended. No Send may come after it.
func (c *Copier) Close() {
	for _, l := range c.lanes {
		close(l.work)
	}
	c.wg.Wait()
}

// Pair names two folders and the epochs of their UIDs, as they were when they were listed.
type Pair struct {
	Src, Dst    imap.MailboxName
	SrcValidity imap.UIDValidity
	DstValidity imap.UIDValidity
	Sets        *plan.FlagSets
}

// Folder is a pair of folders while its messages are being copied.
type Folder struct {
	Pair
	copier *Copier
	lane   int

	mu      sync.Mutex
	pending int
	idle    *sync.Cond
	copied  int
	failed  int
	mark    imap.UID          // no message of this run has a lower UID on host2
	own     map[imap.UID]bool // UIDs above mark that are confirmed, when lanes share the folder
	frozen  bool              // mark no longer moves
	resent  []fingerprint     // confirmed after having been sent again: a late twin may turn up
	blind   bool              // one of those has no known UID
	// nameless are the confirmed messages whose UIDs host2 did not tell: they lie above mark too.
	nameless []fingerprint
	broken   bool // an error of the folder itself was already told
}

// Open begins the work on a folder. next is UIDNEXT of host2's folder, or one more than its highest UID;
// it must be known, 1 for a folder just created.
func (c *Copier) Open(pair Pair, next imap.UID) *Folder {
	f := &Folder{Pair: pair, copier: c, mark: max(next, 1)}
	f.idle = sync.NewCond(&f.mu)
	c.mu.Lock()
	f.lane = c.next % len(c.lanes)
	c.next++
	c.mu.Unlock()
	return f
}

// Send hands over decided copies in ascending UID order. It blocks while enough is in hand, and
// returns early only when ctx is done.
func (f *Folder) Send(ctx context.Context, copies []plan.Copy) error {
	f.add(len(copies))
	for start := 0; start < len(copies); {
		n := batchEnd(copies[start:])
		l := f.copier.lanes[f.lane]
		if f.copier.cfg.Shared {
			f.lane = (f.lane + 1) % len(f.copier.lanes)
		}
		select {
		case l.work <- newBatch(f, copies[start:start+n]):
		case <-ctx.Done():
			f.ended(len(copies)-start, 0)
			return ctx.Err()
		}
		start += n
	}
	return nil
}

// batchEnd tells how many of the copies make the next batch.
func batchEnd(copies []plan.Copy) int {
	var octets int64
	for i, c := range copies {
		size := max(c.Row.Size, 0)
		if i > 0 && (i == batchMessages || octets+size > batchOctets || size > relayOver) {
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
	again := f.resent
	f.resent = nil
	f.mu.Unlock()
	if len(again) > 0 {
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
