package endpoint

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"imapsync/internal/getopt"
)

// tlsParams are the TLS parameters of one side. The zero value verifies the chain and the host name
// against the system's authorities, with Go's own versions and ciphers.
type tlsParams struct {
	noVerify   bool // SSL_verify_mode=0
	noName     bool // SSL_verifycn_scheme=none: chain only
	pin        *pin
	sni        string // SSL_hostname; empty: the host
	verifyName string // SSL_verifycn_name; empty: the host
	roots      *x509.CertPool
	client     []tls.Certificate
	min, max   uint16
	ciphers    []uint16
	curves     []tls.CurveID
	protocols  []string // SSL_alpn_protocols
}

// parseSSLArgs reads --sslargsN, whose keys are those of IO::Socket::SSL that the reference's
// documentation names. The reference accepts any key silently; here an unknown one is an error,
// because a misspelt SSL_verify_mode must not pass unseen. A key given again replaces the earlier one.
func parseSSLArgs(args []getopt.Pair, option string) (p tlsParams, warnings []string, bad []error) {
	var certFile, keyFile, caFile, caPath string
	for _, a := range args {
		var err error
		switch strings.ToLower(a.Key) {
		case "ssl_verify_mode":
			p.noVerify, err = parseVerifyMode(a.Value)
		case "ssl_version":
			p.min, p.max, err = parseTLSVersions(a.Value)
		case "ssl_cipher_list":
			var unknown []string
			if p.ciphers, unknown = parseCipherList(a.Value); len(unknown) > 0 {
				warnings = append(warnings, fmt.Sprintf("%s SSL_cipher_list: not understood and left out: %s", option, strings.Join(unknown, " ")))
			}
		case "ssl_fingerprint":
			p.pin, err = parsePin(a.Value)
		case "ssl_hostname":
			p.sni = a.Value
		case "ssl_verifycn_name":
			p.verifyName = a.Value
		case "ssl_verifycn_scheme":
			p.noName, err = parseScheme(a.Value)
		case "ssl_ecdh_curve":
			p.curves, err = parseCurves(a.Value)
		case "ssl_alpn_protocols":
			p.protocols = strings.FieldsFunc(a.Value, func(r rune) bool { return r == ',' || r == ':' || r == ' ' })
		case "ssl_ca_file":
			caFile = a.Value
		case "ssl_ca_path":
			caPath = a.Value
		case "ssl_cert_file":
			certFile = a.Value
		case "ssl_key_file":
			keyFile = a.Value
		default:
			var warning string
			if warning, err = otherKey(a.Key, a.Value); warning != "" {
				warnings = append(warnings, fmt.Sprintf("%s %s %s", option, a.Key, warning))
			}
		}
		if err != nil {
			bad = append(bad, fmt.Errorf("%s %s=%s: %w", option, a.Key, a.Value, err))
		}
	}
	if err := p.loadRoots(caFile, caPath); err != nil {
		bad = append(bad, fmt.Errorf("%s: %w", option, err))
	}
	if err := p.loadClient(certFile, keyFile); err != nil {
		bad = append(bad, fmt.Errorf("%s: %w", option, err))
	}
	if p.min != 0 && p.min < tls.VersionTLS12 && p.ciphers == nil {
		// Servers that old rarely know the ciphers Go offers by default.
		p.ciphers = everyCipher()
	}
	return p, warnings, bad
}

// parseVerifyMode reads OpenSSL's bits: 1 asks for verification, 2 and 4 mean something to servers only.
func parseVerifyMode(value string) (noVerify bool, err error) {
	switch strings.ToUpper(strings.TrimSpace(value)) {
	case "SSL_VERIFY_NONE":
		return true, nil
	case "SSL_VERIFY_PEER":
		return false, nil
	}
	bits, err := strconv.ParseUint(strings.TrimSpace(value), 0, 16)
	if err != nil {
		return false, errors.New("0 (do not verify) or 1 (verify) expected")
	}
	return bits&1 == 0, nil
}

func (p *tlsParams) loadRoots(file, dir string) error {
	if file == "" && dir == "" {
		return nil
	}
	files := []string{}
	if file != "" {
		files = append(files, file)
	}
	p.roots = x509.NewCertPool()
	if dir != "" {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return fmt.Errorf("SSL_ca_path: %w", err)
		}
		for _, entry := range entries {
			files = append(files, filepath.Join(dir, entry.Name()))
		}
	}
	found := false
	for _, name := range files {
		if info, err := os.Stat(name); err == nil && info.IsDir() {
			continue
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return fmt.Errorf("read authorities: %w", err)
		}
		ok := p.roots.AppendCertsFromPEM(data)
		if name == file && !ok {
			return fmt.Errorf("SSL_ca_file: no certificate in %s", name)
		}
		found = found || ok
	}
	if !found {
		return fmt.Errorf("SSL_ca_path: no certificate in the files of %s", dir)
	}
	return nil
}

// loadClient reads the client's certificate; without a key file the key is in the same file.
func (p *tlsParams) loadClient(certFile, keyFile string) error {
	if certFile == "" && keyFile == "" {
		return nil
	}
	if certFile == "" {
		return errors.New("SSL_key_file needs SSL_cert_file")
	}
	if keyFile == "" {
		keyFile = certFile
	}
	cert, err := tls.LoadX509KeyPair(certFile, keyFile)
	if err != nil {
		if isLocked(keyFile) {
			err = errors.New("the key has a password, which cannot be given here: remove it with openssl pkey -in KEY -out NEWKEY")
		}
		return fmt.Errorf("SSL_cert_file: %w", err)
	}
	p.client = []tls.Certificate{cert}
	return nil
}

// isLocked reports whether a key file wants a password.
func isLocked(file string) bool {
	data, err := os.ReadFile(file)
	return err == nil && (bytes.Contains(data, []byte("BEGIN ENCRYPTED PRIVATE KEY")) || bytes.Contains(data, []byte("Proc-Type: 4,ENCRYPTED")))
}
