package client

import (
	"io"
	"strings"

	"imapsync/internal/imap/wire"
)

const hidden = "********"

// newDecoder makes a decoder whose lines go to the trace.
func (c *Conn) newDecoder(r io.Reader) *wire.Decoder {
	if c.cfg.Trace == nil {
		return wire.NewDecoder(r, nil)
	}
	return wire.NewDecoder(r, func(line string) { c.trace(false, c.shown(line)) })
}

// shown is a line of the server for the trace. Challenges are hidden: together with the names of
// both sides some of them are enough to try passwords out at leisure.
func (c *Conn) shown(line string) string {
	if c.private.Load() && strings.HasPrefix(line, "+") && strings.TrimSpace(line[1:]) != "" {
		return "+ " + hidden
	}
	return c.scrub(line)
}

func (c *Conn) trace(sent bool, line string) {
	c.traceMu.Lock()
	defer c.traceMu.Unlock()
	c.cfg.Trace(sent, line)
}

// traceSent shows a command. The encoder has hidden its secrets already.
func (c *Conn) traceSent(tag string, e *wire.Encoder) {
	if c.cfg.Trace != nil {
		c.trace(true, tag+e.Shown())
	}
}

// Hide makes sure that s is never shown in traces and errors, not even when the server echoes it.
func (c *Conn) Hide(s string) {
	if s == "" || s == "=" {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.secrets = append(c.secrets, s)
}

// scrub hides secrets in the server's words. Very short ones are hidden only as whole words, since
// they would match everywhere.
func (c *Conn) scrub(s string) string {
	c.mu.Lock()
	secrets := c.secrets
	c.mu.Unlock()
	for _, secret := range secrets {
		if !strings.Contains(s, secret) {
			continue
		}
		if len(secret) >= 4 {
			s = strings.ReplaceAll(s, secret, hidden)
			continue
		}
		words := strings.Split(s, " ")
		for i, w := range words {
			if strings.Trim(w, `"'()[]<>:,;.`) == secret {
				words[i] = strings.Replace(w, secret, hidden, 1)
			}
		}
		s = strings.Join(words, " ")
	}
	return s
}
