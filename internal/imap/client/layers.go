package client

import (
	"context"
	"crypto/tls"
	"errors"

	"github.com/klauspost/compress/flate"
)

// errInjected is text that came in clear behind the answer to STARTTLS: somebody between wants it to
// be taken for what the server says under TLS.
var errInjected = errors.New("data in clear text behind the answer to STARTTLS")

// StartTLS turns TLS on (RFC 9051 section 6.2.1). cfg needs a ServerName or its own verification. A
// refusal leaves the connection as it was; a failed handshake ends it, and the error wraps that of
// crypto/tls. Capabilities are unknown afterwards.
func (c *Conn) StartTLS(ctx context.Context, cfg *tls.Config) error {
	m := &Cmd{c.newCommand("STARTTLS")}
	m.upgrade = func() error {
		if c.dec.Buffered() > 0 {
			return errInjected
		}
		secure := tls.Client(c.track, cfg)
		if err := secure.HandshakeContext(ctx); err != nil {
			return err
		}
		c.dec = c.newDecoder(secure)
		c.out = newOutput(secure)
		c.mu.Lock()
		defer c.mu.Unlock()
		c.caps = nil
		return nil
	}
	return c.alone(ctx, m)
}

// Compress turns compression on in both directions (RFC 4978). A refusal leaves the connection as it
// was.
func (c *Conn) Compress(ctx context.Context) error {
	m := &Cmd{c.newCommand("COMPRESS")}
	m.upgrade = func() error {
		out, err := newDeflatedOutput(c.out)
		if err != nil {
			return err
		}
		c.dec = c.newDecoder(flate.NewReader(c.dec.Reader()))
		c.out = out
		return nil
	}
	return c.alone(ctx, m)
}

// alone sends a command that changes the layers, and lets nothing be written before its answer. The
// reading goroutine makes the change while we hold the write lock.
func (c *Conn) alone(ctx context.Context, m *Cmd) error {
	text := m.verb
	if text == "COMPRESS" {
		text = "COMPRESS DEFLATE"
	}
	if !c.begin(ctx, m) {
		return m.wait(ctx)
	}
	defer c.release()
	defer c.closeWhenDone(ctx)()
	if c.sendParts(ctx, &m.command, c.newEncoder().Raw(text), true) {
		c.finishLine()
	}
	return m.wait(ctx)
}
