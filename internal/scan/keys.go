package scan

import (
	"context"
	"fmt"

	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
	"imapsync/internal/message"
)

// keysAhead bounds the FETCH commands in flight.
const keysAhead = 32

// Keys reads the identity headers of some messages of a folder and hands their keys on; those of
// messages that the server does not tell about are missing. The folder is opened anew, because
// other folders may have been opened on c meanwhile; a changed UIDVALIDITY is an error. What was read before
// another error is handed on.
func Keys(ctx context.Context, c *client.Conn, name imap.MailboxName, validity imap.UIDValidity, uids []imap.UID,
	id *message.Identifier, identify func(uid imap.UID, full, fallback message.Key)) error {
	k := newKeyReader(id, len(uids))
	opened, err := fetchBehind(ctx, c, name, validity, imap.UIDs(uids...).Split(imap.SetOctets), k.items(), k.message)
	if !opened {
		return err
	}
	k.complete()
	for _, uid := range uids {
		if keys, ok := k.keys[uid]; ok {
			identify(uid, keys.full, keys.fallback)
		}
	}
	return err
}

func changedValidity(name imap.MailboxName, from, to imap.UIDValidity) error {
	return fmt.Errorf("UIDVALIDITY of %s changed from %d to %d during the run", name, from, to)
}

// keyReader turns headers into keys as they come, so that no more than a few are held.
type keyReader struct {
	id    *message.Identifier
	keys  map[imap.UID]messageKeys
	parts map[imap.UID]imap.Message // asked for, come in part: servers may send items one by one
}

type messageKeys struct{ full, fallback message.Key }

func newKeyReader(id *message.Identifier, n int) *keyReader {
	k := &keyReader{id: id, keys: make(map[imap.UID]messageKeys, n), parts: map[imap.UID]imap.Message{}}
	return k
}

// items is what keys are made of.
func (k *keyReader) items() client.FetchItems {
	return client.FetchItems{Size: true, Header: k.id.FullFields()}
}

// message takes one FETCH response. It runs on the reading goroutine of the connection.
func (k *keyReader) message(m *imap.Message) {
	if m.UID == 0 || m.Header == nil && m.Size < 0 {
		return
	}
	part, ok := k.parts[m.UID]
	if !ok {
		part = *m
	}
	if m.Header != nil {
		part.Header = m.Header
	}
	if m.Size >= 0 {
		part.Size = m.Size
	}
	if part.Header == nil || part.Size < 0 {
		k.parts[m.UID] = part
		return
	}
	delete(k.parts, m.UID)
	k.take(&part)
}

// complete takes messages whose size did not come; only --noskipsize needs it.
func (k *keyReader) complete() {
	for _, m := range k.parts {
		if m.Header != nil {
			k.take(&m)
		}
	}
}

func (k *keyReader) take(m *imap.Message) {
	k.keys[m.UID] = messageKeys{k.id.Full(m.Header, m.Size), k.id.Fallback(m.Header, -1)}
}
