package scan

import (
	"context"

	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
	"imapsync/internal/plan"
)

// Flags reads the flags of some messages of a folder and hands them on; messages that the server does
// not tell about are missing. Like [Keys] it opens the folder anew, and believes nothing when
// UIDVALIDITY has changed.
func Flags(ctx context.Context, c *client.Conn, name imap.MailboxName, validity imap.UIDValidity, uids []imap.UID,
	sets *plan.FlagSets) (map[imap.UID]plan.SetID, error) {
	asked := make(map[imap.UID]bool, len(uids))
	for _, uid := range uids {
		asked[uid] = true
	}
	found := make(map[imap.UID]plan.SetID, len(uids))
	take := func(m *imap.Message) {
		if asked[m.UID] && m.HasFlags {
			found[m.UID] = sets.Intern(m.Flags)
		}
	}
	opened, err := fetchBehind(ctx, c, name, validity, imap.UIDs(uids...).Split(imap.SetOctets), client.FetchItems{Flags: true}, take)
	if !opened {
		return nil, err
	}
	return found, err
}

// fetchBehind examines a folder and runs FETCHes behind the SELECT, which need not be waited for; but
// nothing that came is to be believed unless opened, which tells that the folder is there and of the
// expected epoch (rule E8). Otherwise err is the first one of the FETCHes.
func fetchBehind(ctx context.Context, c *client.Conn, name imap.MailboxName, validity imap.UIDValidity, sets []imap.UIDSet,
	what client.FetchItems, take func(*imap.Message)) (opened bool, err error) {
	sel := c.Select(name, true)
	err = fetchAll(ctx, c, sets, what, take)
	selected, serr := sel.Wait(ctx)
	switch {
	case serr != nil:
		return false, serr
	case selected.UIDValidity != validity:
		return false, changedValidity(name, validity, selected.UIDValidity)
	}
	return true, err
}

// fetchAll runs a FETCH for each set, some at a time. It gives the first error, after all of them have
// been answered.
func fetchAll(ctx context.Context, c *client.Conn, sets []imap.UIDSet, what client.FetchItems, take func(*imap.Message)) (err error) {
	var flying []*client.FetchCmd
	land := func(n int) {
		for _, cmd := range flying[:n] {
			if ferr := cmd.Wait(ctx); err == nil {
				err = ferr
			}
		}
		flying = flying[n:]
	}
	for _, set := range sets {
		if len(flying) == keysAhead {
			land(1)
		}
		if err != nil {
			break
		}
		flying = append(flying, c.UIDFetch(set, what, client.FetchHandler{Message: take}))
	}
	land(len(flying))
	return err
}
