package endpoint

import (
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"strings"
)

// config is the TLS configuration for a connection to host, implicit or after STARTTLS: the host
// name is verified in both (docs/differences.md row 10).
func (p tlsParams) config(host string) *tls.Config {
	c := &tls.Config{
		ServerName:   host,
		RootCAs:      p.roots,
		Certificates: p.client,
		MinVersion:   tls.VersionTLS12,
		MaxVersion:   p.max,
		CipherSuites: p.ciphers,

		CurvePreferences: p.curves,
		NextProtos:       p.protocols,
	}
	if p.min != 0 {
		c.MinVersion = p.min
	}
	name := host
	if p.verifyName != "" {
		name = p.verifyName
	}
	if p.sni != "" {
		c.ServerName = p.sni
	}
	if p.noVerify || p.pin != nil || p.noName || name != c.ServerName {
		// crypto/tls verifies against ServerName or not at all, so everything else is verified here.
		c.InsecureSkipVerify = true
		c.VerifyConnection = func(state tls.ConnectionState) error { return p.verify(state, name) }
	}
	return c
}

func (p tlsParams) verify(state tls.ConnectionState, name string) error {
	leaf := state.PeerCertificates[0]
	switch {
	case p.pin != nil:
		// A pin is stronger than a chain and replaces it, as in IO::Socket::SSL.
		return p.pin.match(leaf)
	case p.noVerify:
		return nil
	case p.noName:
		name = ""
	}
	options := x509.VerifyOptions{Roots: p.roots, DNSName: name, Intermediates: x509.NewCertPool()}
	for _, c := range state.PeerCertificates[1:] {
		options.Intermediates.AddCert(c)
	}
	if _, err := leaf.Verify(options); err != nil {
		return &tls.CertificateVerificationError{UnverifiedCertificates: state.PeerCertificates, Err: err}
	}
	return nil
}

// pin is the fingerprint of the only certificate, or public key, that is accepted.
type pin struct {
	hash   func() hash.Hash
	public bool // of the key (SubjectPublicKeyInfo) and not of the whole certificate
	sum    []byte
}

var pinHashes = map[string]func() hash.Hash{
	"sha1": sha1.New, "sha256": sha256.New, "sha384": sha512.New384, "sha512": sha512.New,
}

// parsePin reads SSL_fingerprint: [algorithm$][pub$]hexadecimal, sha256 without an algorithm, with or
// without colons.
func parsePin(value string) (*pin, error) {
	parts := strings.Split(value, "$")
	p := &pin{hash: sha256.New}
	if algorithm := pinHashes[strings.ToLower(parts[0])]; algorithm != nil && len(parts) > 1 {
		p.hash, parts = algorithm, parts[1:]
	}
	if len(parts) > 1 && strings.EqualFold(parts[0], "pub") {
		p.public, parts = true, parts[1:]
	}
	sum, err := hex.DecodeString(strings.ReplaceAll(parts[0], ":", ""))
	if err != nil || len(parts) > 1 || len(sum) != p.hash().Size() {
		return nil, errors.New("a fingerprint is written sha256$ and 64 hexadecimal digits " +
			"(or sha1$, sha384$, sha512$ with theirs), within single quotes because of the $")
	}
	p.sum = sum
	return p, nil
}

func (p *pin) match(leaf *x509.Certificate) error {
	h := p.hash()
	if p.public {
		h.Write(leaf.RawSubjectPublicKeyInfo)
	} else {
		h.Write(leaf.Raw)
	}
	if subtle.ConstantTimeCompare(h.Sum(nil), p.sum) == 1 {
		return nil
	}
	return &pinError{got: fingerprint(leaf)}
}

// pinError is a certificate that is not the pinned one.
type pinError struct{ got string }

func (e *pinError) Error() string {
	return fmt.Sprintf("the certificate is not the one SSL_fingerprint names, its fingerprint is %s", e.got)
}

// fingerprint is the pin of a certificate as --sslargsN takes it.
func fingerprint(leaf *x509.Certificate) string {
	return fmt.Sprintf("sha256$%x", sha256.Sum256(leaf.Raw))
}
