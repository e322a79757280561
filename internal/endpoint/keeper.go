package endpoint

import (
	"context"
	"sync"
	"time"

	"imapsync/internal/imap/client"
)

// idleLong is how long a connection may be idle before it gets a NOOP (rule E8). RFC 9051 section
// 5.4 lets servers sign out after 30 minutes; some servers and many routers are less patient.
const idleLong = 3 * time.Minute

// keeper keeps idle connections alive from the first sign-in until stop.
type keeper struct {
	mu      sync.Mutex
	cancel  context.CancelFunc
	done    chan struct{}
	stopped bool
}

// start runs round every minute unless it does already.
func (k *keeper) start(round func(context.Context)) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.cancel != nil || k.stopped {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	k.cancel, k.done = cancel, make(chan struct{})
	go func() {
		defer close(k.done)
		for pause(ctx, time.Minute) == nil {
			round(ctx)
		}
	}()
}

// stop ends the rounds, the one under way included, and waits for that.
func (k *keeper) stop() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.stopped = true
	if k.cancel != nil {
		k.cancel()
		<-k.done
	}
}

// keepAlive sends NOOP on the connections that have been idle for long.
func (e *Endpoint) keepAlive(ctx context.Context) {
	var wg sync.WaitGroup
	for _, c := range e.pool.takeStale(idleLong) {
		wg.Go(func() { e.noop(ctx, c) })
	}
	wg.Wait()
}

func (e *Endpoint) noop(ctx context.Context, c *client.Conn) {
	if err := c.Noop().Wait(ctx); err != nil && c.Err() != nil {
		e.Discard(c)
		return
	}
	e.Put(c)
}
