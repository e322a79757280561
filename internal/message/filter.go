package message

import (
	"errors"
	"io"
	"sync"
)

// filter changes a text that passes in pieces of any length. It is used for one text.
type filter interface {
	// feed appends to dst what becomes of p. More follows, unless last is true, when p may be empty.
	feed(dst, p []byte, last bool) ([]byte, error)
}

// filterBuffer is how much a filter is given at once.
const filterBuffer = 32 << 10

// buffers are of filterBuffer octets or more: messages are mostly small and many.
var buffers = sync.Pool{New: func() any { b := make([]byte, filterBuffer); return &b }}

func getBuffer() []byte { return *buffers.Get().(*[]byte) }

// putBuffer gives a buffer, or what has grown out of one, to the next user.
func putBuffer(b []byte) {
	if b = b[:cap(b)]; cap(b) >= filterBuffer && cap(b) <= 4*filterBuffer {
		buffers.Put(&b)
	}
}

// filtered reads what a filter makes of a source.
type filtered struct {
	src  io.Reader
	f    filter
	in   []byte
	out  []byte // not handed on yet: out[off:]
	off  int
	done bool
	err  error
}

func newFiltered(src io.Reader, f filter) io.Reader { return &filtered{src: src, f: f} }

func (r *filtered) Read(p []byte) (int, error) {
	for r.off == len(r.out) {
		if r.err != nil {
			return 0, r.err
		}
		if r.done {
			putBuffer(r.out)
			r.out, r.off = nil, 0
			return 0, io.EOF
		}
		r.fill()
	}
	n := copy(p, r.out[r.off:])
	r.off += n
	return n, nil
}

func (r *filtered) fill() {
	if r.in == nil {
		r.in, r.out = getBuffer()[:filterBuffer], getBuffer()
	}
	n, err := r.src.Read(r.in)
	if err != nil && !errors.Is(err, io.EOF) {
		r.err = err
		return
	}
	r.done = err != nil
	r.out, r.err = r.f.feed(r.out[:0], r.in[:n], r.done)
	r.off = 0
	if r.done {
		putBuffer(r.in)
		r.in = nil
	}
	if r.err != nil {
		r.out = r.out[:0]
	}
}
