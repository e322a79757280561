package transfer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"imapsync/internal/account"
	"imapsync/internal/fault"
	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
	"imapsync/internal/plan"
)

// fetcher asks one connection to host1 for batches, several being on their way at once.
type fetcher struct {
	c    *Copier
	lane *lane

	mu       sync.Mutex
	quiet    *sync.Cond // inFlight became 0
	held     borrow
	inFlight int
	opened   *opened // the folder examined last on the connection held
}

// opened is an EXAMINE whose answer several requests depend on.
type opened struct {
	folder *Folder
	once   sync.Once
	cmd    *client.SelectCmd
	err    error
}

// wait tells whether the folder was opened and is still the one that was listed (rule E8).
func (o *opened) wait(ctx context.Context) error {
	o.once.Do(func() {
		sel, err := o.cmd.Wait(ctx)
		switch {
		case err != nil:
			o.err = err
		case sel.UIDValidity != o.folder.SrcValidity:
			o.err = &imap.Error{Command: "EXAMINE", Reply: imap.ReplyNO, Kind: imap.KindRefused,
				Text: fmt.Sprintf("UIDVALIDITY changed from %d to %d during the run", o.folder.SrcValidity, sel.UIDValidity)}
		}
	})
	return o.err
}

// request is one UID FETCH and what came of it. The texts belong to its own arena, so that a late
// handler of a dead connection cannot write into a later try.
type request struct {
	conn   *client.Conn
	opened *opened
	cmd    *client.FetchCmd
	items  []*item
	texts  []text // by item; nil: nothing came
	left   int    // items without text
	full   chan struct{}
	arena  arena
	body   text // of the response being read
	hasTxt bool
}

// start asks for b and returns; the batch becomes ready later.
func (f *fetcher) start(ctx context.Context, b *batch) {
	req, err := f.send(ctx, b.items, nil)
	f.c.wg.Go(func() {
		if !f.gather(ctx, b, req, err) {
			close(b.ready)
		}
	})
}

// send opens the folder if need be and asks for items. With a relay, their text goes to it instead
// of an arena.
func (f *fetcher) send(ctx context.Context, items []*item, relay func(int64, io.Reader) error) (*request, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.held.recalled() {
		f.whenIdle()
	}
	before := f.held.conn
	conn, err := f.held.get(ctx)
	if err != nil {
		return nil, err
	}
	if conn != before {
		f.opened = nil
	}
	folder := items[0].folder
	if f.opened == nil || f.opened.folder != folder {
		f.opened = &opened{folder: folder, cmd: conn.Select(folder.Src, true)}
	}
	r := &request{conn: conn, opened: f.opened, items: items, texts: make([]text, len(items)),
		left: len(items), full: make(chan struct{}), arena: arena{pool: f.c.pool}}
	h := client.FetchHandler{Body: r.onBody, Message: r.onMessage}
	if relay != nil {
		h.Body = func(_ *imap.Message, size int64, rd io.Reader) error {
			r.hasTxt = true
			return relay(size, rd)
		}
	}
	f.inFlight++
	r.cmd = conn.UIDFetch(uidsOf(items), client.FetchItems{Body: true}, h)
	return r, nil
}

// onBody reads a text at once, so that a slow host2 never holds up this connection: its memory
// was granted before the FETCH was sent.
func (r *request) onBody(_ *imap.Message, size int64, rd io.Reader) (err error) {
	if r.left == 0 {
		return nil // a second sending; the texts are in use already
	}
	r.body, err = r.arena.read(rd, size)
	r.hasTxt = err == nil
	return err
}

// onMessage files the text under its UID, which some servers send after it. A response without UID
// can only be told when one message was asked for.
func (r *request) onMessage(m *imap.Message) {
	t, ok := r.body, r.hasTxt
	r.body, r.hasTxt = nil, false
	if !ok {
		return
	}
	for i, it := range r.items {
		if r.texts[i] == nil && (m.UID == it.copy.Row.UID || m.UID == 0 && len(r.items) == 1) {
			r.texts[i] = append(text{}, t...)
			if r.left--; r.left == 0 {
				close(r.full)
			}
			return
		}
	}
}

// wait gives the outcome of r.
func (f *fetcher) wait(ctx context.Context, r *request) error {
	err := r.opened.wait(ctx)
	if ferr := r.cmd.Wait(ctx); err == nil {
		err = ferr
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.inFlight--; f.inFlight == 0 {
		f.quiet.Broadcast()
	}
	return err
}

// whenIdle gives a recalled connection back when the requests in flight are answered; f.mu is held.
func (f *fetcher) whenIdle() {
	for f.inFlight > 0 {
		f.quiet.Wait()
	}
	f.held.giveBack()
	f.opened = nil
}

// idle gives the connection back while nothing is in flight.
func (f *fetcher) idle() {
	if !f.mu.TryLock() {
		return // somebody is about to send
	}
	defer f.mu.Unlock()
	if f.inFlight == 0 {
		f.held.giveBack()
		f.opened = nil
	}
}

// renew replaces the connection r was sent on, unless another request has done so already.
func (f *fetcher) renew(ctx context.Context, r *request) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if r != nil && f.held.conn != r.conn {
		return nil
	}
	f.opened = nil
	_, err := f.held.replace(ctx)
	return err
}

// gather waits for the texts of b and asks again for what did not come: for the whole batch after a
// lost connection, then message by message, so that one bad message does not cost the others.
// readied tells that await has handed the batch over already.
func (f *fetcher) gather(ctx context.Context, b *batch, req *request, err error) (readied bool) {
	for try := 1; ; try++ {
		if err == nil {
			if readied, err = f.await(ctx, b, req); readied {
				return true
			}
		}
		lost := req == nil || fault.Lost(err)
		if req != nil && req.opened.err == nil {
			f.take(b, req)
		}
		rest := b.missing()
		switch {
		case len(rest) == 0:
			return false
		case ctx.Err() != nil:
			setReason(rest, plan.NotReached)
			return false
		case !lost && req.opened.err != nil:
			f.folderFailed(rest, req.opened.err)
			return false
		}
		if lost {
			if rerr := f.renew(ctx, req); rerr != nil {
				setFetchFailed(rest, rerr)
				return false
			}
		}
		if !lost || try >= 2 {
			f.oneByOne(ctx, b, rest)
			return false
		}
		req, err = f.send(ctx, rest, nil)
	}
}

// await waits for the answer to r. When every text is there before it, which matters because Dovecot
// holds tagged answers back while more commands wait, the batch is made ready at once: all is true
// then, and the batch belongs to the appender.
func (f *fetcher) await(ctx context.Context, b *batch, r *request) (all bool, err error) {
	done := make(chan error, 1)
	f.c.wg.Go(func() { done <- f.wait(ctx, r) })
	select {
	case err := <-done:
		return false, err
	case <-r.full:
	}
	if r.opened.wait(ctx) != nil {
		return false, <-done
	}
	f.take(b, r)
	if len(b.missing()) > 0 {
		return false, <-done
	}
	close(b.ready)
	return true, nil
}

// take moves whole texts into the batch. After a lost connection only messages whose response was
// whole are in texts, so they are good.
func (f *fetcher) take(b *batch, r *request) {
	for i, it := range r.items {
		t := r.texts[i]
		if t == nil || it.got {
			continue
		}
		fixed, changed, err := r.arena.normalize(t)
		if err != nil {
			continue
		}
		it.text, it.changed, it.got, it.size = fixed, changed, true, fixed.size()
	}
	if b.arena == nil {
		b.arena = &arena{pool: f.c.pool}
	}
	b.arena.chunks = append(b.arena.chunks, r.arena.chunks...)
	r.arena.chunks, r.arena.free = nil, 0
	if more := int64(len(b.arena.chunks))*chunkSize - b.charged; more > 0 {
		f.lane.share.Charge(more)
		b.charged += more
	}
}

// oneByOne asks for each message alone, the last resort for a server that chokes on one of them.
func (f *fetcher) oneByOne(ctx context.Context, b *batch, items []*item) {
	for _, it := range items {
		var err error
		for try := 1; try <= f.c.cfg.Retries && !it.got; try++ {
			var r *request
			if r, err = f.send(ctx, []*item{it}, nil); err == nil {
				err = f.wait(ctx, r)
			}
			if r != nil && r.opened.err == nil {
				f.take(b, r)
			}
			if it.got || err == nil {
				break
			}
			if r == nil || fault.Lost(err) {
				if rerr := f.renew(ctx, r); rerr != nil {
					err = rerr
					break
				}
				continue
			}
			if !fault.Transient(err) {
				break
			}
		}
		switch {
		case it.got:
		case ctx.Err() != nil:
			it.reason = plan.NotReached
		case err == nil:
			f.leftOut(ctx, it)
		default:
			setFetchFailed([]*item{it}, err)
		}
	}
}

// errNoText is a message that is listed but not sent.
var errNoText = errors.New("the server answers OK without the text of the message")

// leftOut tells a message that is gone from one that host1 has and does not send: the second is an
// error, or a server's fault would look like a finished run.
func (f *fetcher) leftOut(ctx context.Context, it *item) {
	f.mu.Lock()
	conn := f.held.conn
	f.mu.Unlock()
	there, err := false, errNoText
	if conn != nil {
		err = conn.UIDFetch(uidsOf([]*item{it}), client.FetchItems{Flags: true}, client.FetchHandler{Message: func(m *imap.Message) {
			there = there || m.UID == it.copy.Row.UID
		}}).Wait(ctx)
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
	folder.mu.Lock()
	told := folder.broken
	folder.broken = true
	folder.mu.Unlock()
	if !told {
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
