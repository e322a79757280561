package transfer

import (
	"bytes"
	"context"
	"io"
	"strings"

	"imapsync/internal/imap/client"
	"imapsync/internal/plan"
)

// relayStored appends a message that is too big to hold and was changed, or was changed and is now too
// big: its text is in a storage, which is filled once however often it has to be sent.
func (a *appender) relayStored(ctx context.Context, it *item) {
	if it.stored == nil && !a.fetchStored(ctx, it) {
		return
	}
	if a.c.cfg.Dry {
		it.reason = plan.DryRun
		a.end(it)
		return
	}
	body, size := it.stored.Open(), it.stored.Size()
	if it.spool {
		if it.stored.endsWithCRLF() {
			a.refuse([]*item{it}, it.refusal)
			return
		}
		body, size, it.changed = io.MultiReader(body, strings.NewReader("\r\n")), size+2, true
	}
	if err := a.healthy(ctx); err != nil {
		a.refuse([]*item{it}, err)
		return
	}
	msg := it.offer(a.c.cfg.Dates)
	msg.Size, msg.Body = size, body
	it.size = size
	s := &sent{items: []*item{it}}
	a.enterWaiting(s)
	s.cmd = a.held.conn.Append(ctx, it.folder.Dst, []client.AppendMessage{msg})
	a.take(ctx, s)
}

// fetchStored fetches a big message and changes it. It returns false when the message has ended, or is to
// be fetched again. No connection is used while the message is in the making.
func (a *appender) fetchStored(ctx context.Context, it *item) bool {
	raw := a.c.newStorage()
	defer raw.Close()
	err := a.readSource(ctx, it, func() error { return nil }, func(_ int64, r io.Reader) error {
		_, err := io.Copy(raw, r)
		return err
	})
	if err != nil {
		a.noText(ctx, it, err)
		return false
	}
	it.header = raw.head()
	a.c.readDate(it, it.header)
	made := a.c.newStorage()
	if !a.c.rewrite(ctx, it, raw, made) {
		made.Close()
		a.end(it)
		return false
	}
	it.stored, it.header, it.loneLF = made, made.head(), 0
	return true
}

// fetchAndDrop reads a big message in a dry run that reads host1.
func (a *appender) fetchAndDrop(ctx context.Context, it *item) {
	err := a.readSource(ctx, it, func() error { return nil }, func(_ int64, r io.Reader) error {
		_, err := io.Copy(io.Discard, r)
		return err
	})
	if err != nil {
		a.noText(ctx, it, err)
		return
	}
	it.reason = plan.DryRun
	a.end(it)
}

func (s *storage) endsWithCRLF() bool {
	if s.size < 2 {
		return false
	}
	var last [2]byte
	if s.file != nil {
		_, err := s.file.ReadAt(last[:], s.size-2)
		return err == nil && string(last[:]) == "\r\n"
	}
	return bytes.HasSuffix(bytes.Join(s.text[max(0, len(s.text)-2):], nil), []byte("\r\n"))
}
