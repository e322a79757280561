package transfer

import (
	"context"
	"errors"
	"strings"
	"time"

	"imapsync/internal/fault"
	"imapsync/internal/imap"
	"imapsync/internal/message"
)

// variant says how a message is offered to host2. A refused message is offered again with a
// concession that may be what host2 wants: better a message without its keywords, and said so,
// than no message.
type variant uint8

const (
	finalCRLF  variant = 1 << iota // a final CRLF added (docs/differences.md row 22)
	noKeywords                     // without keywords
	noDate                         // without internal date
)

func (v variant) has(w variant) bool { return v&w != 0 }

// refused deals with a NO or BAD. A busy server is waited for. A refused batch is offered again
// message by message, to find the bad one; a message refused alone is offered in another variant.
func (a *appender) refused(ctx context.Context, items []*item, err error) {
	it := items[0]
	var e *imap.Error
	isRefusal := errors.As(err, &e)
	if isRefusal && fault.Transient(err) && !a.c.stopped() {
		if it.tries++; it.tries <= a.c.cfg.Retries {
			a.pause(ctx, e.Wait, it.tries)
			a.todo = append([][]*item{items}, a.todo...)
			return
		}
	}
	if len(items) > 1 {
		var groups [][]*item
		for _, it := range items {
			groups = append(groups, []*item{it})
		}
		a.todo = append(groups, a.todo...)
		return
	}
	negotiable := isRefusal && !fault.Transient(err) && e.Kind == imap.KindRefused && appendKind(err) == fault.Append
	switch {
	case negotiable && it.concede(a.c.cfg.Dates):
	case negotiable && it.relay && !it.spool:
		it.spool, it.refusal = true, err
	default:
		a.refuse(items, err)
		return
	}
	a.todo = append([][]*item{items}, a.todo...)
}

// waitOf is how long a refusal asks to wait.
func waitOf(err error) time.Duration {
	if e := (*imap.Error)(nil); errors.As(err, &e) {
		return e.Wait
	}
	return 0
}

// concessions are the variants offered after a refusal, in order: first the same again, since a
// refusal may be a moment's and a date given away does not come back. A later one holds an earlier one
// only where both may be needed, so that nothing is changed in vain.
var concessions = []variant{0, finalCRLF, noKeywords, noDate, noKeywords | noDate, finalCRLF | noKeywords | noDate}

// concede chooses the next variant, false when none is left.
func (it *item) concede(dates bool) bool {
	_, whole := message.ScanLF(it.text...)
	var useful variant
	if it.text != nil && !whole {
		useful |= finalCRLF
	}
	if it.hasKeywords() {
		useful |= noKeywords
	}
	if dates && !it.internalDate().IsZero() {
		useful |= noDate
	}
	if it.relay {
		it.conceded = max(it.conceded, 1) // the same again would be a whole download
	}
	for ; it.conceded < len(concessions); it.conceded++ {
		if v := concessions[it.conceded]; v&^useful == 0 {
			it.conceded++
			it.variant = v
			return true
		}
	}
	return false
}

func (it *item) hasKeywords() bool {
	for _, f := range it.folder.Sets.Flags(it.copy.Flags) {
		if !strings.HasPrefix(string(f), `\`) {
			return true
		}
	}
	return false
}
