package report

import (
	"imapsync/internal/account"
	"imapsync/internal/event"
	"imapsync/internal/plan"
)

// appendMarking prints the lines of the reference about a message that is deleted.
func (t *Text) appendMarking(b []byte, e event.Marking) []byte {
	if t.opts.Quiet {
		return b
	}
	where := visible(string(e.Folder))
	dry := dryText(e.Dry)
	if dry == "" {
		dry = " "
	}
	switch {
	case e.Side == account.Host1 && e.Expunge:
		return line(b, "Host1: %s/%d marking deleted and expunged%s", where, e.UID, dry)
	case e.Side == account.Host1:
		return line(b, "Host1: %s/%d marking deleted %s", where, e.UID, dry)
	case e.Cause == event.Duplicate2:
		return line(b, `Host2: msg %s/%d marked \Deleted [duplicate] on host2%s`, where, e.UID, dry)
	}
	return line(b, `Host2: msg %s/%d marked \Deleted on host2 [%s]%s`, where, e.UID, e.Identity, dry)
}

func appendExpunging(b []byte, e event.Expunging) []byte {
	where := visible(string(e.Folder))
	dry := dryText(e.Dry)
	if dry == "" {
		dry = " "
	}
	switch {
	case e.All && e.Start:
		return line(b, "%s: Expunging %s%s", e.Side.Title(), where, dry)
	case e.All:
		return line(b, "%s: Expunging folder %s%s", e.Side.Title(), where, dry)
	}
	return line(b, "%s: UidExpunging %d message(s) in folder %s%s", e.Side.Title(), e.Messages, where, dry)
}

func appendKept(b []byte, e event.Kept) []byte {
	return line(b, "Host1: msg %s/%d {%d} stays on host1 although host2 has %s/%d: %s",
		visible(string(e.Src)), e.UID, e.Size, visible(string(e.Dst)), e.Copy, keptText(e.Why))
}

// keptText says what keeps a message on host1, and what can be done about it.
func keptText(k plan.Kept) string {
	switch k {
	case plan.KeptDifferent:
		return "same identity, but another size and content; add --delete1unproven to delete it all the same"
	case plan.KeptWeak:
		return "same Message-Id or headers, but another identity and content"
	case plan.KeptUnread:
		return "a server did not tell what would prove that they are the same, run again"
	case plan.KeptDoomed:
		return `that one is marked \Deleted`
	case plan.KeptTwin:
		return "host1 has others like it that are not on host2 yet, run again"
	case plan.KeptNot:
	}
	return "no reason given"
}

func appendFolderDeleted(b []byte, e event.FolderDeleted) []byte {
	name := visible(string(e.Folder))
	if e.Stage == event.FolderKept {
		return line(b, "%s", oneLine(e.Text))
	}
	dry := ""
	if e.Dry {
		dry = "\t(not really since --dry mode)"
	}
	switch {
	case e.Side == account.Host1 && e.Stage == event.FolderDeleting:
		return line(b, "Host1: deleting empty folder %s", name)
	case e.Stage == event.FolderDeleting:
		return b
	case e.Side == account.Host1 && e.Stage == event.FolderGone:
		return line(b, "Host1 deleted %s%s", name, dry)
	case e.Stage == event.FolderGone:
		return line(b, "Deleted %s%s", name, dry)
	case e.Side == account.Host1:
		return line(b, "Host1 deleting %s failed%s", name, words(e.Text))
	}
	return line(b, "Deleting %s failed%s", name, words(e.Text))
}

func words(text string) string {
	if text == "" {
		return ""
	}
	return ": " + oneLine(text)
}
