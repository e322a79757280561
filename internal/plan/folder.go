package plan

import (
	"imapsync/internal/getopt"
	"imapsync/internal/imap"
	"imapsync/internal/message"
)

// Rules are the decisions that do not depend on a folder.
type Rules struct {
	MaxSize       getopt.Int // octets; larger messages are not copied
	MinSize       getopt.Int // octets; messages of this size or smaller are not copied
	ResyncFlags   bool       // make flags of messages already there equal to host1's
	Flags         FlagRule
	Labels        LabelRule
	Explain       bool // list what flags were compared (--debugflags)
	ExplainLabels bool // and what labels (--debuglabels)
	// FlagsAfterCopy asks whoever copies to compare flags once more afterwards (--syncflagsaftercopy).
	FlagsAfterCopy bool
	// OwnMarks tells that this run deletes on host1, so that \Deleted there may be the mark of an
	// earlier run that was cut short: it is no news for host2's copy.
	OwnMarks bool
	// Exact means that the short key is the whole identity (--useheader, --noskipsize): no second
	// pass for messages that have one.
	Exact bool
	Sized bool // the size is part of the identity too; comes with Exact
	// SyncDuplicates makes duplicates of host1 messages like others: the nth of an identity there is
	// the nth on host2 (--syncduplicates, --useuid).
	SyncDuplicates bool
	// CopyAll copies every message of host1 whatever host2 has (--useuid --nousecache).
	CopyAll bool
	// Paired makes known pairs tell what host1 does not have any more (--useuid).
	Paired bool
	// Elsewhere holds the identities of the folders of host2 seen so far (--skipcrossduplicates);
	// nil when each folder is compared on its own.
	Elsewhere *Elsewhere
	// Headless is the fallback key of a message without any header field, which says nothing.
	Headless message.Key
}

// phase is how far a Folder has come. Calls out of order are mistakes of the program and panic.
type phase uint8

const (
	listingDst  phase = iota // AddDest
	listingSrc               // after DestDone: AddPairs, then AddSource and AddMissing
	sourceEnded              // after SourceDone: only questions, answers and decisions
)

// side is what was listed on one side, and what was asked about it.
type side struct {
	rows []Row
	ids  index           // by short key
	keys questions[keys] // the second pass

	ranks   map[int32]int64       // of rows that repeat an identity, for Elsewhere
	counted map[message.Key]int64 // rows of an identity among the first ranked ones
	ranked  int
}

// Folder accumulates the listings of one source and one destination folder and hands out
// decisions. It is not safe for concurrent use. The order of calls is AddDest..., DestDone, AddPairs...,
// then for each chunk AddSource and a round; then SourceDone, and rounds until [Step].More is false;
// then Finish. A round is Needs, Identify..., NeedDigests, Digest..., Decide.
type Folder struct {
	rules     Rules
	sets      *FlagSets
	permanent []imap.Flag
	flags     flagCache
	labels    labelPlan
	phase     phase
	proven    bool // host2's listing is complete

	src, dst side
	used     []bool               // rows of host2 that have found their message of host1
	done     []bool               // rows of host1 that are decided
	gone     map[imap.UID]bool    // of host2, removed by this run
	arrived  map[message.Key]bool // on host1 since its listing, by short key
	partner  []int32              // for each row of host1 its row of host2, -1 for none

	known    knownPairs
	orphaned map[imap.UID]*Known // see orphan
	twins    twins
	queue    []int32 // rows of host1 that can be decided at once
	grouped  []int32 // rows of host1 whose Message-Id host2 has, for the end
	voids    voids   // rows of host1 without Message-Id, for the end

	out    Step
	counts Counts
}

// New starts a folder. permanent is the PERMANENTFLAGS list of a read-write SELECT of the destination.
func New(rules Rules, sets *FlagSets, permanent []imap.Flag) *Folder {
	return &Folder{rules: rules, sets: sets, permanent: permanent, src: side{ids: newIndex()}, dst: side{ids: newIndex()}}
}

// demand panics when a call comes out of order.
func (f *Folder) demand(p phase, call string) {
	if f.phase != p {
		panic("plan: " + call + " called out of order")
	}
}

// AddDest takes rows of the destination's listing, in any order.
func (f *Folder) AddDest(rows []Row) {
	f.demand(listingDst, "AddDest")
	for _, r := range rows {
		r.Short = f.rules.identity(r)
		f.dst.ids.add(r.Short, int32(len(f.dst.rows)))
		f.dst.rows = append(f.dst.rows, r)
		if !r.Unselected {
			f.counts.Listed2++
		}
	}
}

// DestDone says that the destination's listing is whole. Without proof nothing can be decided: a
// message may be there unseen.
func (f *Folder) DestDone(proof Complete) {
	f.demand(listingDst, "DestDone")
	f.phase = listingSrc
	f.proven = proof.proven
	f.used = make([]bool, len(f.dst.rows))
}

// AddPairs takes pairs known from earlier runs, before the first row of the source. A pair counts
// only while its copy is listed on host2 (rule E10): what was deleted there is copied again.
func (f *Folder) AddPairs(pairs []Known) {
	f.demand(listingSrc, "AddPairs")
	if len(f.src.rows) > 0 {
		panic("plan: AddPairs called after AddSource")
	}
	f.known.add(pairs, f.dst.rows)
}

// AddSource takes a chunk of the source's listing; UIDs ascend over all chunks.
func (f *Folder) AddSource(rows []Row) {
	f.demand(listingSrc, "AddSource")
	for _, r := range rows {
		if f.rules.Paired {
			f.known.noteListed(r.UID)
		}
		f.addSource(r)
		if !r.Unselected {
			f.counts.Listed1++
		}
	}
}

// addSource puts a row where it will be decided, and asks what must be known for that.
func (f *Folder) addSource(r Row) {
	i := int32(len(f.src.rows))
	r.Short = f.rules.identity(r)
	before := f.src.ids.size(r.Short)
	f.src.ids.add(r.Short, i)
	f.src.rows = append(f.src.rows, r)
	f.done = append(f.done, false)
	f.partner = append(f.partner, -1)
	known := f.known.claim(&r, f.dst.rows, f.used)
	if r.Unselected && f.passOver(i) {
		return
	}
	if f.rules.Elsewhere != nil && !f.rules.Exact {
		f.src.keys.ask(r.UID)
	}
	switch {
	case f.rules.CopyAll:
		f.queue = append(f.queue, i)
		return
	case r.Short.IsZero():
		f.addVoid(i, known)
		return
	case known || !f.dst.ids.has(r.Short):
		f.queue = append(f.queue, i)
	default:
		f.grouped = append(f.grouped, i)
	}
	if f.rules.Exact || f.rules.Paired && !f.dst.ids.has(r.Short) {
		return
	}
	// What is known needs no headers, unless something may be left out as its duplicate.
	unasked := func(i int32) bool { _, known := f.known.of(i); return known && f.rules.SyncDuplicates }
	if first := f.src.ids.first[r.Short]; before == 1 && !unasked(first) {
		f.src.keys.ask(f.src.rows[first].UID)
		f.twins.again = append(f.twins.again, first)
	}
	if unasked(i) {
		return
	}
	if before > 0 || f.dst.ids.size(r.Short) > 1 {
		f.src.keys.ask(r.UID)
	}
}

// AddMissing takes rows of a second listing of the source and keeps those that the first did not
// bring.
func (f *Folder) AddMissing(rows []Row) {
	f.demand(listingSrc, "AddMissing")
	have := make(map[imap.UID]bool, len(f.src.rows))
	for i := range f.src.rows {
		have[f.src.rows[i].UID] = true
	}
	for i := range rows {
		if !have[rows[i].UID] {
			have[rows[i].UID] = true
			f.AddSource(rows[i : i+1])
		}
	}
}

// SourceDone says that the source's listing is whole, or as whole as it will get; what waits for the
// whole listing becomes decidable.
func (f *Folder) SourceDone() {
	f.demand(listingSrc, "SourceDone")
	f.phase = sourceEnded
	if f.rules.SyncDuplicates && len(f.voids.rows) > 0 {
		f.askVoids2()
	}
	if f.rules.Exact || f.rules.CopyAll {
		return
	}
	for i := range f.dst.rows {
		short := f.dst.rows[i].Short
		if f.used[i] && f.rules.SyncDuplicates && f.rules.Elsewhere == nil {
			continue
		}
		if !short.IsZero() && (f.rules.Elsewhere != nil || f.dst.ids.size(short) > 1 || f.src.ids.size(short) > 1) {
			f.dst.keys.ask(f.dst.rows[i].UID)
		}
	}
}

// Counts returns the totals so far; duplicates of host2 are complete after the last Decide.
func (f *Folder) Counts() Counts { return f.counts }

// Outcome is what only complete listings can tell.
type Outcome struct {
	Extra []imap.UID // selected messages of host2 that no message of host1 matches
}

// Finish closes the folder. ok is false, and nothing is said about host2's extra messages, unless
// both listings are proven complete.
func (f *Folder) Finish(src, dst Complete) (o Outcome, ok bool) {
	if !src.proven || !dst.proven || !f.proven || f.phase != sourceEnded {
		return Outcome{}, false
	}
	for j := range f.dst.rows {
		if !f.used[j] && !f.spared(int32(j)) {
			o.Extra = append(o.Extra, f.dst.rows[j].UID)
		}
	}
	return o, true
}
