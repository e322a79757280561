package transfer

import (
	"context"
	"sync"

	"imapsync/internal/imap/client"
	"imapsync/internal/plan"
)

// lane is one ordered appender and the fetchers that feed it.
type lane struct {
	c        *Copier
	share    *Share
	turn     sync.Mutex  // of the folder that hands over
	work     chan *batch // decided, not yet asked for
	slots    chan *batch // asked for, in append order
	fetchers []*fetcher
	appender *appender
}

func newLane(c *Copier, share *Share) *lane {
	l := &lane{c: c, share: share, work: make(chan *batch), slots: make(chan *batch, maxBatches)}
	for range max(1, c.cfg.Fetchers) {
		l.fetchers = append(l.fetchers, newFetcher(c, l))
	}
	l.appender = &appender{c: c, lane: l, held: borrow{from: c.dst}}
	return l
}

// dispatch takes budget for each batch in append order and has it fetched. Batches go round the
// fetchers; the appender puts them in order again by taking them from slots.
func (l *lane) dispatch(ctx context.Context) {
	defer close(l.slots)
	turn := 0
	for b := range l.work {
		if !l.admit(ctx, b) {
			setReason(b.items, plan.NotReached)
			close(b.ready)
		} else if b.relay {
			close(b.ready) // the appender asks for it when its turn has come
		} else {
			l.fetchers[turn%len(l.fetchers)].start(ctx, b)
			turn++
		}
		l.slots <- b
	}
}

// admit takes the budget of b, or says that the run is ending.
func (l *lane) admit(ctx context.Context, b *batch) bool {
	if l.c.stopped() || ctx.Err() != nil {
		return false
	}
	cost := b.cost()
	if l.share.Take(ctx, cost) != nil {
		return false
	}
	b.charged = cost
	return true
}

// charge adds to the budget what the texts of b take beyond what was granted.
func (l *lane) charge(b *batch) {
	if more := int64(len(b.arena.chunks))*chunkSize - b.charged; more > 0 {
		l.share.Charge(more)
		b.charged += more
	}
}

// borrow wraps a connection that is given back when its user has nothing in flight, so that the
// program works with a single connection a side.
type borrow struct {
	from Conns
	conn *client.Conn
}

// get takes a connection if there is none.
func (h *borrow) get(ctx context.Context) (*client.Conn, error) {
	if h.conn != nil {
		return h.conn, nil
	}
	c, err := h.from.Get(ctx)
	if err != nil {
		return nil, err
	}
	h.conn = c
	return c, nil
}

// recalled tells whether the pool wants the connection back.
func (h *borrow) recalled() bool { return h.conn != nil && h.from.Recalled(h.conn) }

// replace exchanges a lost connection for a new one.
func (h *borrow) replace(ctx context.Context) (*client.Conn, error) {
	if h.conn == nil {
		return h.get(ctx)
	}
	old := h.conn
	h.conn = nil
	c, err := h.from.Replace(ctx, old)
	if err != nil {
		return nil, err
	}
	h.conn = c
	return c, nil
}

// giveBack returns the connection to the pool.
func (h *borrow) giveBack() {
	if h.conn != nil {
		h.from.Put(h.conn)
		h.conn = nil
	}
}
