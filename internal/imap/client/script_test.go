package client

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// testGreeting is the greeting that most tests use.
const testGreeting = "* OK [CAPABILITY IMAP4rev1 LITERAL+ MULTIAPPEND UIDPLUS CONDSTORE ENABLE NAMESPACE QUOTA ID] hi"

// script is a server at the other end of a pipe that says what a test wants.
type script struct {
	t    testing.TB
	conn net.Conn
	r    *bufio.Reader
	done chan struct{}
}

// command is one command as the server saw it.
type seen struct {
	tag  string
	line string   // without the tag and without literals' octets
	lits []string // the literals, in order
}

func (s seen) verb() string {
	w := strings.Fields(strings.ToUpper(s.line))
	if len(w) > 1 && w[0] == "UID" {
		return w[1]
	}
	if len(w) == 0 {
		return ""
	}
	return w[0]
}

// serve runs run as a server and returns the client's end of the connection. The server's end is
// closed when run returns; the test waits for it.
func serve(t testing.TB, run func(s *script)) net.Conn {
	t.Helper()
	ours, theirs := net.Pipe()
	s := &script{t: t, conn: theirs, r: bufio.NewReader(theirs), done: make(chan struct{})}
	go func() {
		defer close(s.done)
		defer theirs.Close()
		run(s)
	}()
	t.Cleanup(func() {
		ours.Close()
		<-s.done
	})
	return ours
}

// dial connects to a server that runs run after the usual greeting.
func dial(t testing.TB, cfg Config, run func(s *script)) *Conn {
	t.Helper()
	nc := serve(t, func(s *script) {
		s.say(testGreeting + "\r\n")
		run(s)
	})
	c, err := New(testContext(t), nc, cfg)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	t.Cleanup(func() {
		c.Close()
		<-c.Done()
	})
	return c
}

// testContext ends with the test, or much later than any test should take.
func testContext(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func (s *script) say(text string) bool {
	_, err := io.WriteString(s.conn, text)
	return err == nil
}

var literalEnd = regexp.MustCompile(`\{(\d+)(\+?)\}$`)

// line reads one physical line; ok is false at the end of the connection.
func (s *script) line() (text string, ok bool) {
	text, err := s.r.ReadString('\n')
	return strings.TrimRight(text, "\r\n"), err == nil
}

// next reads a command with its literals, giving consent where it is asked for.
func (s *script) next() (c seen, ok bool) {
	for {
		text, ok := s.line()
		if !ok {
			return c, false
		}
		if c.tag == "" {
			c.tag, text, _ = strings.Cut(text, " ")
		}
		c.line += text
		m := literalEnd.FindStringSubmatch(text)
		if m == nil {
			return c, true
		}
		if m[2] == "" && !s.say("+ go ahead\r\n") {
			return c, false
		}
		lit, ok := s.literal(m[1])
		if !ok {
			return c, false
		}
		c.lits = append(c.lits, lit)
	}
}

func (s *script) literal(size string) (string, bool) {
	n, _ := strconv.Atoi(size)
	b := make([]byte, n)
	_, err := io.ReadFull(s.r, b)
	return string(b), err == nil
}

// answer serves commands until the connection ends: untagged gives what to say before the OK.
func (s *script) answer(untagged func(c seen) string) {
	for {
		c, ok := s.next()
		if !ok || !s.say(untagged(c)+c.tag+" OK done\r\n") {
			return
		}
	}
}

// obey answers every command with OK.
func (s *script) obey() { s.answer(func(seen) string { return "" }) }

// expect reads a command and checks how it begins.
func (s *script) expect(prefix string) seen {
	c, ok := s.next()
	if !ok || !strings.HasPrefix(c.line, prefix) {
		s.t.Errorf("server: got command %q (%v), want %q", c.line, ok, prefix)
	}
	return c
}

func (s *script) ok(c seen, text string) { s.say(fmt.Sprintf("%s OK %s\r\n", c.tag, text)) }
