package endpoint

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"

	"imapsync/internal/fault"
	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
	"imapsync/internal/sasl"
)

// cannotOpen is a connection that could not be made or did not greet. The words are the reference's;
// TLS that fails from the first octet is such a failure there too.
func (e *Endpoint) cannotOpen(err error) error {
	text := fmt.Sprintf("%s failure: can not open imap connection on %s [%s] with user [%s]: ", e.side.Title(), e.side, e.host, e.user)
	if e.connectOnly {
		text = fmt.Sprintf("%s: Can not open imap connection on [%s]: ", e.side.Title(), e.host)
	}
	if !answered(err) {
		text += fmt.Sprintf("Unable to connect to %s: ", e.host)
	}
	return e.fault(fault.Connect, text+e.words(err), err)
}

// cannotEncrypt is a STARTTLS that failed, or clear text where encryption is wanted.
func (e *Endpoint) cannotEncrypt(err error) error {
	text := fmt.Sprintf("%s failure: Can not go to tls encryption on %s [%s]: ", e.side.Title(), e.side, e.host)
	if e.connectOnly {
		text = fmt.Sprintf("%s: Can not go to tls encryption on %s [%s]:", e.side.Title(), e.side, e.host)
	}
	return e.fault(fault.TLS, text+e.words(err), err)
}

// cannotLogin is a user who was not accepted on c.
func (e *Endpoint) cannotLogin(c *client.Conn, mech mechanism, err error) error {
	kind := fault.Auth
	text := fmt.Sprintf("%s failure: Error login on [%s] with user [%s] auth [%s]: %s", e.side.Title(), e.host, e.user, mech, e.words(err))
	var proxied *proxyError
	var key *keyError
	switch {
	case mech == mechPreauth:
		kind = fault.SignIn
		text = fmt.Sprintf("%s failure: error login on %s [%s] with user [%s] auth [%s]: %s", e.side.Title(), e.side, e.host, e.user, mech, e.words(err))
	case mech == mechMaster:
		kind = fault.SignIn
		text = fmt.Sprintf("%s: Failure authenticate with %s: %s", e.side.Title(), mech, e.words(err))
	case errors.As(err, &key):
		kind = fault.SignIn
		text = fmt.Sprintf("%s failure: %s", e.side.Title(), e.words(err))
	case errors.As(err, &proxied):
		text = fmt.Sprintf("%s failure: Error login on [%s] with user [%s] auth [%s] using proxy-login as [%s]: %s",
			e.side.Title(), e.host, e.user, mech, e.authUser, e.words(err))
	}
	f := e.fault(kind, text, err)
	f.Hint = join(f.Hint, notOffered(c.Caps(), mech))
	return f
}

// notOffered names what the server offers in place of a mechanism that it does not.
func notOffered(caps imap.Caps, mech mechanism) string {
	name := mech.sasl()
	if caps == nil || mech == mechLogin || mech == mechPreauth || caps.HasAuth(name) || caps.Has(imap.Capability(name)) {
		return ""
	}
	var offered []string
	for _, c := range caps {
		if word, value, found := strings.Cut(c, "="); found && strings.EqualFold(word, "AUTH") {
			offered = append(offered, value)
		}
	}
	if len(offered) == 0 {
		return fmt.Sprintf("The server does not offer %s, nor any other mechanism but LOGIN.", name)
	}
	return fmt.Sprintf("The server does not offer %s; it offers %s.", name, strings.Join(offered, ", "))
}

func join(a, b string) string { return strings.TrimSpace(a + " " + b) }

// lost is a connection that ended after it was signed in.
func (e *Endpoint) lost(err error) error {
	text := fmt.Sprintf("Failure: lost connection for %s [%s]: %s", e.side, e.host, e.words(err))
	return e.fault(fault.Connect, text, err)
}

// fault makes the error users see. Network errors become imap errors of a lost connection, so that
// fault.Transient knows them; a certificate that is refused will be refused again.
func (e *Endpoint) fault(kind fault.Kind, text string, err error) *fault.Error {
	cause := err
	if !answered(err) && isNetwork(err) {
		cause = &imap.Error{Command: "CONNECT", Reply: imap.ReplyLost, Kind: imap.KindLost, Err: err}
	}
	return &fault.Error{Kind: kind, Side: e.side, Text: text, Hint: e.hint(err), Err: cause}
}

// answered reports whether err is a server's answer, or its lack in a conversation that had begun.
func answered(err error) bool {
	var ie *imap.Error
	return errors.As(err, &ie)
}

func isNetwork(err error) bool {
	var ne net.Error
	return !isCertificate(err) && (errors.As(err, &ne) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, context.DeadlineExceeded))
}

func isCertificate(err error) bool {
	var verification *tls.CertificateVerificationError
	var pinned *pinError
	return errors.As(err, &verification) || errors.As(err, &pinned)
}

func isTimeout(err error) bool {
	var ne net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &ne) && ne.Timeout()
}

// words is what went wrong, without what the sentence round it says already.
func (e *Endpoint) words(err error) string {
	var dns *net.DNSError
	var op *net.OpError
	switch {
	case err == nil:
		return "connection lost"
	case answered(err) || errors.Is(err, context.Canceled):
	case errors.As(err, &dns):
		return fmt.Sprintf("no address is known for this name (%s)", dns.Err)
	case isTimeout(err):
		return fmt.Sprintf("timeout waiting %ss for an answer", trimFloat(e.timeout.Seconds()))
	case errors.As(err, &op) && op.Op == "dial" && op.Addr != nil:
		return fmt.Sprintf("%s: %s", op.Addr, innermost(op.Err))
	}
	return err.Error()
}

func innermost(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}

// hint is what the user can do, empty when that is not known.
func (e *Endpoint) hint(err error) string {
	if h := e.certificateHint(err); h != "" {
		return h
	}
	n := e.side.Digit()
	var dns *net.DNSError
	var record tls.RecordHeaderError
	var ie *imap.Error
	switch {
	case errors.Is(err, context.Canceled):
		return ""
	case errors.Is(err, errClearText):
		return fmt.Sprintf("Use --ssl%s if the server has TLS on another port; only --notls%s sends the password in clear text.", n, n)
	case errors.Is(err, errLoginDisabled):
		return fmt.Sprintf("Try --ssl%s or --tls%s, or --authmech%s PLAIN.", n, n, n)
	case errors.As(err, &dns):
		return fmt.Sprintf("Check the spelling of --host%s.", n)
	case errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Sprintf("Nothing listens on port %d of this host: check --host%s, --port%s and --ssl%s.", e.port, n, n, n)
	case errors.As(err, &record):
		return fmt.Sprintf("Port %d does not speak TLS: use --nossl%s (with --tls%s for STARTTLS), or another --port%s.", e.port, n, n, n)
	case errors.Is(err, sasl.ErrUnproven):
		return fmt.Sprintf("Something else may answer in the server's place, so nothing more was sent to it: check --host%s and the server's certificate.", n)
	case errors.As(err, &ie) && ie.Kind == imap.KindAuth && e.mech.token():
		return fmt.Sprintf("Check --user%s and its token: whether it is valid still, and allows IMAP.", n)
	case errors.As(err, &ie) && ie.Kind == imap.KindAuth:
		return fmt.Sprintf("Check --user%s and its password. Gmail, Office 365 and others want an app password.", n)
	case isTimeout(err):
		return fmt.Sprintf("Check --host%s, --port%s and --ssl%s, and that no firewall is in between; --timeout%s changes the limit.", n, n, n, n)
	case ie != nil && ie.Command == "greeting" && ie.Reply == imap.ReplyLost && ie.Kind != imap.KindUnavailable:
		return fmt.Sprintf("Check --host%s, --port%s and --ssl%s: what is there does not greet as an IMAP server.", n, n, n)
	}
	return ""
}

func (e *Endpoint) certificateHint(err error) string {
	n := e.side.Digit()
	var pinned *pinError
	if errors.As(err, &pinned) {
		return fmt.Sprintf("If the server's certificate was changed on purpose, use --sslargs%s 'SSL_fingerprint=%s'.", n, pinned.got)
	}
	var verification *tls.CertificateVerificationError
	if !errors.As(err, &verification) {
		return ""
	}
	accept := ""
	if len(verification.UnverifiedCertificates) > 0 {
		accept = fmt.Sprintf("accept this certificate only with --sslargs%s 'SSL_fingerprint=%s', or ", n, fingerprint(verification.UnverifiedCertificates[0]))
	}
	relax := fmt.Sprintf("%sdo not check certificates at all with --sslargs%s SSL_verify_mode=0.", accept, n)
	var authority x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &authority):
		return fmt.Sprintf("The certificate is signed by an authority unknown here: name it with --sslargs%s SSL_ca_file=FILE, or %s", n, relax)
	case errors.As(err, &name):
		return fmt.Sprintf("The certificate is for another name: correct --host%s, or give the name with --sslargs%s SSL_verifycn_name=NAME, or %s", n, n, relax)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "The certificate has expired or is not valid yet: ask the server's administrator to renew it and check the clock here, or " + relax
	}
	return "The server's certificate is not accepted: " + relax
}
