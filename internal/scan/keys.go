package scan

import (
	"context"
	"fmt"

	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
	"imapsync/internal/message"
)

// setOctets bounds the UID set of one command line: some servers refuse lines above 1,000 octets.
const setOctets = 900

// keysAhead bounds the FETCH commands in flight.
const keysAhead = 32

// Keys reads the identity headers of some messages of a folder and hands their keys on; those of
// messages that the server does not tell about are missing. The folder is opened anew, because
// other folders may have been opened on c meanwhile; a changed UIDVALIDITY is an error. What was read before
// another error is handed on.
func Keys(ctx context.Context, c *client.Conn, name imap.MailboxName, validity imap.UIDValidity, uids []imap.UID,
	id *message.Identifier, identify func(uid imap.UID, full, fallback message.Key)) error {
	k := newKeyReader(id, len(uids))
	sel := c.Select(name, true)
	// Nothing that comes is believed before the SELECT is known to be the expected one, but it need
	// not be waited for (rule E8).
	err := k.read(ctx, c, imap.UIDs(uids...).Split(setOctets))
	selected, serr := sel.Wait(ctx)
	if serr != nil {
		return serr
	}
	if selected.UIDValidity != validity {
		return changedValidity(name, validity, selected.UIDValidity)
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

// read runs the FETCH commands, some at a time. It gives the first error.
func (k *keyReader) read(ctx context.Context, c *client.Conn, sets []imap.UIDSet) (err error) {
	return fetchAll(ctx, c, sets, client.FetchItems{Size: true, Header: k.id.FullFields()}, k.message)
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
