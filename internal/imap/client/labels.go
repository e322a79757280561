package client

import (
	"imapsync/internal/imap"
	"imapsync/internal/imap/wire"
)

// UIDStoreLabels gives messages exactly these Gmail labels (X-GM-EXT-1). The label of the selected
// mailbox is not among those that FETCH tells, and setting others leaves it as it is. There is no
// ".SILENT" here because nothing says that Gmail knows it for labels; its answers cost little. As
// with UIDStore, send it only after the SELECT it relies on has succeeded.
func (c *Conn) UIDStoreLabels(set imap.UIDSet, labels []string) *Cmd {
	return c.simple("UID STORE", func(e *wire.Encoder) {
		e.Raw(set.String() + " X-GM-LABELS ").Labels(labels)
	})
}
