package plan

import (
	"imapsync/internal/imap"
	"imapsync/internal/message"
)

// knownPairs are the pairs of earlier runs. A row of host1 claims its copy as soon as it is listed,
// before any other row can match it.
type knownPairs struct {
	copies  map[imap.UID]imap.UID
	rows    map[imap.UID]int32 // rows of host2
	claimed map[int32]int32    // row of host1 -> row of host2
}

func (k *knownPairs) add(pairs []Pair, dst []Row) {
	if len(pairs) == 0 {
		return
	}
	if k.copies == nil {
		k.copies = make(map[imap.UID]imap.UID, len(pairs))
		k.claimed = make(map[int32]int32, len(pairs))
		k.rows = make(map[imap.UID]int32, len(dst))
		for j := range dst {
			k.rows[dst[j].UID] = int32(j)
		}
	}
	for _, p := range pairs {
		k.copies[p.Src] = p.Dst
	}
}

// claim takes the copy of row i, if there is one that is still listed and not taken.
func (k *knownPairs) claim(i int32, uid imap.UID, used []bool) (int32, bool) {
	copied, ok := k.copies[uid]
	if !ok {
		return 0, false
	}
	j, ok := k.rows[copied]
	if !ok || used[j] {
		return 0, false
	}
	used[j] = true
	k.claimed[i] = j
	return j, true
}

// twins finds messages of host1 that have the same whole identity, the reference's rule for
// duplicates. A message without second-pass keys (they could not be read) is nobody's duplicate:
// rather twice than lost.
type twins struct {
	first map[identity]int32
	again []int32 // rows that were alone when they were decided, and have got company
}

type identity struct{ short, full message.Key }

// twin finds an earlier message of host1 with the identity of row i, or makes i the first.
func (f *Folder) twin(i int32) (int32, bool) {
	k, ok := f.keysOf(&f.src, i)
	if !ok || k.full.IsZero() {
		return 0, false
	}
	id := identity{f.src.rows[i].Short, k.full}
	if j, ok := f.twins.first[id]; ok {
		return j, j != i
	}
	if f.twins.first == nil {
		f.twins.first = map[identity]int32{}
	}
	f.twins.first[id] = i
	return 0, false
}
