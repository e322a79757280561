package message

import (
	"bytes"
	"crypto/md5"
	"encoding/base64"
	"slices"
	"strconv"
	"sync"
)

// Key is the hash of an identity. Keys of different kinds (short, full, fallback) are never
// compared with one another. The zero Key means that there is no identity of that kind.
type Key [md5.Size]byte

// IsZero reports that there is no identity.
func (k Key) IsZero() bool { return k == Key{} }

// String is the key in base64 without padding, 22 characters: for full keys what the reference
// shows.
func (k Key) String() string { return base64.RawStdEncoding.EncodeToString(k[:]) }

// Sized is the key of what k identifies and a number, as when the size is part of an identity
// (--noskipsize). No identity stays none.
func (k Key) Sized(n int64) Key {
	if k.IsZero() {
		return k
	}
	return md5.Sum(strconv.AppendInt(append(k[:], ':'), n, 10))
}

// lines collects normalised header lines.
type lines struct {
	text []byte
	ends []int
	list [][]byte
}

var linePool = sync.Pool{New: func() any { return new(lines) }}

func newLines() *lines {
	l := linePool.Get().(*lines)
	l.text, l.ends = l.text[:0], l.ends[:0]
	return l
}

// release allows the next user to have the memory.
func (l *lines) release() {
	if cap(l.text) <= 64<<10 {
		linePool.Put(l)
	}
}

// last is the line added last.
func (l *lines) last() []byte {
	start := 0
	if n := len(l.ends); n > 1 {
		start = l.ends[n-2]
	}
	return l.text[start:]
}

func (l *lines) add(name, value []byte, noDomain bool) {
	l.text = appendNormal(l.text, name, value, noDomain)
	l.ends = append(l.ends, len(l.text))
}

func (l *lines) drop() {
	l.text = l.text[:len(l.text)-len(l.last())]
	l.ends = l.ends[:len(l.ends)-1]
}

// sorted are the lines in the order of their bytes.
func (l *lines) sorted() [][]byte {
	l.list = l.list[:0]
	start := 0
	for _, end := range l.ends {
		l.list = append(l.list, l.text[start:end])
		start = end
	}
	slices.SortFunc(l.list, bytes.Compare)
	return l.list
}

// key hashes the sorted lines, with size behind a colon when it counts. No lines, no key.
func (l *lines) key(withSize bool, size int64) Key {
	if len(l.ends) == 0 {
		return Key{}
	}
	list := l.sorted()
	var buf [512]byte
	all := buf[:0]
	for _, line := range list {
		all = append(all, line...)
	}
	if withSize {
		// The reference takes the length of the text for a size that it does not know.
		if size <= 0 {
			size = int64(len(all))
		}
		all = append(all, ':')
		all = strconv.AppendInt(all, size, 10)
	}
	return md5.Sum(all)
}
