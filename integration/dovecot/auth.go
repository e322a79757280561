package dovecot

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"time"
)

// Master may sign in as every user, by SASL or as "user*master".
const (
	Master         = "postmaster"
	MasterPassword = "Walrus-17-grey"
)

// tokenKey signs the OAuth 2 tokens that the servers accept.
const tokenKey = "a key that only tests know, of 32 octets or more"

// writeAuth writes the files for those who do not sign in with a password of their own.
func (s *Server) writeAuth() error {
	keys := filepath.Join(s.dir, "keys", "default", "HS256")
	if err := os.MkdirAll(keys, 0o755); err != nil {
		return err
	}
	for name, text := range map[string]string{
		filepath.Join(s.dir, "masters"):     Master + ":{PLAIN}" + MasterPassword + "\n",
		filepath.Join(keys, "default"):      base64.StdEncoding.EncodeToString([]byte(tokenKey)),
		filepath.Join(s.dir, "oauth2.conf"): fmt.Sprintf("introspection_mode = local\nlocal_validation_key_dict = fs:posix:prefix=%s/keys/\nusername_attribute = sub\n", s.dir),
	} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// Socket is the path of a Unix socket on which the server speaks IMAP.
func (s *Server) Socket() string { return filepath.Join(s.dir, "imap.sock") }

// Token makes an OAuth 2 access token for user that is valid until the given moment: a JWT signed
// with HS256.
func Token(user string, until time.Time) string {
	part := func(v any) string {
		text, _ := json.Marshal(v) // maps of strings and numbers
		return base64.RawURLEncoding.EncodeToString(text)
	}
	signed := part(map[string]any{"alg": "HS256", "typ": "JWT"}) + "." + part(map[string]any{
		"sub": user, "iss": "test", "iat": until.Add(-2 * time.Hour).Unix(), "exp": until.Unix()})
	mac := hmac.New(sha256.New, []byte(tokenKey))
	mac.Write([]byte(signed))
	return signed + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// IssueClient makes a certificate that proves its holder to be user, in two files of dir.
func (a *Authority) IssueClient(user, dir string) (certFile, keyFile string, err error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return "", "", err
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		return "", "", err
	}
	template := &x509.Certificate{SerialNumber: serial, Subject: pkix.Name{CommonName: user},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key)
	if err != nil {
		return "", "", err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return "", "", err
	}
	certFile, keyFile = filepath.Join(dir, user+".pem"), filepath.Join(dir, user+".key")
	if err := writePEM(certFile, "CERTIFICATE", der, 0o644); err != nil {
		return "", "", err
	}
	return certFile, keyFile, writePEM(keyFile, "PRIVATE KEY", secret, 0o600)
}
