package relay

import (
	"bufio"
	"io"
	"net"
	"testing"
	"time"
)

// echo answers every line with itself.
func echo(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				io.Copy(c, c)
				c.Close()
			}()
		}
	}()
	return l.Addr().String()
}

func dial(t *testing.T, r *Relay) (net.Conn, *bufio.Reader) {
	t.Helper()
	c, err := net.Dial("tcp", r.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c, bufio.NewReader(c)
}

func TestDelay(t *testing.T) {
	r, err := Start(echo(t), Options{Delay: 15 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	c, lines := dial(t, r)
	start := time.Now()
	io.WriteString(c, "one\n")
	if got, err := lines.ReadString('\n'); got != "one\n" {
		t.Fatalf("got %q %v, want one", got, err)
	}
	if took := time.Since(start); took < 30*time.Millisecond {
		t.Errorf("the round trip took %v, want at least 30ms", took)
	}
	if up, down := r.Octets(); up != 4 || down != 4 {
		t.Errorf("got %d octets up and %d down, want 4 and 4", up, down)
	}
}

func TestMuteAndCut(t *testing.T) {
	heard := make(chan int64, 10)
	r, err := Start(echo(t), Options{Watch: func(_ *Relay, up bool, total int64) {
		if !up {
			heard <- total
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	c, lines := dial(t, r)
	r.Mute()
	io.WriteString(c, "lost\n")
	if got := <-heard; got != 5 {
		t.Errorf("the server answered %d octets, want 5", got)
	}
	r.Cut()
	if got, err := lines.ReadString('\n'); err == nil {
		t.Errorf("got %q after a cut, want an error", got)
	}
	c, lines = dial(t, r)
	io.WriteString(c, "again\n")
	if got, err := lines.ReadString('\n'); got != "again\n" {
		t.Errorf("after the cut: got %q %v, want again", got, err)
	}
}
