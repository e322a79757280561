package message

import (
	"bytes"
	"errors"
)

// disarmExpression is what --disarmreadreceipts does, as an expression that users write too: one
// Disposition-Notification-To of the header, the last one, is renamed.
const (
	disarmLeft  = `\A((?:[^\n]+\r\n)+|)(^Disposition-Notification-To:[^\n]*\n)(\r?\n|.*\n\r?\n)`
	disarmRight = `$1X-$2$3`
	disarmFlags = "ims"
	receiptName = "Disposition-Notification-To:"
)

const (
	// longLine is the length from which a line that is no candidate is no longer kept.
	longLine = 4 << 10
	// maxUndecided bounds what is kept of a message that has a candidate and no empty line.
	maxUndecided = 16 << 20
)

// errNoEnd says that a header was given up.
var errNoEnd = errors.New("its header does not end within 16 MiB")

// disarm does the expression above on a text that passes. A candidate is a line of that name which
// only whole lines with CRLF precede; the last one counts, provided that an empty line follows it
// somewhere.
type disarm struct {
	held      []byte // not handed on yet
	fake      int    // octets at the start of held that only stand for a long line's
	line      int    // where in held the current line starts
	seen      int    // how much of it is known to have no line feed
	candidate int    // where in held the last candidate starts, one more than that; 0: none
	body      bool   // a line without CRLF, or an empty one, came: no more candidates
	done      bool
}

func (f *disarm) feed(dst, p []byte, last bool) ([]byte, error) {
	if f.done {
		return append(dst, p...), nil
	}
	f.held = append(f.held, p...)
	for !f.done {
		rest := f.held[f.line:]
		n := bytes.IndexByte(rest[f.seen:], '\n')
		if n < 0 {
			f.seen = len(rest)
			break
		}
		f.take(rest[:f.seen+n+1])
	}
	switch {
	case f.done || last:
		f.done = true
		dst = append(dst, f.held[f.fake:]...)
		f.held = nil
	case f.candidate == 0:
		dst = f.flush(dst)
	case len(f.held) > maxUndecided:
		return dst, errNoEnd
	}
	return dst, nil
}

// take looks at one whole line.
func (f *disarm) take(line []byte) {
	blank := string(line) == "\n" || string(line) == "\r\n"
	switch {
	case blank && f.candidate > 0:
		at := f.candidate - 1
		f.held = append(f.held[:at:at], append([]byte("X-"), f.held[at:]...)...)
		f.done = true
		return
	case f.body:
	case len(line) >= len(receiptName) && bytes.EqualFold(line[:len(receiptName)], []byte(receiptName)):
		f.candidate = f.line + 1
	}
	f.body = f.body || len(line) < 3 || line[len(line)-2] != '\r'
	f.line += len(line)
	f.seen = 0
	f.done = f.body && f.candidate == 0
}

// flush hands on what no candidate can be in: the lines before the current one, and a long line but
// for its last octets.
func (f *disarm) flush(dst []byte) []byte {
	dst = append(dst, f.held[f.fake:max(f.line, f.fake)]...)
	if f.line > 0 {
		f.held = append(f.held[:0], f.held[f.line:]...)
		f.line, f.fake = 0, 0
	}
	if f.seen < longLine || bytes.EqualFold(f.held[:len(receiptName)], []byte(receiptName)) {
		return dst
	}
	keep := len(f.held) - 2
	dst = append(dst, f.held[f.fake:keep]...)
	f.held = append([]byte("x"), f.held[keep:]...)
	f.fake, f.seen = 1, len(f.held)
	return dst
}
