package sasl

import (
	"bytes"
	"crypto/hmac"
	"crypto/md5"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// DigestMD5 is the mechanism DIGEST-MD5 (RFC 2831) with quality of protection "auth". The host is
// the one that was meant to be reached; the server may compare it with its own name.
func DigestMD5(authzid, authcid string, password Secret, host string) Client {
	return &digestMD5{authzid: authzid, authcid: authcid, password: password, uri: "imap/" + host}
}

type digestMD5 struct {
	authzid, authcid string
	password         Secret
	uri              string
	cnonce           func() string // for tests; nil for random ones

	proof  string // what the server must answer with
	proved bool
}

const digestName = "DIGEST-MD5"

func (d *digestMD5) Start() (mech string, ir []byte, err error) {
	if strings.ContainsAny(d.uri, "\"\\") {
		return digestName, nil, errors.New("this host name cannot be sent with " + digestName)
	}
	return digestName, nil, nil
}

// Next answers the challenge (RFC 2831 section 2.1.2), and the server's proof, once verified, with
// nothing (2.1.3).
func (d *digestMD5) Next(challenge []byte) ([]byte, error) {
	switch {
	case d.proved:
		return nil, errUnexpected
	case d.proof != "":
		fields, err := parseDirectives(string(challenge))
		if err != nil || !hmac.Equal([]byte(fields.get("rspauth")), []byte(d.proof)) {
			return nil, fmt.Errorf("%s: %w", digestName, ErrUnproven)
		}
		d.proved = true
		return []byte{}, nil
	}
	c, err := parseDigestChallenge(string(challenge))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", digestName, err)
	}
	return d.respond(c), nil
}

// Verdict demands the server's proof.
func (d *digestMD5) Verdict(accepted bool) error {
	if accepted && !d.proved {
		return fmt.Errorf("%s: %w", digestName, ErrUnproven)
	}
	return nil
}

func (d *digestMD5) respond(c digestChallenge) []byte {
	const nc, qop = "00000001", "auth"
	cnonce := randomNonce()
	if d.cnonce != nil {
		cnonce = d.cnonce()
	}
	// A1 starts with a hash in raw octets (RFC 2831 section 2.1.2.1). The conversion to ISO 8859-1 that
	// is demanded there is left out as in the reference: Dovecot does not know it, and nobody else
	// still offers the mechanism by default.
	user := md5.Sum(joined(d.authcid, c.realm, d.password.Reveal()))
	a1 := append(user[:], ":"+c.nonce+":"+cnonce...)
	if d.authzid != "" {
		a1 = append(a1, ":"+d.authzid...)
	}
	secret := hexMD5(a1)
	sign := func(a2 string) string {
		return hexMD5(joined(secret, c.nonce, nc, cnonce, qop, hexMD5([]byte(a2))))
	}
	d.proof = sign(":" + d.uri)

	var b bytes.Buffer
	if c.utf8 {
		b.WriteString("charset=utf-8,")
	}
	fmt.Fprintf(&b, "username=%s,", quoted(d.authcid))
	if c.hasRealm {
		fmt.Fprintf(&b, "realm=%s,", quoted(c.realm))
	}
	fmt.Fprintf(&b, "nonce=%s,nc=%s,cnonce=%s,digest-uri=%s,response=%s,qop=%s",
		quoted(c.nonce), nc, quoted(cnonce), quoted(d.uri), sign("AUTHENTICATE:"+d.uri), qop)
	if d.authzid != "" {
		fmt.Fprintf(&b, ",authzid=%s", quoted(d.authzid))
	}
	return b.Bytes()
}

func joined(parts ...string) []byte {
	return []byte(strings.Join(parts, ":"))
}

func hexMD5(b []byte) string {
	sum := md5.Sum(b)
	return hex.EncodeToString(sum[:])
}

func randomNonce() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}
