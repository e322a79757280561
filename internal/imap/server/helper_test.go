package server

import (
	"bufio"
	"net"
	"strings"
	"testing"
	"time"

	"imapsync/internal/imap"
)

var testDate = time.Date(2020, 2, 3, 4, 5, 6, 0, time.FixedZone("", 3600))

// newAccount makes a store with the user u (password p) and a server over it.
func newAccount(t testing.TB, cfg Config) (*Server, *MemoryAccount) {
	t.Helper()
	store := NewMemory()
	account := store.AddUser("u", "p")
	cfg.Store = store
	srv := New(cfg)
	t.Cleanup(func() { srv.Close() })
	return srv, account
}

// dial opens a connection to srv over loopback.
func dial(t testing.TB, srv *Server) net.Conn {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if nc, err := l.Accept(); err == nil {
			go srv.ServeConn(nc)
		}
	}()
	nc, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	<-done
	l.Close()
	t.Cleanup(func() { nc.Close() })
	nc.SetDeadline(time.Now().Add(30 * time.Second))
	return nc
}

// lines speaks a protocol line by line.
type lines struct {
	t  testing.TB
	nc net.Conn
	br *bufio.Reader
}

func newLines(t testing.TB, nc net.Conn) *lines { return &lines{t, nc, bufio.NewReader(nc)} }

func (l *lines) send(line string) {
	l.t.Helper()
	if _, err := l.nc.Write([]byte(line + "\r\n")); err != nil {
		l.t.Fatalf("sending %q: %v", line, err)
	}
}

func (l *lines) read() string {
	l.t.Helper()
	line, err := l.br.ReadString('\n')
	if err != nil {
		l.t.Fatalf("after %q: %v", line, err)
	}
	return strings.TrimSuffix(line, "\r\n")
}

// until reads lines up to the one that begins with prefix and gives them all.
func (l *lines) until(prefix string) []string {
	l.t.Helper()
	var got []string
	for {
		line := l.read()
		got = append(got, line)
		if strings.HasPrefix(line, prefix) {
			return got
		}
	}
}

// play runs a transcript: "C: " lines are sent, "S: " lines must come exactly so, "S~ " lines must
// begin so, "S... " lines skip to one that begins so.
func play(t *testing.T, nc net.Conn, script string) {
	t.Helper()
	l := newLines(t, nc)
	for i, line := range strings.Split(strings.TrimSpace(script), "\n") {
		kind, text, _ := strings.Cut(strings.TrimLeft(line, "\t"), " ")
		switch kind {
		case "C:":
			l.send(text)
		case "S:":
			if got := l.read(); got != text {
				t.Fatalf("line %d: got  %s\nwant %s", i+1, got, text)
			}
		case "S~":
			if got := l.read(); !strings.HasPrefix(got, text) {
				t.Fatalf("line %d: got  %s\nwant %s...", i+1, got, text)
			}
		case "S...":
			l.until(text)
		default:
			t.Fatalf("line %d: unknown mark %q", i+1, kind)
		}
	}
}

// message makes a small message.
func message(subject string) []byte {
	return []byte("Message-Id: <" + subject + "@example>\r\nSubject: " + subject + "\r\nDate: Mon, 3 Feb 2020 04:05:06 +0100\r\n\r\nText of " + subject + ".\r\n")
}

// preauth is a configuration whose sessions belong to u from the start.
func preauth(without ...imap.Capability) Config {
	return Config{Preauth: "u", Capabilities: Without(DefaultCapabilities(), without...)}
}
