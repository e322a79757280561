package imaptest

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"testing"
	"time"

	"github.com/klauspost/compress/flate"
)

func TestFront(t *testing.T) {
	t.Parallel()
	back := Start(t)
	front := Start(t, Front(back.Addr), Script(Rule{Verb: "APPEND", Skip: 1, Action: Drop(BeforeAnswer)}))
	l := login(t, front)
	l.send(appends(3))
	l.until("a1 OK")
	if got := l.rest(); got != "" {
		t.Errorf("got %q, want the end after a1", got)
	}
	front.Settle()
	back.Settle()
	if got := count(back); got != 2 {
		t.Errorf("stored: got %d, want 2", got)
	}
}

// deflated is the client's end of a connection after COMPRESS.
type deflated struct {
	net.Conn
	r io.Reader
	w *flate.Writer
}

func (d deflated) Read(p []byte) (int, error) { return d.r.Read(p) }

func (d deflated) Write(p []byte) (int, error) {
	n, err := d.w.Write(p)
	if err == nil {
		err = d.w.Flush()
	}
	return n, err
}

func TestCompress(t *testing.T) {
	t.Parallel()
	s := Start(t, Script(Rule{Verb: "FETCH", Match: "BODY", Action: CutLiteral(0, 1000)}))
	text := bytes.Repeat([]byte("compressible "), 1000)
	s.Account.Box("INBOX").Add(text, time.Now())
	l := login(t, s)
	l.send("a COMPRESS DEFLATE")
	l.until("a OK")
	w, err := flate.NewWriter(l.nc, flate.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	l.nc = deflated{l.nc, flate.NewReader(l.br), w}
	l.br = bufio.NewReader(l.nc)
	l.send("b COMPRESS DEFLATE\r\nc EXAMINE INBOX\r\nd FETCH 1 BODY.PEEK[]")
	l.until("b NO")
	l.until("c OK")
	l.until("* 1 FETCH")
	got := make([]byte, 1000)
	if _, err := io.ReadFull(l.br, got); err != nil || !bytes.Equal(got, text[:1000]) {
		t.Errorf("the first 1000 octets differ (%v)", err)
	}
	if _, err := l.br.ReadByte(); err == nil {
		t.Error("more octets came behind the cut")
	}
}
