package report

import (
	"fmt"

	"imapsync/internal/event"
	"imapsync/internal/imap"
)

// appendFlagsCompared prints how flags came about, in the reference's words.
func (t *Text) appendFlagsCompared(b []byte, e event.FlagsCompared) []byte {
	if !t.opts.DebugFlags || t.opts.Quiet {
		return b
	}
	src := fmt.Sprintf("%s/%d", visible(string(e.Src)), e.SrcUID)
	if e.DstUID == 0 {
		date := ""
		if !e.Date.IsZero() {
			date = `"` + imap.FormatInternalDate(e.Date) + `"`
		}
		b = line(b, "Host1: flags init msg %s date [%s] flags [%s] size [%d]", src, date, flagList(e.Flags1), e.Size)
		return line(b, "Host1: flags filt msg %s date [%s] flags [%s] size [%d]", src, date, flagList(e.Wanted), e.Size)
	}
	dst := fmt.Sprintf("%s/%d", visible(string(e.Dst)), e.DstUID)
	b = line(b, "Host1: flags init msg %s flags( %s ) Host2 msg %s flags( %s )", src, flagList(e.Flags1), dst, flagList(e.Flags2))
	b = line(b, "Host1: flags filt msg %s flags( %s ) Host2 msg %s flags( %s )", src, flagList(e.Wanted), dst, flagList(e.Flags2))
	if e.Differ {
		b = line(b, "Host2: flags msg %s replacing h2 flags( %s ) with h1 flags( %s )%s", dst, flagList(e.Flags2), flagList(e.Wanted), dryText(e.Dry))
	}
	return b
}

// appendLabelsCompared has the reference's words for people who debug labels.
func (t *Text) appendLabelsCompared(b []byte, e event.LabelsCompared) []byte {
	if !t.opts.DebugLabels || t.opts.Quiet {
		return b
	}
	src, dst := visible(string(e.Src)), visible(string(e.Dst))
	if e.DstUID == 0 {
		return line(b, "Host1 labels: %s (msg %s/%d)", visible(imap.LabelsText(e.Wanted)), src, e.SrcUID)
	}
	b = line(b, "Host1 labels fixed: %s (msg %s/%d)", visible(imap.LabelsText(e.Wanted)), src, e.SrcUID)
	b = line(b, "Host2 labels      : %s (msg %s/%d)", visible(imap.LabelsText(e.Have)), dst, e.DstUID)
	if !e.Differ {
		b = line(b, "Labels are already equal")
	}
	return b
}

func (t *Text) appendLabelsChanged(b []byte, e event.LabelsChanged) []byte {
	if !t.opts.Debug && !t.opts.DebugLabels || t.opts.Quiet {
		return b
	}
	for _, uid := range e.UIDs {
		b = line(b, "Host2: labels msg %s/%d set to h1 labels( %s )%s", visible(string(e.Folder)), uid, visible(imap.LabelsText(e.Labels)), dryText(e.Dry))
	}
	return b
}
