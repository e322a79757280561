package message

import (
	"bytes"
	"io"
)

// ScanLF looks through the consecutive chunks of one message: how many LF have no CR before them,
// and whether the message ends with CRLF. RFC 3501 wants CRLF everywhere; what a server refuses or
// changes is mostly one of these two.
func ScanLF(chunks ...[]byte) (loneLF int, endsWithCRLF bool) {
	last := byte(0)
	for _, chunk := range chunks {
		for start := 0; start < len(chunk); {
			n := bytes.IndexByte(chunk[start:], '\n')
			if n < 0 {
				break
			}
			if at := start + n; at > 0 {
				last = chunk[at-1]
			}
			endsWithCRLF = last == '\r'
			if !endsWithCRLF {
				loneLF++
			}
			last = '\n'
			start += n + 1
		}
		if n := len(chunk); n > 0 {
			last = chunk[n-1]
		}
	}
	return loneLF, endsWithCRLF && last == '\n'
}

// crlfReader is the reader of NewCRLFReader.
type crlfReader struct {
	src  io.Reader
	buf  []byte
	rest []byte // of buf, not handed on yet
	last byte   // octet handed on last
	err  error  // of src, for when rest is empty
}

// NewCRLFReader returns a reader of what r gives with every LF that no CR precedes turned into
// CRLF. A lone CR stays. The result is longer than the source by the count of ScanLF.
func NewCRLFReader(r io.Reader) io.Reader { return &crlfReader{src: r} }

func (c *crlfReader) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		if len(c.rest) == 0 {
			if n > 0 || c.err != nil {
				break
			}
			c.fill()
			continue
		}
		if c.rest[0] == '\n' && c.last != '\r' {
			p[n], c.last = '\r', '\r'
			n++
			continue
		}
		// Up to the next LF everything is copied as it is; the LF itself is looked at next time,
		// unless it is the one whose CR is written.
		length := 1
		if c.rest[0] != '\n' {
			if length = bytes.IndexByte(c.rest, '\n'); length < 0 {
				length = len(c.rest)
			}
		}
		m := copy(p[n:], c.rest[:length])
		c.rest, c.last = c.rest[m:], c.rest[m-1]
		n += m
	}
	if n == 0 && len(p) > 0 {
		putBuffer(c.buf)
		c.buf = nil
		return 0, c.err
	}
	return n, nil
}

// fill reads more of the source.
func (c *crlfReader) fill() {
	if c.buf == nil {
		c.buf = getBuffer()
	}
	n, err := c.src.Read(c.buf)
	c.rest, c.err = c.buf[:n], err
}
