package endpoint

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"imapsync/internal/account"
	"imapsync/internal/event"
	"imapsync/internal/getopt"
	"imapsync/internal/imap"
	"imapsync/internal/sasl"
)

// PasswordFunc gives the password of a sign-in. It is called for every one, so that a token can be
// renewed; it must be safe for concurrent use. Its error ends that sign-in.
type PasswordFunc func(context.Context) (sasl.Secret, error)

// Password is a PasswordFunc for a password that never changes.
func Password(s sasl.Secret) PasswordFunc {
	return func(context.Context) (sasl.Secret, error) { return s, nil }
}

// Defaults of the reference, and of --connections (docs/differences.md; rule E14).
const (
	defaultTimeout     = 120 * time.Second
	defaultRetries     = 3
	defaultConnections = 4
	portIMAP           = 143
	portIMAPS          = 993
)

// Endpoint is one side of a run. All methods may be called concurrently, except that Prepare, Login
// and AfterLogin, or JustConnect alone, come first and one after the other. Close must be called at
// the end.
type Endpoint struct {
	side   account.Side
	sink   *held
	dialer dialer

	host     string
	port     int // 0 until Prepare has chosen it
	mode     tlsMode
	probing  bool // the options leave it to a probe whether mode becomes tlsImplicit
	prepared bool
	// connectOnly is set by JustConnect, whose failures are worded differently.
	connectOnly bool
	tls         tlsParams
	debugSSL    int64
	warnings    []string

	user, authUser string
	domain         string // of NTLM
	proxy          bool   // PROXYAUTH follows the sign-in of authUser
	mech           mechanism
	password       PasswordFunc
	token          tokenFunc // of --oauthdirectN or --oauthaccesstokenN, else nil
	google         *serviceAccount
	tryLogin       bool

	timeout  time.Duration
	retries  int
	compress bool
	id       bool
	trace    bool

	pool   *pool
	keeper keeper

	mu          sync.Mutex // protects what follows
	caps        imap.Caps
	appendLimit *int64
	worked      mechanism // the mechanism that signed in, repeated by later sign-ins
	deflate     bool      // COMPRESS was accepted, so later connections ask for it too
	identified  bool      // ID was exchanged, so later connections send it too
	enable      []imap.Capability
}

// New compiles the options of a side. The errors are everything that is wrong with them, each a
// sentence for the user; the Endpoint is nil then. Files named by --sslargsN are read, nothing is
// connected. Options registered as not built yet must have been refused before (see getopt).
//
// Connections, retries and limits are those of the options; notes, alerts and traces go to sink.
func New(side account.Side, o Options, c Common, password PasswordFunc, sink event.Sink) (*Endpoint, []error) {
	e := &Endpoint{
		side:     side,
		sink:     &held{to: sink},
		host:     cleanHost(truthy(o.Host.Value)),
		port:     int(o.Port.Value),
		mode:     chooseMode(o.SSL, o.TLS),
		user:     o.User.Value,
		authUser: truthy(o.AuthUser.Value),
		domain:   truthy(o.Domain.Value),
		password: password,
		tryLogin: c.TryLogin.Or(true),
		timeout:  seconds(o.Timeout, c.Timeout),
		retries:  int(o.ReconnectRetry.Or(defaultRetries)),
		compress: o.Compress.Value,
		id:       c.ID.Or(true),
		debugSSL: c.DebugSSL.Or(debugSSLDefault),
		trace:    c.DebugIMAP.Value || o.DebugIMAP.Value,
	}
	e.proxy = o.ProxyAuth.Value && e.authUser != ""
	e.google = &serviceAccount{user: e.user, tokenURL: googleTokens, timeout: e.timeout}
	e.dialer = dialer{network: family(c), keepAlive: o.KeepAlive.Or(true), timeout: e.timeout}
	e.probing = c.SSLCheck.Or(true) && !o.Port.Given && !o.SSL.Given && !o.TLS.Given && e.host != "" && !e.unix()

	if e.unix() && e.mode == tlsAuto {
		e.mode = tlsNone // a socket of this machine needs no STARTTLS, and has no name for a certificate
	}

	n := side.Digit()
	var bad []error
	wrong := func(format string, args ...any) { bad = append(bad, fmt.Errorf(format, args...)) }
	if p := o.Port.Value; p < 0 || p > 65535 {
		wrong("--port%s %d: a port is a number from 1 to 65535", n, p)
	}
	if o.Timeout.Value < 0 || c.Timeout.Value < 0 {
		wrong("--timeout%s: a timeout cannot be negative (0 means no limit)", n)
	}
	if o.ReconnectRetry.Value < 0 {
		wrong("--reconnectretry%s %d: cannot be negative (0 means never)", n, o.ReconnectRetry.Value)
	}
	connections := c.Connections.Or(defaultConnections)
	if connections < 1 {
		wrong("--connections %d: at least one is needed", connections)
	}
	bad = append(bad, e.chooseSignIn(o)...)
	args := o.SSLArgs
	if o.SSLVersion.Given {
		args = append([]getopt.Pair{{Key: "SSL_version", Value: o.SSLVersion.Value}}, args...)
	}
	var errs []error
	e.tls, e.warnings, errs = parseSSLArgs(args, "--sslargs"+n)
	bad = append(bad, errs...)
	if len(bad) > 0 {
		return nil, bad
	}
	e.pool = newPool(int(connections))
	return e, nil
}

// chooseSignIn settles the mechanism and where its token comes from.
func (e *Endpoint) chooseSignIn(o Options) (bad []error) {
	n := e.side.Digit()
	var err error
	if e.mech, err = chooseMechanism(o, e.tryLogin, n); err != nil {
		return []error{err}
	}
	e.worked = e.mech
	switch {
	case e.mech == mechDirect:
		e.token, err = newToken(o.OAuthDirect.Value, "--oauthdirect"+n)
		if err == nil {
			if _, err = e.directMessage(); err != nil {
				err = fmt.Errorf("--oauthdirect%s: %w", n, err)
			}
		}
	case e.mech == mechToken, e.mech == mechBearer && o.OAuthAccessToken.Given:
		e.token, err = newToken(o.OAuthAccessToken.Value, "--oauthaccesstoken"+n)
	}
	if err != nil {
		bad = append(bad, err)
	}
	return bad
}

// Side tells which side e is.
func (e *Endpoint) Side() account.Side { return e.side }

// Host is the host's name as options gave it, cleaned of blanks.
func (e *Endpoint) Host() string { return e.host }

// Port is the port in use, 0 before Prepare when the options leave it to the probe.
func (e *Endpoint) Port() int { return e.port }

// User is the account's name.
func (e *Endpoint) User() string { return e.user }

// Caps is what the server can do for a signed-in user, empty before Login.
func (e *Endpoint) Caps() imap.Caps {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.caps
}

// AppendLimit is the largest message the server takes in any mailbox, in octets, if its
// capabilities tell (RFC 7889).
func (e *Endpoint) AppendLimit() (octets int64, ok bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.appendLimit == nil {
		return 0, false
	}
	return *e.appendLimit, true
}

func (e *Endpoint) note(level event.Level, format string, args ...any) {
	e.sink.Emit(event.Note{Level: level, Side: e.side, Text: fmt.Sprintf(format, args...)})
}

func (e *Endpoint) unix() bool { return strings.HasPrefix(e.host, "/") }

// address is what is dialed for port.
func (e *Endpoint) address(port int) (network, addr string) {
	if e.unix() {
		return "unix", e.host
	}
	return e.dialer.network, net.JoinHostPort(e.host, fmt.Sprint(port))
}

// cleanHost removes blanks, and slashes but for a host that is the path of a Unix socket; the
// reference cleans its hosts that way. Brackets round an IPv6 address go too.
func cleanHost(host string) string {
	host = strings.ReplaceAll(host, " ", "")
	if strings.HasPrefix(host, "/") {
		return host
	}
	host = strings.ReplaceAll(host, "/", "")
	if inner, ok := strings.CutPrefix(host, "["); ok && strings.HasSuffix(inner, "]") {
		return strings.TrimSuffix(inner, "]")
	}
	return host
}

func seconds(own, common getopt.Float) time.Duration {
	s := own.Or(common.Or(defaultTimeout.Seconds()))
	const most = float64(1<<62) / float64(time.Second)
	return time.Duration(min(s, most) * float64(time.Second))
}

// family is the network to dial. The reference forces a family only together with an explicit --ssl
// or --tls option; here it is always forced, which is what the option says.
func family(c Common) string {
	switch {
	case c.Inet4.Value && !c.Inet6.Value:
		return "tcp4"
	case c.Inet6.Value && !c.Inet4.Value:
		return "tcp6"
	}
	return "tcp"
}

// truthy is s, or nothing for "0": the reference asks such options whether they are true.
func truthy(s string) string {
	if s == "0" {
		return ""
	}
	return s
}
