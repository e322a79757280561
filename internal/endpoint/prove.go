package endpoint

import (
	"context"
	"fmt"

	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
	"imapsync/internal/sasl"
)

// prove sends a secret by one mechanism, and after it what makes an administrator somebody else.
func (e *Endpoint) prove(ctx context.Context, c *client.Conn, mech mechanism, secret sasl.Secret) error {
	if mech == mechMaster {
		return e.proveMaster(ctx, c, secret)
	}
	if err := e.proveUser(ctx, c, mech, secret); err != nil || !e.proxy {
		return err
	}
	if err := c.ProxyAuth(ctx, e.user); err != nil {
		return &proxyError{err}
	}
	return nil
}

// proveUser proves who the user is, or the administrator.
func (e *Endpoint) proveUser(ctx context.Context, c *client.Conn, mech mechanism, secret sasl.Secret) error {
	if e.proxy && !mech.token() {
		// As in the reference, whatever --authmechN says: the servers that know PROXYAUTH want LOGIN.
		return e.login(ctx, c, e.authUser, secret)
	}
	if mech == mechLogin {
		return e.login(ctx, c, e.user, secret)
	}
	m := e.client(mech, secret)
	if m == nil {
		return errUnknownMech
	}
	return c.Authenticate(ctx, m)
}

// login sends LOGIN. Where the server forbids that command and offers the same by SASL (Exchange),
// it is done so.
func (e *Endpoint) login(ctx context.Context, c *client.Conn, user string, password sasl.Secret) error {
	switch caps := c.Caps(); {
	case !caps.Has(imap.CapLoginDisabled):
		return c.Login(ctx, user, password.Reveal())
	case caps.HasAuth("PLAIN"):
		return c.Authenticate(ctx, sasl.Plain("", user, password))
	case caps.HasAuth("LOGIN"):
		return c.Authenticate(ctx, sasl.Login(user, password))
	}
	return errLoginDisabled
}

// client makes the SASL side of a mechanism, nil when it has none. With --authuserN the secret is
// the administrator's, who acts as the user.
func (e *Endpoint) client(mech mechanism, secret sasl.Secret) sasl.Client {
	as, who := "", e.user
	if e.authUser != "" {
		as, who = e.user, e.authUser
	}
	switch mech {
	case mechPlain:
		return sasl.Plain(as, who, secret)
	case mechCRAM:
		return sasl.CRAMMD5(e.user, secret)
	case mechDigest:
		return sasl.DigestMD5(as, who, secret, e.host)
	case mechScram1:
		return sasl.ScramSHA1(as, who, secret)
	case mechScram256:
		return sasl.ScramSHA256(as, who, secret)
	case mechNTLM:
		return sasl.NTLM(e.domain, e.user, secret)
	case mechExternal:
		return sasl.External(e.user)
	case mechToken, mechGoogle:
		return sasl.XOAuth2(e.user, secret)
	case mechDirect:
		return sasl.XOAuth2Ready(secret)
	case mechBearer:
		return sasl.OAuthBearer(e.user, secret, e.host, e.port)
	case mechLogin, mechMaster, mechPreauth:
	}
	return nil
}

func (e *Endpoint) proveMaster(ctx context.Context, c *client.Conn, password sasl.Secret) error {
	if err := c.MasterAuth(ctx, password.Reveal()); err != nil {
		return err
	}
	if err := c.SetUser(ctx, e.user); err != nil {
		return fmt.Errorf("X-SETUSER %w", err)
	}
	return nil
}

// proxyError is an administrator who was accepted and may not act as the user.
type proxyError struct{ err error }

func (p *proxyError) Error() string { return p.err.Error() }
func (p *proxyError) Unwrap() error { return p.err }
