package server

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"imapsync/internal/imap"
)

// tape is a connection whose input is given and whose output is kept.
type tape struct {
	in  *bytes.Reader
	out bytes.Buffer
}

func (t *tape) Read(p []byte) (int, error)       { return t.in.Read(p) }
func (t *tape) Write(p []byte) (int, error)      { return t.out.Write(p) }
func (t *tape) Close() error                     { return nil }
func (t *tape) LocalAddr() net.Addr              { return nil }
func (t *tape) RemoteAddr() net.Addr             { return nil }
func (t *tape) SetDeadline(time.Time) error      { return nil }
func (t *tape) SetReadDeadline(time.Time) error  { return nil }
func (t *tape) SetWriteDeadline(time.Time) error { return nil }

// FuzzSession feeds a whole session. Whatever a client sends, the session must end with its input,
// and every answer must be a line that begins with a tag, "*" or "+".
func FuzzSession(f *testing.F) {
	for _, seed := range []string{
		"a LOGIN u p\r\na LIST \"\" *\r\na LOGOUT\r\n",
		"a AUTHENTICATE PLAIN\r\nAHUAcA==\r\nb LSUB \"\" %\r\n",
		"a LOGIN {1}\r\nu {1+}\r\np\r\nb SELECT INBOX\r\nc UID FETCH 1:* (FLAGS BODY.PEEK[HEADER.FIELDS (X \"Y\")]<0.9>) (CHANGEDSINCE 1)\r\n",
		"a LOGIN u p\r\nb SELECT INBOX (CONDSTORE)\r\nc STORE 1:* (UNCHANGEDSINCE 9) +FLAGS.SILENT (\\Seen x)\r\nd UID MOVE * B\r\ne EXPUNGE\r\n",
		"a LOGIN u p\r\nb APPEND INBOX (\\Seen) \" 3-Feb-2020 04:05:06 +0100\" {3+}\r\nabc {2}\r\nde\r\nc SELECT INBOX\r\nd IDLE\r\nDONE\r\n",
		"a LOGIN u p\r\nb EXAMINE INBOX\r\nc SEARCH OR (NOT 1,3:*) UID 4 SENTSINCE 1-Jan-2000 HEADER a {1+}\r\nb MODSEQ 1\r\n",
		"a LOGIN u p\r\nb LIST (SUBSCRIBED RECURSIVEMATCH) \"\" (% *) RETURN (STATUS (MESSAGES SIZE))\r\nc RENAME INBOX C\r\nd STATUS C (UIDNEXT)\r\n",
		"a LOGIN u p\r\nb CREATE D/E (USE (\\Sent))\r\nc DELETE D/E\r\nd SUBSCRIBE \"x\\\"y\"\r\ne ID (\"a\" NIL)\r\nf ENABLE CONDSTORE\r\n",
		"a \"\r\nb {5+}\r\nabcde\r\nc COMPRESS DEFLATE\r\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		store := NewMemory()
		account := store.AddUser("u", "p")
		account.Make("B", `\Junk`)
		box := account.Box("INBOX")
		box.Add(message("one"), testDate, imap.FlagSeen)
		box.Add([]byte("\n"), testDate)
		box.Add([]byte("x: y\n z\n\nbody"), testDate, "key")
		conn := &tape{in: bytes.NewReader(input)}
		srv := New(Config{Store: store, Capabilities: append(DefaultCapabilities(), imap.CapXList, imap.CapQuota)})
		srv.ServeConn(conn)
		if strings.Contains(strings.ToUpper(string(input)), "COMPRESS") {
			return // the answers are compressed
		}
		checkAnswers(t, conn.out.Bytes())
	})
}

// checkAnswers walks over lines and the literals in them.
func checkAnswers(t *testing.T, out []byte) {
	br := bufio.NewReader(bytes.NewReader(out))
	start := true
	for {
		line, err := br.ReadBytes('\n')
		if err == io.EOF && len(line) == 0 {
			return
		}
		if err != nil || !bytes.HasSuffix(line, []byte("\r\n")) {
			t.Fatalf("unfinished line %q: %v", line, err)
		}
		if start && !bytes.Contains(line, []byte(" ")) {
			t.Fatalf("strange line %q", line)
		}
		n, _, literal := literalAtEnd(line)
		start = !literal
		if literal {
			if _, err := br.Discard(int(n)); err != nil {
				t.Fatalf("short literal after %q", line)
			}
		}
	}
}

func FuzzMatchPattern(f *testing.F) {
	f.Add("%/a*", "x/abc")
	f.Add("*%*%", "a/b/c")
	f.Fuzz(func(t *testing.T, pattern, name string) {
		if len(pattern) > 20 || len(name) > 20 {
			return
		}
		if got, want := matchPattern(pattern, name, '/'), matchSlowly(pattern, name); got != want {
			t.Errorf("matchPattern(%q, %q) = %v, want %v", pattern, name, got, want)
		}
	})
}

// matchSlowly is the definition of the wildcards, tried in every way.
func matchSlowly(pattern, name string) bool {
	if pattern == "" {
		return name == ""
	}
	switch c := pattern[0]; {
	case c == '*' || c == '%':
		if matchSlowly(pattern[1:], name) {
			return true
		}
		return name != "" && (c == '*' || name[0] != '/') && matchSlowly(pattern, name[1:])
	default:
		return name != "" && name[0] == c && matchSlowly(pattern[1:], name[1:])
	}
}
