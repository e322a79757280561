package imaptest

import (
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

const pipeSize = 256 << 10

// halfPipe is one direction of a connection in memory. What was written before the end is still
// read, as with TCP.
type halfPipe struct {
	mu     sync.Mutex // protects what follows
	moved  sync.Cond
	buf    []byte
	ended  bool // by the writer
	broken bool // by the reader: writing is of no use
}

func newHalfPipe() *halfPipe {
	h := &halfPipe{}
	h.moved.L = &h.mu
	return h
}

func (h *halfPipe) Read(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for len(h.buf) == 0 {
		if h.broken {
			return 0, net.ErrClosed
		}
		if h.ended {
			return 0, io.EOF
		}
		h.moved.Wait()
	}
	n := copy(p, h.buf)
	h.buf = h.buf[:copy(h.buf, h.buf[n:])]
	h.moved.Broadcast()
	return n, nil
}

func (h *halfPipe) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	written := 0
	for written < len(p) {
		for len(h.buf) >= pipeSize && !h.broken && !h.ended {
			h.moved.Wait()
		}
		if h.broken || h.ended {
			return written, os.ErrClosed
		}
		n := min(len(p)-written, pipeSize-len(h.buf))
		h.buf = append(h.buf, p[written:written+n]...)
		written += n
		h.moved.Broadcast()
	}
	return written, nil
}

func (h *halfPipe) end() {
	h.mu.Lock()
	h.ended = true
	h.moved.Broadcast()
	h.mu.Unlock()
}

func (h *halfPipe) breakOff() {
	h.mu.Lock()
	h.broken, h.buf = true, nil
	h.moved.Broadcast()
	h.mu.Unlock()
}

// pipeConn is an end of a connection in memory. Deadlines have no effect: the other end is in the
// same process and closes when it is done.
type pipeConn struct {
	in, out *halfPipe
	secure  *atomic.Bool // shared by both ends
}

func newPipe() (a, b *pipeConn) {
	x, y, secure := newHalfPipe(), newHalfPipe(), &atomic.Bool{}
	return &pipeConn{x, y, secure}, &pipeConn{y, x, secure}
}

func (c *pipeConn) Read(p []byte) (int, error)  { return c.in.Read(p) }
func (c *pipeConn) Write(p []byte) (int, error) { return c.out.Write(p) }

// Encrypted tells the server whether the client's end of the tap is encrypted.
func (c *pipeConn) Encrypted() bool { return c.secure.Load() }

func (c *pipeConn) CloseWrite() error {
	c.out.end()
	return nil
}

func (c *pipeConn) Close() error {
	c.out.end()
	c.in.breakOff()
	return nil
}

type pipeAddr struct{}

func (pipeAddr) Network() string { return "pipe" }
func (pipeAddr) String() string  { return "pipe" }

func (c *pipeConn) LocalAddr() net.Addr              { return pipeAddr{} }
func (c *pipeConn) RemoteAddr() net.Addr             { return pipeAddr{} }
func (c *pipeConn) SetDeadline(time.Time) error      { return nil }
func (c *pipeConn) SetReadDeadline(time.Time) error  { return nil }
func (c *pipeConn) SetWriteDeadline(time.Time) error { return nil }
