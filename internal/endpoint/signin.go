package endpoint

import (
	"context"
	"errors"
	"net"
	"strconv"
	"strings"

	"imapsync/internal/event"
	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
	"imapsync/internal/sasl"
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
	if err := e.checkWire(c, encrypted); err != nil {
		return nil, err
	}
	if err := e.authenticate(ctx, c, v); err != nil {
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
	if err := c.StartTLS(ctx, e.tls.config(e.host)); err != nil {
		return e.cannotEncrypt(err)
	}
	e.say(v, "%s: Socket successfully converted to SSL", e.side.Title())
	// What was listed in clear text may have been tampered with (RFC 9051 section 6.2.1).
	if _, err := c.Capability(ctx); err != nil {
		return e.cannotOpen(err)
	}
	return nil
}

// checkWire refuses to send a password in clear text to another machine, unless --notls asked for it
// (docs/differences.md row 10), and to believe a session that was authenticated in clear text.
func (e *Endpoint) checkWire(c *client.Conn, encrypted bool) error {
	if e.mode != tlsAuto || encrypted || local(c.NetConn()) {
		return nil
	}
	return e.cannotEncrypt(errClearText)
}

var errClearText = errors.New("the server does not offer STARTTLS, and the password would cross the network in clear text")

// local reports whether nc stays on this machine.
func local(nc net.Conn) bool {
	a := nc.RemoteAddr()
	if a == nil {
		return false
	}
	if a.Network() == "unix" || a.Network() == "pipe" {
		return true
	}
	addr := net.ParseIP(ip(a))
	return addr != nil && addr.IsLoopback()
}

// authenticate proves who the user is. A first sign-in falls back to LOGIN when another mechanism
// fails; later ones use what worked.
func (e *Endpoint) authenticate(ctx context.Context, c *client.Conn, v voice) error {
	e.mu.Lock()
	mech := e.worked
	e.mu.Unlock()
	if v == aloud {
		e.sayMechanism(c.Caps(), mech)
	}
	if c.Greeting().Reply == imap.ReplyPreauth {
		e.say(v, "%s: Assuming PREAUTH for %s", e.side.Title(), e.host)
		return nil
	}
	if mech == mechPreauth {
		return e.cannotLogin(mech, errNoPreauth)
	}
	password, err := e.password(ctx)
	if err != nil {
		return e.cannotLogin(mech, err)
	}
	err = e.prove(ctx, c, mech, password)
	if err == nil {
		return nil
	}
	failure := e.cannotLogin(mech, err)
	if mech == mechLogin || e.authUser != "" || c.Err() != nil {
		e.say(v, "%s info: authmech [%s] user [%s] authuser [%s] IsUnconnected [%s]", e.side.Title(), mech, e.user, e.authUser, oneIf(c.Err() != nil))
		return failure
	}
	if !e.tryLogin {
		e.say(v, "%s info: not trying LOGIN Auth mechanism on [%s] with user [%s]. Use option --trylogin to have this second chance to login via LOGIN auth",
			e.side.Title(), e.host, e.user)
		return failure
	}
	return e.secondChance(ctx, c, v, mech, password, failure)
}

// secondChance tries LOGIN after another mechanism failed. A failure that is made good this way is
// a warning (docs/differences.md row 13).
func (e *Endpoint) secondChance(ctx context.Context, c *client.Conn, v voice, mech mechanism, password sasl.Secret, failure error) error {
	e.note(event.Warning, "%v", failure)
	e.say(v, "%s info: trying LOGIN Auth mechanism on [%s] with user [%s]. Use option --notrylogin to avoid this second chance to login via LOGIN auth",
		e.side.Title(), e.host, e.user)
	if err := e.prove(ctx, c, mechLogin, password); err != nil {
		return e.cannotLogin(mechLogin, err)
	}
	e.say(v, "%s: success login on [%s] with user [%s] auth [LOGIN] after [%s] failure", e.side.Title(), e.host, e.user, mech)
	e.mu.Lock()
	e.worked = mechLogin
	e.mu.Unlock()
	return nil
}

var (
	errNoPreauth     = errors.New("the server's greeting is not PREAUTH")
	errLoginDisabled = errors.New("the server forbids LOGIN on this connection (capability LOGINDISABLED)")
)

// prove sends the password by one mechanism.
func (e *Endpoint) prove(ctx context.Context, c *client.Conn, mech mechanism, password sasl.Secret) error {
	if mech == mechPlain {
		if e.authUser != "" {
			return c.Authenticate(ctx, sasl.Plain(e.user, e.authUser, password))
		}
		return c.Authenticate(ctx, sasl.Plain("", e.user, password))
	}
	if c.Caps().Has(imap.CapLoginDisabled) {
		return errLoginDisabled
	}
	return c.Login(ctx, e.user, password.Reveal())
}

// sayMechanism tells whether the server lists the mechanism. It is tried in any case.
func (e *Endpoint) sayMechanism(caps imap.Caps, mech mechanism) {
	title := e.side.Title()
	switch {
	case caps.HasAuth(string(mech)) || caps.Has(imap.Capability(mech)):
		e.note(event.Info, "%s: %s says it has CAPABILITY for AUTHENTICATE %s", title, e.host, mech)
	case mech != mechLogin:
		e.note(event.Info, "%s: %s says it has NO CAPABILITY for AUTHENTICATE %s", title, e.host, mech)
		if mech == mechPlain {
			e.note(event.Info, "%s: frequently PLAIN is only supported with SSL, try --ssl or --tls options", title)
		}
	}
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
