package transfer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"imapsync/internal/account"
	"imapsync/internal/event"
	"imapsync/internal/fault"
	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
	"imapsync/internal/message"
	"imapsync/internal/plan"
)

// stored ends a message that is on host2; proven tells that a tagged OK said so.
func (a *appender) stored(it *item, uid imap.UID, proven bool) {
	it.folder.tally.confirm(it, uid)
	if told := it.folder.Stored; told != nil {
		told(it.copy, uid, proven)
	}
	a.c.sink.Emit(event.Copied{Src: it.folder.Src, SrcUID: it.copy.Row.UID, Dst: it.folder.Dst, DstUID: uid,
		Size: it.size, Changed: it.changed || it.variant.has(finalCRLF)})
	if it.variant.has(noKeywords) {
		a.c.fail(&fault.Error{Kind: fault.Flags, Side: account.Host2, Folder: it.folder.Dst, UID: uid,
			Text: fmt.Sprintf("Host2: flags msg %s/%d could not add flags [%s]: the server accepts the message only without them",
				it.folder.Dst, uid, flagText(it))})
	}
	if it.variant.has(noDate) {
		a.c.sink.Emit(event.Note{Level: event.Warning, Side: account.Host2, Text: fmt.Sprintf(
			"Host2: msg %s/%d has the date of its arrival, the server refuses %s", it.folder.Dst, uid, dateText(it))})
	}
	a.release(it)
	if total, reached := a.c.allowance.settle(it.copy, it.size); reached {
		a.c.fail(exceeded(total, a.c.cfg.ExitWhenOver))
	}
	it.folder.ended(1, 1)
}

// end tells why a message is left behind.
func (a *appender) end(it *item) {
	if it.err != nil {
		a.c.fail(it.err)
	}
	a.c.sink.Emit(event.Skipped{Src: it.folder.Src, UID: it.copy.Row.UID, Dst: it.folder.Dst,
		Size: it.copy.Row.Size, Reason: it.reason, Detail: cmp.Or(it.why, detail(it.err)), Letter: letterOf(it.head()), Lines: it.lines})
	a.release(it)
	a.c.allowance.settle(it.copy, 0)
	if it.reason == plan.DryRun || it.reason == plan.SkippedByRule {
		it.folder.settled(1)
		return
	}
	it.folder.ended(1, 0)
}

// letterOf names a message by what its header says.
func letterOf(header []byte) event.Letter {
	return event.Letter{MessageID: message.Field(header, "Message-Id"), From: message.Field(header, "From"),
		Subject: message.Field(header, "Subject")}
}

func detail(err *fault.Error) string {
	if err == nil || err.Err == nil {
		return ""
	}
	return err.Err.Error()
}

// refuse ends items that host2 did not take.
func (a *appender) refuse(items []*item, err error) {
	for _, it := range items {
		if fault.Lost(err) {
			it.folder.setUnsure()
		}
		if it.folder.hold(it, err) {
			a.release(it)
			a.c.allowance.settle(it.copy, 0)
			continue
		}
		if errors.Is(err, context.Canceled) {
			it.reason = plan.NotReached
		} else {
			it.reason, it.err = plan.AppendRefused, it.appendError(err)
		}
		a.end(it)
	}
}

// abandon ends messages whose outcome will not be looked up because the run is being cut short: a
// rerun finds those that host2 has.
func (a *appender) abandon(items []*item) {
	for _, it := range items {
		it.reason = plan.NotReached
		a.end(it)
	}
}

// release gives the memory of a batch back with its last message.
func (a *appender) release(it *item) {
	if it.stored != nil {
		it.stored.Close()
		it.stored = nil
	}
	b := it.batch
	if b.open--; b.open > 0 {
		return
	}
	if b.arena != nil {
		b.arena.release()
	}
	for _, it := range b.items {
		it.text = nil
	}
	a.lane.share.Release(b.charged)
	b.charged = 0
}

func (c *Copier) fail(err *fault.Error) { c.sink.Emit(event.Failed{Err: err}) }

// appendError words a refusal as the reference does, with the server's own words at the end.
func (it *item) appendError(err error) *fault.Error {
	header := it.head()
	text := fmt.Sprintf("- msg %s/%d {%d} could not append ( Subject:[%s], Date:[%s], Size:[%d], Flags:[%s] ) to folder %s: %v",
		it.folder.Src, it.copy.Row.UID, it.size, message.Field(header, "Subject"), dateText(it), it.size, flagText(it), it.folder.Dst, err)
	return &fault.Error{Kind: appendKind(err), Side: account.Host2, Folder: it.folder.Dst, UID: it.copy.Row.UID, Err: err, Text: text}
}

// appendKind classes a refusal by what the server said, never by the message's own words.
func appendKind(err error) fault.Kind {
	var e *imap.Error
	if !errors.As(err, &e) {
		return fault.Append
	}
	switch {
	case e.Kind == imap.KindOverQuota:
		return fault.OverQuota
	case e.Kind == imap.KindTooBig:
		return fault.AppendSize
	case strings.Contains(strings.ToLower(e.Text), "virus"):
		return fault.AppendVirus
	}
	return fault.Append
}

// maxHeader bounds what is kept of a header to recognise or name a message.
const maxHeader = 64 << 10

// head is the start of the message, at least its header block if that is not longer than maxHeader.
func (it *item) head() []byte {
	if it.text == nil {
		return it.header
	}
	var head []byte
	for _, b := range it.text {
		head = append(head, b[:min(len(b), maxHeader-len(head))]...)
		if len(head) == maxHeader {
			break
		}
	}
	return head
}

// offer is the message as the current variant gives it to host2.
func (it *item) offer(dates bool) client.AppendMessage {
	t := it.text
	if it.variant.has(finalCRLF) {
		t = withFinalCRLF(t)
	}
	it.size = t.size()
	m := client.AppendMessage{Flags: it.flags(), Size: it.size, Body: t.reader()}
	if dates && !it.variant.has(noDate) {
		m.Date = it.internalDate()
	}
	return m
}

func (it *item) flags() []imap.Flag {
	flags := it.folder.Sets.Flags(it.copy.Flags)
	if !it.variant.has(noKeywords) {
		return flags
	}
	var system []imap.Flag
	for _, f := range flags {
		if strings.HasPrefix(string(f), `\`) {
			system = append(system, f)
		}
	}
	return system
}

func flagText(it *item) string {
	var words []string
	for _, f := range it.folder.Sets.Flags(it.copy.Flags) {
		words = append(words, string(f))
	}
	return strings.Join(words, " ")
}

func dateText(it *item) string {
	d := it.internalDate()
	if d.IsZero() {
		return ""
	}
	return `"` + imap.FormatInternalDate(d) + `"`
}
