package report

import (
	"fmt"
	"strings"
	"time"

	"imapsync/internal/account"
	"imapsync/internal/event"
	"imapsync/internal/imap"
)

func counter(index, count int) string { return fmt.Sprintf("%d/%d", index, count) }

func (t *Text) appendFolderStarted(b []byte, e event.FolderStarted, now time.Time) []byte {
	b = t.appendETA(b, now)
	if t.opts.DebugMemory {
		b = line(b, "Memory consumption at folder loop: %.1f MiB", mebibytes(residentMemory()))
	}
	return line(b, "Folder %7s %-35s -> %-35s", counter(e.Index, e.Count), folderName(e.Src), folderName(e.Dst))
}

func appendFolderSelected(b []byte, e event.FolderSelected) []byte {
	name := visible(string(e.Folder))
	b = line(b, "%s: folder [%s] has %d messages in total (mentioned by SELECT)", e.Side.Title(), name, e.Messages)
	if e.Side == account.Host2 {
		b = line(b, "Host2: folder [%s] permanentflags: %s", name, flagList(e.PermanentFlags))
	}
	return b
}

func appendFolderListed(b []byte, e event.FolderListed) []byte {
	side, name := e.Side.Title(), visible(string(e.Folder))
	b = line(b, "%s: folder [%s] considering %d messages", side, name, e.Considered)
	b = line(b, "%s: folder [%s] selected %d messages, duplicates %d", side, name, e.Selected, e.Duplicates)
	if e.Void > 0 {
		b = line(b, "%s: folder [%s] has %d messages without the wanted headers, identified by their other headers", side, name, e.Void)
	}
	return b
}

func appendFolderCreated(b []byte, e event.FolderCreated) []byte {
	name := visible(string(e.Folder))
	switch e.Stage {
	case event.CreateAttempt:
		return line(b, "Creating folder [%s] on host2", name)
	case event.CreateExists:
		if e.Folder.IsInbox() {
			return line(b, "Folder [%s] already exists", name)
		}
		return line(b, "Folder [%s] already exists (--nomixfolders is not set)", name)
	case event.CreateRefusedMixing:
		return line(b, "Folder [%s] already exists and --nomixfolders is set", name)
	case event.CreateDone:
	}
	b = line(b, "Created folder [%s] on host2%s", name, dryText(e.Dry))
	if e.JustDry {
		b = line(b, "Since --dry mode is on and folder [%s] on host2 does not exist yet, syncing messages will not be simulated.", name)
		b = line(b, "To simulate message syncing, use --justfolders without --dry to first create the missing folders then rerun the --dry sync.")
	}
	return b
}

func flagList(flags []imap.Flag) string {
	words := make([]string, len(flags))
	for i, f := range flags {
		words[i] = oneLine(string(f))
	}
	return strings.Join(words, " ")
}
