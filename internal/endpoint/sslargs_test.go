package endpoint

import (
	"crypto/tls"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"imapsync/internal/getopt"
)

func TestParseTLSVersions(t *testing.T) {
	t.Parallel()
	const v10, v11, v12, v13 = tls.VersionTLS10, tls.VersionTLS11, tls.VersionTLS12, tls.VersionTLS13
	tests := []struct {
		value    string
		min, max uint16
		bad      bool
	}{
		{"SSLv23", v10, v13, false},
		{"TLSv1", v10, v10, false},
		{"TLSv1_1", v11, v11, false},
		{"TLSv11", v11, v11, false},
		{"tlsv1_2", v12, v12, false},
		{"TLSv1_2:TLSv1_3", v12, v13, false},
		{"TLSv13", v13, v13, false},
		{"SSLv23:!SSLv3:!SSLv2", v10, v13, false},
		{"SSLv23:!TLSv1:!TLSv1_1", v12, v13, false},
		{"!TLSv1_3", v10, v12, false},
		{"SSLv23:!TLSv1_1", 0, 0, true},
		{"SSLv3", 0, 0, true},
		{"SSLv2", 0, 0, true},
		{"TLSv1_4", 0, 0, true},
		{"TLSv1:!TLSv1", 0, 0, true},
		{"", 0, 0, true},
	}
	for _, tt := range tests {
		lowest, highest, err := parseTLSVersions(tt.value)
		if (err != nil) != tt.bad || err == nil && (lowest != tt.min || highest != tt.max) {
			t.Errorf("%q: got %#x to %#x, %v, want %#x to %#x, error %v", tt.value, lowest, highest, err, tt.min, tt.max, tt.bad)
		}
	}
}

func TestParseCipherList(t *testing.T) {
	t.Parallel()
	tests := []struct {
		value   string
		has     []uint16
		broad   bool
		unknown string
	}{
		{"DEFAULT", nil, true, ""},
		{"DEFAULT:!DH", nil, true, ""},
		{"DEFAULT@SECLEVEL=0", nil, true, ""},
		{"ALL:-RC4:+HIGH:@STRENGTH", nil, true, ""},
		{"ECDHE-RSA-AES128-GCM-SHA256:aes256-sha", []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_RSA_WITH_AES_256_CBC_SHA}, false, ""},
		{"AES128-SHA:FOO,BAR", []uint16{tls.TLS_RSA_WITH_AES_128_CBC_SHA}, false, "FOO BAR"},
		{"!DH", nil, false, ""},
	}
	for _, tt := range tests {
		suites, unknown := parseCipherList(tt.value)
		want := tt.has
		if tt.broad {
			want = everyCipher()
		}
		if !slices.Equal(suites, want) || strings.Join(unknown, " ") != tt.unknown {
			t.Errorf("%q: got %v, unknown %q, want %v, unknown %q", tt.value, suites, unknown, want, tt.unknown)
		}
	}
	if slices.Contains(everyCipher(), tls.TLS_RSA_WITH_RC4_128_SHA) {
		t.Error("everyCipher: got RC4, want none")
	}
}

func TestParsePin(t *testing.T) {
	t.Parallel()
	digits := strings.Repeat("aB", 32)
	colons := strings.TrimSuffix(strings.Repeat("ab:", 32), ":")
	for _, good := range []string{digits, "sha256$" + digits, "SHA256$pub$" + digits, "pub$" + digits, colons, "sha1$" + digits[:40], "sha512$" + digits + digits} {
		if _, err := parsePin(good); err != nil {
			t.Errorf("%q: got %v, want no error", good, err)
		}
	}
	for _, bad := range []string{"", "sha256", "sha256$", "sha256$" + digits[2:], "md5$" + digits[:32], "sha256$" + digits + "$", "sha1$" + digits, "xyz"} {
		if _, err := parsePin(bad); err == nil {
			t.Errorf("%q: got no error, want one", bad)
		}
	}
}

func TestOtherSSLKeys(t *testing.T) {
	t.Parallel()
	tests := []struct {
		key, value    string
		warning, fail string
	}{
		{"SSL_verify_mode", "SSL_VERIFY_NONE", "", ""},
		{"SSL_verifycn_scheme", "imap", "", ""},
		{"SSL_verifycn_scheme", "imaps", "", "imap, default or none expected"},
		{"SSL_ecdh_curve", "P-256:X25519", "", ""},
		{"SSL_ecdh_curve", "auto", "", ""},
		{"SSL_ecdh_curve", "brainpool", "", "is not a curve"},
		{"SSL_alpn_protocols", "imap", "", ""},
		{"SSL_use_cert", "1", "--sslargs1 SSL_use_cert has no effect: ", ""},
		{"SSL_startHandshake", "0", "has no effect", ""},
		{"SSL_check_crl", "1", "", "revoked"},
		{"SSL_check_crl", "0", "", ""},
		{"SSL_OCSP_mode", "3", "", "revoked"},
		{"SSL_passwd_cb", "sub {1}", "", "a value of Perl"},
		{"SSL_verify_mod", "0", "", "unknown key"},
		{"Timeout", "1", "", "unknown key"},
	}
	for _, tt := range tests {
		_, warnings, bad := parseSSLArgs([]getopt.Pair{{Key: tt.key, Value: tt.value}}, "--sslargs1")
		warned, failed := strings.Join(warnings, ""), ""
		for _, err := range bad {
			failed += err.Error()
		}
		if !strings.Contains(warned, tt.warning) || !strings.Contains(failed, tt.fail) || (warned != "") != (tt.warning != "") || (failed != "") != (tt.fail != "") {
			t.Errorf("%s=%s: got warning %q, failure %q, want %q, %q", tt.key, tt.value, warned, failed, tt.warning, tt.fail)
		}
	}
	for name := range refusedKeys {
		if name != strings.ToLower(name) || idleKeys[name] != "" {
			t.Errorf("%s: want lower case, and in one table", name)
		}
	}
	p, _, _ := parseSSLArgs([]getopt.Pair{{Key: "SSL_ecdh_curve", Value: "P-384"}, {Key: "SSL_alpn_protocols", Value: "imap,x"}}, "")
	if c := p.config("h"); !slices.Equal(c.CurvePreferences, []tls.CurveID{tls.CurveP384}) || !slices.Equal(c.NextProtos, []string{"imap", "x"}) {
		t.Errorf("got curves %v, protocols %q", c.CurvePreferences, c.NextProtos)
	}
}

// TestLockedKey says what to do about a key with a password.
func TestLockedKey(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "key.pem")
	if err := os.WriteFile(file, []byte("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA==\n-----END ENCRYPTED PRIVATE KEY-----\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, _, bad := parseSSLArgs([]getopt.Pair{{Key: "SSL_cert_file", Value: file}}, "--sslargs1")
	if len(bad) != 1 || !strings.Contains(bad[0].Error(), "openssl pkey") {
		t.Errorf("got %v, want the way to remove the password", bad)
	}
}

func FuzzSSLArgs(f *testing.F) {
	for _, s := range []string{"SSLv23:!SSLv3", "TLSv1_2", "DEFAULT:!DH", "sha256$00", "pub$aa:bb", "1", "0x1", "@", "!", ":,"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if lowest, highest, err := parseTLSVersions(s); err == nil && (lowest == 0 || lowest > highest) {
			t.Errorf("versions %q: got %#x to %#x", s, lowest, highest)
		}
		parseCipherList(s)
		if p, err := parsePin(s); err == nil && len(p.sum) != p.hash().Size() {
			t.Errorf("pin %q: got %d octets, want %d", s, len(p.sum), p.hash().Size())
		}
		_, _ = parseVerifyMode(s)
	})
}

func TestParseSSLArgs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	empty := filepath.Join(dir, "empty")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		args []getopt.Pair
		bad  string // substring of the error; empty: none
	}{
		{[]getopt.Pair{{Key: "SSL_verify_mode", Value: "0"}}, ""},
		{[]getopt.Pair{{Key: "ssl_verify_MODE", Value: "1"}, {Key: "SSL_hostname", Value: "a"}, {Key: "SSL_verifycn_name", Value: "b"}}, ""},
		{[]getopt.Pair{{Key: "SSL_verify_mode", Value: "none"}}, "SSL_verify_mode=none"},
		{[]getopt.Pair{{Key: "SSL_verifymode", Value: "0"}}, "unknown key"},
		{[]getopt.Pair{{Key: "SSL_ca_file", Value: filepath.Join(dir, "absent")}}, "absent"},
		{[]getopt.Pair{{Key: "SSL_ca_file", Value: empty}}, "no certificate"},
		{[]getopt.Pair{{Key: "SSL_ca_path", Value: dir}}, "no certificate"},
		{[]getopt.Pair{{Key: "SSL_key_file", Value: empty}}, "needs SSL_cert_file"},
		{[]getopt.Pair{{Key: "SSL_cert_file", Value: empty}}, "SSL_cert_file"},
	}
	for _, tt := range tests {
		_, _, bad := parseSSLArgs(tt.args, "--sslargs1")
		switch {
		case tt.bad == "" && len(bad) > 0:
			t.Errorf("%v: got %v, want no error", tt.args, bad)
		case tt.bad != "" && (len(bad) != 1 || !strings.Contains(bad[0].Error(), tt.bad) || !strings.Contains(bad[0].Error(), "--sslargs1")):
			t.Errorf("%v: got %v, want one error with %q and the option's name", tt.args, bad, tt.bad)
		}
	}
}

func TestOldVersionsOnlyOnDemand(t *testing.T) {
	t.Parallel()
	p, _, _ := parseSSLArgs(nil, "--sslargs1")
	if c := p.config("h"); c.MinVersion != tls.VersionTLS12 || c.CipherSuites != nil || c.InsecureSkipVerify {
		t.Errorf("default: got version %#x, ciphers %v, unverified %v, want TLS 1.2, Go's own, verified", c.MinVersion, c.CipherSuites, c.InsecureSkipVerify)
	}
	p, _, _ = parseSSLArgs([]getopt.Pair{{Key: "SSL_version", Value: "TLSv1"}}, "--sslargs1")
	if c := p.config("h"); c.MinVersion != tls.VersionTLS10 || c.MaxVersion != tls.VersionTLS10 || !slices.Contains(c.CipherSuites, tls.TLS_RSA_WITH_AES_128_CBC_SHA) {
		t.Errorf("TLSv1: got %#x to %#x, ciphers %v, want TLS 1.0 with the old ciphers", c.MinVersion, c.MaxVersion, c.CipherSuites)
	}
}
