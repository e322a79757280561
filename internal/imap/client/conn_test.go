package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"imapsync/internal/fault"
	"imapsync/internal/imap"
)

func TestGreeting(t *testing.T) {
	for _, c := range []struct {
		in   string
		ok   bool
		kind imap.Kind
		want string // raw greeting, or error
	}{
		{"* OK [CAPABILITY IMAP4rev1] ready\r\n", true, 0, "* OK [CAPABILITY IMAP4rev1] ready"},
		{"\r\nhello\r\n* ok x\r\n", true, 0, "* ok x"},
		{"* BYE [LIMIT] Too many connections\r\n", false, imap.KindLimit, "BYE [LIMIT] Too many connections"},
		{"* NO not today\r\n", false, imap.KindRefused, "NO not today"},
		{"+OK POP3 ready\r\n", false, imap.KindRefused, "not an IMAP server, it says: +OK POP3 ready"},
		{"220 mail.test ESMTP\r\n", false, imap.KindRefused, "not an IMAP server, it says: 220 mail.test ESMTP"},
		{"HTTP/1.1 400 Bad Request\r\n", false, imap.KindRefused, "not an IMAP server, it says: HTTP/1.1 400 Bad Request"},
		{strings.Repeat("spam\r\n", 1000), false, imap.KindRefused, "no greeting"},
		{"Too many connections from you\r\n", false, imap.KindLimit, "the server says: Too many connections from you"},
		{"go away\r\n", false, imap.KindBye, "the server says: go away"},
		{"* O", false, imap.KindLost, "unexpected EOF"},
		{"", false, imap.KindLost, "connection closed by the server"},
	} {
		nc := serve(t, func(s *script) { s.say(c.in) })
		conn, err := New(testContext(t), nc, Config{})
		if !c.ok {
			wantKind(t, fmt.Sprintf("%.30q", c.in), err, c.kind)
			if got := fmt.Sprint(err); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			continue
		}
		if err != nil || conn.Greeting().Raw != c.want {
			t.Errorf("%q: got %+v, %v", c.in, conn.Greeting(), err)
			continue
		}
		conn.Close()
		<-conn.Done()
	}
}

// TestClose fails what is in flight and what comes later, and is idempotent.
func TestClose(t *testing.T) {
	conn := dial(t, Config{}, func(s *script) { _, _ = io.Copy(io.Discard, s.r) })
	q := conn.Noop()
	conn.Close()
	conn.Close()
	ctx := testContext(t)
	for _, err := range []error{q.Wait(ctx), conn.Noop().Wait(ctx), conn.Err()} {
		wantKind(t, "closed", err, imap.KindLost)
		if !errors.Is(err, net.ErrClosed) || !fault.Lost(err) {
			t.Errorf("got %v, want a closed connection", err)
		}
	}
	<-conn.Done()
}

func TestLogout(t *testing.T) {
	for name, answer := range map[string]string{"whole": "* BYE bye\r\n%s OK done\r\n", "BYE only": "* BYE bye\r\n", "closes": ""} {
		conn := dial(t, Config{}, func(s *script) {
			q := s.expect("LOGOUT")
			if strings.Contains(answer, "%s") {
				answer = fmt.Sprintf(answer, q.tag)
			}
			s.say(answer)
		})
		if err := conn.Logout(testContext(t)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		<-conn.Done()
		if conn.Err() == nil {
			t.Errorf("%s: the connection goes on", name)
		}
	}
	conn := dial(t, Config{}, func(s *script) { _, _ = io.Copy(io.Discard, s.r) })
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := conn.Logout(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the context's error", err)
	}
	conn = dial(t, Config{}, func(s *script) { s.say("* BYE idle too long\r\n") })
	<-conn.Done()
	if err := conn.Logout(testContext(t)); !fault.Lost(err) {
		t.Errorf("got %v from a dead connection, want its error", err)
	}
}

// TestBodyHandlerError closes the connection, since the rest of the text would be in the way.
func TestBodyHandlerError(t *testing.T) {
	conn := dial(t, Config{}, func(s *script) {
		s.expect("UID FETCH")
		s.say("* 1 FETCH (UID 1 BODY[] {400}\r\nabc")
		_, _ = io.Copy(io.Discard, s.r)
	})
	full := errors.New("disk full")
	f := conn.UIDFetch(imap.UIDs(1), FetchItems{Body: true}, FetchHandler{
		Body:    func(*imap.Message, int64, io.Reader) error { return full },
		Message: func(*imap.Message) { t.Error("got a message whose text was not taken") },
	})
	if err := f.Wait(testContext(t)); !errors.Is(err, full) {
		t.Errorf("got %v, want %v", err, full)
	}
}

// TestLostInsideText tells the handler, and the message is not reported.
func TestLostInsideText(t *testing.T) {
	conn := dial(t, Config{}, func(s *script) {
		s.expect("UID FETCH")
		s.say("* 1 FETCH (UID 1 BODY[] {400}\r\nabc")
	})
	var got []byte
	var readErr error
	f := conn.UIDFetch(imap.UIDs(1), FetchItems{Body: true}, FetchHandler{
		Body: func(_ *imap.Message, _ int64, r io.Reader) error {
			got, readErr = io.ReadAll(r)
			return nil // even a handler that does not care must not make it whole
		},
		Message: func(*imap.Message) { t.Error("got a message that was cut") },
	})
	err := f.Wait(testContext(t))
	wantKind(t, "FETCH", err, imap.KindLost)
	if string(got) != "abc" || !errors.Is(readErr, io.ErrUnexpectedEOF) {
		t.Errorf("got %q, %v", got, readErr)
	}
}

func TestUnreadableAnswer(t *testing.T) {
	conn := dial(t, Config{}, func(s *script) {
		q := s.expect("NOOP")
		s.say(q.tag + " MAYBE\r\n")
		_, _ = io.Copy(io.Discard, s.r)
	})
	wantKind(t, "NOOP", conn.Noop().Wait(testContext(t)), imap.KindLost)
}

func TestExists(t *testing.T) {
	conn := dial(t, Config{}, func(s *script) {
		s.expect("NOOP")
		s.say("* 7 EXISTS\r\nA2 OK no mailbox is open\r\n")
		s.expect("SELECT")
		s.say("* 10 EXISTS\r\nA3 OK done\r\n")
		for i, line := range []string{"* 3 EXPUNGE", "* VANISHED 5:7,9", "* VANISHED (EARLIER) 1:100", "* 12 EXISTS", "* EXPUNGE", "* VANISHED 1:4294967295"} {
			s.expect("NOOP")
			s.say(fmt.Sprintf("%s\r\nA%d OK done\r\n", line, i+4))
		}
		s.expect("SELECT")
		s.say("A10 NO no\r\n")
	})
	ctx := testContext(t)
	check := func(what string, want uint32) {
		t.Helper()
		if got := conn.Exists(); got != want {
			t.Errorf("%s: got %d, want %d", what, got, want)
		}
	}
	noop := func() {
		t.Helper()
		if err := conn.Noop().Wait(ctx); err != nil {
			t.Fatal(err)
		}
	}
	noop()
	check("nothing selected", 0)
	if _, err := conn.Select("INBOX", false).Wait(ctx); err != nil {
		t.Fatal(err)
	}
	check("selected", 10)
	for i, want := range []uint32{9, 5, 5, 12, 12, 0} {
		noop()
		check(fmt.Sprint("change ", i), want)
	}
	_, _ = conn.Select("nope", false).Wait(ctx)
	check("refused", 0)
}

// FuzzServer plays any octets to a client with all kinds of commands in flight: it neither panics nor
// hangs, and every command has its result when the connection ends.
func FuzzServer(f *testing.F) {
	f.Add([]byte("* 1 FETCH (UID 1 BODY[] {2}\r\nab)\r\nA2 OK done\r\nA3 OK done\r\n"))
	f.Add([]byte("* 3 EXISTS\r\n* LIST () \"/\" INBOX\r\n* STATUS INBOX (MESSAGES 1)\r\nA3 NO x\r\n* BYE\r\n"))
	f.Add([]byte("+ go\r\nA4 OK [APPENDUID 1 2] done\r\n* SEARCH 1\r\nA5 OK [READ-ONLY] x\r\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		ours, theirs := net.Pipe()
		go func() { _, _ = io.Copy(io.Discard, theirs) }()
		go func() {
			_, _ = theirs.Write([]byte(testGreeting + "\r\n"))
			_, _ = theirs.Write(in)
			theirs.Close()
		}()
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		c, err := New(ctx, ours, Config{Timeout: 10 * time.Second, Trace: func(bool, string) {}})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		all := []inflight{
			c.Select("INBOX", false),
			c.UIDFetch(imap.AllUIDs, FetchItems{Body: true}, FetchHandler{Body: func(_ *imap.Message, size int64, r io.Reader) error {
				n, err := io.Copy(io.Discard, r)
				if err == nil && n != size {
					t.Errorf("got %d octets of %d without an error", n, size)
				}
				return err
			}}),
			c.Status("INBOX", StatusMessages),
			c.Append(ctx, "INBOX", []AppendMessage{text("abc")}),
			c.UIDSearch("ALL"),
			c.UIDCopy(imap.UIDs(1), "X"),
		}
		for _, m := range all {
			_ = m.base().wait(ctx)
		}
		if ctx.Err() != nil {
			t.Error("the client hangs")
		}
	})
}
