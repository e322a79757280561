package endpoint

import (
	"context"
	"testing"
	"time"

	"imapsync/internal/imap/client"
)

// Whoever needs a connection takes the one that is being made ahead, or one that comes back before it.
func TestTakeAwaitsWarm(t *testing.T) {
	t.Parallel()
	p := newPool(3)
	first := &client.Conn{}
	p.lent[first] = false
	if !p.spare() {
		t.Fatal("got no permission to dial ahead")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, ok, err := p.take(ctx, true); ok || err == nil {
		t.Errorf("got a permission to dial (%t, %v), want to wait for the one that is being made", ok, err)
	}
	if p.awaiting != 0 {
		t.Errorf("got %d waiting after that", p.awaiting)
	}
	p.dialFailed()
	p.warmed()
	if c, ok, err := p.take(t.Context(), true); c != nil || !ok || err != nil {
		t.Errorf("got %v %t %v, want the permission to dial after that failed", c, ok, err)
	}
	if !p.spare() || p.spare() {
		t.Error("got more than the limit, or less")
	}
}
