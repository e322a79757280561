package plan

import (
	"cmp"
	"slices"
)

// A selection (--search, --maxage, --minage) leaves messages out on either side. What is left out is
// neither copied nor counted, but it is not forgotten where it is listed:
//
//   - Unselected messages of host2 match like all others, so that what lies outside the selection of
//     host2 is not copied a second time. They are never candidates for deletion.
//   - Unselected messages of host1 are listed when the run deletes on host2. A message of host2 that
//     has the identity of one of them stays (docs/differences.md row 3).
//
// Where several messages share a Message-Id, selected ones are matched first.

// passOver deals with an unselected message of host1 that nothing on host2 may be the copy of by its
// Message-Id.
func (f *Folder) passOver(r Row) bool {
	r.Short = f.rules.identity(r)
	if _, known := f.known.hold(&r, f.dst.rows, f.used); known {
		return true
	}
	if r.Short.IsZero() {
		f.outside = append(f.outside, r.Size)
		return true
	}
	return !f.dst.ids.has(r.Short)
}

// spared tells whether row j of host2 must stay although no message of host1 has matched it: it is
// outside the selection of host2, or may be the copy of a message outside that of host1. By what
// is known of a message without Message-Id, any of about its size may be its copy.
func (f *Folder) spared(j int32) bool {
	r := &f.dst.rows[j]
	if r.Unselected {
		return true
	}
	for i := range f.src.ids.group(r.Short) {
		if !r.Short.IsZero() && f.src.rows[i].Unselected {
			return true
		}
	}
	if !slices.IsSorted(f.outside) {
		slices.SortFunc(f.outside, cmp.Compare[int64])
	}
	return f.outside.mayHold(r.Size)
}

// compareRows puts selected messages first, each in UID order.
func compareRows(a, b *Row) int {
	switch {
	case a.Unselected == b.Unselected:
		return cmp.Compare(a.UID, b.UID)
	case a.Unselected:
		return 1
	}
	return -1
}
