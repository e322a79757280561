package client

import (
	"context"
	"strings"

	"imapsync/internal/imap"
)

// infoCmd asks the server about itself. Its answers come in untagged responses of one name.
type infoCmd struct {
	command
	namespaces imap.Namespaces
	pairs      [][2]string
	words      []string
	quotas     []imap.Quota
	raw        []string
}

// send asks without waiting. The answers of the functions named Start... are awaited by the functions
// that they return, each called once; what is asked behind each other costs one round trip together.
func (c *Conn) send(ctx context.Context, verb, args string) *infoCmd {
	m := &infoCmd{command: c.newCommand(verb)}
	c.issueAlone(ctx, m, c.newEncoder().Raw(verb+args))
	return m
}

func (c *Conn) ask(ctx context.Context, verb, args string) (*infoCmd, error) {
	m := c.send(ctx, verb, args)
	return m, m.wait(ctx)
}

// Capability asks for the capabilities, always.
func (c *Conn) Capability(ctx context.Context) (imap.Caps, error) { return c.StartCapability(ctx)() }

// StartCapability is Capability without waiting.
func (c *Conn) StartCapability(ctx context.Context) func() (imap.Caps, error) {
	m := c.send(ctx, "CAPABILITY", "")
	return func() (imap.Caps, error) {
		if err := m.wait(ctx); err != nil {
			return nil, err
		}
		return c.Caps(), nil
	}
}

// Namespace asks for the namespaces (RFC 2342).
func (c *Conn) Namespace(ctx context.Context) (imap.Namespaces, error) {
	return c.StartNamespace(ctx)()
}

// StartNamespace is Namespace without waiting.
func (c *Conn) StartNamespace(ctx context.Context) func() (imap.Namespaces, error) {
	m := c.send(ctx, "NAMESPACE", "")
	return func() (imap.Namespaces, error) {
		err := m.wait(ctx)
		return m.namespaces, err
	}
}

// Enable turns extensions on (RFC 5161) and returns those that the server says are on now.
func (c *Conn) Enable(ctx context.Context, caps ...string) ([]string, error) {
	m, err := c.ask(ctx, "ENABLE", " "+strings.Join(caps, " "))
	return m.words, err
}

// ID tells the server who we are and asks the same (RFC 2971); without fields it only asks. answer is
// in the server's order; raw is its line, for people.
func (c *Conn) ID(ctx context.Context, fields [][2]string) (answer [][2]string, raw string, err error) {
	return c.StartID(ctx, fields)()
}

// StartID is ID without waiting.
func (c *Conn) StartID(ctx context.Context, fields [][2]string) func() (answer [][2]string, raw string, err error) {
	m := &infoCmd{command: c.newCommand("ID")}
	e := c.newEncoder().Raw("ID ")
	if len(fields) == 0 {
		e.Raw("NIL")
	} else {
		for i, f := range fields {
			e.Raw([...]string{"(", " "}[min(i, 1)])
			e.String(f[0]).Raw(" ").String(f[1])
		}
		e.Raw(")")
	}
	c.issueAlone(ctx, m, e)
	return func() ([][2]string, string, error) {
		err := m.wait(ctx)
		return m.pairs, strings.Join(m.raw, "\r\n"), err
	}
}

// QuotaRoot asks for the quota of a mailbox (RFC 9208, GETQUOTAROOT). raw holds the server's lines.
func (c *Conn) QuotaRoot(ctx context.Context, name imap.MailboxName) (quotas []imap.Quota, raw []string, err error) {
	return c.StartQuotaRoot(ctx, name)()
}

// StartQuotaRoot is QuotaRoot without waiting.
func (c *Conn) StartQuotaRoot(ctx context.Context, name imap.MailboxName) func() (quotas []imap.Quota, raw []string, err error) {
	m := &infoCmd{command: c.newCommand("GETQUOTAROOT")}
	c.issueAlone(ctx, m, c.newEncoder().Raw("GETQUOTAROOT ").Mailbox(name))
	return func() ([]imap.Quota, []string, error) {
		err := m.wait(ctx)
		return m.quotas, m.raw, err
	}
}

// answeredBy is the command whose answer a response of this name is.
var answeredBy = map[string]string{"ENABLED": "ENABLE", "NAMESPACE": "NAMESPACE", "ID": "ID",
	"QUOTA": "GETQUOTAROOT", "QUOTAROOT": "GETQUOTAROOT"}

// informed gives an untagged answer to the oldest command of its kind.
func (c *Conn) informed(name string) {
	m, ok := oldest(c, func(m *infoCmd) bool { return m.verb != answeredBy[name] })
	if !ok {
		return
	}
	c.dec.KeepRaw()
	switch name {
	case "ENABLED":
		m.words = append(m.words, c.dec.EnableData()...)
	case "NAMESPACE":
		m.namespaces = c.dec.NamespaceResponse()
	case "ID":
		m.pairs = append(m.pairs, c.dec.IDParams()...)
	case "QUOTA":
		m.quotas = append(m.quotas, c.dec.QuotaResponse()...)
	}
	m.raw = append(m.raw, c.dec.Raw())
}
