package client

import (
	"context"
	"math"
	"slices"

	"imapsync/internal/imap"
	"imapsync/internal/imap/wire"
)

// SelectCmd is a SELECT or EXAMINE in flight.
type SelectCmd struct {
	command
	sel     imap.Selected
	refused bool // answered, and not with OK
}

// Select opens a mailbox, with EXAMINE when readOnly. Reads may be sent right behind it; they fail
// when it fails. Changes may not: wait for the answer and look at its UIDVALIDITY first.
func (c *Conn) Select(name imap.MailboxName, readOnly bool) *SelectCmd {
	verb := "SELECT"
	if readOnly {
		verb = "EXAMINE"
	}
	m := &SelectCmd{command: c.newCommand(verb), sel: imap.Selected{Name: name, ReadOnly: readOnly}}
	c.issue(context.Background(), m, c.newEncoder().Raw(verb+" ").Mailbox(name))
	return m
}

// Wait blocks until the tagged answer.
func (m *SelectCmd) Wait(ctx context.Context) (imap.Selected, error) {
	err := m.wait(ctx)
	return m.sel, err
}

// Unselect closes the selected mailbox without expunging (RFC 3691).
func (c *Conn) Unselect() *Cmd { return c.simple("UNSELECT", nil) }

// selecting is the SELECT that untagged mailbox data belong to: the oldest command in flight if it
// is one. While no mailbox is open they can only belong to the first SELECT, even when a server
// works on several commands at once.
func (c *Conn) selecting() *SelectCmd {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, m := range c.flight {
		if sel, ok := m.(*SelectCmd); ok {
			return sel
		}
		if i == 0 && c.selected {
			return nil
		}
	}
	return nil
}

// code takes an untagged response code that describes the mailbox being selected.
func (m *SelectCmd) code(name, args string) {
	n, ok := wire.CodeNumber(args)
	switch name {
	case "UIDVALIDITY":
		if ok {
			m.sel.UIDValidity = imap.UIDValidity(n)
		}
	case "UIDNOTSTICKY":
		m.sel.UIDValidity = 0
	case "UIDNEXT":
		if ok && n <= math.MaxUint32 {
			m.sel.UIDNext = imap.UID(n)
		}
	case "HIGHESTMODSEQ":
		if ok {
			m.sel.HighestModSeq = imap.ModSeq(n)
		}
	case "NOMODSEQ":
		m.sel.HighestModSeq = 0
	case "PERMANENTFLAGS":
		if m.sel.PermanentFlags == nil { // of several the first counts, as in the reference
			m.sel.PermanentFlags = wire.CodeFlags(args)
		}
	case "READ-ONLY":
		m.sel.ReadOnly = true
	case "READ-WRITE":
		m.sel.ReadOnly = false
	case "CLOSED":
		// RFC 7162: what came before described the mailbox selected formerly.
		m.sel = imap.Selected{Name: m.sel.Name, ReadOnly: m.verb == "EXAMINE"}
	}
}

func (m *SelectCmd) completed(code string) error {
	m.code(wire.CutCode(code))
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	m.c.selected, m.c.exists = true, m.sel.Exists
	return nil
}

// deselect notes a refused SELECT: no mailbox is open now (RFC 9051 section 6.3.2).
func (c *Conn) deselect(m *SelectCmd) {
	m.refused = true
	c.mu.Lock()
	defer c.mu.Unlock()
	c.selected, c.exists = false, 0
}

func (c *Conn) setExists(n uint32) {
	if sel := c.selecting(); sel != nil {
		sel.sel.Exists = n
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.selected {
		c.exists = n
	}
}

func (c *Conn) lessExists(n uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.exists -= uint32(min(n, uint64(c.exists)))
}

// vanished counts expunged messages (RFC 7162). Those gone EARLIER were never in the count.
func (c *Conn) vanished() {
	set, earlier := c.dec.Vanished()
	if earlier {
		return
	}
	var n uint64
	for r := range slices.Values(set) {
		if r.Last != 0 {
			n += uint64(r.Last) - uint64(r.First) + 1
		}
	}
	c.lessExists(n)
}
