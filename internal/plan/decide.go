package plan

import (
	"slices"

	"imapsync/internal/message"
)

// Decide returns what the rows and keys received so far allow to decide. Every message of host1
// comes out exactly once over all calls: as a copy, or with the reason why not.
func (f *Folder) Decide() Step {
	var s Step
	if !f.dstDone {
		return s
	}
	for ; f.next < len(f.src); f.next++ {
		f.decideRow(&s, int32(f.next))
	}
	if f.srcDone {
		f.decideDeferred(&s)
		f.countDuplicates2()
	}
	return s
}

// decideRow decides one row of host1, or puts it off until the source is complete.
func (f *Folder) decideRow(s *Step, i int32) {
	r := &f.src[i]
	switch {
	case f.isKnown(r.UID):
		f.match(s, i, f.dstByUID[f.known[r.UID]], KnownPair)
	case r.Short.IsZero():
		f.decideVoid(s, i)
	case f.dstIDs.has(r.Short):
		f.deferred = append(f.deferred, i)
	default:
		if of, dup := f.duplicateOf(i); dup {
			f.skipDuplicate(s, i, of)
			return
		}
		f.copyRow(s, i)
	}
}

// duplicateOf finds an earlier message of host1 with the same whole identity. A message without
// second-pass keys (they could not be read) is nobody's duplicate: rather twice than lost.
func (f *Folder) duplicateOf(i int32) (int32, bool) {
	for j := range f.srcIDs.group(f.src[i].Short) {
		if j >= i {
			break
		}
		if f.srcDup[j] {
			continue
		}
		if f.rules.Exact {
			return j, true
		}
		a, ok1 := f.second1[f.src[i].UID]
		b, ok2 := f.second1[f.src[j].UID]
		if ok1 && ok2 && !a.full.IsZero() && a.full == b.full {
			return j, true
		}
	}
	return 0, false
}

// decideVoid decides a message without Message-Id: by its full key (its Received lines) as the
// reference does, else by the fallback key (void.go).
func (f *Folder) decideVoid(s *Step, i int32) {
	k, known := f.second1[f.src[i].UID]
	switch {
	case !known && len(f.dst) > 0:
		f.skipUnidentified(s, i)
	case k.full.IsZero():
		f.counts.Fallback1++
		if f.fallbackOnHost2(k.fallback) {
			f.deferredVoid = append(f.deferredVoid, i)
			return
		}
		f.copyUnlessHidden(s, i, message.Key{})
	default:
		f.decideReceived(s, i, k.full)
	}
}

// decideReceived decides a message whose Received lines are its identity.
func (f *Folder) decideReceived(s *Step, i int32, full message.Key) {
	for j := range f.srcIDs.group(message.Key{}) {
		if j >= i {
			break
		}
		if f.second1[f.src[j].UID].full == full && !f.srcDup[j] {
			f.skipDuplicate(s, i, j)
			return
		}
	}
	for j := range f.dstIDs.group(message.Key{}) {
		if !f.dstUsed[j] && f.second2[f.dst[j].UID].full == full {
			f.match(s, i, j, AlreadyThere)
			return
		}
	}
	f.copyUnlessHidden(s, i, message.Key{})
}

// copyUnlessHidden copies a row whose keys none of host2's messages under the short key has, unless
// one of these could not be asked for its own: it may be this message, and copying it at every run
// would double it.
func (f *Folder) copyUnlessHidden(s *Step, i int32, short message.Key) {
	_, known := f.second1[f.src[i].UID]
	for j := range f.dstIDs.group(short) {
		if _, ok := f.second2[f.dst[j].UID]; !f.dstUsed[j] && !(known && ok) {
			f.skipUnidentified(s, i)
			return
		}
	}
	f.copyRow(s, i)
}

func (f *Folder) skipUnidentified(s *Step, i int32) {
	s.Skips = append(s.Skips, Skip{UID: f.src[i].UID, Size: f.src[i].Size, Reason: Unidentified})
}

// decideDeferred decides the messages whose Message-Id host2 has, group by group.
func (f *Folder) decideDeferred(s *Step) {
	rest := f.deferred
	f.deferred = nil
	rest = slices.DeleteFunc(rest, func(i int32) bool {
		of, dup := f.duplicateOf(i)
		if dup {
			f.skipDuplicate(s, i, of)
		}
		return dup
	})
	rest = f.matchDeferred(s, rest, f.fullKeysAgree)
	rest = f.matchDeferred(s, rest, f.sizesAgree)
	// A lone message of a Message-Id group matches a lone one of host2 whatever its size: servers
	// and filters add headers on the way, and Message-Id alone is enough not to copy (rule E4).
	rest = f.matchDeferred(s, rest, f.bothAlone)
	for _, i := range rest {
		f.copyUnlessHidden(s, i, f.src[i].Short)
	}
	for _, i := range f.matchVoid(s) {
		f.copyRow(s, i)
	}
	slices.SortFunc(s.Copies, func(a, b Copy) int { return int(int64(a.Row.UID) - int64(b.Row.UID)) })
}

// matchDeferred pairs what agree accepts, in UID order, and returns the rest.
func (f *Folder) matchDeferred(s *Step, rows []int32, agree func(i, j int32) bool) []int32 {
	return slices.DeleteFunc(rows, func(i int32) bool {
		for j := range f.dstIDs.group(f.src[i].Short) {
			if !f.dstUsed[j] && agree(i, j) {
				f.match(s, i, j, AlreadyThere)
				return true
			}
		}
		return false
	})
}

func (f *Folder) fullKeysAgree(i, j int32) bool {
	if f.rules.Exact {
		return true
	}
	a, b := f.second1[f.src[i].UID], f.second2[f.dst[j].UID]
	return !a.full.IsZero() && a.full == b.full
}

// sizesAgree accepts a difference of 2 KB or 1 %, whichever is more: what a server adds or drops
// in headers and line ends (rule E4).
func (f *Folder) sizesAgree(i, j int32) bool {
	a, b := f.src[i].Size, f.dst[j].Size
	if a < 0 || b < 0 {
		return false
	}
	return max(a-b, b-a) <= max(2048, a/100)
}

func (f *Folder) bothAlone(i, j int32) bool {
	short := f.src[i].Short
	return f.srcIDs.size(short) == 1 && f.dstIDs.size(short) == 1
}

// countDuplicates2 counts messages of host2 that repeat the identity of an earlier one there.
func (f *Folder) countDuplicates2() {
	seen := map[message.Key]bool{}
	f.counts.Duplicates2 = 0
	for i := range f.dst {
		r := &f.dst[i]
		key := r.Short
		if !f.rules.Exact && (key.IsZero() || f.dstIDs.size(key) > 1) {
			key = f.second2[r.UID].full
		}
		if key.IsZero() || f.rules.Exact && f.dstIDs.size(key) < 2 {
			continue
		}
		if seen[key] {
			f.counts.Duplicates2++
		}
		seen[key] = true
	}
}

func (f *Folder) match(s *Step, i, j int32, why Reason) {
	src, dst := &f.src[i], &f.dst[j]
	f.dstUsed[j] = true
	f.counts.Matched++
	s.Pairs = append(s.Pairs, Pair{src.UID, dst.UID})
	s.Skips = append(s.Skips, Skip{UID: src.UID, Size: src.Size, Reason: why})
	if !f.rules.ResyncFlags || f.sizeReason(src.Size) != ReasonNone {
		return
	}
	want := f.rules.Flags.ForHost2(f.sets.Flags(src.Flags), f.permanent)
	if !sameFlags(want, f.sets.Flags(dst.Flags)) {
		s.Changes = append(s.Changes, FlagChange{UID: dst.UID, Flags: f.sets.Intern(want)})
	}
}

func (f *Folder) skipDuplicate(s *Step, i, of int32) {
	f.srcDup[i] = true
	f.counts.Duplicates1++
	s.Skips = append(s.Skips, Skip{UID: f.src[i].UID, Size: f.src[i].Size, Reason: DuplicateOnHost1, Of: f.src[of].UID})
}

func (f *Folder) copyRow(s *Step, i int32) {
	r := &f.src[i]
	if why := f.sizeReason(r.Size); why != ReasonNone {
		s.Skips = append(s.Skips, Skip{UID: r.UID, Size: r.Size, Reason: why})
		return
	}
	flags := f.sets.Intern(f.rules.Flags.ForHost2(f.sets.Flags(r.Flags), f.permanent))
	s.Copies = append(s.Copies, Copy{Row: *r, Flags: flags})
}

// sizeReason applies --maxsize and --minsize: a message of exactly maxsize octets is copied, one
// of exactly minsize is not, as in the reference.
func (f *Folder) sizeReason(size int64) Reason {
	size = max(size, 0)
	switch {
	case f.rules.MaxSize > 0 && size > f.rules.MaxSize:
		return TooBig
	case f.rules.MinSize > 0 && size <= f.rules.MinSize:
		return TooSmall
	}
	return ReasonNone
}
