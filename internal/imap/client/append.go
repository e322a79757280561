package client

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"time"

	"imapsync/internal/imap"
	"imapsync/internal/imap/wire"
)

// NonSyncMax is the largest literal sent without waiting for the server's consent, in octets, where
// LITERAL+ allows it. A larger message had better be refused before it is sent.
const NonSyncMax = 1 << 20

// literalMinusMax is the limit that RFC 7888 gives for LITERAL-.
const literalMinusMax = 4096

// AppendMessage is one message for Append.
type AppendMessage struct {
	Flags []imap.Flag // \Recent and what no command can carry are left out
	Date  time.Time   // zero: none, the server takes the present
	Size  int64       // octets of Body
	// Body is read to Size octets. It may wait, such as for the source of a relay; that time does not
	// count for the deadline. A *bytes.Reader is sent without another copy.
	Body io.Reader
}

// AppendResult is what a successful APPEND told.
type AppendResult struct {
	UIDValidity imap.UIDValidity // 0: unknown
	UIDs        []imap.UID       // one per message, in the order sent; 0: unknown
}

// AppendCmd is an APPEND, sent or not.
type AppendCmd struct {
	command
	n      int
	handed bool
	result AppendResult
}

// Append stores messages in a mailbox, several in one command by MULTIAPPEND (RFC 3502), which the
// caller has found among the capabilities. It returns when the last octet is flushed, or with the
// error that Wait tells. Literals up to NonSyncMax go out at once with LITERAL+, up to 4096 octets
// with LITERAL-; for others the server's consent is awaited, and its refusal is the answer.
//
// A Body that ends early closes the connection: nothing is padded, and nothing was stored. When ctx
// ends during the call the connection is closed too.
func (c *Conn) Append(ctx context.Context, mailbox imap.MailboxName, msgs []AppendMessage) *AppendCmd {
	a := &AppendCmd{command: c.newCommand("APPEND"), n: len(msgs)}
	a.result.UIDs = make([]imap.UID, len(msgs))
	if !c.begin(ctx, a) {
		return a
	}
	defer c.release()
	defer c.closeWhenDone(ctx)()
	e := c.newEncoder().Raw("APPEND ").Mailbox(mailbox)
	for i := range msgs {
		if !c.appendOne(ctx, a, e, &msgs[i], i == 0) {
			return a
		}
		e = c.newEncoder()
	}
	a.handed = c.finishLine()
	return a
}

// appendOne writes e, then one message as it follows the mailbox name (RFC 3502, append-message).
func (c *Conn) appendOne(ctx context.Context, a *AppendCmd, e *wire.Encoder, msg *AppendMessage, first bool) bool {
	e.Raw(" ")
	if len(msg.Flags) > 0 {
		e.Flags(msg.Flags).Raw(" ")
	}
	if !msg.Date.IsZero() {
		e.Date(msg.Date).Raw(" ")
	}
	sync := e.LiteralHeader(msg.Size)
	if !c.sendParts(ctx, &a.command, e, first) {
		return false
	}
	if sync {
		if !c.askConsent(ctx, &a.command, nil) {
			return false
		}
	}
	return c.sendBody(msg)
}

// sendBody writes exactly msg.Size octets. A body that cannot give them ends the connection.
func (c *Conn) sendBody(msg *AppendMessage) bool {
	if b, ok := msg.Body.(*bytes.Reader); ok && int64(b.Len()) == msg.Size {
		_, err := b.WriteTo(c.out)
		return c.written(err)
	}
	src := &sourceReader{c: c, r: msg.Body, left: msg.Size}
	n, err := c.out.ReadFrom(src)
	if src.err != nil || n < msg.Size && err == nil {
		cause := src.err
		if cause == nil {
			cause = io.ErrUnexpectedEOF
		}
		c.fail(fmt.Errorf("message text ended after %d of %d octets: %w", n, msg.Size, cause))
		return false
	}
	return c.written(err)
}

func (c *Conn) written(err error) bool {
	if err != nil {
		c.failSoon(err)
	}
	return err == nil
}

// sourceReader reads a message text for sending, keeps its errors apart from those of the
// connection, and stops the connection's clock while it waits.
type sourceReader struct {
	c    *Conn
	r    io.Reader
	left int64
	err  error
}

// Read implements io.Reader.
func (s *sourceReader) Read(p []byte) (int, error) {
	if s.left == 0 {
		return 0, io.EOF
	}
	if int64(len(p)) > s.left {
		p = p[:s.left]
	}
	s.c.sourcing.Add(1)
	n, err := s.r.Read(p)
	s.c.track.touch()
	s.c.sourcing.Add(-1)
	s.left -= int64(n)
	if err != nil && err != io.EOF {
		s.err = err
		return n, io.EOF
	}
	return n, err
}

// Handed reports whether the command's last octet was handed to the socket. Only then can its
// outcome be unknown after a lost connection (rule E1); else nothing was stored.
func (a *AppendCmd) Handed() bool { return a.handed }

// Done is closed when the command has its answer, or its connection has ended.
func (a *AppendCmd) Done() <-chan struct{} { return a.done }

// Wait blocks until the tagged answer. Without an error all messages are stored, whether or not
// their UIDs are known.
func (a *AppendCmd) Wait(ctx context.Context) (AppendResult, error) {
	err := a.wait(ctx)
	if err == nil && !a.handed {
		err = &imap.Error{Command: a.verb, Reply: imap.ReplyOK, Kind: imap.KindServerBug,
			Text: "answered before the message was sent"}
	}
	return a.result, err
}

func (a *AppendCmd) completed(code string) error {
	name, args := wire.CutCode(code)
	if name != "APPENDUID" {
		return nil
	}
	validity, uids := wire.AppendUID(args, a.n)
	a.result.UIDValidity = validity
	copy(a.result.UIDs, uids)
	return nil
}
