package scan

import (
	"context"
	"fmt"

	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
	"imapsync/internal/message"
)

// setOctets bounds the UID set of one command line: some servers refuse lines above 1,000 octets.
const setOctets = 900

// Keys reads the identity headers of some messages of a folder and hands their keys on. The folder
// is opened anew, because other folders may have been opened on c meanwhile; a changed UIDVALIDITY is an error.
func Keys(ctx context.Context, c *client.Conn, name imap.MailboxName, validity imap.UIDValidity, uids []imap.UID,
	id *message.Identifier, identify func(uid imap.UID, full, fallback message.Key)) error {
	sel := c.Select(name, true)
	var cmds []*client.FetchCmd
	seen := map[imap.UID]imap.Message{}
	handler := client.FetchHandler{Message: func(m *imap.Message) {
		was, ok := seen[m.UID]
		if ok && m.Header == nil {
			m.Header = was.Header
		}
		if ok && m.Size < 0 {
			m.Size = was.Size
		}
		seen[m.UID] = *m
	}}
	for _, set := range imap.UIDs(uids...).Split(setOctets) {
		cmds = append(cmds, c.UIDFetch(set, client.FetchItems{Size: true, Header: id.FullFields()}, handler))
	}
	selected, err := sel.Wait(ctx)
	for _, cmd := range cmds {
		if ferr := cmd.Wait(ctx); err == nil {
			err = ferr
		}
	}
	if err != nil {
		return err
	}
	if selected.UIDValidity != validity {
		return fmt.Errorf("UIDVALIDITY of %s changed from %d to %d during the run", name, validity, selected.UIDValidity)
	}
	for _, uid := range uids {
		if m, ok := seen[uid]; ok && m.Header != nil {
			identify(uid, id.Full(m.Header, m.Size), id.Fallback(m.Header, -1))
		}
	}
	return nil
}
