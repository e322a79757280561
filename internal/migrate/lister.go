package migrate

import (
	"context"
	"sync"

	"imapsync/internal/endpoint"
	"imapsync/internal/imap"
	"imapsync/internal/scan"
)

// listedTogether is the weight of the folders that are listed one behind the other on one connection
// without waiting between them: four big ones, or many small ones.
const listedTogether = 4 * bigWeight

// aloneWeight is that of a folder whose listing has failed: it is repeated on a connection of its own, since
// a folder that makes a server drop the connection must not take others with it.
const aloneWeight = listedTogether

// lister lends connections of one side to listings, several listings to a connection. It is safe for
// concurrent use.
type lister struct {
	e *endpoint.Endpoint

	mu      sync.Mutex
	shared  []*sharedConn
	getting chan struct{} // closed when the connection somebody is getting is there, or not to be had
}

type sharedConn struct {
	scan.Conn
	users  int
	weight int64 // of all users
}

// get finds a connection with room for a folder of that weight, or takes another from the pool. While
// somebody gets one the others wait: what a connection can list together is listed together.
func (l *lister) get(ctx context.Context, weight int64) (*sharedConn, error) {
	l.mu.Lock()
	for {
		if c := l.room(weight); c != nil {
			l.mu.Unlock()
			return c, nil
		}
		getting := l.getting
		if getting == nil {
			break
		}
		l.mu.Unlock()
		select {
		case <-getting:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
		l.mu.Lock()
	}
	getting := make(chan struct{})
	l.getting = getting
	l.mu.Unlock()
	c, err := l.e.Get(ctx)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.getting = nil
	close(getting)
	if err != nil {
		return nil, err
	}
	shared := &sharedConn{Conn: scan.Conn{Conn: c, Turn: &scan.Turn{}}, users: 1, weight: weight}
	l.shared = append(l.shared, shared)
	return shared, nil
}

// room is a connection that has room; l.mu is held.
func (l *lister) room(weight int64) *sharedConn {
	for _, c := range l.shared {
		if c.weight+weight <= listedTogether && c.Err() == nil && !l.e.Recalled(c.Conn.Conn) {
			c.users++
			c.weight += weight
			return c
		}
	}
	return nil
}

// put ends a use; the last one gives the connection back.
func (l *lister) put(c *sharedConn, weight int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	c.weight -= weight
	if c.users--; c.users > 0 {
		return
	}
	for i, x := range l.shared {
		if x == c {
			l.shared = append(l.shared[:i], l.shared[i+1:]...)
			break
		}
	}
	l.e.Put(c.Conn.Conn)
}

// listing is a folder being listed on a borrowed connection, which goes back by itself at the end.
type listing struct {
	begun    chan struct{}
	returned chan struct{}
	l        *scan.Listing
	err      error // no connection
	selected imap.Selected
}

// startListing returns at once; getting a connection may take a while.
func (r *run) startListing(l *lister, name imap.MailboxName, weight int64, want scan.Want) *listing {
	x := &listing{begun: make(chan struct{}), returned: make(chan struct{})}
	if want.Settled {
		x.l = scan.Recalled(name, want)
		close(x.begun)
		close(x.returned)
		return x
	}
	go func() {
		defer close(x.returned)
		c, err := l.get(r.soft, weight)
		if err != nil {
			x.err = err
			close(x.begun)
			return
		}
		x.l = scan.Start(r.soft, c.Conn, name, want)
		close(x.begun)
		<-x.l.Done()
		l.put(c, weight)
	}()
	return x
}

// open waits for the answer to SELECT.
func (x *listing) open(ctx context.Context) (imap.Selected, error) {
	<-x.begun
	if x.err != nil {
		return imap.Selected{}, x.err
	}
	sel, err := x.l.Opened(ctx)
	x.selected = sel
	return sel, err
}

// wait waits until the connection has been given back.
func (x *listing) wait() { <-x.returned }
