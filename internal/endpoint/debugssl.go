package endpoint

import (
	"crypto/tls"
	"crypto/x509"
	"time"

	"imapsync/internal/event"
)

// Levels of --debugssl. The levels of 2.229 are those of its library; failures are told in full at
// any level here.
const (
	debugSSLDefault = 1
	debugSSLSession = 2 // what each connection agreed on, and the server's certificate
	debugSSLChain   = 3 // the other certificates that the server shows, too
)

// tlsConfig is the configuration of every TLS connection but the probe's.
func (e *Endpoint) tlsConfig() *tls.Config {
	c := e.tls.config(e.host)
	if e.debugSSL < debugSSLSession {
		return c
	}
	verify := c.VerifyConnection
	c.VerifyConnection = func(state tls.ConnectionState) error {
		e.noteSession(state)
		if verify == nil {
			return nil
		}
		return verify(state)
	}
	return c
}

// noteSession tells what both sides agreed on. It is said before certificates are judged by rules of
// our own, and after crypto/tls has judged them.
func (e *Endpoint) noteSession(state tls.ConnectionState) {
	title := e.side.Title()
	e.note(event.Info, "%s: SSL session is %s with %s, server name [%s] protocol [%s]", title, tls.VersionName(state.Version),
		tls.CipherSuiteName(state.CipherSuite), state.ServerName, state.NegotiatedProtocol)
	for i, c := range state.PeerCertificates {
		if i > 0 && e.debugSSL < debugSSLChain {
			return
		}
		e.noteCertificate(c)
	}
}

func (e *Endpoint) noteCertificate(c *x509.Certificate) {
	e.note(event.Info, "%s: SSL certificate of [%s] names %q by [%s] from %s to %s SSL_fingerprint=%s", e.side.Title(), c.Subject, c.DNSNames,
		c.Issuer, c.NotBefore.UTC().Format(time.RFC3339), c.NotAfter.UTC().Format(time.RFC3339), fingerprint(c))
}
