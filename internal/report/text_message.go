package report

import (
	"fmt"
	"time"

	"imapsync/internal/event"
	"imapsync/internal/plan"
)

// appendCopied prints the line that scripts count: "msg INBOX/2 {152} copied to INBOX/3 ...".
func (t *Text) appendCopied(b []byte, e event.Copied, now time.Time) []byte {
	if t.opts.Quiet {
		return b
	}
	messages, bytes := t.meter.rates(now)
	b = line(b, "msg %s/%-19s copied to %s/%-10s %.2f msgs/s  %s/s %s copied %s",
		visible(string(e.Src)), fmt.Sprintf("%d {%d}", e.SrcUID, e.Size),
		visible(string(e.Dst)), newUID(e), messages, BytesBin(bytes), BytesBin(float64(t.meter.bytes)), t.meter.eta(now))
	if e.Changed {
		b = line(b, "msg %s/%d line ends were completed on the way", visible(string(e.Src)), e.SrcUID)
	}
	return b
}

// newUID is the UID on host2, nothing when the server did not tell it.
func newUID(e event.Copied) string {
	if e.DstUID == 0 {
		return ""
	}
	return fmt.Sprint(e.DstUID)
}

// appendSkipped prints why a message was not copied. What is ordinary, or has its own error line,
// or comes in thousands when a folder fails, is printed only with --debug: the table at the end of
// the run counts it.
func (t *Text) appendSkipped(b []byte, e event.Skipped, now time.Time) []byte {
	if t.opts.Quiet {
		return b
	}
	where := fmt.Sprintf("%s/%d", visible(string(e.Src)), e.UID)
	for _, text := range e.Lines {
		b = line(b, "%s", oneLine(text))
	}
	if len(e.Lines) > 0 {
		return b
	}
	switch e.Reason {
	case plan.DryRun:
		return line(b, "msg %s copying to %s%s %s", where, visible(string(e.Dst)), dryText(true), t.meter.eta(now))
	case plan.FetchFailed, plan.TransformationFailed:
		return line(b, "- msg %s skipped.", where)
	case plan.TooBig, plan.TooSmall:
		if e.Detail != "" {
			return line(b, "msg %s skipped (%s)", where, oneLine(e.Detail))
		}
	case plan.ReasonNone, plan.AlreadyThere, plan.KnownPair, plan.CrossDuplicate, plan.AppendRefused,
		plan.NotReached, plan.FolderFailed:
		if !t.opts.Debug {
			return b
		}
	case plan.DuplicateOnHost1, plan.VanishedOnHost1, plan.SkippedByRule, plan.Unidentified:
	}
	words := reasonText(e.Reason)
	if e.Detail != "" {
		words += ": " + oneLine(e.Detail)
	}
	return line(b, "msg %s {%d} skipped (%s)", where, e.Size, words)
}

func (t *Text) appendFlagsChanged(b []byte, e event.FlagsChanged) []byte {
	if !t.opts.Debug && !t.opts.DebugFlags || t.opts.Quiet {
		return b
	}
	for _, uid := range e.UIDs {
		b = line(b, "Host2: flags msg %s/%d set to h1 flags( %s )%s", visible(string(e.Folder)), uid, flagList(e.Flags), dryText(e.Dry))
	}
	return b
}

// reasonText says a reason in words that make sense behind "skipped" and in the final table.
func reasonText(r plan.Reason) string {
	switch r {
	case plan.AlreadyThere:
		return "already on host2"
	case plan.KnownPair:
		return "already on host2, copied by an earlier run"
	case plan.DuplicateOnHost1:
		return "duplicate of another message of the same folder"
	case plan.CrossDuplicate:
		return "already in another folder of host2"
	case plan.TooBig:
		return "too big"
	case plan.TooSmall:
		return "too small"
	case plan.VanishedOnHost1:
		return "vanished on host1 during the sync"
	case plan.FetchFailed:
		return "could not be fetched from host1"
	case plan.AppendRefused:
		return "refused by host2"
	case plan.NotReached:
		return "not reached before the end of the sync"
	case plan.FolderFailed:
		return "its folder could not be opened, listed or created"
	case plan.TransformationFailed:
		return "could not be transformed"
	case plan.SkippedByRule:
		return "skipped by a rule of the command line"
	case plan.DryRun:
		return "would be copied without --dry"
	case plan.Unidentified:
		return "without identity, host1 did not give its headers"
	case plan.ReasonNone:
	}
	return "no reason given"
}
