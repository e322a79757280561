package client

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"os"
	"strings"

	"github.com/emersion/go-sasl"

	"imapsync/internal/imap"
)

// signInCmd is a LOGIN or AUTHENTICATE. The capabilities known before are no longer good after it,
// unless the server told new ones on the way (RFC 9051 section 6.2.3).
type signInCmd struct{ command }

func (m *signInCmd) completed(string) error {
	m.c.mu.Lock()
	defer m.c.mu.Unlock()
	if !m.c.freshCaps {
		m.c.caps = nil
	}
	return nil
}

// signIn makes the command and forgets which capabilities are fresh.
func (c *Conn) signIn(verb string) *signInCmd {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.freshCaps = false
	return &signInCmd{c.newCommand(verb)}
}

// preauthenticated reports whether the greeting said that nobody has to sign in.
func (c *Conn) preauthenticated() bool { return c.Greeting().Reply == imap.ReplyPreauth }

// Login signs in with LOGIN. On a connection greeted with PREAUTH it sends nothing: somebody is
// signed in already, and LOGIN would be an error.
func (c *Conn) Login(ctx context.Context, user, password string) error {
	if c.preauthenticated() {
		return nil
	}
	c.Hide(password)
	m := c.signIn("LOGIN")
	c.issue(ctx, m, c.newEncoder().Raw("LOGIN ").Credentials(user, password))
	return m.wait(ctx)
}

// verifier is a mechanism with a word to say when the exchange is over: after an acceptance its
// error tells that the server has not proved itself, after a refusal what the server said about it.
type verifier interface{ Verdict(accepted bool) error }

// Authenticate signs in with a SASL mechanism. A first response goes out with the command where the
// server takes that (SASL-IR, RFC 4959), else behind its first "+". When mech refuses a challenge
// the exchange is cancelled with "*" and its error is wrapped; so is the error that a mechanism's
// Verdict gives. On a connection greeted with PREAUTH it sends nothing.
//
// Neither the responses nor the challenges show in the trace. Secrets that mech uses should be told
// to Hide before, because a server may say them in other words than it got them.
func (c *Conn) Authenticate(ctx context.Context, mech sasl.Client) error {
	if c.preauthenticated() {
		return nil
	}
	name, initial, err := mech.Start()
	if err != nil {
		return notSent(err)
	}
	m := c.signIn("AUTHENTICATE")
	if !c.begin(ctx, m) {
		return m.wait(ctx)
	}
	c.private.Store(true)
	defer c.private.Store(false)
	mechErr := c.exchange(ctx, m, name, initial, mech)
	c.release()
	err = m.wait(ctx)
	v, judges := mech.(verifier)
	if judges && mechErr == nil {
		mechErr = v.Verdict(err == nil)
	}
	var e *imap.Error
	switch {
	case mechErr == nil:
	case err == nil:
		return notSent(mechErr)
	case errors.As(err, &e) && e.Err == nil:
		e.Err = mechErr
	}
	return err
}

// notSent is a sign-in that failed on our side.
func notSent(err error) error {
	return &imap.Error{Command: "AUTHENTICATE", Kind: imap.KindAuth, Err: err}
}

// longestInitial bounds what is sent with the command itself: servers limit the length of lines, and
// some cut at 8192 octets.
const longestInitial = 4096

// exchange answers challenges until the server gives its verdict. The error is the mechanism's own.
func (c *Conn) exchange(ctx context.Context, m *signInCmd, name string, initial []byte, mech sasl.Client) error {
	defer c.closeWhenDone(ctx)()
	e := c.newEncoder().Raw("AUTHENTICATE " + name)
	if encoded := encodeInitial(initial); initial != nil && len(encoded) <= longestInitial && c.Caps().Has(imap.CapSASLIR) {
		c.Hide(passwordIn(initial))
		c.Hide(encoded)
		e.Raw(" ").Secret(encoded)
		initial = nil
	}
	if !c.sendParts(ctx, &m.command, e, true) {
		return nil
	}
	for {
		c.expect(&m.command)
		if !c.finishLine() {
			return nil
		}
		text, ok := c.continuation(ctx, &m.command)
		if !ok {
			return nil
		}
		response := initial
		initial = nil
		if response == nil {
			var err error
			if response, err = answer(mech, text); err != nil {
				c.traceSent("*", c.newEncoder())
				_, _ = c.out.WriteString("*")
				c.finishLine()
				return err
			}
		}
		c.Hide(passwordIn(response))
		c.sendSecretLine(base64.StdEncoding.EncodeToString(response))
	}
}

// encodeInitial writes an initial response; "=" stands for an empty one.
func encodeInitial(response []byte) string {
	if len(response) == 0 {
		return "="
	}
	return base64.StdEncoding.EncodeToString(response)
}

func answer(mech sasl.Client, text string) ([]byte, error) {
	challenge, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil {
		return nil, errors.New("the server's challenge is not base64")
	}
	return mech.Next(challenge)
}

// passwordIn finds the password of a PLAIN response, or the token of an OAuth one. Other mechanisms
// do not tell the server the password.
func passwordIn(response []byte) string {
	if bytes.Count(response, []byte{0}) == 2 {
		return string(response[bytes.LastIndexByte(response, 0)+1:])
	}
	if _, token, ok := bytes.Cut(response, []byte("auth=Bearer ")); ok {
		token, _, _ = bytes.Cut(token, []byte{1})
		return string(token)
	}
	return ""
}

// sendSecretLine writes a response without its line end.
func (c *Conn) sendSecretLine(s string) {
	c.Hide(s)
	c.traceSent("", c.newEncoder().Secret(s))
	_, _ = c.out.WriteString(s)
}

// logoutCmd is a LOGOUT, after which the server's BYE is no surprise.
type logoutCmd struct{ command }

// Logout says LOGOUT, waits for the answer and closes. A server that just closes has answered too;
// then and always the connection is unusable afterwards.
func (c *Conn) Logout(ctx context.Context) error {
	m := &logoutCmd{c.newCommand("LOGOUT")}
	c.issue(ctx, m, c.newEncoder().Raw("LOGOUT"))
	err := m.wait(ctx)
	_ = c.Close()
	var e *imap.Error
	sent := m.tag != ""
	if errors.As(err, &e) && e.Reply == imap.ReplyLost && sent && ctx.Err() == nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		return nil
	}
	return err
}
