package tap

import (
	"maps"
	"net"
	"slices"
	"sync"
)

// Tap listens on the loopback interface until Close. It is safe for concurrent use.
type Tap struct {
	target   string
	hidden   []string
	listener net.Listener
	ledger   ledger

	mu     sync.Mutex
	conns  map[net.Conn]bool
	closed bool
	all    sync.WaitGroup
}

// Start opens a tap to the server at target that hides the given capabilities, in upper case.
func Start(target string, hidden ...string) (*Tap, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	t := &Tap{target: target, hidden: hidden, listener: l, conns: map[net.Conn]bool{}}
	t.ledger.c.Verbs = map[string]int{}
	t.all.Go(t.accept)
	return t, nil
}

// Port is where clients connect, on 127.0.0.1.
func (t *Tap) Port() int { return t.listener.Addr().(*net.TCPAddr).Port }

// Counts returns what went by so far.
func (t *Tap) Counts() Counts {
	t.ledger.mu.Lock()
	defer t.ledger.mu.Unlock()
	c := t.ledger.c
	c.Verbs, c.Said = maps.Clone(c.Verbs), slices.Clone(c.Said)
	return c
}

// Reset begins to count anew.
func (t *Tap) Reset() { t.ledger.change(func(c *Counts) { *c = Counts{Verbs: map[string]int{}} }) }

// Close ends all connections.
func (t *Tap) Close() {
	t.listener.Close()
	t.mu.Lock()
	t.closed = true
	for c := range t.conns {
		c.Close()
	}
	t.mu.Unlock()
	t.all.Wait()
}

func (t *Tap) accept() {
	for {
		client, err := t.listener.Accept()
		if err != nil {
			return
		}
		t.all.Go(func() { t.serve(client) })
	}
}

// enter remembers a connection for Close; it reports false after that.
func (t *Tap) enter(c net.Conn) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.closed {
		t.conns[c] = true
	}
	return !t.closed
}

func (t *Tap) leave(c net.Conn) {
	c.Close()
	t.mu.Lock()
	delete(t.conns, c)
	t.mu.Unlock()
}

func (t *Tap) serve(client net.Conn) {
	defer t.leave(client)
	server, err := net.Dial("tcp", t.target)
	if err != nil {
		return
	}
	defer t.leave(server)
	if !t.enter(client) || !t.enter(server) {
		return
	}
	t.ledger.change(func(c *Counts) { c.Connections++ })
	talk := &conversation{ledger: &t.ledger, hidden: t.hidden}
	var both sync.WaitGroup
	both.Go(func() { pump(server, client, true, talk, &stream{each: talk.clientLine}) })
	both.Go(func() { pump(client, server, false, talk, &stream{each: talk.serverLine}) })
	both.Wait()
}

func pump(to, from net.Conn, up bool, talk *conversation, s *stream) {
	b := make([]byte, 64<<10)
	for {
		n, err := from.Read(b)
		if n > 0 {
			talk.spoke(up, n)
			to.Write(s.feed(b[:n])) // a receiver that is gone: the sender is heard to its end
		}
		if err != nil {
			to.Write(s.rest())
			if c, ok := to.(*net.TCPConn); ok {
				c.CloseWrite()
			}
			return
		}
	}
}
