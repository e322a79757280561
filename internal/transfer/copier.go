package transfer

import (
	"context"
	"sync"
	"time"

	"imapsync/internal/event"
	"imapsync/internal/imap/client"
	"imapsync/internal/message"
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
	Rate     *Rate // nil for no limit

	Content

	// ExitWhenOver ends the copying once so many octets are on host2; 0 for no limit.
	ExitWhenOver int64
}

// Limits of one batch (rule E7) and of what is in flight.
const (
	// A server commits once a batch: 100 small messages instead of 20 halve the time of a Maildir
	// folder of 30,000, whose list of UIDs is written anew at every commit.
	batchMessages = 100
	batchOctets   = 1 << 20
	// sharedMessages is the same where lanes share a folder: one message costs a round trip there, and all
	// lanes are to have some.
	sharedMessages = 10
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

	rewriting *rewriting
	allowance *allowance

	stop chan struct{}
	once sync.Once
	wg   sync.WaitGroup

	mu   sync.Mutex
	next int // lane for the next folder
}

// New starts the lanes; connections are taken when there is work. ctx ends everything at once:
// appends in flight are then left unknown. Call Close at the end.
func New(ctx context.Context, cfg Config, src, dst Conns, sink event.Sink) *Copier {
	c := &Copier{cfg: cfg, src: src, dst: dst, sink: sink, stop: make(chan struct{}), allowance: newAllowance(cfg.ExitWhenOver)}
	c.pool = newChunkPool(int(cfg.Budget / chunkSize))
	c.rewriting = newRewriting(c)
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

// Over tells that Config.ExitWhenOver is reached: nothing more is copied.
func (c *Copier) Over() bool { return c.allowance.over() }

// Close waits until everything handed over has ended. No Send may come after it.
func (c *Copier) Close() {
	for _, l := range c.lanes {
		close(l.work)
	}
	c.wg.Wait()
}
