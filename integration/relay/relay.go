// Package relay is a TCP relay between a client and a server on this machine: it makes a link
// slow, watches how much passes, and cuts or mutes connections on command. Tests use it to
// interrupt a run at an exact octet, benchmarks to stand for a distant server.
package relay

import (
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Options say how a link behaves. The zero value passes everything on at once.
type Options struct {
	// Delay is added to each direction: the round trip grows by twice that. The TCP handshake is
	// modelled too: the first octet of the server comes two round trips after the connect.
	Delay time.Duration
	// Rate limits each direction of the link, in octets per second for all its connections
	// together; 0 is no limit.
	Rate int64
	// Watch is told, before they are passed on, how many octets have come from the client (up) or
	// from the server since the start. Calls for one direction of one connection are in order.
	Watch func(r *Relay, up bool, total int64)
}

// Relay listens on the loopback interface until Close.
type Relay struct {
	options  Options
	target   string
	listener net.Listener
	up, down line
	muted    atomic.Bool

	mu    sync.Mutex
	quiet *sync.Cond        // conns became empty
	conns map[net.Conn]bool // nil after Close
	all   sync.WaitGroup
}

// Start opens a relay to the server at target.
func Start(target string, o Options) (*Relay, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &Relay{options: o, target: target, listener: l, conns: map[net.Conn]bool{}}
	r.quiet = sync.NewCond(&r.mu)
	r.up.rate, r.down.rate = o.Rate, o.Rate
	r.all.Go(r.accept)
	return r, nil
}

// Port is where clients connect, on 127.0.0.1.
func (r *Relay) Port() int { return r.listener.Addr().(*net.TCPAddr).Port }

// Addr is Port with the address.
func (r *Relay) Addr() string { return r.listener.Addr().String() }

// Octets tells how many octets have come from the client and from the server.
func (r *Relay) Octets() (up, down int64) { return r.up.total.Load(), r.down.total.Load() }

// Mute drops what servers say from now on, while they go on hearing what clients say: the way to
// lose an answer to a command that was carried out.
func (r *Relay) Mute() { r.muted.Store(true) }

// Cut ends all present connections on both sides; new ones are accepted, and are not muted.
func (r *Relay) Cut() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for c := range r.conns {
		c.Close()
	}
	r.muted.Store(false)
}

// Settle waits until the present connections have ended by themselves: both sides gone, the server done
// with everything it has received. New ones are accepted all the time, so the client must be gone.
func (r *Relay) Settle() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.conns) > 0 {
		r.quiet.Wait()
	}
}

// Close cuts everything and waits for the relay to end.
func (r *Relay) Close() {
	r.listener.Close()
	r.Cut()
	r.mu.Lock()
	r.conns = nil
	r.mu.Unlock()
	r.all.Wait()
}

func (r *Relay) accept() {
	for {
		c, err := r.listener.Accept()
		if err != nil {
			return
		}
		if r.enter(c) {
			r.all.Go(func() { r.serve(c) })
		}
	}
}

// enter registers a connection; it is refused after Close.
func (r *Relay) enter(c net.Conn) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.conns == nil {
		c.Close()
		return false
	}
	r.conns[c] = true
	return true
}

func (r *Relay) leave(c net.Conn) {
	c.Close()
	r.mu.Lock()
	delete(r.conns, c)
	if len(r.conns) == 0 {
		r.quiet.Broadcast()
	}
	r.mu.Unlock()
}

func (r *Relay) serve(client net.Conn) {
	defer r.leave(client)
	<-time.After(3 * r.options.Delay) // the handshake: one and a half round trips before the server sees it
	server, err := net.Dial("tcp", r.target)
	if err != nil || !r.enter(server) {
		return
	}
	defer r.leave(server)
	var both sync.WaitGroup
	both.Go(func() { r.pump(server, client, &r.up, true) })
	both.Go(func() { r.pump(client, server, &r.down, false) })
	both.Wait()
}

// line is one direction of the link.
type line struct {
	total atomic.Int64
	rate  int64
	mu    sync.Mutex
	free  time.Time // when the last octet booked has left
}

// book returns when n more octets have left.
func (l *line) book(n int) time.Time {
	now := time.Now()
	if l.rate == 0 {
		return now
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.free.Before(now) {
		l.free = now
	}
	l.free = l.free.Add(time.Duration(float64(n) / float64(l.rate) * float64(time.Second)))
	return l.free
}

type chunk struct {
	octets []byte
	due    time.Time
}

// maxQueued bounds the memory of one direction of one connection, in chunks of 16 KiB: far above
// what a link of 100 Mbit/s holds in flight at 50 ms.
const maxQueued = 2048

func (r *Relay) pump(to, from net.Conn, l *line, up bool) {
	if r.options.Delay == 0 && r.options.Rate == 0 {
		r.copyNow(to, from, l, up)
		return
	}
	queue := make(chan chunk, maxQueued)
	var reader sync.WaitGroup
	reader.Go(func() {
		defer close(queue)
		for {
			b := make([]byte, 16<<10)
			n, err := from.Read(b)
			if n > 0 {
				r.see(l, up, n)
				left := l.book(n)
				queue <- chunk{b[:n], left.Add(r.options.Delay)}
				if ahead := time.Until(left); ahead > 20*time.Millisecond {
					<-time.After(ahead - 20*time.Millisecond) // a short queue at the bottleneck, then back pressure
				}
			}
			if err != nil {
				return
			}
		}
	})
	for c := range queue {
		if wait := time.Until(c.due); wait > 0 {
			<-time.After(wait)
		}
		r.pass(to, c.octets, up)
	}
	reader.Wait()
	endOf(to)
}

func (r *Relay) copyNow(to, from net.Conn, l *line, up bool) {
	b := make([]byte, 16<<10)
	for {
		n, err := from.Read(b)
		if n > 0 {
			r.see(l, up, n)
			r.pass(to, b[:n], up)
		}
		if err != nil {
			endOf(to)
			return
		}
	}
}

func (r *Relay) see(l *line, up bool, n int) {
	total := l.total.Add(int64(n))
	if r.options.Watch != nil {
		r.options.Watch(r, up, total)
	}
}

// pass hands octets on. When the receiver is gone they are dropped: the sender is heard to its end,
// as a server is that has not yet noticed.
func (r *Relay) pass(to net.Conn, octets []byte, up bool) {
	if up || !r.muted.Load() {
		to.Write(octets)
	}
}

// endOf passes on that one side has said all it will say.
func endOf(c net.Conn) {
	if t, ok := c.(*net.TCPConn); ok {
		t.CloseWrite()
	}
}
