package plan

import (
	"imapsync/internal/account"
	"imapsync/internal/imap"
	"imapsync/internal/message"
)

// Rules are the decisions that do not depend on a folder.
type Rules struct {
	MaxSize     int64 // octets; larger messages are not copied; 0: no limit
	MinSize     int64 // octets; messages of this size or smaller are not copied; 0: no limit
	ResyncFlags bool  // make flags of messages already there equal to host1's
	Flags       FlagRule
	// Exact means that the short key is the whole identity (--useheader): no second pass for
	// messages that have one.
	Exact bool
	// Headless is the fallback key of a message without any header field, which says nothing.
	Headless message.Key
}

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
	Pairs   []Pair // matched now, for the state store
}

// Counts are the totals of a folder so far.
type Counts struct {
	Listed1, Listed2         int
	Duplicates1, Duplicates2 int
	Fallback1, Fallback2     int // identified by the fallback key only
	Matched                  int // messages of host1 already on host2
}

// keys are the second-pass keys of one message.
type keys struct{ full, fallback message.Key }

// Folder accumulates the listings of one source and one destination folder and hands out
// decisions. It is not safe for concurrent use. The order of calls is AddDest..., DestDone, AddPairs...,
// then per chunk AddSource, Needs, Identify..., Decide; then SourceDone, Needs, Identify..., Decide; then Finish.
type Folder struct {
	rules     Rules
	sets      *FlagSets
	permanent []imap.Flag

	dst      []Row
	dstUsed  []bool
	dstByUID map[imap.UID]int32
	dstIDs   index // by short key
	dstDone  bool

	known map[imap.UID]imap.UID

	src      []Row
	srcDup   []bool
	srcIDs   index
	next     int     // first source row that Decide has not looked at
	deferred []int32 // rows whose Message-Id host2 has too, in UID order
	srcDone  bool

	deferredVoid []int32 // rows without identity whose fallback key host2 has too

	second1, second2 map[imap.UID]keys // keys of the second pass
	digest1, digest2 map[imap.UID]message.Key
	counts           Counts
}

// New starts a folder. permanent is the PERMANENTFLAGS list of a read-write SELECT of the destination.
func New(rules Rules, sets *FlagSets, permanent []imap.Flag) *Folder {
	return &Folder{rules: rules, sets: sets, permanent: permanent, dstIDs: newIndex(), srcIDs: newIndex(),
		second1: map[imap.UID]keys{}, second2: map[imap.UID]keys{},
		digest1: map[imap.UID]message.Key{}, digest2: map[imap.UID]message.Key{}}
}

// AddDest takes rows of the destination's listing, in any order.
func (f *Folder) AddDest(rows []Row) {
	for _, r := range rows {
		f.dstIDs.add(r.Short, int32(len(f.dst)))
		f.dst = append(f.dst, r)
	}
}

// DestDone says that the destination's listing is whole. Without proof nothing can be decided: a
// message may be there unseen.
func (f *Folder) DestDone(proof Complete) {
	f.dstDone = proof.proven
	f.dstUsed = make([]bool, len(f.dst))
	f.counts.Listed2 = len(f.dst)
}

// AddPairs takes pairs known from earlier runs. A pair counts only while its copy is listed on
// host2 (rule E10): what was deleted there is copied again.
func (f *Folder) AddPairs(pairs []Pair) {
	if len(pairs) == 0 {
		return
	}
	if f.known == nil {
		f.known = make(map[imap.UID]imap.UID, len(pairs))
		f.dstByUID = make(map[imap.UID]int32, len(f.dst))
		for i, r := range f.dst {
			f.dstByUID[r.UID] = int32(i)
		}
	}
	for _, p := range pairs {
		f.known[p.Src] = p.Dst
	}
}

// AddSource takes a chunk of the source's listing; UIDs ascend over all chunks.
func (f *Folder) AddSource(rows []Row) {
	for _, r := range rows {
		f.srcIDs.add(r.Short, int32(len(f.src)))
		f.src = append(f.src, r)
		f.srcDup = append(f.srcDup, false)
	}
	f.counts.Listed1 = len(f.src)
}

// AddMissing takes rows of a second listing of the source and keeps those that the first did not
// bring.
func (f *Folder) AddMissing(rows []Row) {
	have := make(map[imap.UID]bool, len(f.src))
	for i := range f.src {
		have[f.src[i].UID] = true
	}
	for i := range rows {
		if !have[rows[i].UID] {
			f.AddSource(rows[i : i+1])
		}
	}
}

// SourceDone says that the source's listing is whole, or as whole as it will get; deferred groups
// become decidable.
func (f *Folder) SourceDone() { f.srcDone = true }

// Identify takes the second-pass keys of one message.
func (f *Folder) Identify(side account.Side, uid imap.UID, full, fallback message.Key) {
	k := keys{full, fallback}
	if side == account.Host1 {
		f.second1[uid] = k
		return
	}
	f.second2[uid] = k
}

// Needs names the messages of each side whose identity headers are wanted before Decide.
func (f *Folder) Needs() (src, dst []imap.UID) {
	want1, want2 := map[imap.UID]bool{}, map[imap.UID]bool{}
	ask1 := func(i int32) { ask(want1, f.second1, f.src[i].UID, &src) }
	ask2 := func(i int32) { ask(want2, f.second2, f.dst[i].UID, &dst) }
	for i := f.next; i < len(f.src); i++ {
		r := &f.src[i]
		switch {
		case f.isKnown(r.UID):
		case r.Short.IsZero():
			ask1(int32(i))
			for j := range f.dstIDs.group(message.Key{}) {
				ask2(j)
			}
		case f.rules.Exact || f.dstIDs.has(r.Short):
		default:
			for j := range f.srcIDs.group(r.Short) {
				if j < int32(i) {
					ask1(j)
					ask1(int32(i))
				}
			}
		}
	}
	if f.srcDone && !f.rules.Exact {
		f.groupNeeds(ask1, ask2)
	}
	return src, dst
}

// groupNeeds asks for every member of a Message-Id group that has more than one on either side,
// and for those host2 holds twice.
func (f *Folder) groupNeeds(ask1, ask2 func(int32)) {
	for _, i := range f.deferred {
		short := f.src[i].Short
		if f.srcIDs.size(short) < 2 && f.dstIDs.size(short) < 2 {
			continue
		}
		for j := range f.srcIDs.group(short) {
			ask1(j)
		}
	}
	for i := range f.dst {
		short := f.dst[i].Short
		if !short.IsZero() && (f.dstIDs.size(short) > 1 || f.srcIDs.size(short) > 1) {
			ask2(int32(i))
		}
	}
}

func ask(want map[imap.UID]bool, have map[imap.UID]keys, uid imap.UID, list *[]imap.UID) {
	if _, ok := have[uid]; ok || want[uid] {
		return
	}
	want[uid] = true
	*list = append(*list, uid)
}

func (f *Folder) isKnown(src imap.UID) bool {
	dst, ok := f.known[src]
	if !ok {
		return false
	}
	i, ok := f.dstByUID[dst]
	return ok && !f.dstUsed[i]
}

// Counts returns the totals so far; duplicates of host2 are complete after SourceDone and Decide.
func (f *Folder) Counts() Counts { return f.counts }

// Outcome is what only complete listings can tell.
type Outcome struct {
	Extra2 int // messages of host2 that no message of host1 matches
}

// Finish closes the folder. ok is false, and nothing is said about host2's extra messages, unless
// both listings are proven complete.
func (f *Folder) Finish(src, dst Complete) (o Outcome, ok bool) {
	if !src.proven || !dst.proven || !f.dstDone || !f.srcDone {
		return Outcome{}, false
	}
	for _, used := range f.dstUsed {
		if !used {
			o.Extra2++
		}
	}
	return o, true
}
