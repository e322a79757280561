package endpoint

import (
	"context"
	"errors"
	"sync"
	"time"

	"imapsync/internal/imap/client"
)

// errClosed is what a Get meets when Close came before a connection was free.
var errClosed = errors.New("the endpoint is closed")

// regrowAfter is how long after a refusal one more connection is tried again: sessions that a server
// still counts after a loss are gone by then.
const regrowAfter = 2 * time.Minute

// pool counts the connections of one side and keeps the idle ones. A connection is being dialed,
// lent or idle; the sum of the three stays within limit, which refusals lower.
type pool struct {
	max int

	mu      sync.Mutex // protects what follows
	limit   int
	lowered time.Time // when limit last changed
	dialing int
	// warming are those of dialing that nobody waits for by right, and awaiting those who wait for one.
	warming, awaiting int
	idle              []idleConn
	lent              map[*client.Conn]bool // true: to be closed when it comes back
	renewed           int                   // connections given up by renew that no dial has made again yet
	closed            bool
	changed           chan struct{} // closed, and made anew, when a waiting take should look again
}

type idleConn struct {
	*client.Conn
	since time.Time
}

func newPool(limit int) *pool {
	return &pool{max: limit, limit: limit, lent: map[*client.Conn]bool{}, changed: make(chan struct{})}
}

// wake makes every waiting take look again; p.mu is held.
func (p *pool) wake() {
	close(p.changed)
	p.changed = make(chan struct{})
}

func (p *pool) open() int { return p.dialing + p.made() }

// made counts the connections that are there. One that works is not given up for one that is being
// dialed: the server may refuse that.
func (p *pool) made() int { return len(p.idle) + len(p.lent) }

// take lends an idle connection, or returns nil for the permission to dial one, to be followed by
// dialed or dialFailed. With wait it waits for either; without, ok is false when there is neither.
func (p *pool) take(ctx context.Context, wait bool) (c *client.Conn, ok bool, err error) {
	for {
		p.mu.Lock()
		// One that is being made already, or comes back meanwhile, is there sooner than one begun now.
		warm := wait && p.warming > p.awaiting
		c, ok, err = p.tryTake(!warm)
		changed, retry := p.changed, p.untilRegrow()
		if ok || err != nil || !wait {
			p.mu.Unlock()
			return c, ok, err
		}
		if warm {
			p.awaiting++
		}
		p.mu.Unlock()
		var regrow <-chan time.Time
		if retry > 0 {
			regrow = time.After(retry)
		}
		select {
		case <-changed:
		case <-regrow:
		case <-ctx.Done():
			err = context.Cause(ctx)
		}
		if warm {
			p.mu.Lock()
			p.awaiting--
			p.mu.Unlock()
		}
		if err != nil {
			return nil, false, err
		}
	}
}

// tryTake is one look at the pool; p.mu is held.
func (p *pool) tryTake(mayDial bool) (c *client.Conn, ok bool, err error) {
	if p.closed {
		return nil, false, errClosed
	}
	for len(p.idle) > 0 {
		c = p.idle[len(p.idle)-1].Conn
		p.idle = p.idle[:len(p.idle)-1]
		if c.Err() == nil {
			p.lent[c] = false
			return c, true, nil
		}
		_ = c.Close()
	}
	if p.limit < p.max && p.untilRegrow() <= 0 {
		p.limit++
		p.lowered = time.Now()
	}
	if mayDial && p.open() < p.limit {
		p.dialing++
		return nil, true, nil
	}
	return nil, false, nil
}

// spare gives the permission to dial a connection nobody waits for.
func (p *pool) spare() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || p.open() >= p.limit {
		return false
	}
	p.dialing++
	p.warming++
	return true
}

// warmed ends what spare began, when the connection is in the pool or not to be had.
func (p *pool) warmed() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.warming--
	p.wake()
}

// untilRegrow is the time until the limit may grow again; p.mu is held.
func (p *pool) untilRegrow() time.Duration {
	if p.limit == p.max {
		return 0
	}
	return time.Until(p.lowered.Add(regrowAfter))
}

// swap gives the place of a lost connection to a dial. It reports false for a connection that was
// not lent, which has no place to give.
func (p *pool) swap(c *client.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, ok := p.lent[c]; !ok || p.closed {
		return false
	}
	delete(p.lent, c)
	p.dialing++
	return true
}

// dialed lends a connection that was just made. The error is that of a pool closed meanwhile.
func (p *pool) dialed(c *client.Conn) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.dialing--
	if p.closed {
		return errClosed
	}
	p.lent[c] = false
	return nil
}

// dialFailed gives the permission back.
func (p *pool) dialFailed() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.dialing--
	p.wake()
}

// refused gives the permission back and lowers the limit to the connections that work, whose number
// it returns; with none of them the limit stays.
func (p *pool) refused() (live int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.dialing--
	if live = p.countLive(); live > 0 {
		p.limit, p.lowered = min(p.limit, live), time.Now()
	}
	p.wake()
	return live
}

// live counts the connections that work.
func (p *pool) live() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.countLive()
}

func (p *pool) countLive() int {
	live := len(p.idle)
	for c := range p.lent {
		if c.Err() == nil {
			live++
		}
	}
	return live
}

// put takes a lent connection back and reports whether it was kept; if not, the caller closes it.
func (p *pool) put(c *client.Conn) (kept bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	stale, ok := p.lent[c]
	if !ok {
		return false
	}
	keep := c.Err() == nil && !stale && !p.closed && p.made() <= p.limit
	delete(p.lent, c)
	if keep {
		p.idle = append(p.idle, idleConn{c, time.Now()})
	}
	p.wake()
	return keep
}

// recalled tells whether a lent connection would be closed if it came back now.
func (p *pool) recalled(c *client.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lent[c] || p.made() > p.limit
}

// madeAgain tells, once for each connection that renew gave up, that a new one takes its place.
func (p *pool) madeAgain() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.renewed == 0 {
		return false
	}
	p.renewed--
	return true
}

// drop forgets a lent connection.
func (p *pool) drop(c *client.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.lent, c)
	p.wake()
}

// takeStale lends the connections that have been idle for long, to be put back.
func (p *pool) takeStale(long time.Duration) []*client.Conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	var stale []*client.Conn
	kept := p.idle[:0]
	for _, c := range p.idle {
		if time.Since(c.since) < long {
			kept = append(kept, c)
			continue
		}
		p.lent[c.Conn] = false
		stale = append(stale, c.Conn)
	}
	p.idle = kept
	return stale
}

// renew empties the idle connections into the caller's hands and marks the lent ones.
func (p *pool) renew() []*client.Conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.lent {
		p.lent[c] = true
	}
	p.renewed = len(p.lent) + len(p.idle)
	return p.takeIdle()
}

// close refuses everything from now on and empties the pool into the caller's hands.
func (p *pool) close() (idle, lent []*client.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	idle = p.takeIdle()
	for c := range p.lent {
		lent = append(lent, c)
	}
	clear(p.lent)
	return idle, lent
}

func (p *pool) takeIdle() []*client.Conn {
	var taken []*client.Conn
	for _, c := range p.idle {
		taken = append(taken, c.Conn)
	}
	p.idle = nil
	p.wake()
	return taken
}
