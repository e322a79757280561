package transfer

import (
	"context"
	"sync"
)

// Budget bounds the octets of message text held by the process (rule E6). It is granted in the
// order of asking; each lane asks in append order. A lane that holds nothing is always granted,
// so that the head of every appender can proceed whatever the others hold: with l lanes at most l
// batches exceed the budget. It is safe for concurrent use.
type Budget struct {
	mu       sync.Mutex
	capacity int64
	used     int64
	waiters  []*grant
}

type grant struct {
	n       int64
	lane    *Share
	granted chan struct{}
}

// NewBudget makes a budget of so many octets.
func NewBudget(octets int64) *Budget { return &Budget{capacity: octets} }

// Share is what one lane holds of a budget.
type Share struct {
	budget *Budget
	held   int64
}

// Share opens an empty share.
func (b *Budget) Share() *Share { return &Share{budget: b} }

// Take waits until n octets are granted or ctx is done.
func (s *Share) Take(ctx context.Context, n int64) error {
	b := s.budget
	b.mu.Lock()
	if s.held == 0 || len(b.waiters) == 0 && b.used+n <= b.capacity {
		b.add(s, n)
		b.mu.Unlock()
		return nil
	}
	g := &grant{n: n, lane: s, granted: make(chan struct{})}
	b.waiters = append(b.waiters, g)
	b.mu.Unlock()
	select {
	case <-g.granted:
		return nil
	case <-ctx.Done():
		b.mu.Lock()
		defer b.mu.Unlock()
		for i, w := range b.waiters {
			if w == g {
				b.waiters = append(b.waiters[:i], b.waiters[i+1:]...)
				return ctx.Err()
			}
		}
		b.release(s, n) // granted meanwhile
		return ctx.Err()
	}
}

// Charge adds n octets without waiting: a text that turned out longer than announced.
func (s *Share) Charge(n int64) {
	s.budget.mu.Lock()
	defer s.budget.mu.Unlock()
	s.budget.add(s, n)
}

// Release gives n octets back.
func (s *Share) Release(n int64) {
	s.budget.mu.Lock()
	defer s.budget.mu.Unlock()
	s.budget.release(s, n)
}

func (b *Budget) add(s *Share, n int64) {
	b.used += n
	s.held += n
}

func (b *Budget) release(s *Share, n int64) {
	b.used -= n
	s.held -= n
	rest := b.waiters[:0]
	blocked := false
	for _, g := range b.waiters {
		fits := !blocked && b.used+g.n <= b.capacity
		if fits || g.lane.held == 0 {
			b.add(g.lane, g.n)
			close(g.granted)
			continue
		}
		blocked = true
		rest = append(rest, g)
	}
	clear(b.waiters[len(rest):])
	b.waiters = rest
}
