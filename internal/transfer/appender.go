package transfer

import (
	"context"
	"time"

	"imapsync/internal/fault"
	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
	"imapsync/internal/plan"
)

// appender stores batches on host2 in order, without waiting for the answer of one before the next
// is sent. One goroutine runs it. Answers are taken in the order of sending; an answer never sends
// anything itself, it puts what is to be offered again into todo.
type appender struct {
	c        *Copier
	lane     *lane
	held     borrow
	inFlight []*sent   // in the order sent
	todo     [][]*item // to be offered again, each group by one command, before anything new
}

// sent is one APPEND whose answer is awaited.
type sent struct {
	items []*item
	cmd   *client.AppendCmd
	gated bool // holds the folder's gate
}

// run stores every batch of the lane, then waits for the last answers.
func (a *appender) run(ctx context.Context) {
	defer a.rest()
	for {
		b, ok := a.next(ctx)
		if !ok {
			break
		}
		a.store(ctx, b)
	}
	a.settle(ctx, 0)
}

// next waits for the next batch in order to be ready, taking answers meanwhile. A connection to
// host2 is never held by somebody who only waits for host1.
func (a *appender) next(ctx context.Context) (*batch, bool) {
	var b *batch
	slots, ready, ended := a.lane.slots, (chan struct{})(nil), ctx.Done()
	for {
		var answered <-chan struct{}
		switch {
		case len(a.inFlight) > 0:
			answered = a.inFlight[0].cmd.Done()
		case b == nil && len(a.lane.slots) == 0:
			a.rest()
		default:
			a.held.giveBack()
		}
		select {
		case next, ok := <-slots:
			if !ok {
				return nil, false
			}
			b, slots, ready = next, nil, next.ready
		case <-ready:
			return b, true
		case <-answered:
			a.answer(ctx)
			a.settle(ctx, maxBatches)
		case <-ended: // a silent server would be waited for
			ended = nil
			a.settle(ctx, 0)
		}
	}
}

// rest gives back the connections of the lane.
func (a *appender) rest() {
	a.held.giveBack()
	for _, f := range a.lane.fetchers {
		f.rest()
	}
}

// store sends the messages of b that arrived and ends the others.
func (a *appender) store(ctx context.Context, b *batch) {
	var group []*item
	flush := func() {
		if len(group) > 0 {
			a.offer(ctx, group)
			group = nil
		}
	}
	for _, it := range b.items {
		switch {
		case it.reason == plan.ReasonNone && (ctx.Err() != nil || a.c.stopped()):
			it.reason = plan.NotReached
			a.end(it)
		case it.reason != plan.ReasonNone:
			a.end(it)
		case a.c.cfg.Dry && !it.relay:
			it.reason = plan.DryRun
			a.end(it)
		case it.relay:
			flush()
			a.offer(ctx, []*item{it})
		default:
			group = append(group, it)
			if !a.c.cfg.Multi {
				flush()
			}
		}
	}
	flush()
}

// offer sends items with one command, after what is to be offered again.
func (a *appender) offer(ctx context.Context, items []*item) {
	a.pace(ctx, items)
	a.todo = append(a.todo, items)
	a.settle(ctx, maxBatches)
}

// settle offers what is in todo and takes answers until nothing is left to offer and no more than n
// commands are in flight.
func (a *appender) settle(ctx context.Context, n int) {
	for len(a.todo) > 0 || len(a.inFlight) > n {
		if len(a.todo) == 0 || len(a.inFlight) >= maxBatches || a.mustDrain() {
			a.answer(ctx)
			continue
		}
		items := a.todo[0]
		a.todo = a.todo[1:]
		switch {
		case ctx.Err() != nil || a.c.stopped():
			a.abandon(items)
		case items[0].relay:
			a.relay(ctx, items[0])
		default:
			a.push(ctx, items)
		}
	}
}

// mustDrain tells whether the next offer wants a connection with nothing in flight.
func (a *appender) mustDrain() bool {
	return len(a.inFlight) > 0 && (a.todo[0][0].relay || a.held.recalled())
}

// push appends items with one command. It returns as soon as the last octet is on its way.
func (a *appender) push(ctx context.Context, items []*item) {
	if a.held.recalled() {
		a.held.giveBack()
	}
	conn, err := a.held.get(ctx)
	if err != nil {
		a.refuse(items, err)
		return
	}
	s := &sent{items: items}
	if !a.enter(s) {
		a.todo = append([][]*item{items}, a.todo...)
		a.waitGate(ctx, items[0].folder)
		return
	}
	msgs := make([]client.AppendMessage, len(items))
	for i, it := range items {
		msgs[i] = it.offer(a.c.cfg.Dates)
	}
	s.cmd = conn.Append(ctx, items[0].folder.Dst, msgs)
	a.inFlight = append(a.inFlight, s)
}

// enter takes the gate of the folder for s, unless somebody is waiting for the folder to stand still.
func (a *appender) enter(s *sent) bool {
	if !a.c.cfg.Shared {
		return true
	}
	s.gated = s.items[0].folder.gate.TryRLock()
	return s.gated
}

// waitGate waits until the folder has been looked at. Who looks waits for the answers due here, and
// perhaps for this connection.
func (a *appender) waitGate(ctx context.Context, f *Folder) {
	if len(a.inFlight) > 0 {
		a.answer(ctx)
		return
	}
	a.held.giveBack()
	f.gate.RLock()
	defer f.gate.RUnlock() // that it was open once is enough
}

// leave gives the gate back, after what was answered is in the folder's tally.
func (s *sent) leave() {
	if s.gated {
		s.gated = false
		s.items[0].folder.gate.RUnlock()
	}
}

// answer waits for the oldest answer and deals with it.
func (a *appender) answer(ctx context.Context) {
	s := a.inFlight[0]
	a.inFlight = a.inFlight[1:]
	a.take(ctx, s)
}

// take deals with the answer to s, which is no longer among those in flight.
func (a *appender) take(ctx context.Context, s *sent) {
	result, err := s.cmd.Wait(ctx)
	switch {
	case err == nil:
		a.confirm(s, result)
		s.leave()
	case fault.Lost(err):
		a.lost(ctx, s, err)
	default:
		s.leave()
		a.refused(ctx, s.items, err)
	}
}

// confirm ends messages that host2 has confirmed. UIDs of another epoch say nothing about the folder
// that was listed.
func (a *appender) confirm(s *sent, result client.AppendResult) {
	validity := s.items[0].folder.DstValidity
	known := validity == 0 || result.UIDValidity == 0 || result.UIDValidity == validity
	for i, it := range s.items {
		var uid imap.UID
		if known && i < len(result.UIDs) {
			uid = result.UIDs[i]
		}
		a.stored(it, uid, true)
	}
}

// pause waits as long as a busy server asks, or longer each time.
func (a *appender) pause(ctx context.Context, asked time.Duration, try int) {
	if asked <= 0 {
		asked = min(time.Duration(1<<min(try, 6))*500*time.Millisecond, 30*time.Second)
	}
	select {
	case <-time.After(min(asked, 5*time.Minute)):
	case <-a.c.stop:
	case <-ctx.Done():
	}
}
