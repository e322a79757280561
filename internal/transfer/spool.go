package transfer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"imapsync/internal/imap/client"
	"imapsync/internal/message"
)

// spool fetches a refused big message to a temporary file with completed line ends and appends it
// from there, if that changes anything (rule E7).
func (a *appender) spool(ctx context.Context, it *item) {
	file, err := temporary(a.c.cfg.TempDir)
	if err != nil {
		a.refuse([]*item{it}, errors.Join(it.refusal, fmt.Errorf("keep the message for a second try: %w", err)))
		return
	}
	defer os.Remove(file.Name())
	defer file.Close()
	lines := &completed{file: file}
	if err = a.readText(ctx, it, lines.read); err == nil {
		err = lines.finish()
	}
	if err != nil || !lines.changed() {
		a.refuse([]*item{it}, errors.Join(it.refusal, err))
		return
	}
	msg := it.offer(a.c.cfg.Dates)
	msg.Size, msg.Body = lines.size, file
	it.size, it.changed, it.loneLF = lines.size, true, 0
	s := &sent{items: []*item{it}}
	a.enterWaiting(s)
	s.cmd = a.held.conn.Append(ctx, it.folder.Dst, []client.AppendMessage{msg})
	a.take(ctx, s)
}

// completed is a text in a file whose line ends are completed.
type completed struct {
	file     *os.File
	original int64 // octets host1 sent
	size     int64 // octets in the file
	last     [2]byte
}

func (c *completed) read(size int64, r io.Reader) (err error) {
	c.original = size
	_, err = io.Copy(c, message.NewCRLFReader(r))
	return err
}

// Write writes to the file and keeps the last two octets.
func (c *completed) Write(b []byte) (int, error) {
	switch {
	case len(b) >= 2:
		copy(c.last[:], b[len(b)-2:])
	case len(b) == 1:
		c.last = [2]byte{c.last[1], b[0]}
	}
	n, err := c.file.Write(b)
	c.size += int64(n)
	return n, err
}

// finish completes the last line and goes back to the start.
func (c *completed) finish() error {
	if c.last != [2]byte{'\r', '\n'} {
		if _, err := c.Write([]byte("\r\n")); err != nil {
			return err
		}
	}
	_, err := c.file.Seek(0, io.SeekStart)
	return err
}

func (c *completed) changed() bool { return c.size != c.original }
