package report

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"time"

	"imapsync/internal/imap"
	"imapsync/internal/plan"
)

// Homepage closes the statistics.
const Homepage = "Homepage: https://imapsync.lamiral.info/"

// releaseLine answers --releasecheck. The place that the reference asks is not ours.
const releaseLine = "Imapsync public release is unknown (this program has no place to ask yet, nothing was sent over the network). ( Use --noreleasecheck to avoid this release check. )"

// Statistics are the final figures of a run.
type Statistics struct {
	Run             Run
	End             time.Time
	Messages        Messages
	Volume          Volume
	Identity        Identity
	Wanted          int // folders of the loop
	Folders         []FolderResult
	Left            []LeftBehind
	Errors          int64
	ErrorTypes      map[ErrorType]int64
	Reconnections   [2]int64 // host1, host2
	Machine         Machine
	StartDifference *Difference // nil: a side was not, or not wholly, sized
	FinalDifference *Difference
}

// Messages are the counts of messages. CouldTransfer is what a dry run would have copied.
type Messages struct {
	Transferred, CouldTransfer, Skipped       int64
	Duplicates1, Duplicates2, CrossDuplicates int64
	Void1, Void2                              int64 // without the wanted headers
	Unidentified1                             int64 // of these, left behind on host1
	Deleted1, Deleted2                        int64
	LineEndsCompleted                         int64
}

// Volume counts octets. Biggest is the biggest message transferred.
type Volume struct{ Transferred, Skipped, Biggest int64 }

// Identity compares the identified messages of both sides. Missing2 of Identified1 messages of
// host1 are not on host2; Extra2 of Identified2 messages of host2 are not on host1.
type Identity struct{ Identified1, Missing2, Identified2, Extra2 int64 }

func (i *Identity) add(f FolderResult) {
	i.Identified1 += f.Identified1
	i.Missing2 += f.Missing2
	i.Identified2 += f.Identified2
	i.Extra2 += f.Extra2
}

// Difference is host2 minus host1.
type Difference struct{ Messages, Bytes int64 }

// FolderState says how far a wanted folder came.
type FolderState uint8

// States of a wanted folder.
const (
	FolderNotVisited FolderState = iota
	FolderUnfinished             // begun, and something of it was left behind
	FolderComplete
)

var folderStateNames = [...]string{"not_visited", "not_completed", "complete"}

// String is the state's name in JSON output.
func (s FolderState) String() string { return folderStateNames[s] }

// FolderResult is the outcome of one wanted folder. Dst is empty when it was not visited.
type FolderResult struct {
	Src, Dst imap.MailboxName
	State    FolderState
	Identity
}

// LeftBehind counts the messages of host1 that are not where they should be for one reason.
type LeftBehind struct {
	Reason plan.Reason
	Count  int64
}

// leftBehind lists the counts in the order of the reasons.
func leftBehind(reasons map[plan.Reason]int64) []LeftBehind {
	var left []LeftBehind
	for _, r := range slices.Sorted(maps.Keys(reasons)) {
		if isLeftBehind(r) {
			left = append(left, LeftBehind{r, reasons[r]})
		}
	}
	return left
}

// Completed counts the folders whose work was done whole.
func (s Statistics) Completed() int {
	n := 0
	for _, f := range s.Folders {
		if f.State == FolderComplete {
			n++
		}
	}
	return n
}

// Block is the statistics block with the verdict, in lines. Labels are those of the reference,
// which many scripts read. "Folders synced" counts only the completed ones, and there is no line
// about newer releases unless asked for, because nothing looks for them.
func (s Statistics) Block() string {
	spent := s.End.Sub(s.Run.Start).Seconds()
	b := line(nil, "++++ Statistics")
	b = stat(b, "Transfer started on", "%s", FormatDate(s.Run.Start))
	b = stat(b, "Transfer ended on", "%s", FormatDate(s.End))
	b = stat(b, "Transfer time", "%.1f sec", spent)
	b = stat(b, "Folders synced", "%d/%d synced", s.Completed(), s.Wanted)
	b = s.appendMessages(b)
	b = stat(b, "Total bytes transferred", "%s", bytesText(s.Volume.Transferred))
	b = stat(b, "Total bytes skipped", "%s", bytesText(s.Volume.Skipped))
	b = stat(b, "Message rate", "%.1f messages/s", perSecond(s.Messages.Transferred, spent))
	b = stat(b, "Average bandwidth rate", "%.1f KiB/s", perSecond(s.Volume.Transferred, spent)/1024)
	b = stat(b, "Reconnections to host1", "%d", s.Reconnections[0])
	b = stat(b, "Reconnections to host2", "%d", s.Reconnections[1])
	b = s.Machine.append(b, spent, s.Volume.Biggest)
	if s.Run.SizesAtEnd {
		b = stat(b, "Start difference host2 - host1", "%s", s.StartDifference)
		b = stat(b, "Final difference host2 - host1", "%s", s.FinalDifference)
	}
	b = append(b, s.Verdict()...)
	b = line(b, "Detected %d errors", s.Errors)
	if s.Run.ReleaseCheck {
		b = line(b, "%s", releaseLine)
	}
	return string(line(b, "%s", Homepage))
}

func (s Statistics) appendMessages(b []byte) []byte {
	m := s.Messages
	could := ""
	if s.Run.Dry {
		could = fmt.Sprintf("(could be %d without dry mode)", m.CouldTransfer)
	}
	b = stat(b, "Messages transferred", "%d %s", m.Transferred, could)
	b = stat(b, "Messages skipped", "%d", m.Skipped)
	b = stat(b, "Messages found duplicate on host1", "%d", m.Duplicates1)
	b = stat(b, "Messages found duplicate on host2", "%d", m.Duplicates2)
	b = stat(b, "Messages found crossduplicate on host2", "%d", m.CrossDuplicates)
	b = stat(b, "Messages void (noheader) on host1", "%d  %s", m.Void1, voidText(m))
	b = stat(b, "Messages void (noheader) on host2", "%d", m.Void2)
	b = stat(b, "Messages found in host1 not in host2", "%d messages", s.Identity.Missing2)
	b = stat(b, "Messages found in host2 not in host1", "%d messages", s.Identity.Extra2)
	b = stat(b, "Messages deleted on host1", "%d", m.Deleted1)
	return stat(b, "Messages deleted on host2", "%d", m.Deleted2)
}

// voidText follows the count of messages without the wanted headers: what to do about them.
func voidText(m Messages) string {
	switch {
	case m.Unidentified1 > 0:
		return fmt.Sprintf("in order to sync those %d unidentified messages, add option --addheader", m.Unidentified1)
	case m.Void1 > 0:
		return "identified by their other headers"
	}
	return ""
}

// String is the difference in the words of the reference, "NA" for what was not measured.
func (d *Difference) String() string {
	if d == nil {
		return fmt.Sprintf("%s messages, %[1]s bytes (%s)", notAvailable, BytesBin(math.NaN()))
	}
	return fmt.Sprintf("%d messages, %d bytes (%s)", d.Messages, d.Bytes, BytesBin(float64(d.Bytes)))
}

// stat prints a label padded to the colon that all lines share.
func stat(b []byte, label, format string, args ...any) []byte {
	return line(fmt.Appendf(b, "%-40s: ", label), format, args...)
}

func bytesText(n int64) string {
	return strconv.FormatInt(n, 10) + " (" + BytesBin(float64(n)) + ")"
}

func perSecond(n int64, spent float64) float64 {
	if spent <= 0 {
		return 0
	}
	return float64(n) / spent
}
