package client

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"sync/atomic"
	"time"

	"github.com/klauspost/compress/flate"
)

// writeChunk bounds a single write, so that a slow line still shows progress.
const writeChunk = 64 << 10

// trackedConn notes when octets move, below TLS and compression added later.
type trackedConn struct {
	net.Conn
	last    atomic.Int64 // nanoseconds since start of the last progress
	start   time.Time
	reading atomic.Bool // blocked in Read, or about to be
}

func newTrackedConn(nc net.Conn) *trackedConn { return &trackedConn{Conn: nc, start: time.Now()} }

func (t *trackedConn) touch() { t.last.Store(int64(time.Since(t.start))) }

func (t *trackedConn) idle() time.Duration { return time.Since(t.start) - time.Duration(t.last.Load()) }

// Read implements net.Conn.
func (t *trackedConn) Read(p []byte) (int, error) {
	// A read begins after an earlier one brought something, or after a handler's own time.
	t.touch()
	t.reading.Store(true)
	n, err := t.Conn.Read(p)
	t.reading.Store(false)
	t.touch()
	return n, err
}

// Write implements net.Conn.
func (t *trackedConn) Write(p []byte) (int, error) {
	done := 0
	for {
		n, err := t.Conn.Write(p[done:min(done+writeChunk, len(p))])
		done += n
		if n > 0 {
			t.touch()
		}
		if err != nil || done == len(p) {
			return done, err
		}
	}
}

// timeoutError has the words of the reference, which users know, and is an os.ErrDeadlineExceeded.
type timeoutError struct{ after time.Duration }

func (e timeoutError) Error() string {
	return fmt.Sprintf("timeout waiting %gs for data from server", e.after.Seconds())
}

func (e timeoutError) Unwrap() error { return os.ErrDeadlineExceeded }

// watch starts the watchdog if commands are in flight. c.mu is held.
func (c *Conn) watch() {
	if c.cfg.Timeout <= 0 || c.watching || len(c.flight) == 0 {
		return
	}
	c.watching = true
	if c.watchdog == nil {
		c.watchdog = time.AfterFunc(c.cfg.Timeout, c.bark)
		return
	}
	c.watchdog.Reset(c.cfg.Timeout)
}

// bark runs when the deadline might have passed. The one deadline is the connection's: a command far
// back in the queue is not late as long as octets move.
func (c *Conn) bark() {
	c.mu.Lock()
	if len(c.flight) == 0 {
		c.watching = false
		c.mu.Unlock()
		return
	}
	idle := c.track.idle()
	ours := !c.track.reading.Load() || c.sourcing.Load() > 0
	if ours || idle < c.cfg.Timeout {
		next := c.cfg.Timeout
		if !ours {
			next -= idle
		}
		c.watchdog.Reset(next)
		c.mu.Unlock()
		return
	}
	c.mu.Unlock()
	c.fail(timeoutError{c.cfg.Timeout})
}

// output is the writing side: a buffer, perhaps compression, and the connection.
type output struct {
	*bufio.Writer
	deflate *flate.Writer // nil without compression
	under   *output       // where deflate writes
}

func newOutput(w io.Writer) *output { return &output{Writer: bufio.NewWriterSize(w, writeChunk)} }

// newDeflatedOutput compresses in raw DEFLATE (RFC 4978).
func newDeflatedOutput(under *output) (*output, error) {
	deflate, err := flate.NewWriter(under, flate.BestSpeed)
	if err != nil {
		return nil, err
	}
	return &output{Writer: bufio.NewWriterSize(deflate, writeChunk), deflate: deflate, under: under}, nil
}

// Flush hands everything written so far to the socket. Without an error the last octet is there.
func (o *output) Flush() error {
	if err := o.Writer.Flush(); err != nil || o.deflate == nil {
		return err
	}
	if err := o.deflate.Flush(); err != nil {
		return err
	}
	return o.under.Flush()
}
