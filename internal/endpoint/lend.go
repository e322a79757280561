package endpoint

import (
	"context"
	"errors"
	"sync"
	"time"

	"imapsync/internal/event"
	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
)

// Get lends a signed-in connection: an idle one, or a new one as long as there are fewer than Cap.
// Else it waits until one is given back, so who holds one already must not wait for a second while
// others cannot proceed without the first (see TryGet).
//
// When the server refuses a connection beyond those that work, their number becomes the limit for a
// while and Get waits for one of them. Without any working connection Get signs in again like Replace,
// and only when that is in vain is the refusal an error, of type *fault.Error. An idle connection may
// have any mailbox selected.
func (e *Endpoint) Get(ctx context.Context) (*client.Conn, error) {
	for {
		c, _, err := e.pool.take(ctx, true)
		if c != nil || err != nil {
			return c, err
		}
		if c, err = e.dialPooled(ctx); err == nil {
			if e.pool.madeAgain() {
				e.sink.Emit(event.Reconnected{Side: e.side})
			}
			return c, nil
		}
		if e.pool.live() == 0 && ctx.Err() == nil && worthRetrying(err) {
			return e.reconnect(ctx, err)
		}
		if !e.extraRefused(ctx, err) {
			return nil, err
		}
	}
}

// TryGet is Get without waiting for other holders: ok is false when every connection that may be
// open is lent, or when the server refuses one more.
func (e *Endpoint) TryGet(ctx context.Context) (c *client.Conn, ok bool, err error) {
	c, ok, err = e.pool.take(ctx, false)
	if c != nil || !ok || err != nil {
		return c, ok, err
	}
	c, err = e.dialPooled(ctx)
	if err != nil && e.extraRefused(ctx, err) {
		return nil, false, nil
	}
	return c, err == nil, err
}

// dialPooled makes a connection with a permission of the pool. When it fails the permission is still
// held: dialFailed or refused gives it back.
func (e *Endpoint) dialPooled(ctx context.Context) (*client.Conn, error) {
	c, err := e.signIn(ctx, quiet)
	if err != nil {
		return nil, err
	}
	if err := e.pool.dialed(c); err != nil {
		_ = c.Close()
		return nil, err
	}
	return c, nil
}

// extraRefused settles a failed dial: true when the run can do with the connections it has.
func (e *Endpoint) extraRefused(ctx context.Context, err error) bool {
	if errors.Is(err, errClosed) {
		return false
	}
	if ctx.Err() != nil {
		e.pool.dialFailed()
		return false
	}
	live := e.pool.refused()
	if live > 0 {
		e.note(event.Warning, "%s: one more connection was refused, going on with %d: %v", e.side.Title(), live, err)
	}
	return live > 0
}

// Put gives a connection back, with no command of it in flight. A healthy one is kept for the next
// Get; one that is lost, over the limit or older than ReconnectAll is closed.
func (e *Endpoint) Put(c *client.Conn) {
	if !e.pool.put(c) {
		_ = c.Close()
	}
}

// Recalled tells a holder who keeps a connection for long that it should come back soon: after
// ReconnectAll, or when the server allows fewer.
func (e *Endpoint) Recalled(c *client.Conn) bool { return e.pool.recalled(c) }

// Discard closes a connection at once and frees its place.
func (e *Endpoint) Discard(c *client.Conn) {
	_ = c.Close()
	e.pool.drop(c)
}

// Cap is how many connections may be open now: --connections, less while the server refuses some.
func (e *Endpoint) Cap() int {
	e.pool.mu.Lock()
	defer e.pool.mu.Unlock()
	return e.pool.limit
}

// ReconnectAll makes every connection be made anew: idle ones are closed now, lent ones when they
// are put back.
func (e *Endpoint) ReconnectAll() {
	for _, c := range e.pool.renew() {
		_ = c.Close()
	}
}

// Close signs out of every idle connection, waiting for the answers no longer than ctx allows, and
// closes the lent ones at once. Nothing can be lent afterwards.
func (e *Endpoint) Close(ctx context.Context) {
	e.keeper.stop()
	idle, lent := e.pool.close()
	for _, c := range lent {
		_ = c.Close()
	}
	var wg sync.WaitGroup
	for _, c := range idle {
		wg.Go(func() {
			_ = c.Logout(ctx)
			_ = c.Close()
		})
	}
	wg.Wait()
}

// Disconnect is Close for a run that ends early, when the reference says so.
func (e *Endpoint) Disconnect(ctx context.Context) {
	if e.connected() {
		e.note(event.Info, "Disconnecting from %s %s user%s %s", e.side, e.host, e.side.Digit(), e.user)
	}
	e.Close(ctx)
}

func (e *Endpoint) connected() bool {
	e.pool.mu.Lock()
	defer e.pool.mu.Unlock()
	return len(e.pool.idle)+len(e.pool.lent) > 0
}

// Replace gives up a lost connection and signs in again: --reconnectretryN times at most, at once
// and then after waits that grow, longer when the server asks for it. Each call that had to connect
// emits one event.Reconnected. The error is that of the last try.
//
// A lost connection keeps its place, so Replace does not wait for other holders. What was selected
// on the old connection is not selected on the new one.
func (e *Endpoint) Replace(ctx context.Context, old *client.Conn) (*client.Conn, error) {
	cause := old.Err()
	_ = old.Close()
	if !e.pool.swap(old) {
		c, _, err := e.pool.take(ctx, true)
		if c != nil || err != nil {
			return c, err
		}
	}
	return e.reconnect(ctx, e.lost(cause))
}

// reconnect signs in again with a permission of the pool, which it gives back when that is in vain.
func (e *Endpoint) reconnect(ctx context.Context, cause error) (*client.Conn, error) {
	c, err := e.redial(ctx, cause)
	if err != nil && !errors.Is(err, errClosed) {
		e.pool.dialFailed()
	}
	e.sink.Emit(event.Reconnected{Side: e.side, Err: err})
	return c, err
}

func (e *Endpoint) redial(ctx context.Context, err error) (c *client.Conn, _ error) {
	for try := range e.retries {
		if waitErr := pause(ctx, retryWait(try, err)); waitErr != nil {
			return nil, waitErr
		}
		if c, err = e.dialPooled(ctx); err == nil {
			return c, nil
		}
		if !worthRetrying(err) {
			break
		}
	}
	return nil, err
}

// worthRetrying: what worked once in this run may work again, even when a server refuses the password
// now, as overloaded ones do. Only a certificate that is not accepted stays so.
func worthRetrying(err error) bool { return !isCertificate(err) && !errors.Is(err, context.Canceled) }

// pause waits for d or for the end of ctx, whose cause it returns.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func serverWait(err error) time.Duration {
	var e *imap.Error
	if errors.As(err, &e) {
		return e.Wait
	}
	return 0
}
