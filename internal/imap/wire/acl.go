package wire

import (
	"bytes"

	"imapsync/internal/imap"
)

// ACLData reads what follows ACL (RFC 4314 section 3.6): a mailbox, then identifiers and rights in
// turn. An identifier without rights has none.
func (d *Decoder) ACLData() (name imap.MailboxName, entries []imap.ACLEntry) {
	name = d.mailboxName(func(line []byte) int {
		if i := bytes.IndexAny(line, " \t"); i >= 0 {
			return i
		}
		return len(line)
	})
	for !d.EOL() {
		b, bare := d.astring()
		if bare && len(b) == 0 {
			d.skipToken()
			continue
		}
		e := imap.ACLEntry{Identifier: string(b)} // before the rights, whose literal would overwrite the line
		if !d.EOL() {
			rights, _ := d.astring()
			e.Rights = string(rights)
		}
		entries = append(entries, e)
	}
	return name, entries
}
