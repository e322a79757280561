package plan

import (
	"cmp"
	"slices"

	"imapsync/internal/imap"
	"imapsync/internal/message"
)

// Known is a pair remembered from an earlier run, with what the message of host1 was recognised by.
type Known struct {
	Pair
	Short message.Key // of host1's message, zero when it is not known
	Size  int64       // of host1's message in octets, not positive when it is not known
	// There is what host2's message is recognised by, which this program or the server may have
	// changed on its way; zero when it has not been listed since.
	There message.Key
	// Hint marks a pair that somebody else remembered without UIDVALIDITYs: it counts only when
	// both messages have the same identity and their sizes agree.
	Hint bool
	// Remembered tells, of a pair found in this run, that an earlier run has remembered it as it is.
	Remembered bool

	listed bool // host1 has it
}

// holds tells whether the pair still speaks of these two rows. UIDs are not enough: a server that
// gives a new folder the UIDVALIDITY of an old one, or is brought back from a backup, has other messages under
// the old numbers.
func (k *Known) holds(src, dst *Row) bool {
	if k.Hint {
		return !src.Short.IsZero() && src.Short == dst.Short && compareSizes(src.Size, dst.Size) == 0
	}
	if !k.Short.IsZero() && !src.Short.IsZero() && k.Short != src.Short {
		return false
	}
	if !k.There.IsZero() && !dst.Short.IsZero() && k.There != dst.Short {
		return false
	}
	return k.Size <= 0 || src.Size < 0 || compareSizes(k.Size, src.Size) == 0
}

// knownPairs are the pairs of earlier runs. A row of host1 claims its copy as soon as it is listed,
// before any other row can match it.
type knownPairs struct {
	pairs   []Known // by UID of host1, each once
	dst     []int32 // rows of host2 by UID
	claimed []int32 // by row of host1: its row of host2, or -1
}

// add takes pairs before anything is claimed. Of several pairs of one message the last counts.
func (k *knownPairs) add(pairs []Known, dst []Row) {
	if len(pairs) == 0 {
		return
	}
	k.pairs = append(k.pairs, pairs...)
	slices.SortStableFunc(k.pairs, func(a, b Known) int { return cmp.Compare(a.Src, b.Src) })
	kept := k.pairs[:0]
	for i, p := range k.pairs {
		if i+1 == len(k.pairs) || k.pairs[i+1].Src != p.Src {
			kept = append(kept, p)
		}
	}
	k.pairs = kept
	if k.dst != nil {
		return
	}
	k.dst = make([]int32, len(dst))
	for j := range dst {
		k.dst[j] = int32(j)
	}
	slices.SortFunc(k.dst, func(a, b int32) int { return cmp.Compare(dst[a].UID, dst[b].UID) })
}

// claim takes the copy of the next row of host1, if there is one that is still listed and not taken.
func (k *knownPairs) claim(src *Row, dst []Row, used []bool) bool {
	if len(k.pairs) == 0 {
		return false
	}
	j, ok := k.hold(src, dst, used)
	if !ok {
		j = -1
	}
	k.claimed = append(k.claimed, j)
	return ok
}

// hold takes the copy of a row of host1 from all others.
func (k *knownPairs) hold(src *Row, dst []Row, used []bool) (int32, bool) {
	j, ok := k.find(src, dst)
	if !ok || used[j] {
		return 0, false
	}
	used[j] = true
	return j, true
}

// pair is the pair of a message of host1, or nil.
func (k *knownPairs) pair(uid imap.UID) *Known {
	n, ok := slices.BinarySearchFunc(k.pairs, uid, func(p Known, uid imap.UID) int { return cmp.Compare(p.Src, uid) })
	if !ok {
		return nil
	}
	return &k.pairs[n]
}

// remembered tells whether a pair is remembered as it is now.
func (k *knownPairs) remembered(now Known) bool {
	p := k.pair(now.Src)
	return p != nil && p.Pair == now.Pair && p.Short == now.Short && p.There == now.There && p.Size == now.Size && !p.Hint
}

func (k *knownPairs) find(src *Row, dst []Row) (int32, bool) {
	p := k.pair(src.UID)
	if p == nil {
		return 0, false
	}
	m, ok := slices.BinarySearchFunc(k.dst, p.Dst, func(j int32, uid imap.UID) int { return cmp.Compare(dst[j].UID, uid) })
	if !ok || !p.holds(src, &dst[k.dst[m]]) {
		return 0, false
	}
	return k.dst[m], true
}

// of is the row of host2 that row i of host1 has claimed.
func (k *knownPairs) of(i int32) (int32, bool) {
	if int(i) >= len(k.claimed) || k.claimed[i] < 0 {
		return 0, false
	}
	return k.claimed[i], true
}
