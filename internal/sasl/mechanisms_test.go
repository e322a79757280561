package sasl

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"
)

// start begins an exchange and checks the mechanism's name.
func start(t *testing.T, c Client, name string) string {
	t.Helper()
	mech, ir, err := c.Start()
	if mech != name || err != nil {
		t.Fatalf("Start: got %q, %v, want %s", mech, err, name)
	}
	return string(ir)
}

func mustNext(t *testing.T, c Client, challenge, want string) {
	t.Helper()
	got, err := c.Next([]byte(challenge))
	if string(got) != want || err != nil {
		t.Fatalf("Next(%q): got %q, %v, want %q", challenge, got, err, want)
	}
}

// TestCRAMMD5 is the example of RFC 2195 section 2.
func TestCRAMMD5(t *testing.T) {
	t.Parallel()
	c := CRAMMD5("tim", "tanstaaftanstaaf")
	if ir := start(t, c, "CRAM-MD5"); ir != "" {
		t.Errorf("got response %q, want none", ir)
	}
	mustNext(t, c, "<1896.697170952@postoffice.reston.mci.net>", "tim b913a602c7eda7a495b4e6e7334d3890")
	if _, err := c.Next(nil); err == nil {
		t.Error("a second challenge: got no error, want one")
	}
}

func TestExternal(t *testing.T) {
	t.Parallel()
	c := External("bob")
	if ir := start(t, c, "EXTERNAL"); ir != "bob" {
		t.Errorf("got response %q, want bob", ir)
	}
	if _, err := c.Next(nil); err == nil {
		t.Error("a challenge: got no error, want one")
	}
	if _, _, err := External("a\x00b").Start(); err == nil {
		t.Error("NUL: got no error, want one")
	}
}

// scramExample is an exchange of an RFC.
type scramExample struct {
	make                                  func(authzid, authcid string, password Secret) Client
	name, nonce                           string
	first, serverFirst, final, serverLast string
}

var scramExamples = []scramExample{
	{ // RFC 5802 section 5
		ScramSHA1, "SCRAM-SHA-1", "fyko+d2lbbFgONRv9qkxdawL", "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
		"r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
		"c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
		"v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
	},
	{ // RFC 7677 section 3
		ScramSHA256, "SCRAM-SHA-256", "rOprNGfwEbeRWgbNEkqO", "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
		"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
		"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
		"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
	},
}

func (e scramExample) client(authzid string) Client {
	c := e.make(authzid, "user", "pencil").(*scramClient)
	c.nonce = func() string { return e.nonce }
	return c
}

func TestScram(t *testing.T) {
	t.Parallel()
	for _, e := range scramExamples {
		c := e.client("")
		if ir := start(t, c, e.name); ir != e.first {
			t.Errorf("%s: got response %q, want %q", e.name, ir, e.first)
		}
		mustNext(t, c, e.serverFirst, e.final)
		if err := c.(Verifier).Verdict(true); !errors.Is(err, ErrUnproven) {
			t.Errorf("%s: accepted without a proof: got %v, want %v", e.name, err, ErrUnproven)
		}
		mustNext(t, c, e.serverLast, "")
		if err := c.(Verifier).Verdict(true); err != nil {
			t.Errorf("%s: got %v, want no error", e.name, err)
		}
		if _, err := c.Next(nil); err == nil {
			t.Errorf("%s: a challenge afterwards: got no error, want one", e.name)
		}
	}
}

func TestScramRefuses(t *testing.T) {
	t.Parallel()
	e := scramExamples[0]
	for name, challenge := range map[string]string{
		"another nonce":       "r=another,s=QSXCR+Q6sek8bf92,i=4096",
		"few iterations":      strings.Replace(e.serverFirst, "4096", "100", 1),
		"endless iterations":  strings.Replace(e.serverFirst, "4096", "999999999", 1),
		"overflow":            strings.Replace(e.serverFirst, "4096", "99999999999999999999999", 1),
		"no salt":             "r=" + e.nonce + "x,i=4096",
		"nothing":             "",
		"mandatory extension": "m=x," + e.serverFirst,
	} {
		c := e.client("")
		start(t, c, e.name)
		if answer, err := c.Next([]byte(challenge)); err == nil {
			t.Errorf("%s: got %q, want an error", name, answer)
		}
	}
	c := e.client("")
	start(t, c, e.name)
	mustNext(t, c, e.serverFirst, e.final)
	if _, err := c.Next([]byte("v=AAAAAAAAAAAAAAAAAAAAAAAAAAA=")); !errors.Is(err, ErrUnproven) {
		t.Errorf("a false signature: got %v, want %v", err, ErrUnproven)
	}
	c = e.client("")
	start(t, c, e.name)
	mustNext(t, c, e.serverFirst, e.final)
	if _, err := c.Next([]byte("e=invalid-proof")); err == nil || errors.Is(err, ErrUnproven) || !strings.Contains(err.Error(), "invalid-proof") {
		t.Errorf("a refusal: got %v, want the server's word", err)
	}
}

func TestScramAdministrator(t *testing.T) {
	t.Parallel()
	e := scramExamples[1]
	if ir := start(t, e.client("bob,=x"), e.name); ir != "n,a=bob=2C=3Dx,n=user,r="+e.nonce {
		t.Errorf("got response %q, want the account in it", ir)
	}
}

// TestScramUnprepared: a password that SASLprep forbids is sent as it is.
func TestScramUnprepared(t *testing.T) {
	t.Parallel()
	if _, ir, err := ScramSHA256("", "user", "pass\x07word").Start(); err != nil || len(ir) == 0 {
		t.Errorf("got %q, %v, want a first message", ir, err)
	}
}

// TestXOAuth2 has the example of Google's documentation.
func TestXOAuth2(t *testing.T) {
	t.Parallel()
	const want = "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ=="
	c := XOAuth2("someuser@example.com", "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg")
	if got := base64.StdEncoding.EncodeToString([]byte(start(t, c, "XOAUTH2"))); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	mustNext(t, c, `{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/","token":"x"}`, "")
	const reason = "the server refuses the token: status 400, schemes Bearer, scope https://mail.google.com/"
	if err := c.(Verifier).Verdict(false); err == nil || err.Error() != reason {
		t.Errorf("got %v, want %s", err, reason)
	}
	if _, err := c.Next(nil); err == nil {
		t.Error("a second challenge: got no error, want one")
	}
}

// TestOAuthBearer has the examples of RFC 7628 sections 4.1 and 4.3.
func TestOAuthBearer(t *testing.T) {
	t.Parallel()
	const want = "bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVyIHZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB"
	c := OAuthBearer("user@example.com", "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==", "server.example.com", 143)
	if got := base64.StdEncoding.EncodeToString([]byte(start(t, c, "OAUTHBEARER"))); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	mustNext(t, c, `{"status":"invalid_token","scope":"example_scope","openid-configuration":"https://example.com/.well-known/openid-configuration"}`, "\x01")
	const reason = "the server refuses the token: status invalid_token, scope example_scope, openid-configuration https://example.com/.well-known/openid-configuration"
	if err := c.(Verifier).Verdict(false); err == nil || err.Error() != reason {
		t.Errorf("got %v, want %s", err, reason)
	}
	if ir := start(t, OAuthBearer("a=b,c", "t", "", 0), "OAUTHBEARER"); ir != "n,a=a=3Db=2Cc,\x01auth=Bearer t\x01\x01" {
		t.Errorf("got %q, want the user quoted and no host", ir)
	}
}

func TestBearersRefuseControlCharacters(t *testing.T) {
	t.Parallel()
	for _, c := range []Client{XOAuth2("a\x01b", "t"), XOAuth2("u", "t\r\n"), OAuthBearer("u", "t\x01", "h", 1), OAuthBearer("u", "t", "h\x00", 1)} {
		if _, ir, err := c.Start(); err == nil {
			t.Errorf("got response %q, want an error", ir)
		}
	}
	if ir := start(t, XOAuth2Ready("user=u\x01auth=Bearer t\x01\x01"), "XOAUTH2"); ir != "user=u\x01auth=Bearer t\x01\x01" {
		t.Errorf("got %q, want the message as it was given", ir)
	}
}
