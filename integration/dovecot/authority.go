package dovecot

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// Authority is a throw-away certificate authority and the certificate it made for the servers.
type Authority struct {
	File     string // the authority's own certificate, PEM: what a client must trust
	CertFile string // the servers' certificate
	KeyFile  string

	cert   *x509.Certificate
	key    *ecdsa.PrivateKey
	server tls.Certificate
}

// NewAuthority makes an authority and a certificate for localhost and 127.0.0.1 in dir.
func NewAuthority(dir string) (*Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	a := &Authority{File: filepath.Join(dir, "ca.pem"), CertFile: filepath.Join(dir, "cert.pem"),
		KeyFile: filepath.Join(dir, "key.pem"), key: key}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Test authority"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	if a.cert, err = x509.ParseCertificate(der); err != nil {
		return nil, err
	}
	if err := writePEM(a.File, "CERTIFICATE", der, 0o644); err != nil {
		return nil, err
	}
	if a.server, err = a.Issue("localhost", time.Now().Add(24*time.Hour)); err != nil {
		return nil, err
	}
	return a, a.writeServer()
}

// Issue signs a certificate for a name until the given moment; for "localhost" it holds for
// 127.0.0.1 too.
func (a *Authority) Issue(name string, until time.Time) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{SerialNumber: serial, Subject: pkix.Name{CommonName: name},
		NotBefore: until.Add(-48 * time.Hour), NotAfter: until, DNSNames: []string{name},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	if name == "localhost" {
		template.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1)}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}

// Fingerprint is the SHA-256 of the servers' certificate, in the form that SSL_fingerprint takes.
func (a *Authority) Fingerprint() string {
	sum := sha256.Sum256(a.server.Certificate[0])
	return "sha256$" + hex.EncodeToString(sum[:])
}

func (a *Authority) writeServer() error {
	if err := writePEM(a.CertFile, "CERTIFICATE", a.server.Certificate[0], 0o644); err != nil {
		return err
	}
	der, err := x509.MarshalPKCS8PrivateKey(a.server.PrivateKey)
	if err != nil {
		return err
	}
	// A throw-away key, read by servers that run under several users.
	return writePEM(a.KeyFile, "PRIVATE KEY", der, 0o644)
}

func writePEM(file, kind string, der []byte, mode os.FileMode) error {
	return os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), mode)
}
