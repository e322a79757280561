package client

import (
	"context"
	"strings"

	"imapsync/internal/imap"
)

// StatusItem is what STATUS may ask for.
type StatusItem string

// Items of RFC 9051, RFC 7162 (HIGHESTMODSEQ), RFC 8438 (SIZE) and RFC 7889 (APPENDLIMIT).
const (
	StatusMessages      StatusItem = "MESSAGES"
	StatusUnseen        StatusItem = "UNSEEN"
	StatusRecent        StatusItem = "RECENT"
	StatusUIDNext       StatusItem = "UIDNEXT"
	StatusUIDValidity   StatusItem = "UIDVALIDITY"
	StatusHighestModSeq StatusItem = "HIGHESTMODSEQ"
	StatusSize          StatusItem = "SIZE"
	StatusAppendLimit   StatusItem = "APPENDLIMIT"
)

func itemList(items []StatusItem) string {
	var b strings.Builder
	b.WriteByte('(')
	for i, it := range items {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(string(it))
	}
	b.WriteByte(')')
	return b.String()
}

// StatusCmd is a STATUS in flight.
type StatusCmd struct {
	command
	name   imap.MailboxName
	status imap.Status
	told   bool // by at least one response
}

// Status asks for numbers about a mailbox without opening it.
func (c *Conn) Status(name imap.MailboxName, items ...StatusItem) *StatusCmd {
	m := &StatusCmd{command: c.newCommand("STATUS"), name: name, status: imap.Status{Name: name}}
	c.issue(context.Background(), m, c.newEncoder().Raw("STATUS ").Mailbox(name).Raw(" "+itemList(items)))
	return m
}

// Wait blocks until the tagged answer. What the server did not tell is unset in the result.
func (m *StatusCmd) Wait(ctx context.Context) (imap.Status, error) {
	err := m.wait(ctx)
	return m.status, err
}

// sameMailbox compares names as octets; only INBOX has no letter case.
func sameMailbox(a, b imap.MailboxName) bool { return a == b || a.IsInbox() && b.IsInbox() }

// statusOf gives an untagged STATUS to the command that asked for this mailbox, whatever its place
// in the queue; other servers' news (NOTIFY) are nobody's.
func (c *Conn) statusOf() {
	s := c.dec.StatusAttList()
	other := func(m *StatusCmd) bool { return !sameMailbox(m.name, s.Name) }
	m, ok := oldest(c, func(m *StatusCmd) bool { return other(m) || m.told })
	if !ok {
		m, ok = oldest(c, other)
	}
	if ok {
		m.told = true
		merge(&m.status, s)
		return
	}
	if m, ok := oldest(c, func(m *listCmd) bool { return !m.wantsStatus }); ok {
		m.addStatus(s)
	}
}

// merge adds what s tells to into, for servers that answer in several lines.
func merge(into *imap.Status, s imap.Status) {
	for _, p := range []struct{ to, from **uint32 }{{&into.Messages, &s.Messages}, {&into.Unseen, &s.Unseen},
		{&into.Recent, &s.Recent}} {
		if *p.from != nil {
			*p.to = *p.from
		}
	}
	if s.UIDNext != 0 {
		into.UIDNext = s.UIDNext
	}
	if s.UIDValidity != 0 {
		into.UIDValidity = s.UIDValidity
	}
	if s.HighestModSeq != 0 {
		into.HighestModSeq = s.HighestModSeq
	}
	if s.Size != nil {
		into.Size = s.Size
	}
	if s.AppendLimit != nil {
		into.AppendLimit = s.AppendLimit
	}
}
