package scan

import (
	"context"

	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
	"imapsync/internal/message"
	"imapsync/internal/plan"
)

// Arrivals lists what came to a folder since UIDNEXT was from, by short key and size. When nothing came
// that costs no more than opening the folder.
func Arrivals(ctx context.Context, c *client.Conn, name imap.MailboxName, validity imap.UIDValidity, from imap.UID,
	id *message.Identifier) ([]plan.Row, error) {
	sel, err := c.Select(name, true).Wait(ctx)
	switch {
	case err != nil:
		return nil, err
	case sel.UIDValidity != validity:
		return nil, changedValidity(name, validity, sel.UIDValidity)
	case sel.UIDNext == from || sel.Exists == 0:
		return nil, nil
	}
	rows := map[imap.UID]plan.Row{}
	err = c.UIDFetch(imap.UIDsFrom(from), client.FetchItems{Size: true, Header: id.ListFields()}, client.FetchHandler{Message: func(m *imap.Message) {
		if m.UID < from { // "n:*" also names the last message when nothing is new
			return
		}
		row, ok := rows[m.UID]
		if !ok {
			row = plan.Row{UID: m.UID, Size: -1}
		}
		if m.Size >= 0 {
			row.Size = m.Size
		}
		if m.Header != nil {
			row.Short = id.Short(m.Header)
		}
		rows[m.UID] = row
	}}).Wait(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]plan.Row, 0, len(rows))
	for _, row := range rows {
		out = append(out, row)
	}
	return out, nil
}
