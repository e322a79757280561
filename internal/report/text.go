package report

import (
	"fmt"
	"io"
	"time"

	"imapsync/internal/account"
	"imapsync/internal/event"
)

// TextOptions choose among the lines of a [Text].
type TextOptions struct {
	Debug        bool // notes of level Debug, and a line for every message left alone
	DebugFolders bool // notes of level Debug, which tell the steps of the renaming of folders
	DebugFlags   bool // a line for every change of flags
	DebugLabels  bool // a line for every change of Gmail labels
	DebugMemory  bool // memory at the start of each folder
	Quiet        bool // no line per message, no estimates

	Host1, Host2 string           // names for the lines about reconnections
	Now          func() time.Time // nil means time.Now
}

// Text prints the events as the log of the reference. Lines are self-contained, because folders
// overlap; blocks of several lines are never cut by others. What servers and users sent cannot
// forge lines or move a terminal's cursor: control characters are shown escaped.
//
// It is safe for concurrent use. Output is delayed by a fraction of a second; call Flush before
// anything else is written to the same place, and at the end.
type Text struct {
	buffer
	opts  TextOptions
	meter meter               // under buffer.mu
	intro map[event.When]bool // size blocks already opened, under buffer.mu
}

// NewText makes a sink that prints to w, which stays the caller's.
func NewText(w io.Writer, opts TextOptions) *Text {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	return &Text{buffer: buffer{out: w}, opts: opts, meter: newMeter(), intro: make(map[event.When]bool)}
}

// Print writes text as it is, in order with the events. A final newline is added when missing.
func (t *Text) Print(text string) {
	t.update(func(b []byte) []byte {
		b = append(b, text...)
		if len(text) > 0 && text[len(text)-1] != '\n' {
			b = append(b, '\n')
		}
		return b
	})
}

// PrintPart writes text as it is, without a newline: a question whose answer follows on the line.
func (t *Text) PrintPart(text string) {
	t.update(func(b []byte) []byte { return append(b, text...) })
}

// Emit prints e.
func (t *Text) Emit(e event.Event) {
	t.update(func(b []byte) []byte {
		now := t.opts.Now()
		t.meter.observe(e, now)
		return t.appendEvent(b, e, now)
	})
}

func (t *Text) appendEvent(b []byte, e event.Event, now time.Time) []byte {
	switch e := e.(type) {
	case event.Note:
		if e.Level == event.Debug && !t.opts.Debug && !t.opts.DebugFolders {
			return b
		}
		return append(appendText(b, e.Text), '\n')
	case event.Trace:
		return appendTrace(b, e)
	case event.Alert:
		return line(b, "%s: alert from the server: %s", e.Side.Title(), oneLine(e.Text))
	case event.LoggedIn:
		return b // its line is a note, worded by who signed in
	case event.Reconnected:
		return t.appendReconnected(b, e)
	case event.FolderSizes:
		return t.appendFolderSizes(b, e)
	case event.TotalSizes:
		return appendTotalSizes(b, e)
	case event.LoopStarted:
		return line(b, "++++ Looping on each one of %d folders to sync", e.Folders)
	case event.LoopEnded:
		return line(t.appendETA(b, now), "++++ End looping on each folder")
	case event.FolderStarted:
		return t.appendFolderStarted(b, e, now)
	case event.FolderSelected:
		return appendFolderSelected(b, e)
	case event.FolderListed:
		return appendFolderListed(b, e)
	case event.FolderCreated:
		return appendFolderCreated(b, e)
	case event.Subscribed:
		return line(b, "Host2: Subscribing to folder %s%s", visible(string(e.Folder)), dryText(e.Dry))
	case event.Copied:
		return t.appendCopied(b, e, now)
	case event.Skipped:
		return t.appendSkipped(b, e, now)
	case event.Paused:
		return t.appendPaused(b, e)
	case event.FlagsChanged:
		return t.appendFlagsChanged(b, e)
	case event.FlagsCompared:
		return t.appendFlagsCompared(b, e)
	case event.LabelsCompared:
		return t.appendLabelsCompared(b, e)
	case event.LabelsChanged:
		return t.appendLabelsChanged(b, e)
	case event.Marking:
		return t.appendMarking(b, e)
	case event.Expunging:
		return appendExpunging(b, e)
	case event.Deleted:
		return b // the lines before told it, the totals count it
	case event.DeletionRefused:
		if e.Text == "" {
			return b
		}
		return line(b, "%s", oneLine(e.Text))
	case event.Kept:
		return appendKept(b, e)
	case event.FolderDeleted:
		return appendFolderDeleted(b, e)
	case event.Failed:
		b = line(b, "%s", oneLine(e.Err.Error()))
		if e.Err.Hint != "" {
			b = line(b, "Hint: %s", oneLine(e.Err.Hint))
		}
		return b
	case event.FolderDone:
		if !e.Complete {
			b = line(b, "Folder %7s %s -> %s was not completed", counter(e.Index, e.Count), folderName(e.Src), folderName(e.Dst))
		}
		return b
	}
	return line(b, "%+v", e)
}

func appendTrace(b []byte, e event.Trace) []byte {
	verb := "Read:"
	if e.Sent {
		verb = "Sending:"
	}
	return line(b, "%s: %s %s", e.Side.Title(), verb, oneLine(e.Text))
}

func (t *Text) appendReconnected(b []byte, e event.Reconnected) []byte {
	host := t.opts.Host1
	if e.Side == account.Host2 {
		host = t.opts.Host2
	}
	if e.Err != nil {
		return line(b, "%s: could not reconnect to %s imap server %s: %s", e.Side.Title(), e.Side, oneLine(host), oneLine(e.Err.Error()))
	}
	return line(b, "Info: reconnected to %s imap server %s", e.Side, oneLine(host))
}

// appendETA prints the estimate alone on its line, nothing while the total is unknown.
func (t *Text) appendETA(b []byte, now time.Time) []byte {
	if eta := t.meter.eta(now); eta != "" && !t.opts.Quiet {
		return line(b, "%s", eta)
	}
	return b
}

func line(b []byte, format string, args ...any) []byte {
	return append(fmt.Appendf(b, format, args...), '\n')
}

// dryText follows what a dry run only pretends to do.
func dryText(dry bool) string {
	if dry {
		return " \t(not really since --dry mode)"
	}
	return ""
}
