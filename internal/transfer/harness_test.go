package transfer

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"imapsync/internal/event"
	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
	"imapsync/internal/message"
	"imapsync/internal/plan"
)

// line lends connections to one server, at most so many at once, and counts.
type line struct {
	t     testing.TB
	addr  string
	login bool
	free  chan struct{}

	mu   sync.Mutex
	idle []*client.Conn
	lent int
	back chan struct{} // filled when a connection comes back
}

func newLine(t testing.TB, addr string, login bool, most int) *line {
	l := &line{t: t, addr: addr, login: login, free: make(chan struct{}, most), back: make(chan struct{}, 100)}
	for range most {
		l.free <- struct{}{}
	}
	t.Cleanup(func() {
		for _, c := range l.idle {
			c.Close()
		}
	})
	return l
}

func (l *line) Get(ctx context.Context) (*client.Conn, error) {
	select {
	case <-l.free:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	l.mu.Lock()
	l.lent++
	if n := len(l.idle); n > 0 {
		c := l.idle[n-1]
		l.idle = l.idle[:n-1]
		l.mu.Unlock()
		return c, nil
	}
	l.mu.Unlock()
	return l.dial(ctx)
}

func (l *line) dial(ctx context.Context) (*client.Conn, error) {
	nc, err := net.Dial("tcp", l.addr)
	if err != nil {
		return nil, err
	}
	c, err := client.New(ctx, nc, client.Config{Timeout: 20 * time.Second})
	if err == nil && l.login {
		err = c.Login(ctx, "user", "secret")
	}
	return c, err
}

func (l *line) Put(c *client.Conn) {
	l.mu.Lock()
	if c.Err() == nil {
		l.idle = append(l.idle, c)
	}
	l.lent--
	l.mu.Unlock()
	l.free <- struct{}{}
	select {
	case l.back <- struct{}{}:
	default:
	}
}

func (l *line) Recalled(*client.Conn) bool { return false }

func (l *line) Replace(ctx context.Context, old *client.Conn) (*client.Conn, error) {
	old.Close()
	return l.dial(ctx)
}

func (l *line) wantAllBack() {
	l.t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lent > 0 {
		l.t.Errorf("got %d connections still lent at the end", l.lent)
	}
}

// fake is a server that answers by a function: the command's tag and the rest of its line, the
// connection to write to and to read literals from.
func fake(t testing.TB, answer func(tag, line string, nc *bufio.ReadWriter)) string {
	t.Helper()
	return listen(t, func(nc net.Conn) { serve(nc, answer) })
}

// listen hands every connection to serve until the test ends.
func listen(t testing.TB, serve func(net.Conn)) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			nc, err := listener.Accept()
			if err != nil {
				return
			}
			go serve(nc)
		}
	}()
	return listener.Addr().String()
}

func serve(nc net.Conn, answer func(tag, line string, nc *bufio.ReadWriter)) {
	defer nc.Close()
	rw := bufio.NewReadWriter(bufio.NewReader(nc), bufio.NewWriter(nc))
	fmt.Fprint(rw, "* OK [CAPABILITY IMAP4rev1 LITERAL+ UIDPLUS] ready\r\n")
	for {
		if rw.Flush() != nil {
			return
		}
		text, err := rw.ReadString('\n')
		if err != nil {
			return
		}
		tag, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
		if strings.HasPrefix(rest, "EXAMINE") || strings.HasPrefix(rest, "SELECT") {
			fmt.Fprintf(rw, "* 9 EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n* OK [UIDNEXT 10] ok\r\n%s OK done\r\n", tag)
			continue
		}
		answer(tag, rest, rw)
	}
}

// swallow is a host2 that stores nothing.
func swallow(t testing.TB) string {
	return fake(t, func(tag, line string, nc *bufio.ReadWriter) {
		for uid := 1; strings.HasSuffix(line, "}"); uid++ {
			var n int64
			at := strings.LastIndexByte(line, '{')
			plus := strings.HasSuffix(line, "+}")
			fmt.Sscan(strings.Trim(line[at:], "{+}"), &n)
			if !plus {
				fmt.Fprint(nc, "+ go\r\n")
				nc.Flush()
			}
			if _, err := io.CopyN(io.Discard, nc, n); err != nil {
				return
			}
			rest, _ := nc.ReadString('\n')
			line = strings.TrimSpace(rest)
		}
		fmt.Fprintf(nc, "%s OK stored\r\n", tag)
	})
}

// work is a copier with its events.
type work struct {
	*Copier
	mu     sync.Mutex
	events []event.Event
}

func (w *work) Emit(e event.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.events = append(w.events, e)
}

func newWork(t testing.TB, cfg Config, src, dst Conns) *work {
	t.Helper()
	id, err := message.NewIdentifier(message.Options{})
	if err != nil {
		t.Fatal(err)
	}
	cfg.Identity, cfg.Retries, cfg.Settle = id, 3, time.Millisecond
	w := &work{}
	w.Copier = New(t.Context(), cfg, src, dst, w)
	return w
}

// send copies UIDs 1 to n of so many octets each, as listed, and waits. A standstill fails the test.
func (w *work) send(t testing.TB, name imap.MailboxName, validity imap.UIDValidity, n int, size int64) (copied, failed int) {
	t.Helper()
	var rows []plan.Copy
	for i := range n {
		rows = append(rows, plan.Copy{Row: plan.Row{UID: imap.UID(i + 1), Size: size}})
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		f := w.Open(Pair{Src: name, Dst: name, SrcValidity: validity, DstValidity: 1, Sets: &plan.FlagSets{}}, 10)
		f.Send(t.Context(), rows)
		copied, failed = f.Finish(t.Context())
	}()
	select {
	case <-done:
	case <-time.After(30 * time.Second):
		t.Fatal("the copy stands still")
	}
	return copied, failed
}
