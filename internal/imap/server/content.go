package server

import (
	"io"
)

// Bytes is a [Content] in memory. It must not be changed once handed over.
type Bytes []byte

// ReadAt implements io.ReaderAt.
func (b Bytes) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 || off >= int64(len(b)) {
		return 0, io.EOF
	}
	n := copy(p, b[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// WriteTo writes the whole text, without a copy in between.
func (b Bytes) WriteTo(w io.Writer) (int64, error) {
	n, err := w.Write(b)
	return int64(n), err
}

// Size is the number of octets.
func (b Bytes) Size() int64 { return int64(len(b)) }

// Close does nothing.
func (b Bytes) Close() error { return nil }

// writeContent sends octets off to off+n of c to w. A text shorter than announced is an error:
// what follows would be read as part of it.
func writeContent(w io.Writer, c Content, off, n int64) error {
	var sent int64
	var err error
	if wt, ok := c.(io.WriterTo); ok && off == 0 && n == c.Size() {
		sent, err = wt.WriteTo(w)
	} else {
		sent, err = io.Copy(w, io.NewSectionReader(c, off, n))
	}
	if err == nil && sent != n {
		err = io.ErrUnexpectedEOF
	}
	return err
}
