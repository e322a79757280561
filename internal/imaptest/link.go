package imaptest

import (
	"io"
	"sync"
	"time"
)

const linkSize = 8 << 20 // octets under way; a line of 100 MB/s and 80 ms

// link carries octets one way and in order, each latency after it was written and no faster than
// rate octets a second. Without both it writes through.
type link struct {
	latency time.Duration
	rate    int64

	mu      sync.Mutex // protects what follows
	moved   sync.Cond
	dst     io.Writer
	queue   []parcel
	size    int
	free    time.Time // when the line has sent all that is queued
	busy    bool      // the carrier is writing
	closed  bool
	failed  error
	carrier sync.WaitGroup
	stop    chan struct{}
}

type parcel struct {
	due       time.Time
	data      []byte
	delivered []func()
}

func newLink(dst io.Writer, latency time.Duration, rate int64) *link {
	l := &link{dst: dst, latency: latency, rate: rate, stop: make(chan struct{})}
	l.moved.L = &l.mu
	if l.delays() {
		l.carrier.Go(l.carry)
	}
	return l
}

func (l *link) delays() bool { return l.latency > 0 || l.rate > 0 }

// send takes p, and calls the functions at the moment p is delivered: just before, so that they
// have run when the other side reacts. An error is that of an earlier delivery; data is then
// dropped, but the functions are called.
func (l *link) send(p []byte, delivered ...func()) error {
	if !l.delays() {
		l.mu.Lock()
		dst, err := l.dst, l.failed
		l.mu.Unlock()
		call(delivered)
		if err == nil && len(p) > 0 {
			_, err = dst.Write(p)
			l.fail(err)
		}
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.size > linkSize && !l.closed && l.failed == nil {
		l.moved.Wait()
	}
	now := time.Now()
	due := now.Add(l.latency)
	if l.rate > 0 {
		if l.free.Before(now) {
			l.free = now
		}
		l.free = l.free.Add(time.Duration(float64(len(p)) / float64(l.rate) * float64(time.Second)))
		due = l.free.Add(l.latency)
	}
	l.queue = append(l.queue, parcel{due, append([]byte(nil), p...), delivered})
	l.size += len(p)
	l.moved.Broadcast()
	return l.failed
}

func call(functions []func()) {
	for _, f := range functions {
		f()
	}
}

func (l *link) fail(err error) {
	if err == nil {
		return
	}
	l.mu.Lock()
	l.failed = err
	l.moved.Broadcast()
	l.mu.Unlock()
}

// carry delivers what is queued when it is due.
func (l *link) carry() {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		l.mu.Lock()
		for len(l.queue) == 0 && !l.closed {
			l.moved.Wait()
		}
		if len(l.queue) == 0 {
			l.mu.Unlock()
			return
		}
		next := l.queue[0]
		l.queue = l.queue[1:]
		l.busy = true
		dst, failed := l.dst, l.failed
		l.mu.Unlock()
		timer.Reset(time.Until(next.due))
		select {
		case <-timer.C:
		case <-l.stop:
		}
		call(next.delivered)
		if failed == nil && len(next.data) > 0 {
			_, err := dst.Write(next.data)
			l.fail(err)
		}
		l.mu.Lock()
		l.size -= len(next.data)
		l.busy = false
		l.moved.Broadcast()
		l.mu.Unlock()
	}
}

// drain waits until everything has been delivered.
func (l *link) drain() {
	l.mu.Lock()
	for len(l.queue) > 0 || l.busy {
		l.moved.Wait()
	}
	l.mu.Unlock()
}

// redirect makes dst the destination of what is sent from now on.
func (l *link) redirect(dst io.Writer) {
	l.drain()
	l.mu.Lock()
	l.dst = dst
	l.mu.Unlock()
}

// close ends the carrier after what is queued; at once, without waiting for its time, if now is set.
func (l *link) close(now bool) {
	l.mu.Lock()
	if now && !l.closed {
		select {
		case <-l.stop:
		default:
			close(l.stop)
		}
	}
	l.closed = true
	l.moved.Broadcast()
	l.mu.Unlock()
	l.carrier.Wait()
}
