package migrate

import (
	"context"
	"sync"

	"imapsync/internal/endpoint"
	"imapsync/internal/imap"
	"imapsync/internal/scan"
)

// listingsAhead is how many folders are listed one behind the other on one connection without
// waiting between them.
const listingsAhead = 4

// lister lends connections of one side to listings, several listings to a connection. It is safe for
// concurrent use.
type lister struct {
	e *endpoint.Endpoint

	mu     sync.Mutex
	shared []*sharedConn
}

type sharedConn struct {
	scan.Conn
	users int
}

// get finds a connection with room, or takes another from the pool.
func (l *lister) get(ctx context.Context) (*sharedConn, error) {
	if c := l.room(); c != nil {
		return c, nil
	}
	c, err := l.e.Get(ctx)
	if err != nil {
		return nil, err
	}
	shared := &sharedConn{Conn: scan.Conn{Conn: c, Turn: &scan.Turn{}}, users: 1}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.shared = append(l.shared, shared)
	return shared, nil
}

func (l *lister) room() *sharedConn {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range l.shared {
		if c.users < listingsAhead && c.Err() == nil && !l.e.Recalled(c.Conn.Conn) {
			c.users++
			return c
		}
	}
	return nil
}

// put ends a use; the last one gives the connection back.
func (l *lister) put(c *sharedConn) {
	l.mu.Lock()
	defer l.mu.Unlock()
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
func (r *run) startListing(l *lister, name imap.MailboxName, want scan.Want) *listing {
	x := &listing{begun: make(chan struct{}), returned: make(chan struct{})}
	if want.Settled {
		x.l = scan.Recalled(name, want)
		close(x.begun)
		close(x.returned)
		return x
	}
	go func() {
		defer close(x.returned)
		c, err := l.get(r.soft)
		if err != nil {
			x.err = err
			close(x.begun)
			return
		}
		x.l = scan.Start(r.soft, c.Conn, name, want)
		close(x.begun)
		<-x.l.Done()
		l.put(c)
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
