package endpoint

import (
	"context"
	"crypto/tls"
	"net"
	"time"

	"imapsync/internal/event"
)

// probeTimeout bounds the probe of port 993: a firewall that drops packets must not cost the
// whole --timeoutN before the standard port is tried.
const probeTimeout = 10 * time.Second

// dialer opens sockets.
type dialer struct {
	network   string // tcp, tcp4 or tcp6
	keepAlive bool
	timeout   time.Duration // 0: none
	// open replaces the network, for tests; nil otherwise.
	open func(ctx context.Context, network, addr string) (net.Conn, error)
}

func (d dialer) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	ctx, cancel := within(ctx, d.timeout)
	defer cancel()
	if d.open != nil {
		return d.open(ctx, network, addr)
	}
	nd := net.Dialer{KeepAliveConfig: net.KeepAliveConfig{Enable: d.keepAlive}}
	if !d.keepAlive {
		nd.KeepAlive = -1
	}
	return nd.DialContext(ctx, network, addr)
}

// within is ctx ended after d; 0 means no limit.
func within(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	if d == 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, d)
}

// dial connects to the side's port, and through the TLS handshake when TLS comes first.
func (e *Endpoint) dial(ctx context.Context) (net.Conn, error) {
	network, addr := e.address(e.port)
	nc, err := e.dialer.dial(ctx, network, addr)
	if err != nil || !e.mode.implicit() {
		return nc, err
	}
	tc := tls.Client(nc, e.tlsConfig())
	ctx, cancel := within(ctx, e.timeout)
	defer cancel()
	if err := tc.HandshakeContext(ctx); err != nil {
		_ = nc.Close()
		return nil, &handshakeError{err}
	}
	return tc, nil
}

// handshakeError is a TLS handshake that failed after the connection was made.
type handshakeError struct{ err error }

func (e *handshakeError) Error() string { return e.err.Error() }
func (e *handshakeError) Unwrap() error { return e.err }

// probe finds out whether something speaks TLS on port 993 and says a word; which word does not
// matter. The certificate is not verified, because the question is only which port to use: the
// connection made there verifies it, and falling back to port 143 for a bad one would be worse.
func (e *Endpoint) probe(ctx context.Context) bool {
	d := e.dialer
	d.timeout = probeTimeout
	if e.timeout > 0 {
		d.timeout = min(d.timeout, e.timeout)
	}
	ctx, cancel := within(ctx, d.timeout)
	defer cancel()
	network, addr := e.address(portIMAPS)
	nc, err := d.dial(ctx, network, addr)
	if err != nil {
		return false
	}
	defer nc.Close()
	params := e.tls
	params.pin, params.noVerify = nil, true
	tc := tls.Client(nc, params.config(e.host))
	if err := tc.HandshakeContext(ctx); err != nil {
		return false
	}
	stop := context.AfterFunc(ctx, func() { _ = nc.Close() })
	defer stop()
	n, _ := tc.Read(make([]byte, 1))
	return n > 0
}

// Prepare settles port and encryption, by a probe of port 993 where the options leave that open, and
// says so. It cannot fail: what does not answer shows when the connection is made. Login
// and JustConnect call it when nobody has.
func (e *Endpoint) Prepare(ctx context.Context) {
	if e.prepared || e.host == "" {
		return
	}
	e.prepared = true
	title := e.side.Title()
	if e.probing {
		e.note(event.Info, "%s: probing ssl on port %d ( use --nosslcheck to avoid this ssl probe ) ", title, portIMAPS)
		if e.probe(ctx) {
			e.mode = tlsImplicit
			e.note(event.Info, "%s: sslcheck detected open ssl port %d so turning ssl on (use --nossl1 --notls1 to turn off SSL and TLS wizardry)", title, portIMAPS)
		} else {
			e.note(event.Info, "%s: sslcheck did not detected open ssl port %d. Will use standard %d port.", title, portIMAPS, portIMAP)
		}
	}
	if e.port == 0 {
		e.port = portIMAP
		if e.mode.implicit() {
			e.port = portIMAPS
		}
	}
	for _, w := range e.warnings {
		e.note(event.Warning, "%s: %s", title, w)
	}
	if e.mode != tlsAuto && e.mode != tlsNone {
		e.note(event.Info, "SSL debug mode level is --debugssl %d (can be set from 0 meaning no debug to 4 meaning max debug)", e.debugSSL)
		e.noteVerification()
	}
}

// noteVerification says what is done about the server's certificate, and how to change it.
func (e *Endpoint) noteVerification() {
	title, n := e.side.Title(), e.side.Digit()
	switch {
	case e.tls.pin != nil:
		e.note(event.Info, "%s: SSL accepts the server certificate named by --sslargs%s SSL_fingerprint only.", title, n)
	case e.tls.noVerify:
		e.note(event.Warning, `%s: SSL mode is --sslargs%s "SSL_verify_mode=0", meaning for %s SSL_VERIFY_NONE, ie, do not check the server certificate.`, title, n, e.side)
	default:
		e.note(event.Info, `%s: SSL default mode is like --sslargs%s "SSL_verify_mode=1", meaning for %s SSL_VERIFY_PEER, ie, check the server certificate.`+"\n"+
			`%s: Use --sslargs%s SSL_verify_mode=0 to have SSL_VERIFY_NONE, ie, do not check the server certificate of %s, or --sslargs%s 'SSL_fingerprint=sha256$HEX' to accept one certificate only.`,
			title, n, e.side, title, n, e.side, n)
	}
}
