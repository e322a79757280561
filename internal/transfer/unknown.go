package transfer

import (
	"context"
	"fmt"
	"time"

	"imapsync/internal/fault"
	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
)

// Standing still, for rule E1: so many looks at a folder must agree, and no longer than this is
// waited for a server that never rests.
const (
	stillLooks   = 4
	settleAtMost = 2 * time.Minute
)

// lookUp waits until the folder stands still, then reads the identities of its messages from the
// mark on.
func (c *Copier) lookUp(ctx context.Context, held *borrow, f *Folder) ([]fingerprint, error) {
	var err error
	for range max(1, c.cfg.Retries) {
		conn, gerr := held.get(ctx)
		if gerr != nil {
			return nil, gerr
		}
		var found []fingerprint
		if err = c.standStill(ctx, conn, f.Dst); err == nil {
			found, err = c.tail(ctx, conn, f)
		}
		if err == nil {
			return found, nil
		}
		if !fault.Lost(err) {
			if !fault.Transient(err) {
				break
			}
			continue
		}
		if _, rerr := held.replace(ctx); rerr != nil {
			return nil, rerr
		}
	}
	return nil, err
}

// standStill waits until UIDNEXT and MESSAGES of the folder have not changed over several looks. The
// pause between looks grows with the server's own answer time.
func (c *Copier) standStill(ctx context.Context, conn *client.Conn, name imap.MailboxName) error {
	var last imap.Status
	var lastCount uint32
	for same, start := 0, time.Now(); same < stillLooks && time.Since(start) < settleAtMost; {
		asked := time.Now()
		st, err := conn.Status(name, client.StatusMessages, client.StatusUIDNext).Wait(ctx)
		if err != nil {
			return err
		}
		var count uint32
		if st.Messages != nil {
			count = *st.Messages
		}
		if same > 0 && st.UIDNext == last.UIDNext && count == lastCount {
			same++
		} else {
			same = 1
		}
		last, lastCount = st, count
		select {
		case <-time.After(max(c.cfg.Settle, 2*time.Since(asked))):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// tail reads the identities of the messages that may be this run's: UIDs from the mark on. "n:*"
// also returns the last message when none is new, hence the test. Parts of one message are joined.
func (c *Copier) tail(ctx context.Context, conn *client.Conn, f *Folder) ([]fingerprint, error) {
	mark := f.tally.from()
	var order []imap.UID
	seen := map[imap.UID]imap.Message{}
	sel := conn.Select(f.Dst, true)
	fetch := conn.UIDFetch(imap.UIDsFrom(mark), client.FetchItems{Size: true, Header: c.cfg.Identity.FullFields()},
		client.FetchHandler{Message: func(m *imap.Message) {
			if m.UID < mark {
				return
			}
			was, known := seen[m.UID]
			if !known {
				order = append(order, m.UID)
				was.Size = -1
			}
			if f.tally.settled(m.UID) {
				m.Header = nil // of no interest, and there may be many
			}
			if m.Header == nil {
				m.Header = was.Header
			}
			if m.Size < 0 {
				m.Size = was.Size
			}
			seen[m.UID] = *m
		}})
	selected, err := sel.Wait(ctx)
	if ferr := fetch.Wait(ctx); err == nil {
		err = ferr
	}
	if err == nil {
		err = f.sameEpoch(selected)
	}
	if err == nil {
		err = allTold(ctx, conn, mark, func(uid imap.UID) bool { _, ok := seen[uid]; return ok })
	}
	if err != nil {
		return nil, err
	}
	found := make([]fingerprint, 0, len(order))
	for _, uid := range order {
		m := seen[uid]
		found = append(found, newFingerprint(c.cfg.Identity, uid, m.Header, m.Size))
	}
	return found, nil
}

// allTold makes sure that no message from mark on is missing from what was read: taking one for absent
// would double it.
func allTold(ctx context.Context, conn *client.Conn, mark imap.UID, told func(imap.UID) bool) error {
	there, err := conn.UIDSearch("UID " + imap.UIDsFrom(mark).String()).Wait(ctx)
	if err != nil {
		if fault.Lost(err) || fault.Transient(err) || ctx.Err() != nil {
			return err
		}
		return nil // a server without SEARCH is believed
	}
	for _, uid := range there {
		if uid >= mark && !told(uid) {
			return &imap.Error{Command: "UID FETCH", Reply: imap.ReplyOK, Kind: imap.KindServerBug,
				Text: fmt.Sprintf("the answer lacks message %d", uid)}
		}
	}
	return nil
}

// sameEpoch tells whether UIDs of host2's folder still mean what they did when it was listed.
func (f *Folder) sameEpoch(selected imap.Selected) error {
	if f.DstValidity == 0 || selected.UIDValidity == f.DstValidity {
		return nil
	}
	return &imap.Error{Command: "SELECT", Reply: imap.ReplyNO, Kind: imap.KindRefused,
		Text: fmt.Sprintf("UIDVALIDITY of %s changed from %d to %d during the run", f.Dst, f.DstValidity, selected.UIDValidity)}
}
