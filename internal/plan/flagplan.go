package plan

import (
	"slices"

	"imapsync/internal/imap"
)

// Compared are the flags of one message on both sides, before and after the rules.
type Compared struct {
	Pair
	Flags1, Want, Flags2 SetID
	Differ               bool
}

// flagCache remembers what the rules made of each set of flags: a folder of a million messages has
// some dozens of sets, and an expression is only evaluated once for each.
type flagCache struct {
	wanted map[SetID]SetID
	same   map[[2]SetID]bool
}

// UseVariables gives the expressions of --regexflag the values of this folder's variables. Call it
// before the first row of the source.
func (f *Folder) UseVariables(lookup func(name string) (value string, ok bool)) {
	f.rules.Flags = f.rules.Flags.Bind(lookup)
}

// Wanted is what host2 is asked for instead of the flags id of host1.
func (f *Folder) Wanted(id SetID) SetID { return f.wanted(id) }

func (f *Folder) wanted(id SetID) SetID {
	if want, ok := f.flags.wanted[id]; ok {
		return want
	}
	flags, err := f.rules.Flags.ForHost2(f.sets.Flags(id), f.permanent)
	if err != nil {
		f.out.FlagErrors = append(f.out.FlagErrors, err)
	}
	if f.flags.wanted == nil {
		f.flags.wanted = map[SetID]SetID{}
	}
	want := f.sets.Intern(flags)
	f.flags.wanted[id] = want
	return want
}

// FlagChange tells whether the message uid of host2, which has the flags have, needs a change to have
// those wanted.
func (f *Folder) FlagChange(uid imap.UID, want, have SetID) (c FlagChange, differ bool) {
	if f.sameFlags(want, have) {
		return FlagChange{}, false
	}
	return FlagChange{UID: uid, Flags: f.sorted(want)}, true
}

// sorted is the same set in order, so that messages that differ only in the order of their flags share
// a STORE.
func (f *Folder) sorted(id SetID) SetID {
	flags := slices.Clone(f.sets.Flags(id))
	slices.Sort(flags)
	return f.sets.Intern(flags)
}

// sameFlags tells whether a message of host2 has the flags that are wanted.
func (f *Folder) sameFlags(want, have SetID) bool {
	key := [2]SetID{want, have}
	if same, ok := f.flags.same[key]; ok {
		return same
	}
	if f.flags.same == nil {
		f.flags.same = map[[2]SetID]bool{}
	}
	same := SameFlags(f.sets.Flags(want), f.sets.Flags(have))
	f.flags.same[key] = same
	return same
}

func (f *Folder) compared(src, dst *Row, want SetID, differ bool) {
	if f.rules.Explain {
		f.out.Compared = append(f.out.Compared, Compared{Pair{src.UID, dst.UID}, src.Flags, want, dst.Flags, differ})
	}
}

// Permanent is the PERMANENTFLAGS list of the destination, as its SELECT gave it.
func (f *Folder) Permanent() []imap.Flag { return f.permanent }
