package transfer

import (
	"context"
	"fmt"
	"io"
	"sync"

	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
)

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

// request is one UID FETCH and what came of it. The texts belong to its own arena, so that nothing
// of a dead connection can get into a later try.
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

func newRequest(conn *client.Conn, o *opened, items []*item, pool *chunkPool) *request {
	return &request{conn: conn, opened: o, items: items, texts: make([]text, len(items)), left: len(items),
		full: make(chan struct{}), arena: arena{pool: pool}}
}

// onBody reads a text at once, so that a slow host2 never holds up this connection: its memory
// was granted before the FETCH was sent. A text far bigger than announced is passed over and relayed
// later.
func (r *request) onBody(m *imap.Message, size int64, rd io.Reader) (err error) {
	if r.left == 0 {
		return nil // a second sending; the texts are in use already
	}
	if size > relayOver {
		for i, it := range r.items {
			if it.copy.Row.UID == m.UID || m.UID == 0 && len(r.items) == 1 {
				r.texts[i], it.relay = text{}, true
				r.got()
			}
		}
		return nil
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
			r.got()
			return
		}
	}
}

func (r *request) got() {
	if r.left--; r.left == 0 {
		close(r.full)
	}
}
