package transfer

import (
	"context"
	"errors"
	"testing"
)

// TestMemoryIsGrantedInOrder hands memory out in the order of asking, and lets one go on that wants more than there is.
func TestMemoryIsGrantedInOrder(t *testing.T) {
	m := &memory{capacity: 100}
	ctx := t.Context()
	first, err := m.take(ctx, 60)
	if err != nil {
		t.Fatal(err)
	}
	second, err := m.take(ctx, 40)
	if err != nil {
		t.Fatal(err)
	}
	order := make(chan int64, 3)
	queued := func(n int) bool {
		m.mu.Lock()
		defer m.mu.Unlock()
		return len(m.waiting) == n
	}
	for i, octets := range []int64{1000, 10, 10} {
		go func() {
			give, err := m.take(ctx, octets)
			if err != nil {
				t.Error(err)
				return
			}
			order <- octets
			give()
		}()
		for !queued(i + 1) {
		}
	}
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := m.take(cancelled, 5); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the end of waiting", err)
	}
	first()
	select {
	case n := <-order:
		t.Errorf("%d were granted before the one that wants everything", n)
	default:
	}
	second()
	if n := <-order; n != 1000 {
		t.Errorf("got %d first, want the one that wants everything", n)
	}
	<-order
	<-order
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.used != 0 || len(m.waiting) != 0 {
		t.Errorf("got %d octets and %d waiting at the end", m.used, len(m.waiting))
	}
}
