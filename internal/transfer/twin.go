package transfer

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	"imapsync/internal/account"
	"imapsync/internal/event"
	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
)

// removeLateTwins looks at the folder once more after messages were sent again: if host2 stored the
// first sending after all, the copy that no answer claimed is taken back by UID EXPUNGE. The copy
// that stays is one whose UID host2 has confirmed, and what goes equals it octet by octet: a mail
// that somebody else delivered meanwhile is never touched.
func (c *Copier) removeLateTwins(ctx context.Context, f *Folder, resent []fingerprint) {
	held := borrow{from: c.dst}
	defer held.giveBack()
	found, err := c.lookUp(ctx, &held, f)
	if err != nil {
		c.note(event.Warning, fmt.Sprintf("Host2: folder %s could not be looked at again after a lost connection, it may hold a message twice: %v", f.Dst, err))
		return
	}
	for i, twin := range f.tally.late(resent, found) {
		if twin == 0 {
			continue
		}
		if err := c.removeTwin(ctx, &held, f, resent[i].uid, twin); err != nil {
			c.note(event.Warning, fmt.Sprintf("Host2: folder %s may hold message %d twice after a lost connection: %v", f.Dst, twin, err))
			continue
		}
		c.note(event.Info, fmt.Sprintf("Host2: msg %s/%d was stored late by a lost connection, equals %s/%d and is removed", f.Dst, twin, f.Dst, resent[i].uid))
	}
}

// removeTwin expunges the message twin if it equals ours, after an OK to SELECT and the expected
// UIDVALIDITY (rule E8).
func (c *Copier) removeTwin(ctx context.Context, held *borrow, f *Folder, ours, twin imap.UID) error {
	if !c.cfg.Expunge || ours == 0 {
		return errors.New("the server does not tell UIDs (UIDPLUS) to remove one safely")
	}
	conn, err := held.get(ctx)
	if err != nil {
		return err
	}
	sel, err := conn.Select(f.Dst, false).Wait(ctx)
	if err == nil {
		err = f.sameEpoch(sel)
	}
	if err != nil {
		return err
	}
	if err := sameText(ctx, conn, ours, twin); err != nil {
		return err
	}
	set := imap.UIDs(twin)
	if err := conn.UIDStore(set, client.Add, []imap.Flag{imap.FlagDeleted}).Wait(ctx); err != nil {
		return err
	}
	return conn.UIDExpunge(set).Wait(ctx)
}

// sameText compares two messages of the selected mailbox without holding them.
func sameText(ctx context.Context, conn *client.Conn, a, b imap.UID) error {
	digests := map[imap.UID]string{}
	var digest string
	err := conn.UIDFetch(imap.UIDs(a, b), client.FetchItems{Body: true}, client.FetchHandler{
		Body: func(_ *imap.Message, _ int64, r io.Reader) error {
			h := sha256.New()
			_, err := io.Copy(h, r)
			digest = string(h.Sum(nil))
			return err
		},
		Message: func(m *imap.Message) {
			if digest != "" {
				digests[m.UID], digest = digest, ""
			}
		},
	}).Wait(ctx)
	if err == nil && (digests[a] == "" || digests[a] != digests[b]) {
		err = errors.New("they are not equal octet by octet")
	}
	return err
}

func (c *Copier) note(level event.Level, text string) {
	c.sink.Emit(event.Note{Level: level, Side: account.Host2, Text: text})
}
