package endpoint

import (
	"sync"

	"imapsync/internal/event"
)

// held is a sink that can keep events back for a while, in their order.
type held struct {
	to event.Sink

	mu      sync.Mutex
	holding bool
	kept    []event.Event
}

// Emit implements event.Sink.
func (h *held) Emit(e event.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.holding {
		h.kept = append(h.kept, e)
		return
	}
	h.to.Emit(e)
}

// Hold keeps back what e has to tell until release is called, so that two sides can sign in at the same
// time and be told of one after the other.
func (e *Endpoint) Hold() (release func()) {
	h := e.sink
	h.mu.Lock()
	defer h.mu.Unlock()
	h.holding = true
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.holding = false
		for _, kept := range h.kept {
			h.to.Emit(kept)
		}
		h.kept = nil
	}
}
