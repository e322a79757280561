package transfer

import (
	"fmt"
	"sync"

	"imapsync/internal/fault"
	"imapsync/internal/plan"
)

// allowance ends the copying once so many octets are on host2 (--exitwhenover). A message is sent
// only when those before it, sent or stored, come to less: what is on host2 in the end is what a
// program would have copied that asks after each message, though many are in flight. It is safe for
// concurrent use; nil allows everything.
type allowance struct {
	limit int64 // octets, above 0

	mu     sync.Mutex
	more   sync.Cond
	stored int64 // octets that host2 has confirmed
	flying int64 // octets of messages sent, as host1 announced them
}

func newAllowance(limit int64) *allowance {
	if limit <= 0 {
		return nil
	}
	a := &allowance{limit: limit}
	a.more.L = &a.mu
	return a
}

// take tells how many of the copies may be sent now. It waits until one may, which a message in
// flight that fails may allow; 0 says that the limit is reached.
func (a *allowance) take(copies []plan.Copy) (n int) {
	if a == nil {
		return len(copies)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for a.stored < a.limit && a.stored+a.flying >= a.limit {
		a.more.Wait()
	}
	for n < len(copies) && a.stored+a.flying < a.limit {
		a.flying += announced(copies[n])
		n++
	}
	return n
}

// settle takes a message out of flight, of which so many octets are on host2. It tells the octets
// stored in all when they have just reached the limit.
func (a *allowance) settle(c plan.Copy, stored int64) (total int64, reached bool) {
	if a == nil {
		return 0, false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.flying -= announced(c)
	before := a.stored < a.limit
	a.stored += stored
	a.more.Broadcast()
	return a.stored, before && a.stored >= a.limit
}

// over tells whether the limit is reached.
func (a *allowance) over() bool {
	if a == nil {
		return false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.stored >= a.limit
}

func announced(c plan.Copy) int64 { return max(c.Row.Size, 0) }

// exceeded is the error that ends a run at the limit.
func exceeded(stored, limit int64) *fault.Error {
	return &fault.Error{Kind: fault.TransferExceeded,
		Text: fmt.Sprintf("Maximum bytes transferred reached, %d >= %d, ending sync", stored, limit)}
}
