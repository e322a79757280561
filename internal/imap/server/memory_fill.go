package server

import (
	"errors"
	"io"
	"time"

	"imapsync/internal/imap"
)

// Add appends a message from a program's own memory and gives its UID. It panics if the quota does
// not allow it or the mailbox was deleted, which are mistakes of the program that fills it.
func (b *MemoryMailbox) Add(text []byte, date time.Time, flags ...imap.Flag) imap.UID {
	return b.AddContent(Bytes(text), date, flags...)
}

// AddContent is Add for a text that lies elsewhere or is made while it is read.
func (b *MemoryMailbox) AddContent(text Content, date time.Time, flags ...imap.Flag) imap.UID {
	uids, err := b.Append([]NewMessage{{flags, date, text}})
	if err != nil {
		panic(err)
	}
	return uids[0]
}

// Text reads a whole message; nil if it is gone.
func (b *MemoryMailbox) Text(uid imap.UID) []byte {
	text, err := b.Open(uid)
	if err != nil {
		return nil
	}
	out := make([]byte, text.Size())
	if _, err := text.ReadAt(out, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil
	}
	return out
}
