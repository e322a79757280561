package transfer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"imapsync/internal/fault"
	"imapsync/internal/imap/client"
	"imapsync/internal/message"
	"imapsync/internal/plan"
)

// relay copies one message that is too big to hold: its text goes from the socket of host1 to the
// socket of host2 through a small window (rule E7). Nothing else is in flight on host2's connection
// meanwhile. When host1 stalls or dies, host2's connection is closed at once, in the middle of the
// literal: the message was not stored, and nothing is ever padded.
func (a *appender) relay(ctx context.Context, it *item) {
	a.drain(ctx)
	for {
		if a.c.stopped() || ctx.Err() != nil {
			it.reason = plan.NotReached
			a.end(it)
			return
		}
		if err := a.healthy(ctx); err != nil {
			a.refuse([]*item{it}, err)
			return
		}
		s, err := a.relayOnce(ctx, it)
		switch {
		case s.cmd == nil && it.reason == plan.ReasonNone && it.tries < a.c.cfg.Retries && fault.Transient(err):
			it.tries++
			continue
		case s.cmd == nil:
			a.noText(ctx, it, err)
		case s.err == nil:
			a.confirm(s)
		case fault.Lost(s.err):
			a.relayLost(ctx, s, err)
		default:
			a.refused(ctx, s)
		}
		return
	}
}

// healthy sees to it that a usable connection to host2 is held.
func (a *appender) healthy(ctx context.Context) error {
	conn, err := a.held.get(ctx)
	if err == nil && conn.Err() != nil {
		_, err = a.held.replace(ctx)
	}
	return err
}

// noText ends a message that host1 did not deliver.
func (a *appender) noText(ctx context.Context, it *item, err error) {
	switch {
	case it.reason != plan.ReasonNone:
	case err != nil:
		setFetchFailed([]*item{it}, err)
	default:
		a.lane.fetchers[0].leftOut(ctx, it)
	}
	a.end(it)
}

// relayLost settles a relay whose connection to host2 ended. If that was because host1 died, the
// command was not handed over whole and the message is simply tried again.
func (a *appender) relayLost(ctx context.Context, s *sent, fetchErr error) {
	if fetchErr != nil && !s.cmd.Handed() {
		s.err, s.items[0].starved = fetchErr, fetchErr
	}
	a.lostConnection(ctx, s)
}

// relayOnce asks host1 for the text and appends it while it comes. The error is host1's.
func (a *appender) relayOnce(ctx context.Context, it *item) (*sent, error) {
	s := &sent{items: []*item{it}}
	f := a.lane.fetchers[0]
	req, err := f.send(ctx, s.items, func(size int64, r io.Reader) error {
		if s.cmd != nil {
			return nil // sent twice by host1; the second time is passed over
		}
		head := &prefix{max: maxHeader}
		msg := it.offer(a.c.cfg.Dates)
		msg.Size, msg.Body = size, io.TeeReader(r, head)
		it.size = size
		s.cmd = a.held.conn.Append(ctx, it.folder.Dst, []client.AppendMessage{msg})
		it.header = head.octets
		return nil
	})
	if err != nil {
		return s, err
	}
	if err = f.wait(ctx, req); req.opened.err == nil && fault.Lost(err) {
		if rerr := f.renew(ctx, req); rerr != nil {
			err = rerr
		}
	}
	if req.opened.err != nil {
		f.folderFailed(s.items, req.opened.err)
	}
	if s.cmd != nil {
		s.result, s.err = s.cmd.Wait(ctx)
	}
	return s, err
}

// spool fetches a refused big message to a temporary file with completed line ends and appends it
// from there, if that changes anything.
func (a *appender) spool(ctx context.Context, it *item, refusal error) {
	it.spooled = true
	file, err := os.CreateTemp("", "imapsync-*.eml")
	if err != nil {
		a.refuse([]*item{it}, errors.Join(refusal, fmt.Errorf("keep the message for a second try: %w", err)))
		return
	}
	defer os.Remove(file.Name())
	defer file.Close()
	size, changed, err := a.fetchToFile(ctx, it, file)
	if err != nil || !changed {
		a.refuse([]*item{it}, errors.Join(refusal, err))
		return
	}
	conn, err := a.held.get(ctx)
	if err != nil {
		a.refuse([]*item{it}, err)
		return
	}
	msg := it.offer(a.c.cfg.Dates)
	msg.Size, msg.Body = size, file
	it.size, it.changed = size, true
	s := &sent{items: []*item{it}, cmd: conn.Append(ctx, it.folder.Dst, []client.AppendMessage{msg})}
	s.result, s.err = s.cmd.Wait(ctx)
	switch {
	case s.err == nil:
		a.confirm(s)
	case fault.Lost(s.err):
		a.lostConnection(ctx, s)
	default:
		a.refuse(s.items, s.err)
	}
}

// fetchToFile writes the message with CRLF line ends and a final CRLF, and tells whether that
// differs from what host1 has.
func (a *appender) fetchToFile(ctx context.Context, it *item, file *os.File) (size int64, changed bool, err error) {
	var original int64
	tail := &suffix{}
	f := a.lane.fetchers[0]
	req, err := f.send(ctx, []*item{it}, func(n int64, r io.Reader) error {
		original = n
		size, err = io.Copy(io.MultiWriter(file, tail), message.NewCRLFReader(r))
		return err
	})
	if err == nil {
		err = f.wait(ctx, req)
	}
	if err != nil {
		return 0, false, err
	}
	if tail.last != [2]byte{'\r', '\n'} {
		n, werr := file.WriteString("\r\n")
		if werr != nil {
			return 0, false, werr
		}
		size += int64(n)
	}
	_, err = file.Seek(0, io.SeekStart)
	return size, size != original, err
}

// prefix keeps the first octets written to it.
type prefix struct {
	octets []byte
	max    int
}

func (p *prefix) Write(b []byte) (int, error) {
	p.octets = append(p.octets, b[:min(len(b), p.max-len(p.octets))]...)
	return len(b), nil
}

// suffix keeps the last two octets written to it.
type suffix struct{ last [2]byte }

func (s *suffix) Write(b []byte) (int, error) {
	switch {
	case len(b) >= 2:
		copy(s.last[:], b[len(b)-2:])
	case len(b) == 1:
		s.last = [2]byte{s.last[1], b[0]}
	}
	return len(b), nil
}
