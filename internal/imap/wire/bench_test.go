package wire

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"imapsync/internal/imap"
)

// repeated yields the same octets n times.
type repeated struct {
	text []byte
	n    int
	left []byte
}

func (r *repeated) Read(p []byte) (int, error) {
	if len(r.left) == 0 {
		if r.n == 0 {
			return 0, io.EOF
		}
		r.n--
		r.left = r.text
	}
	n := copy(p, r.left)
	r.left = r.left[n:]
	return n, nil
}

// BenchmarkMetadata decodes what a listing of a large folder brings, one line per operation.
func BenchmarkMetadata(b *testing.B) {
	line := "* 12345 FETCH (UID 123456 FLAGS (\\Seen \\Answered) INTERNALDATE \"07-Feb-2024 21:52:25 +0100\" RFC822.SIZE 4353 " +
		"BODY[HEADER.FIELDS (MESSAGE-ID)] {48}\r\nMessage-Id: <0123456789012345678901234567@x>\r\n\r\n)\r\n"
	b.SetBytes(int64(len(line)))
	b.ReportAllocs()
	d := NewDecoder(&repeated{text: []byte(line), n: 1 << 30}, nil)
	for b.Loop() {
		if _, err := d.Next(); err != nil {
			b.Fatal(err)
		}
		m := &imap.Message{Size: -1}
		if err := d.MsgAtt(m, nil); err != nil || m.UID != 123456 {
			b.Fatal(m, err)
		}
	}
}

// BenchmarkBody streams message texts of several sizes.
func BenchmarkBody(b *testing.B) {
	for _, size := range []int{4 << 10, 1 << 20} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			msg := fmt.Appendf(nil, "* 1 FETCH (UID 1 BODY[] {%d}\r\n%s)\r\n", size, bytes.Repeat([]byte("x"), size))
			b.SetBytes(int64(len(msg)))
			b.ReportAllocs()
			buf := make([]byte, size)
			body := func(_ int64, r io.Reader) error { _, err := io.ReadFull(r, buf); return err }
			d := NewDecoder(&repeated{text: msg, n: 1 << 30}, nil)
			var m imap.Message
			for b.Loop() {
				if _, err := d.Next(); err != nil {
					b.Fatal(err)
				}
				if err := d.MsgAtt(&m, body); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
