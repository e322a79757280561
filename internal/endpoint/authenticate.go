package endpoint

import (
	"context"
	"errors"
	"net"

	"imapsync/internal/event"
	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
	"imapsync/internal/sasl"
)

// exposed reports whether a password sent on c could be read on its way to another machine, without
// --notls having asked for that (docs/differences.md row 10).
func (e *Endpoint) exposed(c *client.Conn, encrypted bool) bool {
	return e.mode == tlsAuto && !encrypted && !local(c.NetConn())
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

var (
	errNoPreauth     = errors.New("the server's greeting is not PREAUTH")
	errLoginDisabled = errors.New("the server forbids LOGIN on this connection (capability LOGINDISABLED)")
	errUnknownMech   = errors.New("this program does not know the mechanism")
)

// authenticate proves who the user is, from the first octet on: later sign-ins repeat all of it, with
// the mechanism that worked (docs/differences.md row 12).
func (e *Endpoint) authenticate(ctx context.Context, c *client.Conn, v voice, exposed bool) error {
	e.mu.Lock()
	mech := e.worked
	e.mu.Unlock()
	if v == aloud {
		e.sayMechanism(c.Caps(), mech)
	}
	preauth := c.Greeting().Reply == imap.ReplyPreauth
	switch {
	case exposed && (preauth || mech.reveals() || e.proxy): // PROXYAUTH follows LOGIN
		// Anybody between can greet with PREAUTH, to keep TLS away.
		return e.cannotEncrypt(errClearText)
	case preauth:
		e.say(v, "%s: Assuming PREAUTH for %s", e.side.Title(), e.host)
		return nil
	case mech == mechPreauth:
		return e.cannotLogin(c, mech, errNoPreauth)
	}
	secret, err := e.secret(ctx, mech)
	if err != nil {
		return e.cannotLogin(c, mech, err)
	}
	c.Hide(secret.Reveal())
	if err = e.prove(ctx, c, mech, secret); err == nil {
		return nil
	}
	failure := e.cannotLogin(c, mech, err)
	switch {
	case mech == mechLogin || e.authUser != "" || c.Err() != nil:
		e.say(v, "%s info: authmech [%s] user [%s] authuser [%s] IsUnconnected [%s]", e.side.Title(), mech, e.user, e.authUser, oneIf(c.Err() != nil))
		return failure
	case !mech.rescuable() || secret == "":
		return failure
	case errors.Is(err, sasl.ErrUnproven):
		// Whoever cannot prove to know the password must not be told it.
		return failure
	case exposed:
		e.say(v, "%s info: not trying LOGIN Auth mechanism on [%s] with user [%s]: the password would cross the network in clear text",
			e.side.Title(), e.host, e.user)
		return failure
	case !e.tryLogin:
		e.say(v, "%s info: not trying LOGIN Auth mechanism on [%s] with user [%s]. Use option --trylogin to have this second chance to login via LOGIN auth",
			e.side.Title(), e.host, e.user)
		return failure
	}
	return e.secondChance(ctx, c, v, mech, secret, failure)
}

// secondChance tries LOGIN after another mechanism failed. A failure that is made good this way is
// a warning (docs/differences.md row 13).
func (e *Endpoint) secondChance(ctx context.Context, c *client.Conn, v voice, mech mechanism, password sasl.Secret, failure error) error {
	e.note(event.Warning, "%v", failure)
	e.say(v, "%s info: trying LOGIN Auth mechanism on [%s] with user [%s]. Use option --notrylogin to avoid this second chance to login via LOGIN auth",
		e.side.Title(), e.host, e.user)
	if err := e.prove(ctx, c, mechLogin, password); err != nil {
		return e.cannotLogin(c, mechLogin, err)
	}
	e.say(v, "%s: success login on [%s] with user [%s] auth [LOGIN] after [%s] failure", e.side.Title(), e.host, e.user, mech)
	e.mu.Lock()
	e.worked = mechLogin
	e.mu.Unlock()
	return nil
}

// sayMechanism tells whether the server lists the mechanism. It is tried in any case.
func (e *Endpoint) sayMechanism(caps imap.Caps, mech mechanism) {
	title, name := e.side.Title(), mech.sasl()
	switch {
	case mech == mechPreauth:
	case caps.HasAuth(name) || caps.Has(imap.Capability(name)):
		e.note(event.Info, "%s: %s says it has CAPABILITY for AUTHENTICATE %s", title, e.host, name)
	case mech != mechLogin:
		e.note(event.Info, "%s: %s says it has NO CAPABILITY for AUTHENTICATE %s", title, e.host, name)
		if mech == mechPlain {
			e.note(event.Info, "%s: frequently PLAIN is only supported with SSL, try --ssl or --tls options", title)
		}
	}
	if e.authUser != "" && (mech == mechCRAM || mech == mechNTLM) {
		e.note(event.Warning, "%s: %s cannot sign in as somebody else, so --authuser%s is not used", title, name, e.side.Digit())
	}
}
