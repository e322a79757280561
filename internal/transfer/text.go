package transfer

import (
	"io"
	"sync"

	"imapsync/internal/message"
)

// chunkSize is the unit of pooled memory. A batch packs its messages one behind the other into
// chunks, so that many small messages do not waste it.
const chunkSize = 64 << 10

// chunkPool keeps chunks for reuse, no more than a budget is worth: memory is bounded whatever the
// garbage collector does.
type chunkPool struct {
	mu   sync.Mutex
	free []*[chunkSize]byte
	max  int
}

func newChunkPool(max int) *chunkPool { return &chunkPool{max: max} }

func (p *chunkPool) get() *[chunkSize]byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.free)
	if n == 0 {
		return new([chunkSize]byte)
	}
	c := p.free[n-1]
	p.free = p.free[:n-1]
	return c
}

func (p *chunkPool) put(chunks []*[chunkSize]byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.free = append(p.free, chunks[:min(len(chunks), max(0, p.max-len(p.free)))]...)
}

// arena holds the texts of one batch. It is filled by one goroutine and then only read.
type arena struct {
	pool   *chunkPool
	chunks []*[chunkSize]byte
	free   int // octets left in the last chunk
}

// text is one message as slices of an arena, in order.
type text [][]byte

func (t text) size() (n int64) {
	for _, b := range t {
		n += int64(len(b))
	}
	return n
}

func (t text) reader() io.Reader { return &textReader{rest: t} }

// read takes exactly size octets from r.
func (a *arena) read(r io.Reader, size int64) (text, error) {
	var t text
	for size > 0 {
		b := a.room(size)
		if _, err := io.ReadFull(r, b); err != nil {
			return nil, err
		}
		t = append(t, b)
		size -= int64(len(b))
	}
	return t, nil
}

// room reserves up to size octets of one chunk.
func (a *arena) room(size int64) []byte {
	if a.free == 0 {
		a.chunks = append(a.chunks, a.pool.get())
		a.free = chunkSize
	}
	n := int(min(size, int64(a.free)))
	start := chunkSize - a.free
	a.free -= n
	return a.chunks[len(a.chunks)-1][start : start+n : start+n]
}

// release gives the memory back; no text of the arena may be used any more.
func (a *arena) release() {
	a.pool.put(a.chunks)
	a.chunks, a.free = nil, 0
}

// normalize turns every lone LF of t into CRLF, as the reference does on APPEND. It returns t
// itself when there is none.
func (a *arena) normalize(t text) (text, bool, error) {
	lone, _ := message.ScanLF(t...)
	if lone == 0 {
		return t, false, nil
	}
	out, err := a.read(message.NewCRLFReader(t.reader()), t.size()+int64(lone))
	return out, true, err
}

// withFinalCRLF completes the last line of t.
func withFinalCRLF(t text) text {
	return append(append(text(nil), t...), []byte("\r\n"))
}

// textReader reads a text once.
type textReader struct {
	rest text
	off  int // octets of rest[0] already read
}

func (r *textReader) Read(p []byte) (int, error) {
	for len(r.rest) > 0 && r.off == len(r.rest[0]) {
		r.rest, r.off = r.rest[1:], 0
	}
	if len(r.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(p, r.rest[0][r.off:])
	r.off += n
	return n, nil
}

// WriteTo writes the slices as they are.
func (r *textReader) WriteTo(w io.Writer) (n int64, err error) {
	for len(r.rest) > 0 {
		m, err := w.Write(r.rest[0][r.off:])
		n += int64(m)
		if err != nil {
			r.off += m
			return n, err
		}
		r.rest, r.off = r.rest[1:], 0
	}
	return n, nil
}
