package scan

import (
	"context"
	"maps"
	"slices"

	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
	"imapsync/internal/message"
)

// Tail is [Keys] for all messages of a folder from the UID from on, in UID order: those that came since
// UIDNEXT was from.
func Tail(ctx context.Context, c *client.Conn, name imap.MailboxName, validity imap.UIDValidity, from imap.UID,
	id *message.Identifier, identify func(uid imap.UID, full, fallback message.Key)) error {
	k := newKeyReader(id, 0)
	opened, err := fetchBehind(ctx, c, name, validity, []imap.UIDSet{imap.UIDsFrom(from)}, k.items(), k.message)
	if !opened {
		return err
	}
	k.complete()
	for _, uid := range slices.Sorted(maps.Keys(k.keys)) {
		if uid >= from { // "n:*" also names the last message when nothing is new
			identify(uid, k.keys[uid].full, k.keys[uid].fallback)
		}
	}
	return err
}
