package transfer

import (
	"bytes"
	"io"
	"os"
	"testing"
	"testing/iotest"
)

// TestStorage keeps texts of all sizes round the limit of memory, and leaves no file.
func TestStorage(t *testing.T) {
	dir := t.TempDir()
	c := &Copier{pool: newChunkPool(4)}
	c.cfg.TempDir = dir
	for _, size := range []int{0, 1, chunkSize, chunkSize + 1, relayOver - 1, relayOver, relayOver + 1, 3 * relayOver} {
		text := bytes.Repeat([]byte("0123456789\r\n"), size/12+1)[:size]
		s := c.newStorage()
		if _, err := io.Copy(s, iotest.HalfReader(bytes.NewReader(text))); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if got, err := io.ReadAll(s.Open()); err != nil || !bytes.Equal(got, text) || s.Size() != int64(size) {
				t.Errorf("%d octets: got %d, size %d, %v", size, len(got), s.Size(), err)
			}
		}
		if got, want := s.endsWithCRLF(), bytes.HasSuffix(text, []byte("\r\n")); got != want {
			t.Errorf("%d octets: ends with CRLF: got %v, want %v", size, got, want)
		}
		if got, want := s.head(), text[:min(size, maxHeader)]; !bytes.Equal(got, want) {
			t.Errorf("%d octets: got a head of %d, want %d", size, len(got), len(want))
		}
		if inFile := s.file != nil; inFile != (size > relayOver) {
			t.Errorf("%d octets: in a file: %v", size, inFile)
		}
		s.Close()
		s.Close()
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("%d octets: left %v %v", size, left, err)
		}
	}
	c.cfg.TempDir = dir + "/missing"
	if _, err := c.newStorage().Write(make([]byte, relayOver+1)); err == nil {
		t.Error("a directory that is not there: got no error")
	}
}
