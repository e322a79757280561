package endpoint

import (
	"context"
	"strings"

	"imapsync/internal/account"
	"imapsync/internal/event"
	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
)

// fullAt is the share of the storage limit, in percent, above which users are warned.
const fullAt = 90

// readQuota tells how full the destination is. A mailbox that is nearly full is a warning: the
// reference counts an error, and exits 113 after a complete copy (docs/differences.md row 13).
func (e *Endpoint) readQuota(ctx context.Context, c *client.Conn) {
	if e.side != account.Host2 {
		return
	}
	title := e.side.Title()
	if !e.Caps().Has(imap.CapQuota) {
		e.note(event.Info, "%s: No QUOTA capability found, skipping it.", title)
		return
	}
	e.note(event.Info, "\n%s: QUOTA capability found, presented in raw IMAP on next lines", title)
	quotas, raw, err := c.QuotaRoot(ctx, "INBOX")
	e.note(event.Info, "Sending: GETQUOTAROOT INBOX\nRead: \t%s\n", strings.Join(raw, "\n  \t"))
	if err != nil {
		e.note(event.Warning, "%s: the quota is not known: %v", title, err)
		return
	}
	used, limit := storage(quotas)
	if limit <= 0 {
		e.note(event.Info, "%s: Quota current storage is %d bytes. Limit is 0 bytes. So 0 %% full", title, used)
		return
	}
	percent := 100 * float64(used) / float64(limit)
	e.note(event.Info, "%s: Quota current storage is %d bytes. Limit is %d bytes. So %.2f %% full", title, used, limit, percent)
	if percent > fullAt {
		e.note(event.Warning, "%s: %.2f %% full: it is time to find a bigger place! ( %d bytes / %d bytes )", title, percent, used, limit)
	}
}

// storage finds the first STORAGE resource, in octets.
func storage(quotas []imap.Quota) (used, limit int64) {
	const unit = 1024
	for _, q := range quotas {
		if strings.HasSuffix(q.Resource, "STORAGE") {
			return q.Usage * unit, max(q.Limit, 0) * unit
		}
	}
	return 0, 0
}
