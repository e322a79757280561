package endpoint

import (
	"fmt"
	"strings"

	"imapsync/internal/getopt"
	"imapsync/internal/imap"
)

// TLSMode is how a connection gets encrypted. The zero value decides by what the server offers.
type TLSMode uint8

// Modes, one per row of the reference's decision table.
const (
	TLSAuto     TLSMode = iota // STARTTLS when the server lists it; else clear text, without a password
	TLSImplicit                // from the first octet
	TLSStart                   // STARTTLS, or no connection
	TLSBoth                    // STARTTLS inside TLS, as --ssl1 --tls1 together ask; servers refuse it
	TLSNone                    // clear text, password included
)

func chooseMode(ssl, tls getopt.Bool) TLSMode {
	switch {
	case ssl.Value && tls.Value:
		return TLSBoth
	case ssl.Value:
		return TLSImplicit
	case tls.Value:
		return TLSStart
	case tls.Given:
		return TLSNone
	}
	return TLSAuto
}

func (m TLSMode) implicit() bool { return m == TLSImplicit || m == TLSBoth }

// startTLS reports whether STARTTLS is next, given what the server offers.
func (m TLSMode) startTLS(caps imap.Caps) bool {
	switch m {
	case TLSStart, TLSBoth:
		return true
	case TLSAuto:
		return caps.Has(imap.CapSTARTTLS)
	case TLSImplicit, TLSNone:
	}
	return false
}

// mechanism is how a user proves who they are.
type mechanism string

const (
	mechLogin   mechanism = "LOGIN" // the command, not the SASL mechanism
	mechPlain   mechanism = "PLAIN"
	mechPreauth mechanism = "PREAUTH" // nothing is sent, the greeting must say so
)

func chooseMechanism(o Options, digit string) (mechanism, error) {
	m := mechanism(strings.ToUpper(o.AuthMech.Value))
	switch {
	case m == mechLogin || m == mechPlain || m == mechPreauth:
		return m, nil
	case truthy(o.AuthMech.Value) != "":
		return "", fmt.Errorf("--authmech%s %s: this mechanism is not built yet; LOGIN, PLAIN and PREAUTH are", digit, o.AuthMech.Value)
	case truthy(o.AuthUser.Value) != "":
		return mechPlain, nil
	}
	return mechLogin, nil
}
