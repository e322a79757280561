package client

import (
	"errors"
	"fmt"
	"io"
	"math"

	"imapsync/internal/imap"
	"imapsync/internal/imap/wire"
)

// read is the reading goroutine: it takes the server's responses one by one until the connection
// ends, and then gives every command left its error.
func (c *Conn) read() {
	defer close(c.ended)
	for {
		r, err := c.dec.Next()
		if err == nil {
			err = c.dispatch(r)
		}
		if err == nil {
			err = c.dec.Err()
		}
		if err != nil {
			c.end(err)
			return
		}
	}
}

// end closes the books. cause counts only if nothing better is known.
func (c *Conn) end(cause error) {
	if errors.Is(cause, io.EOF) {
		cause = errors.New("connection closed by the server")
	}
	c.mu.Lock()
	if c.sticky == nil {
		c.sticky = lost("", cause)
	}
	left := c.flight
	c.flight = nil
	if c.watchdog != nil {
		c.watchdog.Stop()
	}
	c.exists, c.selected = 0, false
	c.mu.Unlock()
	c.closeSocket()
	for _, m := range left {
		if g, ok := m.(*greetingCmd); ok {
			c.lastWords(g)
		}
		c.mu.Lock()
		err := c.dead(m.base().verb)
		c.mu.Unlock()
		finish(m, err)
	}
}

// dispatch handles one response. Its error ends the connection.
func (c *Conn) dispatch(r wire.Response) error {
	if g, ok := c.head().(*greetingCmd); ok {
		return c.greet(g, r)
	}
	switch r.Kind {
	case wire.Junk:
	case wire.Continuation:
		c.goOn(c.dec.Text())
	case wire.Tagged:
		return c.tagged(r)
	case wire.Condition:
		c.condition(r.Reply)
	case wire.Data:
		return c.data(r)
	}
	return nil
}

// head is the oldest command in flight, nil without any.
func (c *Conn) head() inflight {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.flight) == 0 {
		return nil
	}
	return c.flight[0]
}

// goOn passes a continuation to the command that waits for one. Nobody may: some servers send one
// for a non-synchronising literal too.
func (c *Conn) goOn(text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waiter != nil {
		c.waiter.cont <- text
		c.waiter = nil
	}
}

func (c *Conn) tagged(r wire.Response) error {
	m := c.take(r.Tag)
	if m == nil {
		return nil // the answer to a command of nobody
	}
	b := m.base()
	if r.Reply == "" {
		line := c.scrub(string(c.dec.Line()))
		finish(m, lost(b.verb, fmt.Errorf("unreadable answer %.200q", line)))
		return fmt.Errorf("unreadable answer %.200q", line)
	}
	code, text := c.dec.RespText()
	c.noteCode(code, text)
	if r.Reply != imap.ReplyOK {
		if sel, ok := m.(*SelectCmd); ok {
			c.deselect(sel)
		}
		finish(m, c.refusal(b.verb, r.Reply, code, text))
		return nil
	}
	err := m.completed(code)
	if err == nil && b.upgrade != nil {
		if err = b.upgrade(); err != nil {
			finish(m, lost(b.verb, err))
			return err
		}
	}
	finish(m, err)
	return nil
}

// refusal makes the error of a NO, BAD or BYE.
func (c *Conn) refusal(verb string, reply imap.Reply, code, text string) *imap.Error {
	return classify(&imap.Error{Command: verb, Reply: reply, Code: c.scrub(code), Text: c.scrub(text)})
}

// condition handles an untagged status response. NO and BAD without a tag are warnings.
func (c *Conn) condition(reply imap.Reply) {
	code, text := c.dec.RespText()
	c.noteCode(code, text)
	if reply == imap.ReplyBYE {
		if _, leaving := oldest[*logoutCmd](c, nil); !leaving {
			c.sayBye(c.refusal("", reply, code, text))
		}
		return
	}
	name, args := wire.CutCode(code)
	if name == "COPYUID" {
		if m, ok := oldest[*CopyCmd](c, nil); ok {
			m.code(args)
		}
		return
	}
	if sel := c.selecting(); sel != nil {
		sel.code(name, args)
	}
}

// noteCode handles the codes that any status response may carry.
func (c *Conn) noteCode(code, text string) {
	switch name, args := wire.CutCode(code); name {
	case "ALERT":
		if c.cfg.OnAlert != nil {
			c.cfg.OnAlert(c.scrub(text))
		}
	case "CAPABILITY":
		c.setCaps(wire.CodeCapabilities(args))
	}
}

func (c *Conn) setCaps(caps imap.Caps) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.caps, c.freshCaps = caps, true
}

func (c *Conn) data(r wire.Response) error {
	switch r.Name {
	case "FETCH":
		return c.fetched(r)
	case "EXISTS":
		if r.HasNum && r.Num <= math.MaxUint32 {
			c.setExists(uint32(r.Num))
		}
	case "EXPUNGE":
		if r.HasNum && r.Num > 0 {
			c.lessExists(1)
		}
	case "VANISHED":
		c.vanished()
	case "FLAGS":
		if sel := c.selecting(); sel != nil {
			sel.sel.Flags = c.dec.FlagList()
		}
	case "SEARCH":
		if m, ok := oldest[*SearchCmd](c, nil); ok {
			m.search(c.dec)
		}
	case "ESEARCH":
		if m, ok := oldest[*SearchCmd](c, nil); ok {
			m.esearch(c.dec)
		}
	case "LIST", "XLIST", "LSUB":
		c.listed(r.Name)
	case "STATUS":
		c.statusOf()
	case "ACL":
		c.aclOf()
	case "CAPABILITY":
		c.setCaps(c.dec.CapabilityData())
	case "ENABLED", "NAMESPACE", "ID", "QUOTA", "QUOTAROOT":
		c.informed(r.Name)
	}
	return nil
}
