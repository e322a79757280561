package imaptest

import (
	"maps"
	"sync"
)

// Counts is what a server has seen.
type Counts struct {
	// Commands by verb, such as "APPEND" or "UID FETCH", as received from clients.
	Commands map[string]int
	// Turns is how often the server had to wait for the client's next word: commands that came
	// when none was in flight, and literals for which the client awaited leave. With latency it is
	// the number of round trips; without, a fast server counts more than a client could help.
	Turns int
	// Octets, without TLS and compression.
	Received, Sent int64
	// Connections, and how many at once at most.
	Connections, MaxConnections int
}

type counter struct {
	mu   sync.Mutex // protects what follows
	now  int
	sums Counts
}

func (c *counter) update(f func(*Counts)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f(&c.sums)
}

func (c *counter) connected(delta int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now += delta
	if delta > 0 {
		c.sums.Connections++
	}
	c.sums.MaxConnections = max(c.sums.MaxConnections, c.now)
}

func (c *counter) counts() Counts {
	c.mu.Lock()
	defer c.mu.Unlock()
	sums := c.sums
	sums.Commands = maps.Clone(sums.Commands)
	return sums
}

func (c *counter) reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sums = Counts{Commands: map[string]int{}, MaxConnections: c.now}
}
