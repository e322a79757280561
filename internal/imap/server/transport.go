package server

import (
	"bufio"
	"crypto/tls"
	"io"
	"net"
	"sync/atomic"
	"time"

	"github.com/klauspost/compress/flate"
)

const bufferSize = 64 << 10

// transport is the octet stream of a session and its layers: the connection, TLS after STARTTLS,
// DEFLATE after COMPRESS. What was written is flushed when reading would have to wait.
type transport struct {
	conn    net.Conn // topmost connection: the first one, or TLS over it
	timeout time.Duration
	br      *bufio.Reader
	bw      *bufio.Writer
	deflate *flate.Writer // nil without COMPRESS
	unsent  bool          // deflate holds octets that were not flushed
	idling  atomic.Bool   // another goroutine reads: reading does not flush
}

func newTransport(nc net.Conn, timeout time.Duration) *transport {
	t := &transport{conn: nc, timeout: timeout}
	t.br = bufio.NewReaderSize(flushingReader{t}, bufferSize)
	t.bw = bufio.NewWriterSize(deadlineWriter{t}, bufferSize)
	return t
}

// flushingReader reads from the connection after everything written has been sent: a client that
// waits for an answer is never kept waiting, and answers to pipelined commands travel together.
type flushingReader struct{ t *transport }

func (r flushingReader) Read(p []byte) (int, error) {
	if !r.t.idling.Load() {
		if err := r.t.flush(); err != nil {
			return 0, err
		}
	}
	return r.t.readConn(p)
}

type deadlineWriter struct{ t *transport }

func (w deadlineWriter) Write(p []byte) (int, error) {
	if err := w.t.conn.SetWriteDeadline(time.Now().Add(w.t.timeout)); err != nil {
		return 0, err
	}
	return w.t.conn.Write(p)
}

func (t *transport) readConn(p []byte) (int, error) {
	if err := t.conn.SetReadDeadline(time.Now().Add(t.timeout)); err != nil {
		return 0, err
	}
	return t.conn.Read(p)
}

func (t *transport) flush() error {
	if err := t.bw.Flush(); err != nil || !t.unsent {
		return err
	}
	t.unsent = false
	return t.deflate.Flush()
}

// startTLS shakes hands. Octets that came in clear text behind STARTTLS are dropped, or they would
// count as sent under encryption (CVE-2011-0411).
func (t *transport) startTLS(cfg *tls.Config) error {
	if err := t.flush(); err != nil {
		return err
	}
	t.conn = tls.Server(t.conn, cfg)
	t.br.Reset(flushingReader{t})
	t.bw.Reset(deadlineWriter{t})
	return t.conn.(*tls.Conn).Handshake()
}

// compress puts DEFLATE between the buffers and the connection (RFC 4978).
func (t *transport) compress() error {
	if err := t.flush(); err != nil {
		return err
	}
	// What the client sent behind its command is compressed already.
	ahead, err := t.br.Peek(t.br.Buffered())
	if err != nil {
		return err
	}
	w, err := flate.NewWriter(deadlineWriter{t}, flate.BestSpeed)
	if err != nil {
		return err
	}
	raw := bufio.NewReaderSize(io.MultiReader(newBytesReader(ahead), flushingReader{t}), bufferSize)
	t.deflate = w
	t.br = bufio.NewReaderSize(flate.NewReader(raw), bufferSize)
	t.bw = bufio.NewWriterSize(compressedWriter{t}, bufferSize)
	return nil
}

type compressedWriter struct{ t *transport }

func (w compressedWriter) Write(p []byte) (int, error) {
	w.t.unsent = true
	return w.t.deflate.Write(p)
}

func newBytesReader(b []byte) io.Reader {
	return io.NewSectionReader(Bytes(append([]byte(nil), b...)), 0, int64(len(b)))
}
