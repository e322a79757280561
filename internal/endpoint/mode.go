package endpoint

import (
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
