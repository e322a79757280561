package dovecot

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"os"
	"testing"

	"imapsync/integration/rawimap"
)

func TestMain(m *testing.M) {
	code := m.Run()
	Stop()
	os.Exit(code)
}

func TestServersAnswer(t *testing.T) {
	p := Start(t)
	for _, s := range []*Server{p.First, p.Second} {
		c, err := rawimap.Dial(s.Addr(), NewUser(t), Password)
		if err != nil {
			t.Fatalf("%v\n%s", err, s.Log())
		}
		defer c.Close()
		prefix, separator, err := c.Namespace()
		if err != nil || prefix != s.Prefix || separator != s.Separator {
			t.Errorf("%s: got namespace %q %q %v, want %q %q", s.Name, prefix, separator, err, s.Prefix, s.Separator)
		}
		for _, need := range []string{"LITERAL+", "MULTIAPPEND", "UIDPLUS", "CONDSTORE", "SPECIAL-USE", "QUOTA"} {
			if !c.Has(need) {
				t.Errorf("%s: capability %s is missing", s.Name, need)
			}
		}
		if _, err := rawimap.Dial(s.Addr(), "x", "not the password"); err == nil {
			t.Errorf("%s: a wrong password was accepted", s.Name)
		}
	}
}

func TestCertificate(t *testing.T) {
	p := Start(t)
	pem, err := os.ReadFile(p.CA.File)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	for _, name := range []string{"localhost", "127.0.0.1"} {
		c, err := tls.Dial("tcp", p.Second.TLSAddr(), &tls.Config{RootCAs: pool, ServerName: name})
		if err != nil {
			t.Errorf("verify as %s: %v", name, err)
			continue
		}
		c.Close()
	}
	if c, err := tls.Dial("tcp", p.Second.TLSAddr(), &tls.Config{ServerName: "localhost"}); err == nil {
		c.Close()
		t.Error("the test certificate is trusted without its authority")
	}
}

func TestQuota(t *testing.T) {
	p := Start(t)
	user := NewUser(t)
	if err := p.First.LimitUser(user, 10<<10); err != nil {
		t.Fatal(err)
	}
	c, err := rawimap.Dial(p.First.Addr(), user, Password)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var refused *rawimap.Refused
	err = c.Do(nil, "APPEND", rawimap.Quote("INBOX"), rawimap.Literal(make([]byte, 20<<10)))
	if !errors.As(err, &refused) {
		t.Errorf("20 KB into a quota of 10 KB: got %v, want a refusal", err)
	}
}
