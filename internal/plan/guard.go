package plan

import (
	"fmt"
	"strconv"
	"strings"
)

// Guard names what keeps a folder's messages on host2 from being removed. Each is a rule of
// docs/differences.md.
type Guard uint8

// Guards.
const (
	GuardNone       Guard = iota
	GuardIncomplete       // a listing is not proven complete (row 3)
	GuardUnsure           // a copy has an unknown outcome, or its connection was lost for good (row 3)
	GuardEpoch            // a server gives no UIDVALIDITY: UIDs may mean other messages on the next connection
	GuardSources          // not every folder of host1 that feeds this one was read whole (row 15)
	GuardLimit            // --maxdeletions (row 8)
	GuardMismatch         // most of the folder would go, and host1 looks like another account (row 8)
	GuardSameFolder       // host1 and host2 are one folder
	GuardForgotten        // --useuid, and no earlier run has remembered what host2 has
	GuardMoved            // the folder may be one that an earlier run has moved from host1
)

var guardNames = [...]string{"", "incomplete_listing", "unknown_outcome", "no_uidvalidity", "other_sources",
	"limit", "mismatch", "same_folder", "nothing_remembered", "moved"}

// String is the guard's name in JSON output.
func (g Guard) String() string {
	if int(g) < len(guardNames) {
		return guardNames[g]
	}
	return "unknown"
}

// Limit is --maxdeletions: how many messages of host2 may be removed.
type Limit struct {
	Given   bool
	Percent bool
	N       int64 // messages in the whole run, or percent of each folder
}

// ParseLimit reads "N" or "P%".
func ParseLimit(text string) (Limit, error) {
	digits, percent := strings.CutSuffix(text, "%")
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 0 || percent && n > 100 {
		return Limit{}, fmt.Errorf("--maxdeletions %s: give a number of messages, such as 500, or a share of each folder, such as 10%%", text)
	}
	return Limit{Given: true, Percent: percent, N: n}, nil
}

// Allows tells whether n of the total messages of a folder may go, spent having gone before in this
// run.
func (l Limit) Allows(n, total, spent int64) bool {
	switch {
	case !l.Given || n == 0:
		return true
	case l.Percent:
		return n*100 <= l.N*total
	}
	return n <= l.N-spent
}

// smellFrom is how many messages a folder must lose before a mismatch is suspected.
const smellFrom = 100

// Smell is what a mismatch of two folders shows in.
type Smell struct {
	Removals   int  // messages that would go, without duplicates
	Total2     int  // messages of host2's folder
	Total1     int  // messages of host1's folders that feed it
	Unmatched1 int  // of these, not on host2 when it was listed
	Empty1     bool // host1's whole account holds no message
}

// Suspicious tells whether more than a hundred messages and more than half the folder would go, so
// that it is worth asking whether host1 is empty.
func (s Smell) Suspicious() bool { return s.Removals > smellFrom && 2*s.Removals > s.Total2 }

// Mismatch tells whether the folders look like those of different accounts, or as if messages were
// recognised by something that one side lacks (docs/differences.md row 8).
func (s Smell) Mismatch() bool {
	return s.Suspicious() && (s.Empty1 || s.Total1 > 0 && 2*s.Unmatched1 > s.Total1)
}
