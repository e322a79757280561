package report

import (
	"fmt"
	"strconv"

	"imapsync/internal/event"
)

const (
	introBefore = `
Folders sizes before the synchronization. It can take some time. Be patient.
You can remove foldersizes listings by using "--nofoldersizes" and "--nofoldersizesatend"
but then you will also lose the ETA (Estimation Time of Arrival) given after each message copy.
`
	introAfter = `
Folders sizes after the synchronization.
You can remove this foldersizes listing by using  "--nofoldersizesatend"
`
)

// appendFolderSizes prints one pair of folders as a block, and the introduction before the first.
func (t *Text) appendFolderSizes(b []byte, e event.FolderSizes) []byte {
	if !t.intro[e.When] {
		t.intro[e.When] = true
		if e.When == event.Before {
			b = append(b, introBefore...)
		} else {
			b = append(b, introAfter...)
		}
	}
	place := counter(e.Index, e.Count)
	b = line(b, "Host1 folder %7s %-35s %s", place, folderName(e.Src), sizesText(e.Host1, " does not exist"))
	b = line(b, "Host2 folder %7s %-35s %s", place, folderName(e.Dst), sizesText(e.Host2, " does not exist yet"))
	one, two := orZero(e.Host1), orZero(e.Host2)
	biggest := notAvailable
	if one.biggestKnown() && two.biggestKnown() {
		biggest = strconv.FormatInt(two.Biggest-one.Biggest, 10)
	}
	return line(b, "Host2-Host1  %7s %-35s       %9d           %5d          %9s\n", "", "", two.Bytes-one.Bytes, two.Messages-one.Messages, biggest)
}

type sizes event.Sizes

// biggestKnown is false when a server told the sum only.
func (s sizes) biggestKnown() bool { return s.Biggest > 0 || s.Bytes == 0 }

func (s sizes) biggestText() string {
	if !s.biggestKnown() {
		return notAvailable
	}
	return strconv.FormatInt(s.Biggest, 10)
}

func orZero(s *event.Sizes) sizes {
	if s == nil {
		return sizes{}
	}
	return sizes(*s)
}

func sizesText(s *event.Sizes, missing string) string {
	if s == nil {
		return missing
	}
	return fmt.Sprintf("Size: %9d Messages: %5d Biggest: %9s", s.Bytes, s.Messages, sizes(*s).biggestText())
}

// appendTotalSizes prints the sums and closes a size block.
func appendTotalSizes(b []byte, e event.TotalSizes) []byte {
	b = appendTotals(b, e)
	if !e.Complete1 {
		b = line(b, "Host1: some folders could not be sized, the sums leave them out")
	}
	if !e.Complete2 {
		b = line(b, "Host2: some folders could not be sized, the sums leave them out")
	}
	return line(b, "Time spent on sizing: %11.1f seconds", e.Elapsed.Seconds())
}

func appendTotals(b []byte, e event.TotalSizes) []byte {
	one, two := sizes(e.Host1), sizes(e.Host2)
	b = line(b, "Host1 Nb folders:           %11d folders", e.Folders1)
	b = line(b, "Host2 Nb folders:           %11d folders\n", e.Folders2)
	b = line(b, "Host1 Nb messages:          %11d messages", one.Messages)
	b = line(b, "Host2 Nb messages:          %11d messages\n", two.Messages)
	b = line(b, "Host1 Total size:           %11d bytes (%s)", one.Bytes, BytesBin(float64(one.Bytes)))
	b = line(b, "Host2 Total size:           %11d bytes (%s)\n", two.Bytes, BytesBin(float64(two.Bytes)))
	b = line(b, "Host1 Biggest message:      %11s bytes (%s)", one.biggestText(), one.biggestHuman())
	return line(b, "Host2 Biggest message:      %11s bytes (%s)\n", two.biggestText(), two.biggestHuman())
}

func (s sizes) biggestHuman() string {
	if !s.biggestKnown() {
		return notAvailable
	}
	return BytesBin(float64(s.Biggest))
}
