package endpoint

import (
	"context"
	"net"
	"strconv"
	"strings"

	"imapsync/internal/event"
	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
)

// voice tells whether a sign-in says what it does.
type voice bool

const (
	quiet voice = false
	aloud voice = true
)

func (e *Endpoint) say(v voice, format string, args ...any) {
	if v == aloud {
		e.note(event.Info, format, args...)
	}
}

// signIn makes one connection, from the socket to a user who may select mailboxes. A quiet one
// repeats what the first one found out. Errors are *fault.Error.
func (e *Endpoint) signIn(ctx context.Context, v voice) (_ *client.Conn, err error) {
	c, encrypted, err := e.open(ctx, v)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = c.Close()
		}
	}()
	if err := e.authenticate(ctx, c, v, e.exposed(c, encrypted)); err != nil {
		return nil, err
	}
	if v == quiet {
		if err := e.settle(ctx, c); err != nil {
			return nil, err
		}
	}
	e.keeper.start(e.keepAlive)
	return c, nil
}

// open connects, reads the greeting and the capabilities, and goes through STARTTLS.
func (e *Endpoint) open(ctx context.Context, v voice) (_ *client.Conn, encrypted bool, err error) {
	c, err := e.greet(ctx)
	if err != nil {
		return nil, false, e.cannotOpen(err)
	}
	defer func() {
		if err != nil {
			_ = c.Close()
		}
	}()
	e.sayGreeting(v, c)
	caps, err := e.askCaps(ctx, c, v)
	if err != nil {
		return nil, false, e.cannotOpen(err)
	}
	before := " before authentication"
	if e.connectOnly {
		before = ""
	}
	e.say(v, "%s capability%s: %s", e.side.Title(), before, displayCaps(caps))
	if !e.mode.startTLS(caps) {
		return c, e.mode.implicit(), nil
	}
	return c, true, e.startTLS(ctx, c, v)
}

// greet connects and reads the greeting.
func (e *Endpoint) greet(ctx context.Context) (*client.Conn, error) {
	nc, err := e.dial(ctx)
	if err != nil {
		return nil, err
	}
	cfg := client.Config{
		Timeout: e.timeout,
		OnAlert: func(text string) { e.sink.Emit(event.Alert{Side: e.side, Text: text}) },
	}
	if e.trace {
		cfg.Trace = func(sent bool, line string) { e.sink.Emit(event.Trace{Side: e.side, Sent: sent, Text: line}) }
	}
	return client.New(ctx, nc, cfg)
}

func (e *Endpoint) sayGreeting(v voice, c *client.Conn) {
	nc := c.NetConn()
	e.say(v, "%s IP address: %s Local IP address: %s", e.side.Title(), ip(nc.RemoteAddr()), ip(nc.LocalAddr()))
	e.say(v, "%s banner: %s", e.side.Title(), c.Greeting().Raw)
}

func ip(a net.Addr) string {
	if a == nil {
		return ""
	}
	host, _, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String()
	}
	return host
}

// askCaps sends CAPABILITY when the list is told to the user, as the reference does, or not known;
// a quiet sign-in believes the greeting.
func (e *Endpoint) askCaps(ctx context.Context, c *client.Conn, v voice) (imap.Caps, error) {
	if caps := c.Caps(); v == quiet && caps != nil {
		return caps, nil
	}
	return c.Capability(ctx)
}

// startTLS encrypts the connection. There is no way back to clear text.
func (e *Endpoint) startTLS(ctx context.Context, c *client.Conn, v voice) error {
	if e.mode == tlsAuto {
		e.say(v, "%s: going to ssl because STARTTLS is in CAPABILITY. Use --notls1 or --notls2 to avoid that behavior", e.side.Title())
		if v == aloud {
			e.noteVerification()
		}
	}
	if err := c.StartTLS(ctx, e.tlsConfig()); err != nil {
		return e.cannotEncrypt(err)
	}
	e.say(v, "%s: Socket successfully converted to SSL", e.side.Title())
	// What was listed in clear text may have been tampered with (RFC 9051 section 6.2.1).
	if _, err := c.Capability(ctx); err != nil {
		return e.cannotOpen(err)
	}
	return nil
}

// settle brings a further connection to where the first one is: the capabilities of a signed-in
// user, ID, compression, ENABLE. Coremail (163.com, 126.com) refuses SELECT in every session without
// an ID, so it is repeated although the answer is known.
func (e *Endpoint) settle(ctx context.Context, c *client.Conn) error {
	if c.Caps() == nil {
		if _, err := c.Capability(ctx); err != nil {
			return e.lost(err)
		}
	}
	e.mu.Lock()
	identified, deflate, enable := e.identified, e.deflate, e.enable
	e.caps = c.Caps()
	e.mu.Unlock()
	if identified {
		_, _, _ = c.ID(ctx, e.idFields())
	}
	if deflate {
		_ = c.Compress(ctx)
	}
	if list := offered(c.Caps(), enable); len(list) > 0 {
		_, _ = c.Enable(ctx, list...)
	}
	// The commands above may be refused; what counts is a usable connection.
	if err := c.Err(); err != nil {
		return e.lost(err)
	}
	return nil
}

// displayCaps lists capabilities as the reference prints them: in the server's order, and then the
// names of those with a value, once each.
func displayCaps(caps imap.Caps) string {
	words := append([]string(nil), caps...)
	seen := map[string]bool{}
	for _, c := range caps {
		seen[c] = true
	}
	for _, c := range caps {
		if name, _, ok := strings.Cut(c, "="); ok && !seen[name] {
			seen[name] = true
			words = append(words, name)
		}
	}
	return strings.Join(words, " ")
}

func oneIf(b bool) string {
	if b {
		return "1"
	}
	return ""
}

func trimFloat(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
