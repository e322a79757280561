package report

import "fmt"

// maxFolderLines bounds the list of folders in the verdict; the rest is counted.
const maxFolderLines = 100

// Verdict says in lines whether everything wanted is on host2, and what is not. It keeps the
// sentences of the reference, but never says "looks good" while a wanted folder was not visited
// or not completed (docs/differences.md row 16). With --justfolders only folders are judged.
func (s Statistics) Verdict() string {
	var b []byte
	unfinished := s.unfinished()
	if !s.Run.JustFolders {
		b = s.Identity.appendHost1(b, s.Messages.Unidentified1, unfinished, s.Wanted)
		b = s.Identity.appendHost2(b)
	} else if unfinished > 0 {
		b = line(b, "%d of %d wanted folders were not completed.", unfinished, s.Wanted)
	}
	b = s.appendFolders(b)
	return string(s.appendLeft(b))
}

// unfinished counts the wanted folders that were not visited or not completed; those whose names
// are not known count too.
func (s Statistics) unfinished() int { return max(s.Wanted-s.Completed(), 0) }

// appendHost1 follows comment_on_final_diff_in_1_not_in_2.
func (i Identity) appendHost1(b []byte, unidentified int64, unfinished, wanted int) []byte {
	switch {
	case i.Missing2 > 0:
		b = line(b, "The sync is not finished, there are %d among %d identified messages in host1 that are not on host2.", i.Missing2, i.Identified1)
	case unfinished > 0:
		b = line(b, "The sync is not finished, %d of %d wanted folders were not completed.", unfinished, wanted)
	case i.Identified1 > 0:
		b = line(b, "The sync looks good, all %d identified messages in host1 are on host2.", i.Identified1)
	}
	switch {
	case unidentified > 0:
		b = line(b, "There are %d unidentified messages (usually Sent or Draft messages). To sync them add option --addheader", unidentified)
	case i.Identified1 > 0:
		b = line(b, "There is no unidentified message on host1.")
	}
	return b
}

// appendHost2 follows comment_on_final_diff_in_2_not_in_1.
func (i Identity) appendHost2(b []byte) []byte {
	if i.Extra2 > 0 {
		return line(b, "The sync is not strict, there are %d among %d identified messages in host2 that are not on host1. Use --delete2 and sync again to delete them and have a strict sync.", i.Extra2, i.Identified2)
	}
	return line(b, "The sync is strict, all %d identified messages in host2 are on host1.", i.Identified2)
}

// appendFolders names every folder that is not all right. In a dry run missing messages are what
// was asked for, so only folders that failed are named.
func (s Statistics) appendFolders(b []byte) []byte {
	shown, hidden := 0, 0
	for _, f := range s.Folders {
		text := s.folderVerdict(f)
		switch {
		case text == "":
		case shown == maxFolderLines:
			hidden++
		default:
			shown++
			b = line(b, "%s", text)
		}
	}
	if hidden > 0 {
		b = line(b, "and %d more folders like these", hidden)
	}
	return b
}

func (s Statistics) folderVerdict(f FolderResult) string {
	missing := ""
	if f.Missing2 > 0 && !s.Run.Dry {
		missing = fmt.Sprintf("%d of %d identified messages are not on host2", f.Missing2, f.Identified1)
	}
	switch f.State {
	case FolderNotVisited:
		return "Folder " + folderName(f.Src) + " was not visited"
	case FolderUnfinished:
		text := "Folder " + folderName(f.Src) + " -> " + folderName(f.Dst) + " was not completed"
		if missing != "" {
			text += ", " + missing
		}
		return text
	case FolderComplete:
		if missing != "" {
			return "Folder " + folderName(f.Src) + " -> " + folderName(f.Dst) + ": " + missing
		}
	}
	return ""
}

// appendLeft is the table of the messages left behind, by reason.
func (s Statistics) appendLeft(b []byte) []byte {
	if len(s.Left) == 0 {
		return b
	}
	b = line(b, "Messages of host1 left behind, by reason:")
	for _, l := range s.Left {
		b = line(b, "%11d %s", l.Count, reasonText(l.Reason))
	}
	return b
}
