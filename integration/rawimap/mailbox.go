package rawimap

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// Box is one mailbox of a listing.
type Box struct {
	Raw        string // name as on the wire
	Delimiter  string // "" when the server says NIL
	Attributes []string
	Subscribed bool
}

// Selectable reports whether the box can hold messages.
func (b Box) Selectable() bool {
	for _, a := range b.Attributes {
		if strings.EqualFold(a, `\Noselect`) || strings.EqualFold(a, `\NonExistent`) {
			return false
		}
	}
	return true
}

// Namespace returns prefix and delimiter of the first personal namespace.
func (c *Conn) Namespace() (prefix, delimiter string, err error) {
	err = c.Do(func(r Response) {
		t := r.Tokens()
		if len(t) > 2 && t[1].Is("NAMESPACE") && t[2].IsList && len(t[2].List) > 0 && len(t[2].List[0].List) > 1 {
			first := t[2].List[0].List
			prefix, delimiter = string(first[0].Text), string(first[1].Text)
		}
	}, "NAMESPACE")
	return prefix, delimiter, err
}

// List returns all mailboxes with their subscriptions, in the server's order.
func (c *Conn) List() ([]Box, error) {
	var boxes []Box
	index := map[string]int{}
	err := c.Do(func(r Response) {
		if b, ok := listed(r, "LIST"); ok {
			index[b.Raw] = len(boxes)
			boxes = append(boxes, b)
		}
	}, "LIST", Quote(""), Quote("*"))
	if err != nil {
		return nil, err
	}
	err = c.Do(func(r Response) {
		if b, ok := listed(r, "LSUB"); ok {
			if i, known := index[b.Raw]; known {
				boxes[i].Subscribed = true
			}
		}
	}, "LSUB", Quote(""), Quote("*"))
	return boxes, err
}

func listed(r Response, word string) (Box, bool) {
	t := r.Tokens()
	if len(t) < 5 || !t[1].Is(word) {
		return Box{}, false
	}
	b := Box{Raw: string(t[4].Text)}
	if !t[3].Is("NIL") {
		b.Delimiter = string(t[3].Text)
	}
	for _, a := range t[2].List {
		b.Attributes = append(b.Attributes, string(a.Text))
	}
	return b, true
}

// Examine selects a mailbox read-only and returns its message count.
func (c *Conn) Examine(raw string) (int, error) { return c.open("EXAMINE", raw) }

// Select selects a mailbox read-write and returns its message count.
func (c *Conn) Select(raw string) (int, error) { return c.open("SELECT", raw) }

func (c *Conn) open(verb, raw string) (exists int, err error) {
	err = c.Do(func(r Response) {
		if t := r.Tokens(); len(t) == 3 && t[2].Is("EXISTS") {
			exists, _ = strconv.Atoi(string(t[1].Text))
		}
	}, verb, Quote(raw))
	if err != nil {
		return 0, fmt.Errorf("%s %q: %w", verb, raw, err)
	}
	return exists, nil
}

// Message is what APPEND takes: Date in the form of RFC 3501 date-time, or "" for now.
type Message struct {
	Raw   []byte
	Flags []string
	Date  string
}

// appendWindow bounds the APPEND commands in flight, appendBytes their octets, so that neither
// side's socket buffer can fill with both waiting.
const (
	appendWindow = 64
	appendBytes  = 8 << 20
)

// Appender pipelines APPENDs and remembers what the server refused.
type Appender struct {
	c       *Conn
	pending []pendingAppend
	octets  int
	Refused map[string]string // caller's label -> server's words
}

type pendingAppend struct{ tag, label string }

// NewAppender starts a series of APPENDs on c; end it with Finish.
func NewAppender(c *Conn) *Appender { return &Appender{c: c, Refused: map[string]string{}} }

// Append sends one message to a mailbox; label names it in Refused.
func (a *Appender) Append(raw string, m Message, label string) error {
	args := []Arg{Quote(raw), Atom("(" + strings.Join(m.Flags, " ") + ")")}
	if m.Date != "" {
		args = append(args, Quote(m.Date))
	}
	tag, err := a.c.send("APPEND", append(args, Literal(m.Raw))...)
	var refused *Refused
	if errors.As(err, &refused) { // before its literal was sent
		a.Refused[label] = refused.Text
		return nil
	}
	if err != nil {
		return err
	}
	a.pending = append(a.pending, pendingAppend{tag, label})
	if a.octets += len(m.Raw); a.octets > appendBytes || !a.c.caps["LITERAL+"] {
		return a.Finish() // while waiting for leave to send, send would take answers for its own
	}
	return a.drain(appendWindow)
}

// Finish waits for all answers.
func (a *Appender) Finish() error {
	a.octets = 0
	return a.drain(0)
}

func (a *Appender) drain(keep int) error {
	if len(a.pending) <= keep {
		return nil
	}
	if err := a.c.w.Flush(); err != nil {
		return err
	}
	for len(a.pending) > keep {
		p := a.pending[0]
		a.pending = a.pending[1:]
		var refused *Refused
		if err := a.c.wait(p.tag, nil); errors.As(err, &refused) {
			a.Refused[p.label] = refused.Text
		} else if err != nil {
			return err
		}
	}
	return nil
}

// Status returns the count of messages and their size together (RFC 8438), without selecting.
func (c *Conn) Status(raw string) (messages, octets int64, err error) {
	err = c.Do(func(r Response) {
		t := r.Tokens()
		if len(t) < 4 || !t[1].Is("STATUS") {
			return
		}
		items := t[3].List
		for i := 0; i+1 < len(items); i += 2 {
			n, _ := strconv.ParseInt(string(items[i+1].Text), 10, 64)
			if items[i].Is("MESSAGES") {
				messages = n
			} else if items[i].Is("SIZE") {
				octets = n
			}
		}
	}, "STATUS", Quote(raw), Atom("(MESSAGES SIZE)"))
	return messages, octets, err
}
