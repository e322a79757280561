package client

import (
	"context"

	"imapsync/internal/imap"
	"imapsync/internal/imap/wire"
)

// ACLCmd is a GETACL in flight.
type ACLCmd struct {
	command
	name    imap.MailboxName
	entries []imap.ACLEntry
	told    bool
}

// GetACL asks for the access control list of a mailbox (RFC 4314). It takes the right to administer
// it, and the capability ACL.
func (c *Conn) GetACL(name imap.MailboxName) *ACLCmd {
	m := &ACLCmd{command: c.newCommand("GETACL"), name: name}
	c.issue(context.Background(), m, c.newEncoder().Raw("GETACL ").Mailbox(name))
	return m
}

// Wait blocks until the tagged answer.
func (m *ACLCmd) Wait(ctx context.Context) ([]imap.ACLEntry, error) {
	err := m.wait(ctx)
	return m.entries, err
}

// SetACL gives an identifier exactly these rights on a mailbox; no rights take the identifier off
// the list.
func (c *Conn) SetACL(name imap.MailboxName, identifier, rights string) *Cmd {
	return c.simple("SETACL", func(e *wire.Encoder) {
		e.Mailbox(name).Raw(" ").String(identifier).Raw(" ").String(rights)
	})
}

// aclOf gives an untagged ACL to the command that asked for this mailbox, else to the oldest one:
// some servers write the name in another form.
func (c *Conn) aclOf() {
	name, entries := c.dec.ACLData()
	m, ok := oldest(c, func(m *ACLCmd) bool { return m.told || !sameMailbox(m.name, name) })
	if !ok {
		m, ok = oldest(c, func(m *ACLCmd) bool { return m.told })
	}
	if ok {
		m.told = true
		m.entries = entries
	}
}
