package transfer

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
)

func TestBudgetGrantsInOrderOfAsking(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBudget(100)
		one, two := b.Share(), b.Share()
		ctx := t.Context()
		mustTake(t, ctx, one, 60)
		mustTake(t, ctx, two, 40)
		var order []string
		take := func(name string, s *Share, n int64) {
			go func() {
				if s.Take(ctx, n) == nil {
					order = append(order, name)
				}
			}()
			synctest.Wait()
		}
		take("first", one, 50)
		take("second", two, 10)
		if len(order) != 0 {
			t.Fatalf("granted %v beyond the budget", order)
		}
		one.Release(30) // 30 free: the first in line wants 50 and is not overtaken
		synctest.Wait()
		if len(order) != 0 {
			t.Fatalf("granted %v, want nobody to overtake", order)
		}
		two.Release(20)
		synctest.Wait()
		if len(order) != 1 || order[0] != "first" {
			t.Fatalf("granted %v, want first", order)
		}
		one.Release(80)
		synctest.Wait()
		if len(order) != 2 {
			t.Fatalf("granted %v, want both", order)
		}
	})
}

// The head of every lane may proceed whatever the others hold: a lane that holds nothing never waits.
func TestBudgetReservesTheHead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBudget(1)
		one, two := b.Share(), b.Share()
		mustTake(t, t.Context(), one, 1000)
		mustTake(t, t.Context(), two, 1000)
		granted := false
		go func() { granted = two.Take(t.Context(), 5) == nil }()
		synctest.Wait()
		if granted {
			t.Fatal("the second batch of a lane was granted beyond the budget")
		}
		two.Release(1000) // its head is done: the next is the head now
		synctest.Wait()
		if !granted {
			t.Fatal("a lane that holds nothing waits")
		}
	})
}

func TestBudgetCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBudget(10)
		s := b.Share()
		mustTake(t, t.Context(), s, 10)
		ctx, cancel := context.WithCancel(t.Context())
		var err error
		go func() { err = s.Take(ctx, 5) }()
		synctest.Wait()
		cancel()
		synctest.Wait()
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("got %v, want context.Canceled", err)
		}
		s.Release(10)
		if b.used != 0 || len(b.waiters) != 0 {
			t.Errorf("used %d, %d waiting; want an empty budget", b.used, len(b.waiters))
		}
	})
}

func mustTake(t *testing.T, ctx context.Context, s *Share, n int64) {
	t.Helper()
	if err := s.Take(ctx, n); err != nil {
		t.Fatal(err)
	}
}
