package server

import (
	"crypto/tls"
	"errors"
	"io"
	"math"
	"net"
	"strings"
	"testing"

	"imapsync/internal/imap"
)

func TestLogin(t *testing.T) {
	t.Parallel()
	srv, _ := newAccount(t, Config{Capabilities: []imap.Capability{imap.CapLiteralPlus, imap.CapSASLIR, capAuthPlain, capAuthLogin}})
	srv.cfg.Store.(*Memory).AddMaster("admin", "secret")
	play(t, dial(t, srv), `
		S: * OK [CAPABILITY IMAP4rev1 LITERAL+ SASL-IR AUTH=PLAIN AUTH=LOGIN] IMAP server ready
		C: a LOGIN u wrong
		S: a NO [AUTHENTICATIONFAILED] Authentication failed.
		C: a LIST "" *
		S: a BAD Please log in first
		C: a LOGIN "u" {1+}
		C: p
		S: a OK [CAPABILITY IMAP4rev1 LITERAL+] Logged in
		C: a LOGIN u p
		S: a BAD Already logged in
		C: a LOGOUT
		S: * BYE Logging out
		S: a OK LOGOUT completed`)
	play(t, dial(t, srv), `
		S... * OK
		C: a AUTHENTICATE PLAIN
		S: + 
		C: AHUAcA==
		S~ a OK`)
	play(t, dial(t, srv), `
		S... * OK
		C: a AUTHENTICATE PLAIN *
		S: a BAD Authentication cancelled
		C: a AUTHENTICATE PLAIN dQBhZG1pbgBzZWNyZXQ=
		S~ a OK`)
	play(t, dial(t, srv), `
		S... * OK
		C: a AUTHENTICATE LOGIN
		S: + VXNlcm5hbWU6
		C: dQ==
		S: + UGFzc3dvcmQ6
		C: cA==
		S~ a OK`)
}

func TestSyntaxErrorsKeepTheConnection(t *testing.T) {
	t.Parallel()
	srv, _ := newAccount(t, preauth())
	play(t, dial(t, srv), `
		S~ * PREAUTH
		C: a FROBNICATE "x" {3+}
		C: abc {2+}
		C: de
		S: a BAD Unknown command FROBNICATE
		C: a NOOP extra
		S: a BAD Expected '\n'
		C: 
		S: * BAD Expected a tag
		C: a CREATE "unfinished
		S: a BAD Unterminated string
		C: a STATUS INBOX (NONSENSE)
		S: a BAD Unknown STATUS item NONSENSE
		C: a NOOP
		S: a OK NOOP completed`)
	play(t, dial(t, srv), `
		S~ * PREAUTH
		C: a CREATE `+strings.Repeat("x", maxLine)+`
		S: a BAD Command line too long
		C: a CREATE {100000}
		S: a NO [TOOBIG] Literal too large
		C: a NOOP
		S: a OK NOOP completed`)
}

func TestNoLiteralPlus(t *testing.T) {
	t.Parallel()
	srv, _ := newAccount(t, preauth(imap.CapLiteralPlus))
	play(t, dial(t, srv), `
		S~ * PREAUTH
		C: a APPEND INBOX {3+}
		C: abc
		S: a BAD Non-synchronizing literal not allowed here
		C: a APPEND INBOX {3}
		S: + OK
		C: abc
		S~ a OK [APPENDUID 1200001 1]`)
	srv, _ = newAccount(t, Config{Preauth: "u", Capabilities: []imap.Capability{imap.CapLiteralMinus}})
	play(t, dial(t, srv), `
		S~ * PREAUTH
		C: a APPEND INBOX {3+}
		C: abc
		S: a OK Append completed
		C: a APPEND INBOX {4097+}
		C: `+strings.Repeat("x", 4097)+`
		S: a BAD Non-synchronizing literal not allowed here`)
}

func TestStartTLS(t *testing.T) {
	t.Parallel()
	serverTLS, clientTLS := testTLS(t)
	srv, _ := newAccount(t, Config{TLS: serverTLS, RequireTLS: true, Capabilities: []imap.Capability{imap.CapSTARTTLS, capAuthPlain}})
	nc := dial(t, srv)
	play(t, nc, `
		S: * OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] IMAP server ready
		C: a LOGIN u p
		S: a NO [PRIVACYREQUIRED] Passwords are accepted over TLS only`)
	// What an attacker adds in clear text must not be carried out under encryption.
	nc.Write([]byte("b STARTTLS\r\nc LOGIN u p\r\n"))
	l := newLines(t, nc)
	if got := l.read(); got != "b OK Begin TLS negotiation now" {
		t.Fatalf("got %s", got)
	}
	play(t, tls.Client(nc, clientTLS), `
		C: d CAPABILITY
		S: * CAPABILITY IMAP4rev1 AUTH=PLAIN
		S: d OK CAPABILITY completed
		C: d LOGIN u p
		S: d OK [CAPABILITY IMAP4rev1] Logged in`)
}

func TestMaxSessions(t *testing.T) {
	t.Parallel()
	srv, _ := newAccount(t, Config{MaxSessions: 1})
	play(t, dial(t, srv), `S~ * OK`)
	play(t, dial(t, srv), `S: * BYE [LIMIT] Too many connections`)
}

func TestIdleReportsChanges(t *testing.T) {
	t.Parallel()
	srv, account := newAccount(t, preauth())
	box := account.Box("INBOX")
	box.Add(message("one"), testDate)
	l := newLines(t, dial(t, srv))
	l.send("a SELECT INBOX\r\nb IDLE")
	l.until("+ idling")
	box.Add(message("two"), testDate)
	l.until("* 2 EXISTS")
	box.SetFlags([]imap.UID{1}, FlagsAdd, []imap.Flag{imap.FlagSeen}, NoModSeqLimit)
	l.until(`* 1 FETCH (UID 1 FLAGS (\Seen \Recent)`)
	box.Remove([]imap.UID{1})
	l.until("* 1 EXPUNGE")
	l.send("DONE")
	l.until("b OK")
}

func TestClosedServerEndsSessions(t *testing.T) {
	t.Parallel()
	srv, _ := newAccount(t, Config{})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l) }()
	nc, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	newLines(t, nc).until("* OK")
	srv.Close()
	if err := <-served; !errors.Is(err, net.ErrClosed) {
		t.Errorf("Serve gave %v, want %v", err, net.ErrClosed)
	}
	if _, err := io.ReadAll(nc); err != nil && !strings.Contains(err.Error(), "reset") {
		t.Errorf("connection: %v", err)
	}
}

func TestMatchPattern(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		pattern, name string
		want          bool
	}{
		{"*", "a/b", true}, {"%", "a/b", false}, {"%", "a", true}, {"a/%", "a/b", true}, {"a/%", "a/b/c", false},
		{"*c", "a/b/c", true}, {"a%c", "abc", true}, {"a%c", "ab/c", false}, {"%/%", "a/b", true}, {"", "", true},
		{"", "a", false}, {"*%b", "a/xb", true}, {"%b*", "aab/x", true}, {"a*b*c", "a1b2b3c", true}, {"a*b*c", "a1b2b3", false},
		{"%", "", true}, {"**", "", true}, {"a*%c", "a/b/xc", true},
	} {
		if got := matchPattern(tt.pattern, tt.name, '/'); got != tt.want {
			t.Errorf("matchPattern(%q, %q) = %v, want %v", tt.pattern, tt.name, got, tt.want)
		}
	}
	if matchPattern(strings.Repeat("*a", 200), strings.Repeat("a", 199)+"b", '/') {
		t.Error("matched")
	}
}

func TestResolve(t *testing.T) {
	t.Parallel()
	v := &view{uids: []imap.UID{2, 4, 6, 8}}
	for _, tt := range []struct {
		set  numRange
		uid  bool
		want span
	}{
		{numRange{1, star}, false, span{0, 4}}, {numRange{star, star}, false, span{3, 4}}, {numRange{3, 4}, false, span{2, 4}},
		{numRange{1, star}, true, span{0, 4}}, {numRange{3, 6}, true, span{1, 3}}, {numRange{99, star}, true, span{3, 4}},
		{numRange{4, 4}, true, span{1, 2}}, {numRange{9, math.MaxUint32 - 1}, true, span{}}, {numRange{5, 5}, true, span{}},
	} {
		got, err := v.resolve([]numRange{tt.set}, tt.uid)
		if err != nil || len(got) == 0 && tt.want != (span{}) || len(got) > 0 && got[0] != tt.want {
			t.Errorf("resolve(%v, uid %v) = %v, %v, want %v", tt.set, tt.uid, got, err, tt.want)
		}
	}
	if _, err := v.resolve([]numRange{{5, 5}}, false); err == nil {
		t.Error("a sequence number above EXISTS was accepted")
	}
	if _, err := (&view{}).resolve([]numRange{{1, star}}, false); err == nil {
		t.Error("1:* of an empty mailbox was accepted")
	}
}
