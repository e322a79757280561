package tap

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"testing"
)

// script is a server that says what it is told to, each time it has heard a line that begins so.
func script(t *testing.T, greeting string, answers [][2]string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		fmt.Fprint(c, greeting)
		r := bufio.NewReader(c)
		for _, a := range answers {
			for {
				line, err := r.ReadString('\n')
				if err != nil {
					return
				}
				if strings.HasPrefix(line, a[0]) {
					break
				}
			}
			fmt.Fprint(c, a[1])
		}
	}()
	return l.Addr().String()
}

// TestTap sends a short session through a tap that hides capabilities.
func TestTap(t *testing.T) {
	addr := script(t, "* OK [CAPABILITY IMAP4rev1 LITERAL+ AUTH=PLAIN] ready\r\n", [][2]string{
		{"a1 ", "a1 OK [CAPABILITY IMAP4rev1 MULTIAPPEND LITERAL+ LITERAL+2 MULTIAPPEND] in\r\n"},
		{"a2 ", "* 1 FETCH (BODY[] {26}\r\n* CAPABILITY MULTIAPPEND \r\n)\r\na2 OK\r\n"},
		{"a3 ", "+ go\r\n"},
		{"a3 in ", "a3 OK\r\n"},
	})
	tap, err := Start(addr, "MULTIAPPEND", "LITERAL+")
	if err != nil {
		t.Fatal(err)
	}
	defer tap.Close()
	c, err := net.Dial("tcp", fmt.Sprint("127.0.0.1:", tap.Port()))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	r := bufio.NewReader(c)
	var heard strings.Builder
	say := func(text string, lines int) {
		fmt.Fprint(c, text)
		for range lines {
			line, err := r.ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			heard.WriteString(line)
		}
	}
	say("", 1)
	say("a1 LOGIN me secret\r\n", 1)
	say("a2 uid fetch 1 BODY[]\r\n", 4)
	say("a3 APPEND x {5}\r\n", 1)
	say("a3 in \r\n", 1)
	want := "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\na1 OK [CAPABILITY IMAP4rev1 LITERAL+2] in\r\n" +
		"* 1 FETCH (BODY[] {26}\r\n* CAPABILITY MULTIAPPEND \r\n)\r\na2 OK\r\n+ go\r\na3 OK\r\n"
	if heard.String() != want {
		t.Errorf("got\n%s\nwant\n%s", heard.String(), want)
	}
	n := tap.Counts()
	if n.Connections != 1 || n.Commands != 3 || n.Turns != 4 || n.TurnsLater != 3 || n.SyncLiterals != 1 || n.Verbs["UID FETCH"] != 1 {
		t.Errorf("got %+v", n)
	}
	if n.SignedIn.IsZero() || n.FirstAppend.Before(n.SignedIn) {
		t.Errorf("signed in %v, first APPEND %v", n.SignedIn, n.FirstAppend)
	}
}

// TestStream feeds the same octets in pieces of every size.
func TestStream(t *testing.T) {
	const text = "a APPEND x {7+}\r\nb LOGIN\r\nc {0}\r\n\r\nd {3}\r\n\r\n)\r\nrest"
	for size := 1; size <= len(text); size++ {
		var lines []string
		s := &stream{each: func(line []byte) []byte { lines = append(lines, string(line)); return line }}
		var out []byte
		for i := 0; i < len(text); i += size {
			out = append(out, s.feed([]byte(text[i:min(len(text), i+size)]))...)
		}
		out = append(out, s.rest()...)
		if string(out) != text {
			t.Errorf("size %d: got %q", size, out)
		}
		want := []string{"a APPEND x {7+}\r\n", "\r\n", "c {0}\r\n", "\r\n", "d {3}\r\n", "\r\n"}
		if got := strings.Join(lines, "|"); got != strings.Join(want, "|") {
			t.Errorf("size %d: got lines %q, want %q", size, lines, want)
		}
	}
}
