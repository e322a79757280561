package endpoint

import (
	"crypto/tls"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// mappedKeys are the keys of IO::Socket::SSL that do here what they do there, for people.
const mappedKeys = "SSL_verify_mode, SSL_fingerprint, SSL_ca_file, SSL_ca_path, SSL_cert_file, SSL_key_file, SSL_hostname, SSL_verifycn_name, " +
	"SSL_verifycn_scheme, SSL_version, SSL_cipher_list, SSL_ecdh_curve and SSL_alpn_protocols"

// idleKeys are keys that can be given and change nothing, with the reason.
var idleKeys = map[string]string{
	"ssl_use_cert":             "a client certificate that is named is used",
	"ssl_ciphersuites":         "the ciphers of TLS 1.3 cannot be chosen, all are safe",
	"ssl_honor_cipher_order":   "it concerns servers",
	"ssl_dh_file":              "it concerns servers",
	"ssl_server":               "this program is a client",
	"ssl_reuse_ctx":            "sessions are not resumed",
	"ssl_session_cache":        "sessions are not resumed",
	"ssl_session_cache_size":   "sessions are not resumed",
	"ssl_session_key":          "sessions are not resumed",
	"ssl_mode_release_buffers": "buffers are released anyway",
	"ssl_starthandshake":       "the handshake always comes at once",
	"ssl_error_trap":           "errors are reported anyway",
	"ssl_npn_protocols":        "NPN is obsolete, SSL_alpn_protocols is what follows it",
}

// refusedKeys are keys that ask for what is not done here; a run without it may be less safe than
// its user believes.
var refusedKeys = map[string]string{
	"ssl_crl_file":             noRevocation,
	"ssl_check_crl":            noRevocation,
	"ssl_ocsp_mode":            noRevocation,
	"ssl_ocsp_staple_callback": perlValue,
	"ssl_verify_callback":      perlValue,
	"ssl_passwd_cb":            perlValue + "; remove the key's password with: openssl pkey -in KEY -out NEWKEY",
	"ssl_ca":                   perlValue + "; SSL_ca_file takes a file",
	"ssl_cert":                 perlValue + "; SSL_cert_file takes a file",
	"ssl_key":                  perlValue + "; SSL_key_file takes a file",
	"ssl_dh":                   perlValue,
	"ssl_create_ctx_callback":  perlValue,
	"ssl_ctx_args":             perlValue,
}

const (
	noRevocation = "whether certificates were revoked is not looked up by this program; SSL_fingerprint accepts one certificate only"
	perlValue    = "it takes a value of Perl, which a command line cannot give"
)

// otherKey settles the keys that have no meaning of their own here.
func otherKey(key, value string) (warning string, err error) {
	name := strings.ToLower(key)
	if reason, found := idleKeys[name]; found {
		return "has no effect: " + reason, nil
	}
	if reason, found := refusedKeys[name]; found {
		if value == "0" || value == "" {
			return "", nil
		}
		return "", errors.New(reason)
	}
	return "", errors.New("unknown key; the known ones are " + mappedKeys)
}

// schemes are the rules of name checking that IO::Socket::SSL has names for. Go has one rule, the
// strict one; the others differ in where they allow wildcards.
var schemes = []string{"default", "imap", "pop3", "acap", "nntp", "smtp", "ldap", "http", "www", "ftp", "sip", "xmpp", "rfc2818", "rfc4217", "rfc4642"}

func parseScheme(value string) (none bool, err error) {
	if strings.EqualFold(value, "none") {
		return true, nil
	}
	if !slices.Contains(schemes, strings.ToLower(value)) {
		return false, errors.New("imap, default or none expected")
	}
	return false, nil
}

var curves = map[string]tls.CurveID{
	"x25519": tls.X25519, "p-256": tls.CurveP256, "prime256v1": tls.CurveP256, "secp256r1": tls.CurveP256,
	"p-384": tls.CurveP384, "secp384r1": tls.CurveP384, "p-521": tls.CurveP521, "secp521r1": tls.CurveP521,
}

// parseCurves reads SSL_ecdh_curve; "auto" leaves the choice to Go.
func parseCurves(value string) (list []tls.CurveID, err error) {
	if strings.EqualFold(value, "auto") || value == "" {
		return nil, nil
	}
	for _, word := range strings.FieldsFunc(value, func(r rune) bool { return r == ':' || r == ',' || r == ' ' }) {
		id, found := curves[strings.ToLower(word)]
		if !found {
			return nil, fmt.Errorf("%q is not a curve; X25519, P-256, P-384 and P-521 are", word)
		}
		list = append(list, id)
	}
	return list, nil
}
