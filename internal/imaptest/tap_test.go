package imaptest

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"imapsync/internal/imap"
	"imapsync/internal/imap/server"
)

// lines is a client that speaks line by line.
type lines struct {
	t  testing.TB
	nc net.Conn
	br *bufio.Reader
}

// login connects and signs in.
func login(t testing.TB, s *Server) *lines {
	t.Helper()
	l := connect(t, s)
	l.until("* OK")
	l.send("login LOGIN " + User + " " + Password)
	l.until("login OK")
	return l
}

func connect(t testing.TB, s *Server) *lines {
	t.Helper()
	nc, err := net.Dial("tcp", s.Addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { nc.Close() })
	nc.SetDeadline(time.Now().Add(20 * time.Second))
	return &lines{t, nc, bufio.NewReader(nc)}
}

func (l *lines) send(text string) {
	l.t.Helper()
	if _, err := l.nc.Write([]byte(text + "\r\n")); err != nil {
		l.t.Fatalf("sending: %v", err)
	}
}

// until reads up to the line that begins with prefix.
func (l *lines) until(prefix string) []string {
	l.t.Helper()
	var got []string
	for {
		line, err := l.br.ReadString('\n')
		if err != nil {
			l.t.Fatalf("waiting for %q after %q %q: %v", prefix, got, line, err)
		}
		got = append(got, strings.TrimSuffix(line, "\r\n"))
		if strings.HasPrefix(line, prefix) {
			return got
		}
	}
}

// rest reads to the end of the connection and closes it.
func (l *lines) rest() string {
	l.t.Helper()
	b, err := io.ReadAll(l.br)
	if err != nil && !errors.Is(err, syscall.ECONNRESET) {
		l.t.Fatalf("after %q: %v", b, err)
	}
	l.nc.Close()
	return string(b)
}

// appends is n pipelined APPEND commands, tagged a1 and so on.
func appends(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "a%d APPEND INBOX {5+}\r\n%05d\r\n", i+1, i+1)
	}
	return strings.TrimSuffix(b.String(), "\r\n")
}

func count(s *Server) int { return s.Account.Box("INBOX").Status().Messages }

func TestDrop(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		action Action
		stored int
	}{
		{"before the command", Drop(BeforeCommand), 2},
		{"after the command", Drop(AfterCommand), 3},
		{"before the answer", Drop(BeforeAnswer), 3},
		{"in the literal", CutCommand(3), 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := Start(t, Script(Rule{Verb: "APPEND", Skip: 2, Action: tt.action}))
			l := login(t, s)
			l.send(appends(5))
			got := l.rest()
			if strings.Count(got, " OK [APPENDUID") != 2 || !strings.Contains(got, "a2 OK") {
				t.Errorf("answers: got %q, want those to a1 and a2", got)
			}
			s.Settle()
			if got := count(s); got != tt.stored {
				t.Errorf("stored: got %d messages, want %d", got, tt.stored)
			}
			if got := s.Counts().Commands["APPEND"]; got != 3 {
				t.Errorf("counted: got %d APPEND, want 3", got)
			}
			l = login(t, s)
			l.send("a APPEND INBOX {1+}\r\nx")
			l.until("a OK")
		})
	}
}

func TestReset(t *testing.T) {
	t.Parallel()
	s := Start(t, Script(Rule{Verb: "NOOP", Action: Reset(BeforeAnswer)}))
	l := login(t, s)
	l.send("a NOOP")
	if _, err := l.br.ReadByte(); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("got %v, want a reset", err)
	}
}

func TestReply(t *testing.T) {
	t.Parallel()
	s := Start(t, Script(Rule{Verb: "APPEND", Skip: 1, Times: 2, Action: Reply("NO [OVERQUOTA] full")}))
	l := login(t, s)
	l.send(appends(4))
	got := strings.Join(l.until("a4"), "\n")
	want := "a1 OK [APPENDUID 1200001 1] Append completed\na2 NO [OVERQUOTA] full\na3 NO [OVERQUOTA] full\na4 OK [APPENDUID 1200001 2] Append completed"
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	s.Rules(Rule{Verb: "APPEND", Action: Reply("BAD no")})
	l.send("b APPEND INBOX {10}")
	l.until("b BAD no")
	l.send("c APPEND INBOX {1}")
	l.until("+ ")
	l.send("x")
	l.until("c OK")
}

func TestBye(t *testing.T) {
	t.Parallel()
	s := Start(t, Script(
		Rule{Verb: "SELECT", Match: "Spam", Action: Bye("overload")},
		Rule{Verb: Connect, Skip: 1, Action: Bye("go away")}))
	l := login(t, s)
	l.send("a SELECT INBOX\r\nb SELECT Spam\r\nc NOOP")
	l.until("a OK")
	if got := l.rest(); got != "* BYE overload\r\n" {
		t.Errorf("got %q", got)
	}
	if got := connect(t, s).rest(); got != "* BYE go away\r\n" {
		t.Errorf("got %q", got)
	}
}

func TestStallAndMute(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		action Action
		stored int
	}{{Stall(), 1}, {Mute(), 2}} {
		s := Start(t, Script(Rule{Verb: "APPEND", Skip: 1, Action: tt.action}))
		l := login(t, s)
		l.send(appends(3))
		l.until("a1 OK")
		// The connection is alive and silent: only the client's own end finishes it.
		l.nc.(*net.TCPConn).CloseWrite()
		if got := l.rest(); got != "" {
			t.Errorf("got %q, want silence", got)
		}
		s.Settle()
		if got := count(s); got != tt.stored {
			t.Errorf("stored: got %d, want %d", got, tt.stored)
		}
	}
	s := Start(t, Script(Rule{Verb: Connect, Action: Stall()}))
	l := connect(t, s)
	l.nc.(*net.TCPConn).CloseWrite()
	if got := l.rest(); got != "" {
		t.Errorf("got %q, want no greeting", got)
	}
}

func TestLateStore(t *testing.T) {
	t.Parallel()
	s := Start(t, Script(Rule{Verb: "APPEND", Skip: 3, Action: LateStore(12, 40, 30*time.Millisecond)}))
	l := login(t, s)
	l.send(appends(50))
	if got := l.rest(); strings.Count(got, "OK [APPENDUID") != 3 {
		t.Errorf("answers: got %q, want three", got)
	}
	// A client that looks at once sees a part, or, if it is slow, all.
	if got := count(s); got > 15 && got != 43 {
		t.Errorf("stored at once: got %d", got)
	}
	s.Settle()
	if got := count(s); got != 43 {
		t.Errorf("stored at the end: got %d, want 43", got)
	}
}

func TestCutLiteral(t *testing.T) {
	t.Parallel()
	s := Start(t, Script(Rule{Verb: "FETCH", Match: "BODY", Action: CutLiteral(1, 4)}))
	for range 3 {
		s.Account.Box("INBOX").Add([]byte("0123456789"), time.Now())
	}
	l := login(t, s)
	l.send("a EXAMINE INBOX\r\nb UID FETCH 1:* BODY.PEEK[]")
	l.until("a OK")
	want := "* 1 FETCH (UID 1 BODY[] {10}\r\n0123456789)\r\n* 2 FETCH (UID 2 BODY[] {10}\r\n0123"
	if got := l.rest(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestRewriting(t *testing.T) {
	t.Parallel()
	s := Start(t, Script(
		Rule{Verb: "UID FETCH", Times: Always, Action: SizeLie(7)},
		Rule{Verb: "UID FETCH", Times: Always, Action: UIDLast()},
		Rule{Verb: "UID FETCH", Match: "BODY", Times: Always, Action: HideMessages(2)},
		Rule{Verb: "NOOP", Action: Inject(0, "* garbage ((")}))
	for range 3 {
		s.Account.Box("INBOX").Add([]byte("abc"), time.Now(), imap.FlagSeen)
	}
	l := login(t, s)
	l.send("a EXAMINE INBOX\r\nb UID FETCH 1:* (RFC822.SIZE)\r\nc UID FETCH 1:* (UID FLAGS BODY.PEEK[])\r\nd NOOP")
	l.until("a OK")
	for _, tt := range []struct{ tag, want string }{
		{"b ", "* 1 FETCH (RFC822.SIZE 10 UID 1)\n* 2 FETCH (RFC822.SIZE 10 UID 2)\n* 3 FETCH (RFC822.SIZE 10 UID 3)\nb OK FETCH completed"},
		{"c ", "* 1 FETCH (FLAGS (\\Seen \\Recent) BODY[] {3}\nabc UID 1)\n* 3 FETCH (FLAGS (\\Seen \\Recent) BODY[] {3}\nabc UID 3)\nc OK FETCH completed"},
		{"d ", "* garbage ((\nd OK NOOP completed"},
	} {
		if got := strings.Join(l.until(tt.tag), "\n"); got != tt.want {
			t.Errorf("got %s\nwant %s", got, tt.want)
		}
	}
}

func TestLatencyAndTurns(t *testing.T) {
	t.Parallel()
	const delay = 20 * time.Millisecond
	s := Start(t, Latency(delay))
	start := time.Now()
	l := login(t, s)
	l.send("a NOOP\r\nb NOOP\r\nc NOOP")
	l.until("c OK")
	l.send("d APPEND INBOX {1}")
	l.until("+ ")
	l.send("x")
	l.until("d OK")
	// Greeting half a turn, LOGIN, three NOOP together, APPEND, its literal.
	if got := s.Counts().Turns; got != 4 {
		t.Errorf("turns: got %d, want 4", got)
	}
	if got := time.Since(start); got < 9*delay {
		t.Errorf("took %v, want at least %v", got, 9*delay)
	}
}

func TestRateAndCounts(t *testing.T) {
	t.Parallel()
	s := Start(t, Rate(1<<20))
	text := bytes.Repeat([]byte("x"), 200<<10)
	s.Account.Box("INBOX").Add(text, time.Now())
	l := login(t, s)
	other := login(t, s)
	start := time.Now()
	l.send("a EXAMINE INBOX\r\nb FETCH 1 BODY.PEEK[]")
	l.until("b OK")
	if got, want := time.Since(start), 190*time.Millisecond; got < want {
		t.Errorf("took %v, want at least %v", got, want)
	}
	other.nc.Close()
	if c := s.Counts(); c.MaxConnections != 2 || c.Connections != 2 || c.Sent < int64(len(text)) || c.Commands["LOGIN"] != 2 {
		t.Errorf("counts: %+v", c)
	}
}

func TestEncryption(t *testing.T) {
	t.Parallel()
	certs := TLSConfigs(t)
	client := &tls.Config{RootCAs: certs.Pool, ServerName: "localhost"}
	s := Start(t, TLS(certs.Server), Config(server.Config{RequireTLS: true}), Script(Rule{Verb: "APPEND", Action: Drop(BeforeAnswer)}))
	l := connect(t, s)
	encrypted := tls.Client(l.nc, client)
	l.nc, l.br = encrypted, bufio.NewReader(encrypted)
	l.until("* OK")
	l.send("a LOGIN " + User + " " + Password + "\r\n" + appends(1))
	l.until("a OK")
	if got := l.rest(); got != "" || count(s) != 1 {
		t.Errorf("got %q and %d messages, want no answer and one message", got, count(s))
	}

	s = Start(t, StartTLS(certs.Server), Config(server.Config{RequireTLS: true}))
	l = connect(t, s)
	if got := l.until("* OK")[0]; !strings.Contains(got, "STARTTLS") || !strings.Contains(got, "LOGINDISABLED") {
		t.Errorf("greeting %s", got)
	}
	l.send("a STARTTLS")
	l.until("a OK")
	encrypted = tls.Client(l.nc, client)
	l.nc, l.br = encrypted, bufio.NewReader(encrypted)
	l.send("b CAPABILITY")
	if got := l.until("* ")[0]; strings.Contains(got, "STARTTLS") || strings.Contains(got, "LOGINDISABLED") {
		t.Errorf("under TLS: %s", got)
	}
	l.until("b OK")

	for name, cfg := range map[string]*tls.Config{"expired": certs.Expired, "wrong name": certs.WrongName, "self-signed": certs.SelfSigned} {
		s := Start(t, TLS(cfg))
		if nc, err := tls.Dial("tcp", s.Addr, client); err == nil {
			nc.Close()
			t.Errorf("the %s certificate was accepted", name)
		}
	}
}

func TestDisconnect(t *testing.T) {
	t.Parallel()
	s := Start(t)
	l := login(t, s)
	s.Disconnect()
	if _, err := l.br.ReadByte(); !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, io.EOF) {
		t.Errorf("got %v, want the end of the connection", err)
	}
	s.Settle()
	login(t, s)
}
