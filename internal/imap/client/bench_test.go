package client

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"testing"

	"imapsync/internal/imap"
)

// benchPair connects a client over loopback to a server that runs run after the greeting.
func benchPair(b *testing.B, run func(nc net.Conn)) *Conn {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Skip(err)
	}
	defer l.Close()
	done := make(chan struct{})
	go func() {
		defer close(done)
		nc, err := l.Accept()
		if err != nil {
			return
		}
		defer nc.Close()
		_, _ = io.WriteString(nc, testGreeting+"\r\n")
		run(nc)
	}()
	nc, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	c, err := New(context.Background(), nc, Config{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { c.Close(); <-done })
	return c
}

// BenchmarkFetch streams texts from a server that only writes.
func BenchmarkFetch(b *testing.B) {
	for _, size := range []int{4 << 10, 1 << 20} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			one := fmt.Appendf(nil, "* 1 FETCH (UID 1 FLAGS (\\Seen) BODY[] {%d}\r\n%s)\r\n", size, bytes.Repeat([]byte("x"), size))
			many := bytes.Repeat(one, max(1, 256<<10/len(one)))
			c := benchPair(b, func(nc net.Conn) {
				for {
					if _, err := nc.Write(many); err != nil {
						return
					}
				}
			})
			b.SetBytes(int64(size))
			b.ReportAllocs()
			buf := make([]byte, size)
			got, enough := 0, make(chan struct{})
			b.ResetTimer()
			f := c.UIDFetch(imap.AllUIDs, FetchItems{Body: true}, FetchHandler{
				Body: func(_ *imap.Message, _ int64, r io.Reader) error { _, err := io.ReadFull(r, buf); return err },
				Message: func(*imap.Message) {
					if got++; got == b.N {
						close(enough)
					}
				},
			})
			<-enough
			b.StopTimer()
			c.Close()
			_ = f.Wait(context.Background())
		})
	}
}

// BenchmarkAppend sends texts to a server that only reads.
func BenchmarkAppend(b *testing.B) {
	for _, size := range []int{4 << 10, 1 << 20} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			c := benchPair(b, func(nc net.Conn) { _, _ = io.Copy(io.Discard, nc) })
			text := bytes.Repeat([]byte("x"), size)
			b.SetBytes(int64(size))
			b.ReportAllocs()
			ctx := context.Background()
			for b.Loop() {
				a := c.Append(ctx, "INBOX", []AppendMessage{{Size: int64(size), Body: bytes.NewReader(text)}})
				if !a.Handed() {
					b.Fatal(c.Err())
				}
			}
		})
	}
}
