package plan

// Reason says why a message was left as it is. The set is closed, so that "why was this not
// copied" can be answered in the log, in JSON and in a page alike.
type Reason uint8

// Reasons for not copying a message.
const (
	ReasonNone           Reason = iota
	AlreadyThere                // its identity is in the destination folder
	KnownPair                   // state says it was copied, and the copy is still there
	DuplicateOnHost1            // another message of the same folder and identity is copied or there
	CrossDuplicate              // its identity is in another folder of host2 (--skipcrossduplicates)
	TooBig                      // larger than --maxsize or the server's APPENDLIMIT
	TooSmall                    // not larger than --minsize
	VanishedOnHost1             // expunged on host1 between the listing and the fetch
	FetchFailed                 // host1 did not deliver it
	AppendRefused               // host2 refused it
	NotReached                  // the run ended before its turn
	FolderFailed                // its folder could not be opened, listed or created
	TransformationFailed        // a rewriting rule failed on it
	SkippedByRule               // --skipmess, --maxlinelength and the like
	DryRun                      // it would be copied without --dry
	Unidentified                // host1 did not give its identity headers, and host2's folder is not empty
)

var reasonNames = [...]string{"", "already_there", "known_pair", "duplicate_on_host1", "cross_duplicate",
	"too_big", "too_small", "vanished_on_host1", "fetch_failed", "append_refused", "not_reached",
	"folder_failed", "transformation_failed", "skipped_by_rule", "dry_run", "unidentified"}

// String is the reason's name in JSON output.
func (r Reason) String() string {
	if int(r) < len(reasonNames) {
		return reasonNames[r]
	}
	return "unknown"
}
