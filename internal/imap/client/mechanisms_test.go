package client

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"imapsync/internal/imap"
	"imapsync/internal/sasl"
)

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// TestInitialResponse: with SASL-IR the first response goes with the command, unless it is long.
func TestInitialResponse(t *testing.T) {
	long := sasl.Secret(strings.Repeat("x", longestInitial))
	for _, c := range []struct {
		name string
		mech sasl.Client
		want string
	}{
		{"PLAIN", sasl.Plain("", "joe", "pw"), "AUTHENTICATE PLAIN " + b64("\x00joe\x00pw")},
		{"an empty response", sasl.External(""), "AUTHENTICATE EXTERNAL ="},
		{"server first", sasl.CRAMMD5("joe", "pw"), "AUTHENTICATE CRAM-MD5"},
		{"a long token", sasl.XOAuth2("joe", long), "AUTHENTICATE XOAUTH2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got string
			conn := dialCaps(t, "SASL-IR", func(s *script) {
				q := s.expect("AUTHENTICATE")
				got = q.line
				if strings.Count(q.line, " ") == 1 {
					s.say("+ \r\n")
					_, _ = s.line()
				}
				s.ok(q, "in")
				s.obey()
			})
			if err := conn.Authenticate(testContext(t), c.mech); err != nil {
				t.Error(err)
			}
			if got != c.want {
				t.Errorf("got %.80q, want %q", got, c.want)
			}
		})
	}
}

// judge is a mechanism that tells what it thinks of the verdict.
type judge struct {
	mech
	verdict error
}

func (j judge) Verdict(bool) error { return j.verdict }

func TestVerdict(t *testing.T) {
	cause := errors.New("because")
	for _, answer := range []string{"OK in", "NO out"} {
		conn := dial(t, Config{}, func(s *script) {
			q := s.expect("AUTHENTICATE")
			s.say(q.tag + " " + answer + "\r\n")
			s.obey()
		})
		err := conn.Authenticate(testContext(t), judge{verdict: cause})
		wantKind(t, answer, err, imap.KindAuth)
		if !errors.Is(err, cause) {
			t.Errorf("%s: got %v, want %v in it", answer, err, cause)
		}
		conn = dial(t, Config{}, func(s *script) {
			q := s.expect("AUTHENTICATE")
			s.say(q.tag + " " + answer + "\r\n")
			s.obey()
		})
		if err := conn.Authenticate(testContext(t), judge{}); (err == nil) != (answer == "OK in") {
			t.Errorf("%s: got %v without a word of the mechanism", answer, err)
		}
	}
}

// TestTraceHasNoExchange: of a SASL exchange neither side shows, and nothing of it is in errors.
func TestTraceHasNoExchange(t *testing.T) {
	const password = "tanstaaftanstaaf"
	const nonce = "<1896.697170952@postoffice.reston.mci.net>"
	for name, mech := range map[string]sasl.Client{
		"CRAM-MD5": sasl.CRAMMD5("tim", password), "DIGEST-MD5": sasl.DigestMD5("", "tim", password, "h"),
		"SCRAM-SHA-256": sasl.ScramSHA256("", "tim", password), "NTLM": sasl.NTLM("", "tim", password),
		"XOAUTH2": sasl.XOAuth2("tim", password), "OAUTHBEARER": sasl.OAuthBearer("tim", password, "h", 143),
		"LOGIN": sasl.Login("tim", password), "PLAIN": sasl.Plain("", "tim", password),
	} {
		t.Run(name, func(t *testing.T) {
			var tr traced
			var said []string
			conn := dialTraced(t, "SASL-IR", tr.add, func(s *script) {
				q := s.expect("AUTHENTICATE " + name)
				if words := strings.Fields(q.line); len(words) == 3 {
					said = append(said, words[2])
				}
				for range 2 {
					s.say("+ " + b64(nonce) + "\r\n")
					line, _ := s.line()
					if line == "*" {
						break
					}
					if line != "" {
						said = append(said, line)
					}
				}
				s.say("* NO [ALERT] " + strings.Join(said, " ") + "\r\n" + q.tag + " NO [AUTHENTICATIONFAILED] I got " + strings.Join(said, " ") + " and " + password + "\r\n")
				s.obey()
			})
			conn.Hide(password)
			err := conn.Authenticate(testContext(t), mech)
			wantKind(t, name, err, imap.KindAuth)
			all := tr.String() + "\n" + err.Error()
			for _, secret := range append(said, password, b64(nonce)) {
				if strings.Contains(all, secret) {
					t.Errorf("%q is in\n%s", secret, all)
				}
			}
		})
	}
}

func TestMasterAuth(t *testing.T) {
	var tr traced
	var response string
	conn := dialTraced(t, "", tr.add, func(s *script) {
		q := s.expect("X-MASTERAUTH")
		s.say("+ 123.456@here\r\n")
		response, _ = s.line()
		s.ok(q, "in")
		s.ok(s.expect("X-SETUSER u1"), "set")
		q = s.expect(`X-SETUSER "u 2"`)
		s.say(q.tag + " NO nobody of that name\r\n")
		s.obey()
	})
	ctx := testContext(t)
	if err := conn.MasterAuth(ctx, "secretpw"); err != nil {
		t.Fatal(err)
	}
	// What 2.229 sends for this challenge and password.
	if want := "a21de992be5d426f3e44b976ca75cd55"; response != want {
		t.Errorf("got %q, want %q", response, want)
	}
	if strings.Contains(tr.String(), response) || strings.Contains(tr.String(), "123.456@here") {
		t.Errorf("the exchange shows in\n%s", tr.String())
	}
	if err := conn.SetUser(ctx, "u1"); err != nil {
		t.Error(err)
	}
	wantKind(t, "X-SETUSER", conn.SetUser(ctx, "u 2"), imap.KindAuth)

	conn = dial(t, Config{}, func(s *script) {
		q := s.expect("X-MASTERAUTH")
		s.say(q.tag + " BAD what?\r\n")
		s.obey()
	})
	wantKind(t, "X-MASTERAUTH", conn.MasterAuth(ctx, "pw"), imap.KindAuth)
	if err := conn.Noop().Wait(ctx); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

func TestProxyAuth(t *testing.T) {
	conn := dialCaps(t, "OLD", func(s *script) {
		s.ok(s.expect("PROXYAUTH u1"), "[CAPABILITY IMAP4rev1 NEW] you are u1")
		q := s.expect("PROXYAUTH u2")
		s.say(q.tag + " NO not him\r\n")
		s.obey()
	})
	ctx := testContext(t)
	if err := conn.ProxyAuth(ctx, "u1"); err != nil || !conn.Caps().Has("NEW") {
		t.Errorf("got %v, capabilities %v, want NEW among them", err, conn.Caps())
	}
	wantKind(t, "PROXYAUTH", conn.ProxyAuth(ctx, "u2"), imap.KindAuth)
}

// dialTraced is dialCaps with a trace.
func dialTraced(t testing.TB, caps string, trace func(bool, string), run func(s *script)) *Conn {
	t.Helper()
	nc := serve(t, func(s *script) {
		s.say("* OK [CAPABILITY IMAP4rev1 " + caps + "] hi\r\n")
		run(s)
	})
	c, err := New(testContext(t), nc, Config{Trace: trace})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(); <-c.Done() })
	return c
}
