package transfer

import (
	"context"
	"fmt"
	"time"

	"imapsync/internal/account"
	"imapsync/internal/event"
	"imapsync/internal/fault"
	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
	"imapsync/internal/plan"
)

// Standing still, for rule E1: so many looks at a folder must agree, and no longer than this is
// waited for a server that never rests.
const (
	stillLooks   = 4
	settleAtMost = 2 * time.Minute
)

// resolve finds out what became of messages whose APPEND was handed over whole but not answered.
// Stored ones are confirmed, those certainly not stored are returned to be sent again. If host2
// cannot be asked, they are left behind as errors: a rerun, which compares identities, settles them.
//
// A server goes on storing what it has received after the connection died. So host2 must first stand
// still; then its messages from the folder's mark on are read and matched one to one, since twins exist.
func (a *appender) resolve(ctx context.Context, unknown []*item) (missing []*item) {
	for _, items := range byFolder(unknown) {
		found, err := a.c.lookUp(ctx, &a.held, items[0].folder)
		if err != nil {
			a.unresolved(items, err)
			continue
		}
		uids := matchStored(fingerprints(a.c.cfg.Identity, items), found)
		for i, it := range items {
			if uids[i] != 0 {
				a.stored(it, uids[i])
				continue
			}
			it.folder.freeze()
			it.resends++
			missing = append(missing, it)
		}
	}
	return missing
}

// unresolved leaves messages behind whose outcome could not be found out.
func (a *appender) unresolved(items []*item, err error) {
	for _, it := range items {
		it.reason = plan.AppendRefused
		it.err = it.appendError(fmt.Errorf("the connection was lost before the answer, and host2 could not be asked whether the message is there (run again to settle it): %w", err))
		a.end(it)
	}
}

// lookUp waits until the folder stands still, then reads the identities of its messages from the
// mark on, except those known to be other messages.
func (c *Copier) lookUp(ctx context.Context, held *borrow, f *Folder) ([]fingerprint, error) {
	var err error
	for range max(1, c.cfg.Retries) {
		conn, gerr := held.get(ctx)
		if gerr != nil {
			return nil, gerr
		}
		var found []fingerprint
		if err = c.settle(ctx, conn, f.Dst); err == nil {
			found, err = c.tail(ctx, conn, f)
		}
		if err == nil {
			return found, nil
		}
		if !fault.Lost(err) {
			break
		}
		if _, rerr := held.replace(ctx); rerr != nil {
			return nil, rerr
		}
	}
	return nil, err
}

// settle waits until UIDNEXT and MESSAGES of the folder have not changed over several looks. The
// pause between looks grows with the server's own answer time.
func (c *Copier) settle(ctx context.Context, conn *client.Conn, name imap.MailboxName) error {
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
// also returns the last message when none is new, hence the test.
func (c *Copier) tail(ctx context.Context, conn *client.Conn, f *Folder) ([]fingerprint, error) {
	f.mu.Lock()
	mark := f.mark
	f.mu.Unlock()
	sel := conn.Select(f.Dst, true)
	var found []fingerprint
	fetch := conn.UIDFetch(imap.UIDsFrom(mark), client.FetchItems{Size: true, Header: c.cfg.Identity.FullFields()},
		client.FetchHandler{Message: func(m *imap.Message) {
			if m.UID >= mark && m.Header != nil {
				found = append(found, newFingerprint(c.cfg.Identity, m.UID, m.Header, m.Size))
			}
		}})
	selected, err := sel.Wait(ctx)
	if ferr := fetch.Wait(ctx); err == nil {
		err = ferr
	}
	if err != nil {
		return nil, err
	}
	if f.DstValidity != 0 && selected.UIDValidity != f.DstValidity {
		return nil, &imap.Error{Command: "EXAMINE", Reply: imap.ReplyNO, Kind: imap.KindRefused,
			Text: fmt.Sprintf("UIDVALIDITY of %s changed from %d to %d during the run", f.Dst, f.DstValidity, selected.UIDValidity)}
	}
	return f.others(found), nil
}

// others leaves out the messages that are the copies of confirmed ones: by UID, or where host2 does
// not tell UIDs, as many as were confirmed.
func (f *Folder) others(found []fingerprint) []fingerprint {
	f.mu.Lock()
	defer f.mu.Unlock()
	taken := map[imap.UID]bool{}
	for _, uid := range matchStored(f.nameless, found) {
		taken[uid] = true
	}
	rest := found[:0]
	for _, fp := range found {
		if !f.own[fp.uid] && !taken[fp.uid] {
			rest = append(rest, fp)
		}
	}
	return rest
}

// freeze stops the mark from moving on: a message from here on may yet turn up twice.
func (f *Folder) freeze() {
	f.mu.Lock()
	f.frozen = true
	f.mu.Unlock()
}

// confirm notes the UID host2 gave to it. With one ordered appender everything below is settled.
// Once a message was sent again, UIDs are kept one by one, to tell ours from a late twin.
func (f *Folder) confirm(it *item, uid imap.UID, id identifier) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for range it.resends {
		f.resent = append(f.resent, newFingerprint(id, uid, it.head(), it.size))
	}
	if uid == 0 {
		f.blind = f.blind || it.resends > 0
		f.nameless = append(f.nameless, newFingerprint(id, 0, it.head(), it.size))
		return
	}
	if !f.frozen && !f.copier.cfg.Shared {
		f.mark = max(f.mark, uid+1)
		return
	}
	if f.own == nil {
		f.own = map[imap.UID]bool{}
	}
	f.own[uid] = true
}

// removeLateTwins looks at the folder once more after messages were sent again: if host2 stored the
// first sending after all, the copy that no answer claimed is taken back by UID EXPUNGE. The copy
// that stays is one whose UID host2 has confirmed.
func (c *Copier) removeLateTwins(ctx context.Context, f *Folder, resent []fingerprint) {
	held := borrow{from: c.dst}
	defer held.giveBack()
	found, err := c.lookUp(ctx, &held, f)
	if err != nil {
		c.warn(f, fmt.Sprintf("Host2: folder %s could not be looked at again after a lost connection, it may hold a message twice: %v", f.Dst, err))
		return
	}
	var extra []imap.UID
	for _, uid := range matchStored(resent, found) {
		if uid != 0 {
			extra = append(extra, uid)
		}
	}
	if len(extra) == 0 {
		return
	}
	if !c.cfg.Expunge || f.blind {
		c.warn(f, fmt.Sprintf("Host2: folder %s holds messages %s twice, and the server does not tell UIDs (UIDPLUS) to remove one safely", f.Dst, imap.UIDs(extra...)))
		return
	}
	if err := c.expunge(ctx, held.conn, f, imap.UIDs(extra...)); err != nil {
		c.warn(f, fmt.Sprintf("Host2: folder %s holds messages %s twice: %v", f.Dst, imap.UIDs(extra...), err))
	}
}

// expunge removes exactly these UIDs, after an OK to SELECT and the expected UIDVALIDITY (rule E8).
func (c *Copier) expunge(ctx context.Context, conn *client.Conn, f *Folder, uids imap.UIDSet) error {
	sel, err := conn.Select(f.Dst, false).Wait(ctx)
	if err != nil {
		return err
	}
	if sel.UIDValidity != f.DstValidity {
		return fmt.Errorf("UIDVALIDITY changed from %d to %d", f.DstValidity, sel.UIDValidity)
	}
	if err := conn.UIDStore(uids, client.Add, []imap.Flag{imap.FlagDeleted}).Wait(ctx); err != nil {
		return err
	}
	return conn.UIDExpunge(uids).Wait(ctx)
}

func (c *Copier) warn(f *Folder, text string) {
	c.sink.Emit(event.Note{Level: event.Warning, Side: account.Host2, Text: text})
}

func byFolder(items []*item) [][]*item {
	var out [][]*item
	at := map[*Folder]int{}
	for _, it := range items {
		i, ok := at[it.folder]
		if !ok {
			i = len(out)
			at[it.folder] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], it)
	}
	return out
}
