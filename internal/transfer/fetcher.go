package transfer

import (
	"context"
	"sync"

	"imapsync/internal/imap/client"
)

// fetcher asks one connection to host1 for batches, several being on their way at once.
type fetcher struct {
	c    *Copier
	lane *lane

	mu       sync.Mutex
	changed  *sync.Cond // inFlight became 0, or reserved ended
	held     borrow
	inFlight int
	opened   *opened // the folder examined last on the connection held
	reserved bool    // a relay has the connection to itself
	resting  bool    // the lane has nothing to do: the connection goes back when nothing is in flight
}

func newFetcher(c *Copier, l *lane) *fetcher {
	f := &fetcher{c: c, lane: l, held: borrow{from: c.src}}
	f.changed = sync.NewCond(&f.mu)
	return f
}

// start asks for b and returns; the batch becomes ready later.
func (f *fetcher) start(ctx context.Context, b *batch) {
	req, err := f.send(ctx, b.items)
	f.c.wg.Go(func() {
		if !f.gather(ctx, b, req, err) {
			f.c.rewriteBatch(ctx, f.lane, b)
			close(b.ready)
		}
	})
}

// send opens the folder if need be and asks for the texts of items.
func (f *fetcher) send(ctx context.Context, items []*item) (*request, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for f.reserved || f.inFlight > 0 && f.held.recalled() {
		f.changed.Wait()
	}
	if err := f.connect(ctx); err != nil {
		return nil, err
	}
	f.open(items[0].folder)
	r := newRequest(f.held.conn, f.opened, items, f.c.pool)
	f.inFlight++
	r.cmd = f.held.conn.UIDFetch(uidsOf(items), client.FetchItems{Body: true}, client.FetchHandler{Body: r.onBody, Message: r.onMessage})
	return r, nil
}

// connect sees to it that a connection is held. f.mu is held; when the pool recalls the connection,
// nothing is in flight on it.
func (f *fetcher) connect(ctx context.Context) error {
	if f.held.recalled() {
		f.held.giveBack()
	}
	f.resting = false
	before := f.held.conn
	conn, err := f.held.get(ctx)
	if conn != before {
		f.opened = nil
	}
	return err
}

// open examines folder unless that was the last one; f.mu is held.
func (f *fetcher) open(folder *Folder) {
	if f.opened == nil || f.opened.folder != folder {
		f.opened = &opened{folder: folder, cmd: f.held.conn.Select(folder.Src, true)}
	}
}

// wait gives the outcome of r.
func (f *fetcher) wait(ctx context.Context, r *request) error {
	err := r.opened.wait(ctx)
	if ferr := r.cmd.Wait(ctx); err == nil {
		err = ferr
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.inFlight--; f.inFlight == 0 {
		f.changed.Broadcast()
		if f.resting {
			f.giveBack()
		}
	}
	return err
}

func (f *fetcher) giveBack() {
	f.held.giveBack()
	f.opened = nil
}

// rest gives the connection back as soon as nothing is in flight, until something is sent again.
func (f *fetcher) rest() {
	if f.mu.TryLock() {
		f.restLocked()
		f.mu.Unlock()
		return
	}
	// Somebody may be waiting for a connection with the lock held: the appender must not wait too.
	f.c.wg.Go(func() {
		f.mu.Lock()
		f.restLocked()
		f.mu.Unlock()
	})
}

func (f *fetcher) restLocked() {
	f.resting = true
	if f.inFlight == 0 && !f.reserved {
		f.giveBack()
	}
}

// renew replaces the connection conn, unless another request has done so already.
func (f *fetcher) renew(ctx context.Context, conn *client.Conn) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.held.conn != conn {
		return nil
	}
	f.opened = nil
	_, err := f.held.replace(ctx)
	return err
}

// forget makes the next request open its folder anew.
func (f *fetcher) forget(o *opened) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.opened == o {
		f.opened = nil
	}
}

// reserve takes the connection for one relay: what is in flight is awaited, and nothing else is
// sent until the returned function is called. While waiting for host1 no connection to host2 may be held.
func (f *fetcher) reserve(ctx context.Context, folder *Folder) (conn *client.Conn, o *opened, free func(), err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for f.reserved {
		f.changed.Wait()
	}
	f.reserved = true
	for f.inFlight > 0 {
		f.changed.Wait()
	}
	free = func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.reserved = false
		f.changed.Broadcast()
	}
	if err = f.connect(ctx); err == nil && f.held.conn.Err() != nil {
		f.opened = nil
		_, err = f.held.replace(ctx)
	}
	if err != nil {
		f.reserved = false
		f.changed.Broadcast()
		return nil, nil, nil, err
	}
	f.open(folder)
	return f.held.conn, f.opened, free, nil
}
