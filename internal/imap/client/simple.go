package client

import (
	"context"

	"imapsync/internal/imap"
	"imapsync/internal/imap/wire"
)

// Noop does nothing but get an answer, and with it what the server has to tell.
func (c *Conn) Noop() *Cmd { return c.simple("NOOP", nil) }

// Create makes a mailbox. The name goes out octet for octet.
func (c *Conn) Create(name imap.MailboxName) *Cmd { return c.named("CREATE", name) }

// Delete removes a mailbox and the messages in it.
func (c *Conn) Delete(name imap.MailboxName) *Cmd { return c.named("DELETE", name) }

// Subscribe adds a mailbox to the list that LSub shows.
func (c *Conn) Subscribe(name imap.MailboxName) *Cmd { return c.named("SUBSCRIBE", name) }

// Unsubscribe takes a mailbox off the list that LSub shows.
func (c *Conn) Unsubscribe(name imap.MailboxName) *Cmd { return c.named("UNSUBSCRIBE", name) }

func (c *Conn) named(verb string, name imap.MailboxName) *Cmd {
	return c.simple(verb, func(e *wire.Encoder) { e.Mailbox(name) })
}

// Expunge removes every message flagged \Deleted from the selected mailbox, whoever flagged it.
func (c *Conn) Expunge() *Cmd { return c.simple("EXPUNGE", nil) }

// UIDExpunge removes those messages of set that are flagged \Deleted (RFC 4315, UIDPLUS).
func (c *Conn) UIDExpunge(set imap.UIDSet) *Cmd {
	return c.simple("UID EXPUNGE", func(e *wire.Encoder) { e.Raw(set.String()) })
}

// StoreOp says what UIDStore does with the flags.
type StoreOp uint8

// Replace all flags, add some, or remove some.
const (
	Set StoreOp = iota
	Add
	Remove
)

func (op StoreOp) item() string {
	switch op {
	case Add:
		return "+FLAGS.SILENT"
	case Remove:
		return "-FLAGS.SILENT"
	case Set:
	}
	return "FLAGS.SILENT"
}

// UIDStore changes flags, silently: the server does not repeat them. Flags that no command can carry
// are left out (imap.Flag.Sendable). Send it only after the SELECT it relies on has succeeded: it
// cannot be taken back.
func (c *Conn) UIDStore(set imap.UIDSet, op StoreOp, flags []imap.Flag) *Cmd {
	return c.simple("UID STORE", func(e *wire.Encoder) {
		e.Raw(set.String() + " " + op.item() + " ").Flags(flags)
	})
}

// CopyCmd is a COPY or MOVE in flight.
type CopyCmd struct {
	command
	result CopyResult
}

// CopyResult tells where messages went; Pairs is nil when the server does not say, or not in a way
// that can be trusted.
type CopyResult struct {
	UIDValidity imap.UIDValidity
	Pairs       [][2]imap.UID // source, destination
}

// UIDCopy copies messages to another mailbox of the same account.
func (c *Conn) UIDCopy(set imap.UIDSet, to imap.MailboxName) *CopyCmd {
	return c.copyTo("UID COPY", set, to)
}

// UIDMove moves messages to another mailbox of the same account (RFC 6851).
func (c *Conn) UIDMove(set imap.UIDSet, to imap.MailboxName) *CopyCmd {
	return c.copyTo("UID MOVE", set, to)
}

func (c *Conn) copyTo(verb string, set imap.UIDSet, to imap.MailboxName) *CopyCmd {
	m := &CopyCmd{command: c.newCommand(verb)}
	c.issue(context.Background(), m, c.newEncoder().Raw(verb+" "+set.String()+" ").Mailbox(to))
	return m
}

// Wait blocks until the tagged answer. Without an error the messages are copied, whatever the result
// says.
func (m *CopyCmd) Wait(ctx context.Context) (CopyResult, error) {
	err := m.wait(ctx)
	return m.result, err
}

// code takes a COPYUID, which may come before the tagged answer (Cyrus and Exchange, for MOVE).
func (m *CopyCmd) code(args string) {
	m.result.UIDValidity, m.result.Pairs = wire.CopyUID(args)
}

func (m *CopyCmd) completed(code string) error {
	if name, args := wire.CutCode(code); name == "COPYUID" {
		m.code(args)
	}
	return nil
}
