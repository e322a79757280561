package demo

import (
	"bytes"
	"io"
	"time"
)

const (
	lineLength = 78 // with CRLF
	alphabet   = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
)

// bigLetter is a message that is made while it is read, so that it takes no memory on the side it
// comes from. It is a header followed by lines that depend on their number only.
type bigLetter struct {
	head []byte
	size int64
}

// newBigLetter makes a message of about size octets, ending with a whole line.
func newBigLetter(when time.Time, size int64) bigLetter {
	var b bytes.Buffer
	header(&b, people[2], "The film of the holidays", "big", when)
	b.WriteString("Content-Type: video/mp4; name=\"holidays.mp4\"\r\nContent-Transfer-Encoding: base64\r\n\r\n")
	lines := max(1, (size-int64(b.Len()))/lineLength)
	return bigLetter{b.Bytes(), int64(b.Len()) + lines*lineLength}
}

// Size implements server.Content.
func (l bigLetter) Size() int64 { return l.size }

// Close implements server.Content.
func (l bigLetter) Close() error { return nil }

// ReadAt implements server.Content.
func (l bigLetter) ReadAt(p []byte, off int64) (int, error) {
	n := 0
	if off < int64(len(l.head)) {
		n = copy(p, l.head[off:])
	}
	for n < len(p) && off+int64(n) < l.size {
		at := off + int64(n) - int64(len(l.head))
		line := bigLine(at / lineLength)
		n += copy(p[n:], line[at%lineLength:])
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// bigLine is a line of base64 digits that no two numbers share.
func bigLine(number int64) [lineLength]byte {
	var line [lineLength]byte
	// An odd multiplier spreads the number over all bits; each digit takes six of them.
	state := uint64(number)*0x9E3779B97F4A7C15 + 1
	for i := range lineLength - 2 {
		line[i] = alphabet[state>>58]
		state = state*6364136223846793005 + 1442695040888963407
	}
	line[lineLength-2], line[lineLength-1] = '\r', '\n'
	return line
}
