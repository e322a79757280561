// Package authentication runs the command with every way to sign in that a real server takes.
package authentication

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"imapsync/integration/dovecot"
	"imapsync/integration/fixtures"
	"imapsync/integration/program"
)

func TestMain(m *testing.M) { program.Main(m) }

// scene has the tiny account on host1.
func scene(t *testing.T) *program.Scene {
	t.Helper()
	t.Parallel()
	s := program.NewScene(t, program.FirstToSecond)
	s.Load(s.Account1, fixtures.Tiny())
	return s
}

// clear are the options of a run without encryption whose host1 is signed in by args.
func clear(s *program.Scene, args ...string) []string {
	host1 := []string{"--host1", s.Host1.Host, "--port1", strconv.Itoa(s.Host1.Port), "--user1", s.Account1.User, "--notls1", "--notls2"}
	return slices.Concat(host1, s.Side2(), args)
}

// silent fails the test when a secret is in the output.
func silent(t *testing.T, r *program.Result, secrets ...string) {
	t.Helper()
	for _, secret := range secrets {
		for _, form := range []string{secret, base64.StdEncoding.EncodeToString([]byte(secret))} {
			if strings.Contains(r.Out, strings.TrimRight(form, "=")) {
				t.Errorf("a secret shows in the output")
			}
		}
	}
}

func TestMechanisms(t *testing.T) {
	for _, mech := range []string{"LOGIN", "PLAIN", "CRAM-MD5", "DIGEST-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"} {
		t.Run(mech, func(t *testing.T) {
			s := scene(t)
			r := s.RunOnly(clear(s, "--password1", dovecot.Password, "--authmech1", strings.ToLower(mech), "--authmech2", mech, "--debugimap")...).
				Transferred("12").WantNoLine("second chance").WantLines(
				`^Host1: will try to use `+mech+` authentication on host1`,
				`^Host1: 127\.0\.0\.1 says it has CAPABILITY for AUTHENTICATE `+mech,
				`^Host1: success login on \[127\.0\.0\.1\] with user \[`+s.Account1.User+`\] auth \[`+mech+`\] or \[LOGIN\]`)
			silent(t, r, dovecot.Password)
			s.WantSame(0)
			s.RunOnly(clear(s, "--password1", "wrong", "--authmech1", mech, "--notrylogin")...).WantExit(161).
				WantLines(`^Host1 failure: Error login on \[127\.0\.0\.1\] with user \[` + s.Account1.User + `\] auth \[` + mech + `\]: NO`)
		})
	}
}

// TestNamesBeyondASCII: every mechanism says a name as LOGIN does.
func TestNamesBeyondASCII(t *testing.T) {
	s := scene(t)
	for _, mech := range []string{"LOGIN", "PLAIN", "CRAM-MD5", "DIGEST-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"} {
		s.RunOnly(clear(s, "--user1", "andr\u00e9 \u20ac", "--password1", dovecot.Password, "--authmech1", mech, "--notrylogin", "--justlogin")...).WantExit(0)
	}
}

func TestAuthMD5(t *testing.T) {
	s := scene(t)
	s.RunOnly(clear(s, "--password1", dovecot.Password, "--authmd5")...).Transferred("12").WantLines(
		`^Host1: will try to use CRAM-MD5 authentication on host1`, `^Host2: success login on .* auth \[CRAM-MD5\]`)
	s.RunOnly(clear(s, "--password1", dovecot.Password, "--authmd5", "--authmech1", "PLAIN", "--justlogin")...).WantExit(0).
		WantLines(`^Host1: success login on .* auth \[PLAIN\]`, `^Host2: success login on .* auth \[CRAM-MD5\]`)
}

// TestSecondChance: what LOGIN makes good is a warning (docs/differences.md row 13).
func TestSecondChance(t *testing.T) {
	s := scene(t)
	for _, mech := range []string{"NTLM", "GSSAPI"} {
		s.RunOnly(clear(s, "--password1", dovecot.Password, "--authmech1", mech, "--justlogin")...).WantExit(0).WantLines(
			`says it has NO CAPABILITY for AUTHENTICATE `+mech,
			`^Host1 failure: Error login on \[127\.0\.0\.1\] with user \[`+s.Account1.User+`\] auth \[`+mech+`\]: `,
			`^Host1 info: trying LOGIN Auth mechanism on \[127\.0\.0\.1\]`,
			`^Host1: success login on .* auth \[LOGIN\] after \[`+mech+`\] failure`)
	}
	s.RunOnly(clear(s, "--password1", dovecot.Password, "--authmech1", "NTLM", "--notrylogin")...).WantExit(161).WantLines(
		`^Host1 info: not trying LOGIN Auth mechanism`, `does not offer NTLM; it offers PLAIN, LOGIN, CRAM-MD5`)
	s.RunOnly(clear(s, "--password1", dovecot.Password, "--authmech1", "GSSAPI", "--notrylogin")...).WantExit(64)
}

func TestAdministrator(t *testing.T) {
	for _, mech := range []string{"", "PLAIN", "SCRAM-SHA-256", "DIGEST-MD5"} {
		t.Run(mech, func(t *testing.T) {
			s := scene(t)
			args := []string{"--authuser1", dovecot.Master, "--password1", dovecot.MasterPassword}
			if mech != "" {
				args = append(args, "--authmech1", mech)
			}
			s.RunOnly(clear(s, args...)...).Transferred("12")
			s.WantSame(0)
		})
	}
	t.Run("in the name", func(t *testing.T) {
		s := scene(t)
		s.RunOnly(clear(s, "--user1", s.Account1.User+"*"+dovecot.Master, "--password1", dovecot.MasterPassword)...).Transferred("12")
		s.WantSame(0)
	})
	t.Run("wrong", func(t *testing.T) {
		s := scene(t)
		s.RunOnly(clear(s, "--authuser1", dovecot.Master, "--password1", "wrong")...).WantExit(161).WantNoLine("trying LOGIN").WantLines(
			`^Host1 info: authmech \[PLAIN\] user \[` + s.Account1.User + `\] authuser \[` + dovecot.Master + `\] IsUnconnected \[\]`)
	})
}

// TestToken signs in with an access token, given itself and in a file, and as a whole message.
func TestToken(t *testing.T) {
	s := scene(t)
	token := dovecot.Token(s.Account1.User, time.Now().Add(time.Hour))
	file := filepath.Join(s.Dir, "token")
	if err := os.WriteFile(file, []byte(token+"\nanother line\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	message := base64.StdEncoding.EncodeToString([]byte("user=" + s.Account1.User + "\x01auth=Bearer " + token + "\x01\x01"))
	for name, args := range map[string][]string{
		"XOAUTH2 accesstoken": {"--oauthaccesstoken1", token},
		"XOAUTH2 direct":      {"--oauthdirect1", message},
		"OAUTHBEARER":         {"--oauthaccesstoken1", file, "--authmech1", "OAUTHBEARER"},
	} {
		r := s.RunOnly(clear(s, append(args, "--debugimap1", "--justlogin")...)...).WantExit(0).WantLines(`^Host1: success login on .* auth \[` + name + `\] or \[LOGIN\]`)
		silent(t, r, token, message)
	}
	s.RunOnly(clear(s, "--oauthaccesstoken1", file)...).Transferred("12")
	s.WantSame(0)

	late := dovecot.Token(s.Account1.User, time.Now().Add(-time.Minute))
	for _, mech := range []string{"XOAUTH2", "OAUTHBEARER"} {
		r := s.RunOnly(clear(s, "--oauthaccesstoken1", late, "--authmech1", mech)...).WantExit(161).WantNoLine("trying LOGIN").
			WantLines(`^Host1 failure: Error login on .* auth \[`+mech+`.*\]: NO .*the server refuses the token: status`, "its token")
		silent(t, r, late)
	}
	s.RunOnly(clear(s, "--oauthaccesstoken1", "")...).WantExit(64).WantLines("--oauthaccesstoken1: a token is expected")
}

// TestCertificate signs in with a client certificate instead of a password.
func TestCertificate(t *testing.T) {
	s := scene(t)
	cert, key, err := s.Servers.CA.IssueClient(s.Account1.User, s.Dir)
	if err != nil {
		t.Fatal(err)
	}
	ca := "SSL_ca_file=" + s.Servers.CA.File
	args := slices.Concat([]string{"--host1", s.Host1.Host, "--port1", strconv.Itoa(s.Host1.TLSPort), "--ssl1", "--user1", s.Account1.User,
		"--authmech1", "EXTERNAL", "--sslargs1", ca, "--notls2"}, s.Side2())
	s.RunOnly(slices.Concat(args, []string{"--sslargs1", "SSL_cert_file=" + cert, "--sslargs1", "SSL_key_file=" + key})...).
		Transferred("12").WantLines(`^Host1: success login on .* auth \[EXTERNAL\] or \[LOGIN\]`)
	s.WantSame(0)
	s.RunOnly(args...).WantExit(161).WantNoLine("trying LOGIN")
}

// TestUnixSocket reaches host1 by a path.
func TestUnixSocket(t *testing.T) {
	s := scene(t)
	s.RunOnly(slices.Concat([]string{"--host1", s.Host1.Socket(), "--user1", s.Account1.User, "--password1", dovecot.Password, "--notls2"}, s.Side2())...).
		Transferred("12")
	s.WantSame(0)
}

func TestPreauthMissing(t *testing.T) {
	s := scene(t)
	s.RunOnly(clear(s, "--authmech1", "PREAUTH")...).WantExit(16).WantLines(
		`^Host1 failure: error login on host1 \[127\.0\.0\.1\] with user \[`+s.Account1.User+`\] auth \[PREAUTH\]`,
		`^Exiting with return value 16 \(EXIT_AUTHENTICATION_FAILURE\)`)
}
