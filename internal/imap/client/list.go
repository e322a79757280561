package client

import (
	"context"
	"slices"

	"imapsync/internal/imap"
)

// ListReturn is the RETURN part of an extended LIST (RFC 5258, RFC 6154, RFC 5819); the zero value
// sends a plain LIST. The caller knows from the capabilities what may be asked.
type ListReturn struct {
	SpecialUse bool
	Status     []StatusItem
}

// listCmd is a LIST, LSUB or XLIST in flight.
type listCmd struct {
	command
	pattern     string
	wantsStatus bool
	boxes       []imap.Mailbox
	index       map[imap.MailboxName]int // place in boxes; INBOX in capitals
	status      []imap.Status
}

// List asks for mailboxes. A mailbox listed twice is one, in the place and letters of its first line.
// With an error those that came are returned too, but they are not all.
func (c *Conn) List(ctx context.Context, ref, pattern string, ret ListReturn) ([]imap.Mailbox, error) {
	return c.StartList(ctx, ref, pattern, ret)()
}

// StartList is List without waiting.
func (c *Conn) StartList(ctx context.Context, ref, pattern string, ret ListReturn) func() ([]imap.Mailbox, error) {
	tail := ""
	if ret.SpecialUse || len(ret.Status) > 0 {
		// An extended LIST tells of children only when asked, a plain one often by itself.
		tail = " RETURN (CHILDREN"
		if ret.SpecialUse {
			tail += " SPECIAL-USE"
		}
		if len(ret.Status) > 0 {
			tail += " STATUS " + itemList(ret.Status)
		}
		tail += ")"
	}
	return c.list(ctx, "LIST", ref, pattern, tail, len(ret.Status) > 0)
}

// LSub asks for subscribed mailboxes.
func (c *Conn) LSub(ctx context.Context, ref, pattern string) ([]imap.Mailbox, error) {
	return c.StartLSub(ctx, ref, pattern)()
}

// StartLSub is LSub without waiting.
func (c *Conn) StartLSub(ctx context.Context, ref, pattern string) func() ([]imap.Mailbox, error) {
	return c.list(ctx, "LSUB", ref, pattern, "", false)
}

// XList asks for mailboxes with their special uses, as Gmail's servers did before RFC 6154.
func (c *Conn) XList(ctx context.Context, ref, pattern string) ([]imap.Mailbox, error) {
	return c.list(ctx, "XLIST", ref, pattern, "", false)()
}

func (c *Conn) list(ctx context.Context, verb, ref, pattern, tail string, wantsStatus bool) func() ([]imap.Mailbox, error) {
	m := &listCmd{command: c.newCommand(verb), pattern: pattern, wantsStatus: wantsStatus,
		index: map[imap.MailboxName]int{}}
	c.issueAlone(ctx, m, c.newEncoder().Raw(verb+" ").String(ref).Raw(" ").String(pattern).Raw(tail))
	return func() ([]imap.Mailbox, error) {
		err := m.wait(ctx)
		for i := range m.status {
			if at, ok := m.index[key(m.status[i].Name)]; ok {
				m.boxes[at].Status = &m.status[i]
			}
		}
		return m.boxes, err
	}
}

func key(name imap.MailboxName) imap.MailboxName {
	if name.IsInbox() {
		return "INBOX"
	}
	return name
}

// listed gives a mailbox to the command that asked. LIST and XLIST are answered with each other's
// word by some servers; LSUB is not mixed with them, since it means something else.
func (c *Conn) listed(verb string) {
	other := func(m *listCmd) bool { return (m.verb == "LSUB") != (verb == "LSUB") }
	m, ok := oldest(c, other)
	if !ok {
		return
	}
	c.dec.KeepRaw()
	box := c.dec.MailboxList()
	box.Raw = c.dec.Raw()
	m.add(box)
}

func (m *listCmd) add(box imap.Mailbox) {
	if box.Name == "" && m.pattern != "" {
		return // tells the delimiter only; no mailbox has an empty name
	}
	at, ok := m.index[key(box.Name)]
	if !ok {
		m.index[key(box.Name)] = len(m.boxes)
		m.boxes = append(m.boxes, box)
		return
	}
	for _, a := range box.Attrs {
		if !m.boxes[at].HasAttr(a) {
			m.boxes[at].Attrs = append(slices.Clip(m.boxes[at].Attrs), a)
		}
	}
}

func (m *listCmd) addStatus(s imap.Status) { m.status = append(m.status, s) }
