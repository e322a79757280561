package report

import (
	"io"
	"sync"
	"time"
)

const (
	flushAfter = 200 * time.Millisecond
	flushSize  = 64 << 10
)

// buffer gathers lines so that ten thousand a second cost little, and writes them out when
// flushSize octets are there or flushAfter has passed. It is safe for concurrent use. A slow
// reader of the output holds the writers back, so the backlog stays bounded.
type buffer struct {
	mu    sync.Mutex // protects all fields
	out   io.Writer
	text  []byte
	armed bool // a flush is due
	err   error
}

// update lets add append to the text, under the lock.
func (b *buffer) update(add func(text []byte) []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.text = add(b.text)
	switch {
	case len(b.text) >= flushSize:
		b.flush()
	case len(b.text) > 0 && !b.armed:
		b.armed = true
		time.AfterFunc(flushAfter, func() { _ = b.Flush() })
	}
}

// Flush writes what is gathered, and returns the first error of any writing so far.
func (b *buffer) Flush() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.armed = false
	b.flush()
	return b.err
}

func (b *buffer) flush() {
	if len(b.text) == 0 {
		return
	}
	// A full disk or a closed pipe must not end the copying of mail; the first error is kept.
	if _, err := b.out.Write(b.text); err != nil && b.err == nil {
		b.err = err
	}
	b.text = b.text[:0]
}
