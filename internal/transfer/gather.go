package transfer

import (
	"context"
	"errors"
	"fmt"

	"imapsync/internal/account"
	"imapsync/internal/fault"
	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
	"imapsync/internal/plan"
)

// gather waits for the texts of b and asks again for what did not come: for the whole batch after a
// lost connection or a busy server, then message by message, so that one bad message does not cost the
// others. readied tells that await has handed the batch over already.
func (f *fetcher) gather(ctx context.Context, b *batch, req *request, err error) (readied bool) {
	for try := 1; ; try++ {
		if err == nil {
			if readied, err = f.await(ctx, b, req); readied {
				return true
			}
		}
		rest := b.missing()
		switch {
		case len(rest) == 0:
			return false
		case ctx.Err() != nil:
			setReason(rest, plan.NotReached)
			return false
		}
		if err = f.recover(ctx, req, err); err != nil || try >= 2 {
			f.oneByOne(ctx, b, rest)
			return false
		}
		req, err = f.send(ctx, rest)
	}
}

// recover makes another try possible after err: nil says that asking for the same again makes sense.
func (f *fetcher) recover(ctx context.Context, req *request, err error) error {
	if req == nil {
		return f.renew(ctx, nil)
	}
	if fault.Lost(err) {
		return f.renew(ctx, req.conn)
	}
	if req.opened.err != nil {
		f.forget(req.opened)
	}
	if err == nil {
		return errNoText
	}
	if !fault.Transient(err) {
		return err
	}
	f.lane.appender.pause(ctx, waitOf(err), 1)
	return nil
}

// await waits for the answer to r. When every text is there before it, which matters because Dovecot
// holds tagged answers back while more commands wait, the batch is made ready at once: all is true
// then, and the batch belongs to the appender.
func (f *fetcher) await(ctx context.Context, b *batch, r *request) (all bool, err error) {
	done := make(chan error, 1)
	f.c.wg.Go(func() { done <- f.wait(ctx, r) })
	select {
	case err = <-done:
	case <-r.full:
		if r.opened.wait(ctx) == nil {
			f.take(b, r)
			if len(b.missing()) == 0 {
				f.c.rewriteBatch(ctx, f.lane, b)
				close(b.ready)
				return true, nil
			}
		}
		return false, <-done
	}
	if r.opened.err == nil {
		f.take(b, r)
	}
	return false, err
}

// take moves whole texts into the batch. After a lost connection only messages whose response was
// whole are in texts, so they are good.
func (f *fetcher) take(b *batch, r *request) {
	for i, it := range r.items {
		t := r.texts[i]
		if t == nil || it.got {
			continue
		}
		if it.relay {
			it.got = true
			continue
		}
		fixed, changed, err := t, false, error(nil)
		if it.folder.Rewrite == nil { // else it is done last
			fixed, changed, err = r.arena.normalize(t)
		}
		if err != nil {
			continue
		}
		it.text, it.changed, it.got, it.size = fixed, changed, true, fixed.size()
		if f.c.cfg.HeaderDates {
			f.c.readDate(it, it.head())
		}
	}
	if b.arena == nil {
		b.arena = &arena{pool: f.c.pool}
	}
	b.arena.chunks = append(b.arena.chunks, r.arena.chunks...)
	r.arena.chunks, r.arena.free = nil, 0
	f.lane.charge(b)
}

// oneByOne asks for each message alone, the last resort for a server that chokes on one of them.
func (f *fetcher) oneByOne(ctx context.Context, b *batch, items []*item) {
	for i, it := range items {
		err := f.one(ctx, b, it)
		switch {
		case it.got:
		case ctx.Err() != nil:
			setReason(items[i:], plan.NotReached)
			return
		case errors.Is(err, errFolder):
			f.folderFailed(items[i:], err)
			return
		case errors.Is(err, errNoText):
			f.leftOut(ctx, it)
		default:
			setFetchFailed([]*item{it}, err)
		}
	}
}

// errFolder marks an error of the folder, not of a message.
var errFolder = errors.New("the folder does not open")

// one asks for one message, several times where that may help.
func (f *fetcher) one(ctx context.Context, b *batch, it *item) error {
	for try := 1; ; try++ {
		r, err := f.send(ctx, []*item{it})
		if err == nil {
			err = f.wait(ctx, r)
			if r.opened.err == nil {
				f.take(b, r)
			}
		}
		if it.got {
			return nil
		}
		again := f.recover(ctx, r, err)
		if again == nil && try < f.c.cfg.Retries && ctx.Err() == nil {
			continue
		}
		if r != nil && r.opened.err != nil && !fault.Lost(err) {
			return &folderError{r.opened.err}
		}
		if err == nil {
			err = again
		}
		return err
	}
}

// folderError is a folder of host1 that does not open.
type folderError struct{ err error }

func (e *folderError) Error() string        { return e.err.Error() }
func (e *folderError) Unwrap() error        { return e.err }
func (e *folderError) Is(target error) bool { return target == errFolder }

// errNoText is a message that is listed but not sent.
var errNoText = errors.New("the server answers OK without the text of the message")

// leftOut tells a message that is gone from one that host1 has and does not send: the second is an
// error, or a server's fault would look like a finished run.
func (f *fetcher) leftOut(ctx context.Context, it *item) {
	there := false
	conn, o, free, err := f.reserve(ctx, it.folder)
	if err == nil {
		defer free()
		cmd := conn.UIDFetch(uidsOf([]*item{it}), client.FetchItems{Flags: true}, client.FetchHandler{Message: func(m *imap.Message) {
			there = there || m.UID == it.copy.Row.UID
		}})
		if err = o.wait(ctx); err == nil {
			err = cmd.Wait(ctx)
		}
	}
	switch {
	case err == nil && !there:
		it.reason = plan.VanishedOnHost1
	case err == nil:
		setFetchFailed([]*item{it}, errNoText)
	default:
		setFetchFailed([]*item{it}, err)
	}
}

// folderFailed reports a folder of host1 that no longer opens, once, and leaves its messages behind.
func (f *fetcher) folderFailed(items []*item, err error) {
	folder := items[0].folder
	if folder.tellBroken() {
		f.c.fail(&fault.Error{Kind: fault.Select, Side: account.Host1, Folder: folder.Src, Err: err,
			Text: fmt.Sprintf("Host1 folder %s: Could not select: %v", folder.Src, err)})
	}
	setReason(items, plan.FolderFailed)
}

func setReason(items []*item, why plan.Reason) {
	for _, it := range items {
		it.reason = why
	}
}

func setFetchFailed(items []*item, err error) {
	for _, it := range items {
		if errors.Is(err, context.Canceled) {
			it.reason = plan.NotReached
			continue
		}
		it.reason = plan.FetchFailed
		it.err = &fault.Error{Kind: fault.Fetch, Side: account.Host1, Folder: it.folder.Src, UID: it.copy.Row.UID, Err: err,
			Text: fmt.Sprintf("- msg %s/%d {0} S[%d] F[%s] I[%s] could not be fetched: %v", it.folder.Src, it.copy.Row.UID,
				it.copy.Row.Size, flagText(it), dateText(it), err)}
	}
}
