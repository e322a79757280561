package imaptest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Certificates are server configurations for tests of certificate checks, signed by one authority
// that nobody knows but who is given Pool or CAFile.
type Certificates struct {
	Server    *tls.Config // valid for localhost, 127.0.0.1 and ::1
	Expired   *tls.Config // the same, expired yesterday
	WrongName *tls.Config // for wrong.example
	// SelfSigned is valid for localhost, but signed by itself.
	SelfSigned *tls.Config
	Pool       *x509.CertPool
	CAFile     string // the authority in PEM form, removed at the end of the test
}

// TLSConfigs makes an authority and certificates.
func TLSConfigs(t testing.TB) Certificates {
	t.Helper()
	ca := issue(t, nil, time.Hour, func(c *x509.Certificate) {
		c.Subject = pkix.Name{CommonName: "imaptest authority"}
		c.IsCA, c.KeyUsage = true, x509.KeyUsageCertSign
	})
	local := func(c *x509.Certificate) {
		c.DNSNames = []string{"localhost"}
		c.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	}
	c := Certificates{
		Server:     config(issue(t, &ca, time.Hour, local)),
		Expired:    config(issue(t, &ca, -24*time.Hour, local)),
		WrongName:  config(issue(t, &ca, time.Hour, func(c *x509.Certificate) { c.DNSNames = []string{"wrong.example"} })),
		SelfSigned: config(issue(t, nil, time.Hour, local)),
		Pool:       x509.NewCertPool(),
		CAFile:     filepath.Join(t.TempDir(), "ca.pem"),
	}
	c.Pool.AddCert(ca.Leaf)
	if err := os.WriteFile(c.CAFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca.Leaf.Raw}), 0o600); err != nil {
		t.Fatalf("imaptest: %v", err)
	}
	return c
}

func config(c tls.Certificate) *tls.Config { return &tls.Config{Certificates: []tls.Certificate{c}} }

// issue makes a certificate that ends at the given time from now, signed by ca or by itself.
func issue(t testing.TB, ca *tls.Certificate, end time.Duration, change func(*x509.Certificate)) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatalf("imaptest: %v", err)
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		t.Fatalf("imaptest: %v", err)
	}
	template := &x509.Certificate{SerialNumber: serial, NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: time.Now().Add(end),
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	change(template)
	parent, signer := template, any(key)
	if ca != nil {
		parent, signer = ca.Leaf, ca.PrivateKey
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		t.Fatalf("imaptest: %v", err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatalf("imaptest: %v", err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}
