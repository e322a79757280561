package endpoint

import (
	"fmt"
	"strings"

	"imapsync/internal/getopt"
	"imapsync/internal/imap"
)

// tlsMode is how a connection gets encrypted. The zero value decides by what the server offers.
type tlsMode uint8

// Modes, one per row of the reference's decision table.
const (
	tlsAuto     tlsMode = iota // STARTTLS when the server lists it; else clear text, without a password
	tlsImplicit                // from the first octet
	tlsStart                   // STARTTLS, or no connection
	tlsBoth                    // STARTTLS inside TLS, as --ssl1 --tls1 together ask; servers refuse it
	tlsNone                    // clear text, password included
)

func chooseMode(ssl, tls getopt.Bool) tlsMode {
	switch {
	case ssl.Value && tls.Value:
		return tlsBoth
	case ssl.Value:
		return tlsImplicit
	case tls.Value:
		return tlsStart
	case tls.Given:
		return tlsNone
	}
	return tlsAuto
}

func (m tlsMode) implicit() bool { return m == tlsImplicit || m == tlsBoth }

// startTLS reports whether STARTTLS is next, given what the server offers.
func (m tlsMode) startTLS(caps imap.Caps) bool {
	switch m {
	case tlsStart, tlsBoth:
		return true
	case tlsAuto:
		return caps.Has(imap.CapSTARTTLS)
	case tlsImplicit, tlsNone:
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
