package migrate

import (
	"context"
	"errors"
	"slices"
	"sync"

	"imapsync/internal/account"
	"imapsync/internal/event"
	"imapsync/internal/fault"
)

var errTooMany = errors.New("maximum number of errors reached")

// errorBudget counts the failures among the events and ends the run at a limit (--errorsmax). It is
// safe for concurrent use.
type errorBudget struct {
	mu     sync.Mutex
	errors []*fault.Error
	max    int
	stop   func()
}

func newErrorBudget(max int, stop func()) *errorBudget { return &errorBudget{max: max, stop: stop} }

// Emit counts failures.
func (b *errorBudget) Emit(e event.Event) {
	f, ok := e.(event.Failed)
	if !ok {
		return
	}
	b.mu.Lock()
	b.errors = append(b.errors, f.Err)
	full := len(b.errors) >= b.max
	b.mu.Unlock()
	if full {
		b.stop()
	}
}

func (b *errorBudget) list() []*fault.Error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.errors)
}

// fail reports an error once. What the run's own end caused is not an error.
func (r *run) fail(err error) {
	if r.soft.Err() != nil && (errors.Is(err, context.Canceled) || errors.Is(err, context.Cause(r.soft))) {
		return
	}
	var f *fault.Error
	if !errors.As(err, &f) {
		f = &fault.Error{Text: err.Error(), Err: err}
	}
	r.sink.Emit(event.Failed{Err: f})
}

// failAs reports err under a kind and side.
func (r *run) failAs(kind fault.Kind, side account.Side, err error) {
	r.fail(&fault.Error{Kind: kind, Side: side, Text: err.Error(), Err: err})
}
