package plan

import (
	"cmp"
	"slices"

	"imapsync/internal/imap"
)

// Copy is one message to be copied. Flags are those for host2.
type Copy struct {
	Row   Row
	Flags SetID
}

// Skip is one message left alone, with its reason. Of names the message of host1 it duplicates.
type Skip struct {
	UID    imap.UID
	Size   int64
	Reason Reason
	Of     imap.UID
	Limit  int64              // of a size, in octets: what it exceeds, or does not
	Others []imap.MailboxName // of a CrossDuplicate: the folders of host2 that have it
}

// FlagChange asks that the message UID of host2 gets exactly these flags.
type FlagChange struct {
	UID   imap.UID
	Flags SetID
}

// Step is what became decidable since the last call. Copies are in ascending UID order.
type Step struct {
	Copies  []Copy
	Skips   []Skip
	Changes []FlagChange
	Pairs   []Known // matched now, for the state store
	// Compared are the flags of messages already there, only with Rules.Explain; FlagErrors are
	// expressions that failed on flags, each once for each set of flags.
	Compared       []Compared
	LabelChanges   []LabelChange
	ComparedLabels []ComparedLabels // with Rules.ExplainLabels
	FlagErrors     []error
	// More tells that what was decided raised questions: another round is needed.
	More bool
}

// Counts are the totals of a folder so far.
type Counts struct {
	Listed1, Listed2         int
	Duplicates1, Duplicates2 int
	Left1                    int // duplicates of host1 that are left out: all of them unless --syncduplicates
	Cross1                   int // messages of host1 left out because other folders of host2 have them
	Fallback1, Fallback2     int // identified by the fallback key only
	Matched                  int // messages of host1 already on host2
	Known1                   int // of these, known from an earlier run
	// Unidentified counts the messages of host1 that may or may not be on host2, because one of the
	// servers did not tell what they are. While there are any, a folder is not complete.
	Unidentified int
}

// flush hands out what was decided and begins anew.
func (f *Folder) flush() Step {
	s := f.out
	f.out = Step{}
	slices.SortFunc(s.Copies, func(a, b Copy) int { return cmp.Compare(a.Row.UID, b.Row.UID) })
	return s
}

// match decides that row i of host1 is on host2 as row j.
func (f *Folder) match(i, j int32, why Reason) {
	src, dst := &f.src.rows[i], &f.dst.rows[j]
	f.used[j] = true
	f.partner[i] = j
	if f.done[i] = true; src.Unselected {
		return
	}
	f.counts.Matched++
	f.skip(Skip{UID: src.UID, Size: src.Size, Reason: why}, i)
	if why == KnownPair {
		f.counts.Known1++
	}
	pair := Known{Pair: Pair{src.UID, dst.UID}, Short: src.Short, There: dst.Short, Size: src.Size}
	pair.Remembered = f.known.remembered(pair)
	f.out.Pairs = append(f.out.Pairs, pair)
	f.relabel(src, dst)
	if !f.rules.ResyncFlags || !f.rules.flagsSized(src.Size) {
		return
	}
	want := f.wanted(src.Flags)
	if f.rules.OwnMarks {
		want = f.sets.Intern(withDeletedOf(f.sets.Flags(dst.Flags), f.sets.Flags(want)))
	}
	change, differ := f.FlagChange(dst.UID, want, dst.Flags)
	if differ {
		f.out.Changes = append(f.out.Changes, change)
	}
	f.compared(src, dst, want, differ)
}

// withDeletedOf gives want the \Deleted that have has, or has not.
func withDeletedOf(have, want []imap.Flag) []imap.Flag {
	want = slices.DeleteFunc(slices.Clone(want), imap.FlagDeleted.Is)
	if slices.ContainsFunc(have, imap.FlagDeleted.Is) {
		want = append(want, imap.FlagDeleted)
	}
	return want
}

// unidentified leaves row i because it may be on host2: copying it at every run would double it.
func (f *Folder) unidentified(i int32) {
	r := &f.src.rows[i]
	if f.done[i] = true; r.Unselected {
		return
	}
	if !f.tooSized(i) {
		f.counts.Unidentified++
		f.skip(Skip{UID: r.UID, Size: r.Size, Reason: Unidentified}, i)
	}
}

// copy decides that row i is not on host2.
func (f *Folder) copy(i int32) {
	r := &f.src.rows[i]
	if f.done[i] = true; r.Unselected {
		return
	}
	if others := f.elsewhere(i); len(others) > 0 {
		f.counts.Cross1++
		f.skip(Skip{UID: r.UID, Size: r.Size, Reason: CrossDuplicate, Others: others}, i)
		return
	}
	if f.tooSized(i) {
		return
	}
	f.out.Copies = append(f.out.Copies, Copy{Row: *r, Flags: f.wanted(r.Flags)})
}

func (f *Folder) skip(s Skip, i int32) {
	f.done[i] = true
	f.out.Skips = append(f.out.Skips, s)
}

// tooSized skips row i if its size is outside the limits.
func (f *Folder) tooSized(i int32) bool {
	r := &f.src.rows[i]
	why, limit := f.rules.sizeReason(r.Size)
	if why == ReasonNone {
		return false
	}
	f.skip(Skip{UID: r.UID, Size: r.Size, Reason: why, Limit: limit}, i)
	return true
}
