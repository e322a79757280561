package transfer

import (
	"io"
	"os"
)

// storage keeps a text while it is made or waits for host2: in pooled memory up to relayOver octets,
// beyond in a temporary file that nobody else can read and that is gone when the program is. It is filled
// by one goroutine, then read by anybody.
type storage struct {
	dir   string // for the file
	arena arena
	text  text
	file  *os.File
	size  int64
}

func (c *Copier) newStorage() *storage {
	return &storage{dir: c.cfg.TempDir, arena: arena{pool: c.pool}}
}

// Write appends p.
func (s *storage) Write(p []byte) (int, error) {
	if s.file == nil && s.size+int64(len(p)) > relayOver {
		if err := s.spill(); err != nil {
			return 0, err
		}
	}
	if s.file != nil {
		n, err := s.file.Write(p)
		s.size += int64(n)
		return n, err
	}
	for rest := p; len(rest) > 0; {
		b := s.arena.room(int64(len(rest)))
		rest = rest[copy(b, rest):]
		s.text = append(s.text, b)
	}
	s.size += int64(len(p))
	return len(p), nil
}

// spill moves the text to a file.
func (s *storage) spill() error {
	file, err := temporary(s.dir)
	if err != nil {
		return err
	}
	s.file = file
	_, err = s.text.reader().(io.WriterTo).WriteTo(file)
	s.text = nil
	s.arena.release()
	return err
}

// Open reads the text from its start.
func (s *storage) Open() io.Reader {
	if s.file != nil {
		return io.NewSectionReader(s.file, 0, s.size)
	}
	return s.text.reader()
}

// Size is how long the text is.
func (s *storage) Size() int64 { return s.size }

// Close gives the text up. It may be called again.
func (s *storage) Close() {
	if s.file != nil {
		s.file.Close()
		os.Remove(s.file.Name()) // where it could not be removed while it was open
		s.file = nil
	}
	s.text, s.size = nil, 0
	s.arena.release()
}

// head is the start of the text, at least its header block if that is not longer than maxHeader.
func (s *storage) head() []byte {
	head := make([]byte, min(s.size, maxHeader))
	n, _ := io.ReadFull(s.Open(), head)
	return head[:n]
}

// temporary makes a file that only this user can read (os.CreateTemp gives it the mode 0600) and that
// has no name any more where the system allows that.
func temporary(dir string) (*os.File, error) {
	file, err := os.CreateTemp(dir, "imapsync-*.eml")
	if err == nil {
		os.Remove(file.Name())
	}
	return file, err
}
