package plan

import "imapsync/internal/message"

// twins finds messages of host1 that have the same whole identity, the reference's rule for
// duplicates. A message without second-pass keys (they could not be read) is nobody's duplicate:
// rather twice than lost.
type twins struct {
	first map[identity]int32
	again []int32 // rows that were alone when they were decided, and have got company
}

type identity struct{ short, full message.Key }

// identity is the short key under which a listed row is found.
func (r *Rules) identity(row Row) message.Key {
	if r.Sized {
		return row.Short.Sized(row.Size)
	}
	return row.Short
}

// twin finds an earlier message of host1 with the identity of row i, or makes i the first. Messages
// that are not selected are no reason to leave one out that is.
func (f *Folder) twin(i int32) (int32, bool) {
	if f.src.rows[i].Unselected {
		return 0, false
	}
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

// leaveDuplicate decides row i if it is left out because it repeats another. With --syncduplicates
// it is only counted, with --useuid not even that.
func (f *Folder) leaveDuplicate(i int32) bool {
	of, repeats := f.twin(i)
	if !repeats || f.rules.Paired {
		return false
	}
	f.counts.Duplicates1++
	if f.rules.SyncDuplicates {
		return false
	}
	f.counts.Left1++
	r := &f.src.rows[i]
	f.skip(Skip{UID: r.UID, Size: r.Size, Reason: DuplicateOnHost1, Of: f.src.rows[of].UID}, i)
	return true
}

// countDuplicates2 counts messages of host2 that repeat the identity of an earlier one there.
func (f *Folder) countDuplicates2() {
	if f.rules.Paired {
		return
	}
	seen := map[message.Key]bool{}
	for j := range f.dst.rows {
		r := &f.dst.rows[j]
		if r.Unselected {
			continue
		}
		key := r.Short
		if key.IsZero() || f.dst.ids.size(key) > 1 {
			k, _ := f.keysOf(&f.dst, int32(j))
			key = k.full
		}
		if key.IsZero() {
			continue
		}
		if seen[key] {
			f.counts.Duplicates2++
		}
		seen[key] = true
	}
}
