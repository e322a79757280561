package server

import (
	"bytes"
	"errors"
	"io"
	"strings"
)

const headerChunk = 8 << 10

// readHeader gives the header of a message with the empty line that ends it; all of the message if
// there is no such line. The result must not be changed.
func readHeader(c Content) ([]byte, error) {
	if k, ok := c.(kept); ok {
		c = k.Content
	}
	if b, ok := c.(Bytes); ok {
		if end := headerEnd(b, 0); end >= 0 {
			return b[:end], nil
		}
		return b, nil
	}
	var b []byte
	for {
		at := len(b)
		want := int(min(headerChunk, c.Size()-int64(at)))
		if want == 0 {
			return b, nil
		}
		b = append(b, make([]byte, want)...)
		n, err := c.ReadAt(b[at:], int64(at))
		if n < want {
			if err == nil || errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return nil, err
		}
		// The end may straddle two chunks.
		if end := headerEnd(b, max(0, at-4)); end >= 0 {
			return b[:end], nil
		}
	}
}

// headerEnd gives the offset behind the empty line, or -1. Line ends before from are known not to
// be followed by one.
func headerEnd(b []byte, from int) int {
	if from == 0 {
		if n := emptyLine(b); n > 0 {
			return n
		}
	}
	for i := from; ; {
		j := bytes.IndexByte(b[i:], '\n')
		if j < 0 {
			return -1
		}
		i += j + 1
		if n := emptyLine(b[i:]); n > 0 {
			return i + n
		}
	}
}

// emptyLine gives the length of the empty line at the start of b, 0 if there is none.
func emptyLine(b []byte) int {
	switch {
	case len(b) > 0 && b[0] == '\n':
		return 1
	case len(b) > 1 && b[0] == '\r' && b[1] == '\n':
		return 2
	}
	return 0
}

// selectFields keeps the fields of header that are in names (upper case), or those that are not,
// each with its continuation lines, and ends with an empty line.
func selectFields(header []byte, names []string, in bool) []byte {
	out := make([]byte, 0, 256)
	keep := false
	for len(header) > 0 {
		n := bytes.IndexByte(header, '\n') + 1
		if n == 0 {
			n = len(header)
		}
		line := header[:n]
		header = header[n:]
		if emptyLine(line) > 0 {
			break
		}
		if line[0] != ' ' && line[0] != '\t' {
			name, _, _ := bytes.Cut(line, []byte(":"))
			keep = namesField(names, bytes.TrimRight(name, " \t\r\n")) == in
		}
		if keep {
			out = append(out, line...)
		}
	}
	return append(out, "\r\n"...)
}

func namesField(names []string, field []byte) bool {
	for _, n := range names {
		if len(n) == len(field) && strings.EqualFold(n, string(field)) {
			return true
		}
	}
	return false
}

// headerValues gives the values of the fields called name, unfolded and in order.
func headerValues(header []byte, name string) []string {
	var values []string
	inside := false
	for line := range bytes.Lines(header) {
		line = bytes.TrimRight(line, "\r\n")
		switch {
		case len(line) == 0:
			return values
		case line[0] == ' ' || line[0] == '\t':
			if inside {
				values[len(values)-1] += string(line)
			}
		default:
			field, value, ok := bytes.Cut(line, []byte(":"))
			inside = ok && strings.EqualFold(string(bytes.TrimRight(field, " \t")), name)
			if inside {
				values = append(values, strings.TrimLeft(string(value), " \t"))
			}
		}
	}
	return values
}
