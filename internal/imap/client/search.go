package client

import (
	"context"
	"slices"

	"imapsync/internal/imap"
	"imapsync/internal/imap/wire"
)

// SearchCmd is a UID SEARCH in flight.
type SearchCmd struct {
	command
	uids      []imap.UID
	malformed bool
}

// UIDSearch asks for the UIDs that match criteria, which are sent as they stand, strings with 8-bit
// octets as literals. It waits while
// another SEARCH or a LIST is in flight, because their answers could not be told apart.
func (c *Conn) UIDSearch(criteria string) *SearchCmd {
	m := &SearchCmd{command: c.newCommand("UID SEARCH")}
	e := c.newEncoder().Raw("UID SEARCH ")
	searchArgs(e, criteria)
	c.issueAlone(context.Background(), m, e)
	return m
}

// Wait blocks until the tagged answer. The UIDs are in ascending order, each once. With an error
// they are not all; an answer that could not be read whole is an error too.
func (m *SearchCmd) Wait(ctx context.Context) ([]imap.UID, error) {
	if err := m.wait(ctx); err != nil {
		return nil, err
	}
	return m.uids, nil
}

func (m *SearchCmd) search(d *wire.Decoder) {
	uids, ok := d.Search(m.uids)
	m.uids, m.malformed = uids, m.malformed || !ok
}

// esearch gives an ESEARCH response to the SEARCH in flight; there is only one, so the tag that the
// response names cannot matter.
func (m *SearchCmd) esearch(d *wire.Decoder) {
	uids, ok := d.ESearch(m.uids)
	m.uids, m.malformed = uids, m.malformed || !ok
}

func (m *SearchCmd) completed(string) error {
	switch {
	case m.void():
		return notSelected(m.verb)
	case m.malformed:
		return &imap.Error{Command: m.verb, Reply: imap.ReplyOK, Kind: imap.KindServerBug,
			Text: "the answer holds numbers that are no UIDs"}
	}
	if !slices.IsSorted(m.uids) {
		slices.Sort(m.uids)
	}
	m.uids = slices.Compact(m.uids)
	return nil
}

// notSelected is the error of a command that was sent behind a SELECT that failed.
func notSelected(verb string) *imap.Error {
	return &imap.Error{Command: verb, Reply: imap.ReplyNO, Kind: imap.KindRefused,
		Text: "the mailbox could not be selected"}
}
