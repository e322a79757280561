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
// is sent. One goroutine runs it; answers come back over results.
type appender struct {
	c        *Copier
	lane     *lane
	held     borrow
	inFlight []*sent
	results  chan *sent
}

// sent is one APPEND whose answer is awaited.
type sent struct {
	items  []*item
	cmd    *client.AppendCmd
	result client.AppendResult
	err    error
}

// run stores every batch of the lane, then waits for the last answers.
func (a *appender) run(ctx context.Context) {
	defer a.idle()
	for {
		b, ok := a.next(ctx)
		if !ok {
			break
		}
		a.store(ctx, b)
	}
	a.drain(ctx)
}

// next waits for the next batch in order to be ready, taking answers meanwhile. With nothing to do
// and nothing in flight the lane gives its connections back.
func (a *appender) next(ctx context.Context) (*batch, bool) {
	var b *batch
	slots, ready := a.lane.slots, (chan struct{})(nil)
	for {
		if len(a.inFlight) == 0 && len(a.lane.slots) == 0 && b == nil {
			a.idle()
		}
		select {
		case next, ok := <-slots:
			if !ok {
				return nil, false
			}
			b, slots, ready = next, nil, next.ready
		case <-ready:
			return b, true
		case s := <-a.results:
			a.answered(ctx, s)
		}
	}
}

// idle gives back the connections of the lane.
func (a *appender) idle() {
	a.held.giveBack()
	for _, f := range a.lane.fetchers {
		f.idle()
	}
}

// store sends the messages of b that arrived and ends the others.
func (a *appender) store(ctx context.Context, b *batch) {
	var items []*item
	for _, it := range b.items {
		switch {
		case it.reason != plan.ReasonNone:
			a.end(it)
		case ctx.Err() != nil:
			it.reason = plan.NotReached
			a.end(it)
		case b.relay:
			a.relay(ctx, it)
		default:
			items = append(items, it)
		}
	}
	if len(items) == 0 {
		return
	}
	if a.c.cfg.Multi {
		a.send(ctx, items)
		return
	}
	for _, it := range items {
		a.send(ctx, []*item{it})
	}
}

// send appends items with one command. It returns as soon as the last octet is on its way.
func (a *appender) send(ctx context.Context, items []*item) {
	for len(a.inFlight) >= maxBatches {
		a.answered(ctx, <-a.results)
	}
	if a.held.recalled() {
		a.drain(ctx)
		a.held.giveBack()
	}
	conn, err := a.held.get(ctx)
	if err != nil {
		a.refuse(items, err)
		return
	}
	msgs := make([]client.AppendMessage, len(items))
	for i, it := range items {
		msgs[i] = it.offer(a.c.cfg.Dates)
	}
	s := &sent{items: items}
	s.cmd = conn.Append(ctx, items[0].folder.Dst, msgs)
	a.inFlight = append(a.inFlight, s)
	a.c.wg.Go(func() {
		s.result, s.err = s.cmd.Wait(ctx)
		a.results <- s
	})
}

// answered deals with one answer.
func (a *appender) answered(ctx context.Context, s *sent) {
	a.forget(s)
	switch {
	case s.err == nil:
		a.confirm(s)
	case ctx.Err() != nil, fault.Lost(s.err):
		a.lostConnection(ctx, s)
	default:
		a.refused(ctx, s)
	}
}

func (a *appender) forget(s *sent) {
	for i, x := range a.inFlight {
		if x == s {
			a.inFlight = append(a.inFlight[:i], a.inFlight[i+1:]...)
			return
		}
	}
}

// drain waits for every answer.
func (a *appender) drain(ctx context.Context) {
	for len(a.inFlight) > 0 {
		a.answered(ctx, <-a.results)
	}
}

// confirm ends messages that host2 has confirmed.
func (a *appender) confirm(s *sent) {
	for i, it := range s.items {
		var uid imap.UID
		if i < len(s.result.UIDs) {
			uid = s.result.UIDs[i]
		}
		a.stored(it, uid)
	}
}

// lostConnection takes every answer still due, which are all failures now, and settles what
// became of the messages: those never handed over whole were not stored and are sent again, the
// others are unknown (rule E1).
func (a *appender) lostConnection(ctx context.Context, first *sent) {
	lost := []*sent{first}
	for len(a.inFlight) > 0 {
		s := <-a.results
		a.forget(s)
		if s.err == nil {
			a.confirm(s)
			continue
		}
		lost = append(lost, s)
	}
	var unknown, again []*item
	for _, s := range lost {
		if s.cmd != nil && s.cmd.Handed() {
			unknown = append(unknown, s.items...)
		} else {
			again = append(again, s.items...)
		}
	}
	if ctx.Err() != nil {
		a.refuse(again, ctx.Err())
		a.abandon(unknown)
		return
	}
	if _, err := a.held.replace(ctx); err != nil {
		a.refuse(again, err)
		a.unresolved(unknown, err)
		return
	}
	again = append(a.resolve(ctx, unknown), again...)
	a.sendAgain(ctx, again, first.err)
}

// sendAgain offers items anew, one command each: a message that makes host2 drop the connection
// every time is left behind after some tries and does not take others with it.
func (a *appender) sendAgain(ctx context.Context, items []*item, cause error) {
	for _, it := range items {
		it.tries++
		switch {
		case it.tries <= a.c.cfg.Retries:
		case it.starved != nil:
			setFetchFailed([]*item{it}, it.starved)
			a.end(it)
			continue
		default:
			a.refuse([]*item{it}, cause)
			continue
		}
		if it.batch.relay {
			a.relay(ctx, it)
			continue
		}
		a.send(ctx, []*item{it})
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
