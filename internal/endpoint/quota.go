package endpoint

import (
	"fmt"
	"strings"

	"imapsync/internal/account"
	"imapsync/internal/event"
	"imapsync/internal/imap"
)

// fullAt is the share of the storage limit, in percent, above which users are warned.
const fullAt = 90

// The lines about the capability.
const (
	noQuota  = "%s: No QUOTA capability found, skipping it."
	hasQuota = "\n%s: QUOTA capability found, presented in raw IMAP on next lines"
)

// readQuota tells how full the destination is. A mailbox that is nearly full is a warning: the
// reference counts an error, and exits 113 after a complete copy (docs/differences.md row 13).
func (e *Endpoint) readQuota(asked func() ([]imap.Quota, []string, error)) {
	if e.side != account.Host2 {
		return
	}
	title := e.side.Title()
	if asked == nil {
		e.note(event.Info, noQuota, title)
		return
	}
	e.note(event.Info, hasQuota, title)
	quotas, raw, err := asked()
	e.note(event.Info, "Sending: GETQUOTAROOT INBOX\nRead: \t%s\n", strings.Join(raw, "\n  \t"))
	if err != nil {
		e.note(event.Warning, "%s: the quota is not known: %v", title, err)
		return
	}
	text, full := quotaText(title, quotas)
	e.note(event.Info, "%s", text)
	if full != "" {
		e.note(event.Warning, "%s", full)
	}
}

// quotaText tells how full a mailbox is, and with other words when it is nearly full.
func quotaText(title string, quotas []imap.Quota) (text, full string) {
	used, limit := storage(quotas)
	if limit <= 0 {
		return fmt.Sprintf("%s: Quota current storage is %d bytes. Limit is 0 bytes. So 0 %% full", title, used), ""
	}
	percent := 100 * float64(used) / float64(limit)
	text = fmt.Sprintf("%s: Quota current storage is %d bytes. Limit is %d bytes. So %.2f %% full", title, used, limit, percent)
	if percent > fullAt {
		full = fmt.Sprintf("%s: %.2f %% full: it is time to find a bigger place! ( %d bytes / %d bytes )", title, percent, used, limit)
	}
	return text, full
}

// storage finds the first STORAGE resource, in octets. One without a limit counts as none, as in the
// reference.
func storage(quotas []imap.Quota) (used, limit int64) {
	const unit = 1024
	for _, q := range quotas {
		switch {
		case !strings.HasSuffix(q.Resource, "STORAGE"):
		case q.Limit < 0: // without a limit there is nothing to compare with
			return 0, 0
		default:
			return q.Usage * unit, q.Limit * unit
		}
	}
	return 0, 0
}
