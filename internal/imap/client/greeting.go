package client

import (
	"errors"
	"fmt"
	"net"
	"strings"

	"imapsync/internal/imap"
	"imapsync/internal/imap/wire"
)

// maxBanner bounds the stray lines tolerated before the greeting.
const maxBanner = 100

// Greeting is the server's first line (RFC 9051 section 7.1.1 and following).
type Greeting struct {
	Reply imap.Reply // ReplyOK, or ReplyPreauth: signed in already, LOGIN must not be sent
	Text  string     // after the response code
	Raw   string     // the whole line without CRLF
}

// greetingCmd waits for the greeting, as if it answered a command.
type greetingCmd struct {
	command
	stray int
	last  string // the last stray line that was not blank
}

// greet handles what comes before and with the greeting. Blank and stray lines before it are
// skipped, unless they show another protocol.
func (c *Conn) greet(g *greetingCmd, r wire.Response) error {
	line := string(c.dec.Line())
	if r.Kind != wire.Condition {
		g.stray++
		if line != "" {
			g.last = line
		}
		err := otherProtocol(line)
		if err == nil && g.stray > maxBanner {
			err = lost(g.verb, errors.New("no greeting"))
			err.Kind = imap.KindRefused
		}
		if err == nil {
			return nil
		}
		return c.turnedAway(g, err)
	}
	code, text := c.dec.RespText()
	c.noteCode(code, text)
	if r.Reply != imap.ReplyOK && r.Reply != imap.ReplyPreauth {
		return c.turnedAway(g, c.refusal(g.verb, r.Reply, code, text))
	}
	c.mu.Lock()
	c.greeting = Greeting{Reply: r.Reply, Text: text, Raw: line}
	c.mu.Unlock()
	c.take(g.tag)
	finish(g, nil)
	return nil
}

// lastWords makes a stray line the reason of a connection that ended before its greeting.
func (c *Conn) lastWords(g *greetingCmd) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if g.last == "" || c.sticky.Reply != imap.ReplyLost || errors.Is(c.sticky.Err, net.ErrClosed) {
		return
	}
	kind, known := textKind(g.verb, strings.ToLower(g.last))
	c.sticky.Kind = byeKind(kind, known)
	c.sticky.Err = fmt.Errorf("the server says: %.200s", g.last)
}

func (c *Conn) turnedAway(g *greetingCmd, err *imap.Error) error {
	c.sayBye(err)
	c.take(g.tag)
	finish(g, err)
	return err
}

// otherProtocol tells from a first line that this is no IMAP server; nil when it may still be one.
func otherProtocol(line string) *imap.Error {
	threeDigits := len(line) >= 4 && strings.Trim(line[:3], "0123456789") == "" && (line[3] == ' ' || line[3] == '-')
	switch {
	case threeDigits && line[0] == '4':
		// SmarterMail says "421 Server is busy" on its IMAP port.
		err := lost("greeting", fmt.Errorf("the server says: %.200s", line))
		err.Kind = imap.KindUnavailable
		return err
	case threeDigits, strings.HasPrefix(line, "+OK"), strings.HasPrefix(line, "-ERR"),
		strings.HasPrefix(line, "HTTP/"), strings.HasPrefix(line, "SSH-"):
		err := lost("greeting", fmt.Errorf("not an IMAP server, it says: %.200s", line))
		err.Kind = imap.KindRefused
		return err
	}
	return nil
}
