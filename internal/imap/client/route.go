package client

import (
	"fmt"
	"io"
	"math"
	"slices"

	"imapsync/internal/imap"
	"imapsync/internal/imap/wire"
)

// fetched handles one FETCH response.
func (c *Conn) fetched(r wire.Response) error {
	c.routes = c.fetching(c.routes[:0])
	if len(c.routes) == 0 {
		return nil // flags that changed by themselves, and nobody asks
	}
	m := &imap.Message{Size: -1}
	if r.Num <= math.MaxUint32 {
		m.SeqNum = imap.SeqNum(r.Num)
	}
	c.cur, c.curFetch = m, nil
	err := c.dec.MsgAtt(m, c.bodyFunc)
	if lost := c.dec.Err(); lost != nil {
		return lost
	}
	if err != nil {
		return fmt.Errorf("reading message UID %d stopped: %w", m.UID, err)
	}
	f := c.curFetch
	if f == nil {
		f = route(c.routes, m)
	}
	if f.h.Message != nil {
		f.h.Message(m)
	}
	return nil
}

// deliverBody gives a text to the FETCH it belongs to. It is a field of Conn, bound once, to spare
// an allocation per message.
func (c *Conn) deliverBody(size int64, r io.Reader) error {
	c.curFetch = route(c.routes, c.cur)
	if c.curFetch.h.Body == nil {
		return nil
	}
	return c.curFetch.h.Body(c.cur, size, r)
}

// fetching appends the FETCH commands in flight that what comes now may belong to. A SELECT before
// them ends the search: until it is answered, what comes belongs to the mailbox selected formerly.
func (c *Conn) fetching(list []*FetchCmd) []*FetchCmd {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, m := range c.flight {
		switch m := m.(type) {
		case *FetchCmd:
			if !m.void() {
				list = append(list, m)
			}
		case *SelectCmd:
			return list
		}
	}
	return list
}

// route finds the FETCH that m answers, among at least one: its set has the UID, and m has the items
// it asked for and no others. In doubt it is the oldest.
func route(list []*FetchCmd, m *imap.Message) *FetchCmd {
	best, bestScore := list[0], math.MinInt
	if len(list) == 1 {
		return best
	}
	for _, f := range list {
		score := f.fit(m)
		if m.UID != 0 && contains(f.set, m.UID) {
			score += 100
		}
		if score > bestScore {
			best, bestScore = f, score
		}
	}
	return best
}

// fit counts the items of m that f asked for, less those it did not. Flags, sizes of change and the
// like come unasked too, so they never count against f.
func (m *FetchCmd) fit(msg *imap.Message) int {
	score := 0
	for _, it := range [...]struct{ there, wanted bool }{
		{msg.HasBody, m.what.Body},
		{msg.Header != nil, len(m.what.Header) > 0},
		{msg.Size >= 0, m.what.Size},
		{!msg.InternalDate.IsZero(), m.what.InternalDate},
		{msg.Labels != nil, m.what.GmailLabels},
		{msg.GmailMsgID != "", m.what.GmailMsgID},
	} {
		switch {
		case it.there && it.wanted:
			score++
		case it.there:
			score--
		}
	}
	if msg.HasFlags && m.what.Flags {
		score++
	}
	return score
}

// contains reports whether set, in ascending order as UIDSet builds it, has u.
func contains(set imap.UIDSet, u imap.UID) bool {
	i, _ := slices.BinarySearchFunc(set, u, func(r imap.UIDRange, u imap.UID) int {
		switch {
		case r.Last != 0 && r.Last < u:
			return -1
		case r.First > u:
			return 1
		}
		return 0
	})
	return i < len(set) && set[i].First <= u && (set[i].Last == 0 || set[i].Last >= u)
}
