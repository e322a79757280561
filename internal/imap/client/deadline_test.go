package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"imapsync/internal/imap"
)

// inBubble runs a test with a clock of its own: waiting costs nothing and is exact.
func inBubble(t *testing.T, cfg Config, server func(s *script), client func(t *testing.T, c *Conn)) {
	synctest.Test(t, func(t *testing.T) {
		nc := serve(t, func(s *script) {
			s.say(testGreeting + "\r\n")
			server(s)
			_, _ = io.Copy(io.Discard, s.r) // until the client closes
		})
		c, err := New(context.Background(), nc, cfg)
		if err != nil {
			t.Fatal(err)
		}
		client(t, c)
		c.Close()
		<-c.Done()
	})
}

func TestSilentServer(t *testing.T) {
	inBubble(t, Config{Timeout: 2 * time.Minute}, func(*script) {}, func(t *testing.T, c *Conn) {
		start := time.Now()
		err := c.Noop().Wait(context.Background())
		wantKind(t, "NOOP", err, imap.KindLost)
		if !errors.Is(err, os.ErrDeadlineExceeded) || err.Error() != "timeout waiting 120s for data from server" {
			t.Errorf("got %v", err)
		}
		if d := time.Since(start); d != 2*time.Minute {
			t.Errorf("noticed after %v, want 2m", d)
		}
		if err := c.Noop().Wait(context.Background()); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("got %v for a later command, want the same", err)
		}
	})
}

// TestSlowServer queues commands for longer than the deadline while octets keep coming.
func TestSlowServer(t *testing.T) {
	inBubble(t, Config{Timeout: time.Minute}, func(s *script) {
		var all []seen
		for range 10 {
			all = append(all, s.expect("NOOP"))
		}
		for _, q := range all {
			time.Sleep(40 * time.Second)
			s.say("* OK still here\r\n")
			time.Sleep(40 * time.Second)
			s.ok(q, "done")
		}
	}, func(t *testing.T, c *Conn) {
		var all []*Cmd
		for range 10 {
			all = append(all, c.Noop())
		}
		for i, q := range all {
			if err := q.Wait(context.Background()); err != nil {
				t.Errorf("command %d: %v", i, err)
			}
		}
	})
}

// TestIdleConnection checks that time without commands counts neither then nor later.
func TestIdleConnection(t *testing.T) {
	inBubble(t, Config{Timeout: time.Minute}, func(s *script) {
		for range 3 {
			q := s.expect("NOOP")
			time.Sleep(50 * time.Second)
			s.ok(q, "done")
		}
	}, func(t *testing.T, c *Conn) {
		for _, pause := range []time.Duration{0, 59 * time.Second, time.Hour} {
			time.Sleep(pause)
			if err := c.Noop().Wait(context.Background()); err != nil {
				t.Errorf("after %v: %v", pause, err)
			}
		}
	})
}

// TestSlowHandler checks that our own time is not the server's.
func TestSlowHandler(t *testing.T) {
	inBubble(t, Config{Timeout: time.Minute}, func(s *script) {
		q := s.expect("UID FETCH")
		s.say("* 1 FETCH (UID 1 BODY[] {2}\r\nab)\r\n")
		s.ok(q, "done")
		s.expect("APPEND")
	}, func(t *testing.T, c *Conn) {
		f := c.UIDFetch(imap.AllUIDs, FetchItems{Body: true}, FetchHandler{
			Body: func(_ *imap.Message, _ int64, r io.Reader) error {
				time.Sleep(time.Hour)
				_, err := io.ReadAll(r)
				time.Sleep(time.Hour)
				return err
			},
			Message: func(*imap.Message) { time.Sleep(time.Hour) },
		})
		if err := f.Wait(context.Background()); err != nil {
			t.Error(err)
		}
		start := time.Now()
		a := c.Append(context.Background(), "INBOX", []AppendMessage{{Size: 3, Body: slowReader{strings.NewReader("abc")}}})
		if _, err := a.Wait(context.Background()); !errors.Is(err, os.ErrDeadlineExceeded) || !a.Handed() {
			t.Errorf("got %v, handed %v", err, a.Handed())
		}
		if d := time.Since(start); d < time.Hour || d > time.Hour+2*time.Minute {
			t.Errorf("gave up after %v, want an hour for the source and a minute for the server", d)
		}
	})
}

// slowReader needs an hour for its first octets.
type slowReader struct{ r io.Reader }

func (s slowReader) Read(p []byte) (int, error) {
	time.Sleep(time.Hour)
	return s.r.Read(p)
}

// TestStalledWrite checks that a server that reads nothing counts as lost.
func TestStalledWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stop := make(chan struct{})
		nc := serve(t, func(s *script) {
			s.say(testGreeting + "\r\n")
			<-stop
		})
		c, err := New(context.Background(), nc, Config{Timeout: time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		a := c.Append(context.Background(), "INBOX", []AppendMessage{{Size: 3, Body: strings.NewReader("abc")}})
		if _, err := a.Wait(context.Background()); !errors.Is(err, os.ErrDeadlineExceeded) || a.Handed() {
			t.Errorf("got %v, handed %v; want a deadline, false", err, a.Handed())
		}
		close(stop)
		<-c.Done()
	})
}

// TestFarewell checks that the last words of a server that does not close are heard, once.
func TestFarewell(t *testing.T) {
	inBubble(t, Config{}, func(s *script) {
		s.expect("NOOP")
		s.say("* BYE [UNAVAILABLE] back at noon\r\n")
	}, func(t *testing.T, c *Conn) {
		err := c.Noop().Wait(context.Background())
		wantKind(t, "NOOP", err, imap.KindUnavailable)
		if got := fmt.Sprint(err); got != "BYE [UNAVAILABLE] back at noon" {
			t.Errorf("got %q", got)
		}
		if got := fmt.Sprint(c.Err()); got != "BYE [UNAVAILABLE] back at noon" {
			t.Errorf("Err() = %q", got)
		}
	})
}

func TestCancelledWait(t *testing.T) {
	inBubble(t, Config{}, func(s *script) {}, func(t *testing.T, c *Conn) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		first, second := c.Noop(), c.Noop()
		err := second.Wait(ctx)
		wantKind(t, "NOOP", err, imap.KindLost)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want the context's error", err)
		}
		wantKind(t, "the other NOOP", first.Wait(context.Background()), imap.KindLost)
	})
}

// TestCancelledWrite gives a large APPEND up while it is written.
func TestCancelledWrite(t *testing.T) {
	inBubble(t, Config{}, func(s *script) {
		_, _ = s.line()
		time.Sleep(time.Hour)
	}, func(t *testing.T, c *Conn) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		text := strings.Repeat("x", 1<<20)
		a := c.Append(ctx, "INBOX", []AppendMessage{{Size: int64(len(text)), Body: strings.NewReader(text)}})
		_, err := a.Wait(ctx)
		if !errors.Is(err, context.DeadlineExceeded) || a.Handed() {
			t.Errorf("got %v, handed %v; want the context's error, false", err, a.Handed())
		}
		c.Close()
	})
}

// TestSilentGreeting checks that a server without a greeting is given up.
func TestSilentGreeting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		nc := serve(t, func(s *script) { _, _ = io.Copy(io.Discard, s.r) })
		if _, err := New(context.Background(), nc, Config{Timeout: time.Minute}); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("got %v, want a deadline", err)
		}
		nc = serve(t, func(s *script) { _, _ = io.Copy(io.Discard, s.r) })
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if _, err := New(ctx, nc, Config{}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want the context's error", err)
		}
	})
}
