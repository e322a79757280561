package server

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"testing"
)

// TestManyMessages keeps the cost of a big mailbox in sight: listing 100,000 messages, with changes
// coming in meanwhile, must not grow with the square of their number.
func TestManyMessages(t *testing.T) {
	t.Parallel()
	const n = 100_000
	srv, account := newAccount(t, preauth())
	box := account.Box("INBOX")
	text := Bytes(message("same"))
	for range n {
		box.AddContent(text, testDate)
	}
	l := newLines(t, dial(t, srv))
	l.br = bufio.NewReaderSize(l.nc, 1<<16)
	l.send("a SELECT INBOX\r\nb UID FETCH 1:* (FLAGS RFC822.SIZE)\r\nc UID STORE 1:* +FLAGS.SILENT (\\Deleted)\r\nd UID EXPUNGE 2:*")
	l.until("a OK")
	if got := len(l.until("b OK")); got != n+1 {
		t.Errorf("%d lines, want %d", got, n+1)
	}
	l.until("c OK")
	if got := len(l.until("d OK")); got != n {
		t.Errorf("%d lines, want %d", got, n)
	}
}

func BenchmarkFetchMetadata(b *testing.B) {
	const n = 10_000
	srv, account := newAccount(b, preauth())
	for range n {
		account.Box("INBOX").Add(message("bench"), testDate)
	}
	l := newLines(b, dial(b, srv))
	l.send("a EXAMINE INBOX")
	l.until("a OK")
	b.ReportAllocs()
	for b.Loop() {
		l.send("b UID FETCH 1:* (FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")
		for {
			line, err := l.br.ReadSlice('\n')
			if err != nil {
				b.Fatal(err)
			}
			if bytes.HasPrefix(line, []byte("b OK")) {
				break
			}
		}
	}
	b.ReportMetric(float64(b.N)*n/b.Elapsed().Seconds(), "msg/s")
}

func BenchmarkFetchBody(b *testing.B) {
	srv, account := newAccount(b, preauth())
	text := bytes.Repeat([]byte("x"), 1<<20)
	account.Box("INBOX").Add(text, testDate)
	l := newLines(b, dial(b, srv))
	l.send("a EXAMINE INBOX")
	l.until("a OK")
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		l.send("b UID FETCH 1 BODY.PEEK[]")
		l.until("* 1 FETCH")
		if _, err := io.CopyN(io.Discard, l.br, int64(len(text))); err != nil {
			b.Fatal(err)
		}
		l.until("b OK")
	}
}

func BenchmarkAppend(b *testing.B) {
	for _, batch := range []int{1, 20} {
		b.Run(fmt.Sprintf("batch%d", batch), func(b *testing.B) {
			srv, _ := newAccount(b, preauth())
			l := newLines(b, dial(b, srv))
			l.until("* PREAUTH")
			body := bytes.Repeat([]byte("x"), 4096)
			var command bytes.Buffer
			command.WriteString("a APPEND INBOX")
			for range batch {
				fmt.Fprintf(&command, " (\\Seen) \" 3-Feb-2020 04:05:06 +0100\" {%d+}\r\n%s", len(body), body)
			}
			for b.Loop() {
				l.send(command.String())
				l.until("a OK")
			}
			b.ReportMetric(float64(b.N*batch)/b.Elapsed().Seconds(), "msg/s")
		})
	}
}
