package transfer

import (
	"context"
	"errors"
	"strings"

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

// refused deals with a NO or BAD. A refused batch is sent again message by message, to find the bad
// one; a busy server is waited for; a message refused alone is offered in another variant.
func (a *appender) refused(ctx context.Context, s *sent) {
	if len(s.items) > 1 {
		for _, it := range s.items {
			a.send(ctx, []*item{it})
		}
		return
	}
	it := s.items[0]
	var e *imap.Error
	if fault.Transient(s.err) && errors.As(s.err, &e) {
		if it.tries++; it.tries <= a.c.cfg.Retries && !a.c.stopped() {
			a.pause(ctx, e.Wait, it.tries)
			a.again(ctx, it)
			return
		}
	} else if e := (*imap.Error)(nil); errors.As(s.err, &e) && e.Kind == imap.KindRefused &&
		appendKind(s.err) == fault.Append && it.concede(a.c.cfg.Dates) {
		a.again(ctx, it)
		return
	}
	if it.batch.relay && !it.spooled && appendKind(s.err) == fault.Append {
		a.spool(ctx, it, s.err)
		return
	}
	a.refuse(s.items, s.err)
}

func (a *appender) again(ctx context.Context, it *item) {
	if it.batch.relay {
		a.relay(ctx, it)
		return
	}
	a.send(ctx, []*item{it})
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
	if dates && !it.copy.Row.Date().IsZero() {
		useful |= noDate
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
