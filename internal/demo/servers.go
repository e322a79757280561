package demo

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
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"imapsync/internal/imap/server"
)

// Password of both accounts. The servers are reached from this machine only and hold nothing but
// the sample.
const Password = "demo"

// Host is one running server.
type Host struct {
	Addr     string // of the loopback interface
	Port     int
	User     string
	Password string
	PassFile string // holds Password
	Account  *server.MemoryAccount

	server *server.Server
}

// Servers are the two servers of the demo. Host1 has the prefix "" and the separator "/", Host2 the
// prefix "INBOX." and the separator ".".
type Servers struct {
	Host1, Host2 Host
	CAFile       string // the certificate of both, in PEM form
	Fingerprint  string // its SHA-256 in hexadecimal

	serving sync.WaitGroup
}

// Start is StartOn 127.0.0.1.
func Start(dir string) (*Servers, error) { return StartOn(dir, "127.0.0.1") }

// StartOn starts the servers on an address of the loopback interface, on ports that the system
// chooses, with a certificate made for them. dir takes the certificate and the password files. The
// caller closes the servers.
func StartOn(dir, addr string) (*Servers, error) {
	certificate, err := selfSigned()
	if err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	sum := sha256.Sum256(certificate.Certificate[0])
	s := &Servers{CAFile: filepath.Join(dir, "certificate.pem"), Fingerprint: hex.EncodeToString(sum[:])}
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Certificate[0]})
	if err := os.WriteFile(s.CAFile, block, 0o600); err != nil {
		return nil, err
	}
	for _, h := range []struct {
		host      *Host
		user      string
		prefix    string
		separator byte
	}{{&s.Host1, "alice", "", '/'}, {&s.Host2, "alice.new", "INBOX.", '.'}} {
		*h.host = Host{Addr: addr, User: h.user, Password: Password, PassFile: filepath.Join(dir, h.user+".password")}
		err := os.WriteFile(h.host.PassFile, []byte(Password+"\n"), 0o600)
		if err == nil {
			err = s.serve(h.host, h.prefix, h.separator, certificate)
		}
		if err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	return s, nil
}

func (s *Servers) serve(h *Host, prefix string, separator byte, certificate tls.Certificate) error {
	l, err := net.Listen("tcp", net.JoinHostPort(h.Addr, "0"))
	if err != nil {
		return err
	}
	h.Port = l.Addr().(*net.TCPAddr).Port
	store := server.NewMemory()
	h.Account = store.AddUser(h.User, h.Password)
	h.server = server.New(server.Config{Store: store, Prefix: prefix, Separator: separator, RequireTLS: true})
	encrypted := tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12})
	// Serve ends with Close; until then it fails only if the system takes the socket away, which
	// the run that needs it will say.
	s.serving.Go(func() { h.server.Serve(encrypted) })
	return nil
}

// Close stops both servers and waits until they are done.
func (s *Servers) Close() error {
	var errs []error
	for _, h := range []*Host{&s.Host1, &s.Host2} {
		if h.server != nil {
			errs = append(errs, h.server.Close())
		}
	}
	s.serving.Wait()
	return errors.Join(errs...)
}

// selfSigned makes a certificate for this machine that is its own authority, valid for a week.
func selfSigned() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		return tls.Certificate{}, err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: "imapsync demo"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(0, 0, 7),
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
		IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, err
}
