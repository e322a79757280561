package endpoint

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"imapsync/internal/account"
	"imapsync/internal/event"
	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
)

// Login is the first sign-in. Its notes are the lines of the reference; on success there is an
// event.LoggedIn besides the line. The connection goes to the pool.
//
// The error is a *fault.Error of kind Connect, TLS or Auth, not yet emitted as event.Failed, with a
// hint where one is known. Nothing is retried; the other side can be signed in all the same.
func (e *Endpoint) Login(ctx context.Context) error {
	e.Prepare(ctx)
	e.announce()
	title := e.side.Title()
	e.note(event.Info, "%s: connecting and login on %s [%s] port [%d] with user [%s]", title, e.side, e.host, e.port, e.user)
	c, _, err := e.pool.take(ctx, true)
	if err != nil {
		return err
	}
	if c == nil {
		if c, err = e.dialFirst(ctx); err != nil {
			e.note(event.Info, "%s: failed login on [%s] with user [%s] auth [%s]", title, e.host, e.user, e.mech)
			return err
		}
	}
	e.mu.Lock()
	e.caps = c.Caps()
	worked := e.worked
	e.mu.Unlock()
	e.note(event.Info, "%s: success login on [%s] with user [%s] auth [%s] or [LOGIN]", title, e.host, e.user, e.mech)
	e.sink.Emit(event.LoggedIn{Side: e.side, Host: e.host, Port: e.port, User: e.user, Mechanism: string(worked)})
	e.Put(c)
	return nil
}

func (e *Endpoint) dialFirst(ctx context.Context) (*client.Conn, error) {
	c, err := e.signIn(ctx, aloud)
	if err != nil {
		e.pool.dialFailed()
		return nil, err
	}
	if err := e.pool.dialed(c); err != nil {
		_ = c.Close()
		return nil, err
	}
	return c, nil
}

// announce says how the side will be used, before it is.
func (e *Endpoint) announce() {
	title, side, n := e.side.Title(), e.side, e.side.Digit()
	e.note(event.Info, "%s: will try to use %s authentication on %s", title, e.mech, side)
	e.note(event.Info, "%s: imap connection timeout is %s seconds", title, trimFloat(e.timeout.Seconds()))
	if e.dialer.keepAlive {
		e.note(event.Info, "%s: imap connection keepalive is on on %s. Use --nokeepalive%s to disable it.", title, side, n)
	} else {
		e.note(event.Info, "%s: imap connection keepalive is off on %s. Use --keepalive%s to enable it.", title, side, n)
	}
	e.note(event.Info, "%s: IMAP server [%s] port [%d] user [%s]", title, e.host, e.port, e.user)
}

// AfterLogin learns what the signed-in user's server can do, and prepares what every later connection
// repeats: capabilities, ID, quota and append limit of host2, compression. A refusal of any of these
// is told in a note only; the error is that of a lost connection.
func (e *Endpoint) AfterLogin(ctx context.Context) error {
	c, err := e.Get(ctx)
	if err != nil {
		return err
	}
	if err := e.learn(ctx, c); err != nil {
		e.Discard(c)
		return err
	}
	e.Put(c)
	return nil
}

func (e *Endpoint) learn(ctx context.Context, c *client.Conn) error {
	title := e.side.Title()
	e.note(event.Info, "%s: state Authenticated", title)
	capability, asked := c.StartCapability(ctx), questions{}
	known := c.Caps() != nil // the sign-in has told
	if known {
		asked = e.ask(ctx, c)
	}
	caps, err := capability()
	if err != nil {
		return e.lost(err)
	}
	if !known {
		asked = e.ask(ctx, c)
	}
	e.note(event.Info, "%s capability once authenticated: %s", title, displayCaps(caps))
	e.mu.Lock()
	e.caps = caps
	e.mu.Unlock()

	steps := []func(){
		func() { e.exchangeID(asked.id) },
		func() { e.readQuota(asked.quota) },
		e.readAppendLimit,
		func() { e.startCompression(ctx, c) },
	}
	for _, step := range steps {
		step()
		if err := c.Err(); err != nil {
			return e.lost(err)
		}
	}
	return nil
}

// questions are what a new session asks besides its capabilities, each nil when the server cannot be
// asked. They are sent behind each other.
type questions struct {
	id    func() (answer [][2]string, raw string, err error)
	quota func() (quotas []imap.Quota, raw []string, err error)
}

func (e *Endpoint) ask(ctx context.Context, c *client.Conn) (q questions) {
	if e.id && c.Caps().Has(imap.CapID) {
		q.id = c.StartID(ctx, e.idFields())
	}
	if e.side == account.Host2 && c.Caps().Has(imap.CapQuota) {
		q.quota = c.StartQuotaRoot(ctx, "INBOX")
	}
	return q
}

// readAppendLimit takes the limit from the capability (RFC 7889 section 4); a limit per mailbox, as
// STATUS gives it, concerns whoever appends.
func (e *Endpoint) readAppendLimit() {
	limit, ok := appendLimit(e.Caps())
	if !ok {
		return
	}
	e.mu.Lock()
	e.appendLimit = &limit
	e.mu.Unlock()
}

// appendLimit finds APPENDLIMIT=N; anything but digits is no limit.
func appendLimit(caps imap.Caps) (int64, bool) {
	value, ok := caps.Value(imap.CapAppendLimit)
	if !ok || strings.Trim(value, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(value, 10, 64)
	return n, err == nil
}

func (e *Endpoint) startCompression(ctx context.Context, c *client.Conn) {
	title, n := e.side.Title(), e.side.Digit()
	if !e.compress {
		e.note(event.Info, "%s: Compression is off. Use --compress%s to allow compression on %s", title, n, e.side)
		return
	}
	e.note(event.Info, "%s: Trying to turn imap compression on. Use --nocompress%s to avoid compression on %s", title, n, e.side)
	if err := c.Compress(ctx); err != nil {
		e.note(event.Info, "%s: Failed to turn compression on", title)
		return
	}
	e.mu.Lock()
	e.deflate = true
	e.mu.Unlock()
	e.note(event.Info, "%s: Compression is on now", title)
}

// Enable asks every connection made from now on to send ENABLE (RFC 5161), before anybody selects a
// mailbox, for those of the extensions that its server lists. UTF8=ACCEPT and IMAP4rev2 would change
// what names and messages look like on the wire, so they are refused (rule E8).
func (e *Endpoint) Enable(extensions ...imap.Capability) error {
	for _, x := range extensions {
		if strings.EqualFold(string(x), "UTF8=ACCEPT") || strings.EqualFold(string(x), "IMAP4rev2") {
			return errors.New("enable " + string(x) + ": changes the form of names and messages")
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.enable = append([]imap.Capability(nil), extensions...)
	return nil
}

func offered(caps imap.Caps, wanted []imap.Capability) []string {
	var list []string
	if !caps.Has(imap.CapEnable) {
		return nil
	}
	for _, w := range wanted {
		if caps.Has(w) {
			list = append(list, string(w))
		}
	}
	return list
}
