package transfer

import (
	"context"
	"sync"
)

// memory bounds what messages in the making need. Who wants more than there is works alone. It is
// safe for concurrent use.
type memory struct {
	capacity int64

	mu      sync.Mutex
	used    int64
	waiting []*waiter // in order
}

type waiter struct {
	octets int64
	ready  chan struct{}
}

// take waits until so many octets may be used. The function returned gives them back.
func (m *memory) take(ctx context.Context, octets int64) (func(), error) {
	octets = min(octets, m.capacity)
	w := &waiter{octets, make(chan struct{})}
	m.mu.Lock()
	m.waiting = append(m.waiting, w)
	m.grant()
	m.mu.Unlock()
	select {
	case <-w.ready:
		return func() { m.give(octets) }, nil
	case <-ctx.Done():
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for i, other := range m.waiting {
		if other == w {
			m.waiting = append(m.waiting[:i], m.waiting[i+1:]...)
			m.grant()
			return nil, ctx.Err()
		}
	}
	m.used -= octets // granted meanwhile
	m.grant()
	return nil, ctx.Err()
}

func (m *memory) give(octets int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.used -= octets
	m.grant()
}

// grant lets those go on who are first and fit; m.mu is held.
func (m *memory) grant() {
	for len(m.waiting) > 0 && m.used+m.waiting[0].octets <= m.capacity {
		m.used += m.waiting[0].octets
		close(m.waiting[0].ready)
		m.waiting = m.waiting[1:]
	}
}
