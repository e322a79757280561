package transfer

import (
	"context"
	"errors"
	"io"

	"imapsync/internal/fault"
	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
	"imapsync/internal/message"
	"imapsync/internal/plan"
)

// relay copies one message that is too big to hold: its text goes from the socket of host1 to the
// socket of host2 through a small window (rule E7). Nothing else is in flight on either connection.
// When host1 stalls or dies, host2's connection is closed at once, in the middle of the literal: the
// message was not stored, and nothing is ever padded.
func (a *appender) relay(ctx context.Context, it *item) {
	switch {
	case it.stored != nil || it.folder.Rewrite != nil:
		a.relayStored(ctx, it)
		return
	case a.c.cfg.Dry:
		a.fetchAndDrop(ctx, it)
		return
	case it.spool:
		a.spool(ctx, it)
		return
	}
	s := &sent{items: []*item{it}}
	err := a.readText(ctx, it, func(size int64, r io.Reader) error {
		r = a.c.readDateAhead(it, r)
		passing := &witness{}
		msg := it.offer(a.c.cfg.Dates)
		msg.Size, msg.Body = size, io.TeeReader(r, passing)
		it.size = size
		a.enterWaiting(s)
		s.cmd = a.held.conn.Append(ctx, it.folder.Dst, []client.AppendMessage{msg})
		it.header, it.loneLF = passing.head, passing.loneLF
		return nil
	})
	if s.cmd == nil {
		a.noText(ctx, it, err)
		return
	}
	if it.starved = nil; fault.Lost(err) && !s.cmd.Handed() {
		it.starved = err
	}
	a.take(ctx, s)
}

// readText gets both connections, host1's first, and hands the text of it to read while it comes, at
// most once. The error is that of host1, or a hostTwo.
func (a *appender) readText(ctx context.Context, it *item, read func(size int64, r io.Reader) error) error {
	return a.readSource(ctx, it, func() error { return a.healthy(ctx) }, read)
}

// readSource is readText with another preparation between holding host1's connection and reading.
func (a *appender) readSource(ctx context.Context, it *item, prepare func() error, read func(size int64, r io.Reader) error) error {
	// Who waits for host1 holds no connection to host2: two lanes could wait for each other.
	a.held.giveBack()
	f := a.lane.fetchers[0]
	conn, o, free, err := f.reserve(ctx, it.folder)
	if err != nil {
		return err
	}
	defer free()
	if err := prepare(); err != nil {
		return &hostTwo{err}
	}
	got := false
	cmd := conn.UIDFetch(uidsOf([]*item{it}), client.FetchItems{Body: true}, client.FetchHandler{
		Body: func(m *imap.Message, size int64, r io.Reader) error {
			if got || m.UID != 0 && m.UID != it.copy.Row.UID || o.wait(ctx) != nil {
				return nil // another message, or the same again
			}
			got = true
			return read(size, r)
		}})
	err = o.wait(ctx)
	if ferr := cmd.Wait(ctx); err == nil {
		err = ferr
	}
	if o.err != nil && !fault.Lost(err) {
		f.forget(o)
		return &folderError{o.err}
	}
	if err == nil && !got {
		err = errNoText
	}
	return err
}

// hostTwo marks an error of host2 among those of reading from host1.
type hostTwo struct{ err error }

func (e *hostTwo) Error() string { return e.err.Error() }
func (e *hostTwo) Unwrap() error { return e.err }

// healthy sees to it that a usable connection to host2 is held.
func (a *appender) healthy(ctx context.Context) error {
	conn, err := a.held.get(ctx)
	if err == nil && conn.Err() != nil {
		_, err = a.held.replace(ctx)
	}
	return err
}

// noText tries again for a message that host1 did not deliver, or ends it.
func (a *appender) noText(ctx context.Context, it *item, err error) {
	if two := (*hostTwo)(nil); errors.As(err, &two) {
		a.refuse([]*item{it}, two.err)
		return
	}
	if it.tries++; it.tries <= a.c.cfg.Retries && fault.Transient(err) && ctx.Err() == nil {
		if !fault.Lost(err) {
			a.pause(ctx, waitOf(err), it.tries)
		}
		a.todo = append([][]*item{{it}}, a.todo...)
		return
	}
	f := a.lane.fetchers[0]
	a.held.giveBack() // leftOut waits for host1
	switch folder := (*folderError)(nil); {
	case ctx.Err() != nil:
		it.reason = plan.NotReached
	case errors.As(err, &folder):
		f.folderFailed([]*item{it}, folder)
	case errors.Is(err, errNoText):
		f.leftOut(ctx, it)
	default:
		setFetchFailed([]*item{it}, err)
	}
	a.end(it)
}

// enterWaiting takes the gate for a command that is alone on its connection: who looks at the folder
// holds a connection of its own and waits for no answer due here.
func (a *appender) enterWaiting(s *sent) {
	if a.c.cfg.Shared {
		s.items[0].folder.gate.RLock()
		s.gated = true
	}
}

// witness keeps the start of a text that passes and counts its lone LFs, which a server may complete.
type witness struct {
	head   []byte
	loneLF int64
	last   byte
}

func (w *witness) Write(b []byte) (int, error) {
	w.head = append(w.head, b[:min(len(b), maxHeader-len(w.head))]...)
	if len(b) > 0 {
		lone, _ := message.ScanLF(b)
		if b[0] == '\n' && w.last == '\r' {
			lone--
		}
		w.loneLF += int64(lone)
		w.last = b[len(b)-1]
	}
	return len(b), nil
}
