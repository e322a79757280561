package scan

import (
	"bytes"
	"context"
	"crypto/sha256"
	"hash"
	"io"

	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
	"imapsync/internal/message"
)

// Digests reads the texts of some messages of a folder and hands a digest of each on, without
// holding any. Line ends are normalised and the last one left out, because servers complete them; a
// Message-Id that --addheader has put before the text is left out too.
func Digests(ctx context.Context, c *client.Conn, name imap.MailboxName, validity imap.UIDValidity, uids []imap.UID,
	digest func(imap.UID, message.Key)) error {
	sel, err := c.Select(name, true).Wait(ctx)
	if err != nil {
		return err
	}
	if sel.UIDValidity != validity {
		return changedValidity(name, validity, sel.UIDValidity)
	}
	var key message.Key
	var have bool
	handler := client.FetchHandler{
		Body: func(_ *imap.Message, _ int64, r io.Reader) error {
			h := &lineHash{sum: sha256.New()}
			if _, err := io.Copy(h, message.NewCRLFReader(message.SkipAddedID(r))); err != nil {
				return err
			}
			copy(key[:], h.sum.Sum(nil))
			have = true
			return nil
		},
		Message: func(m *imap.Message) {
			if have && m.UID != 0 {
				digest(m.UID, key)
			}
			have = false
		},
	}
	for _, set := range imap.UIDs(uids...).Split(imap.SetOctets) {
		if err := c.UIDFetch(set, client.FetchItems{Body: true}, handler).Wait(ctx); err != nil {
			return err
		}
	}
	return nil
}

// lineHash hashes a text without the line ends it closes with.
type lineHash struct {
	sum  hash.Hash
	held []byte // CRs and LFs that more text may follow
}

func (l *lineHash) Write(b []byte) (int, error) {
	text := bytes.TrimRight(b, "\r\n")
	if len(text) > 0 {
		l.sum.Write(l.held)
		l.sum.Write(text)
		l.held = l.held[:0]
	}
	l.held = append(l.held, b[len(text):]...)
	return len(b), nil
}
