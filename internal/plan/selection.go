package plan

import "cmp"

// A selection (--search, --maxage, --minage) leaves messages out on either side. What is left out is
// neither copied nor counted, but it is not forgotten where it is listed:
//
//   - Unselected messages of host2 match like all others, so that what lies outside the selection of
//     host2 is not copied a second time. They are never candidates for deletion.
//   - Unselected messages of host1 are listed when the run deletes on host2. A message of host2 that
//     has the identity of one of them stays (docs/differences.md row 3).
//
// Where several messages share a Message-Id, selected ones are matched first.

// passOver ends row i, an unselected message of host1, unless messages of host2 have its Message-Id.
// It stays in the list: see protection.
func (f *Folder) passOver(i int32) bool {
	r := &f.src.rows[i]
	if j, known := f.known.of(i); known {
		f.match(i, j, KnownPair)
		return true
	}
	f.done[i] = r.Short.IsZero() || !f.dst.ids.has(r.Short)
	return f.done[i]
}

// spared tells whether row j of host2 must stay although no message of host1 has matched it: it is
// outside the selection of host2, or has the Message-Id of a message outside that of host1.
func (f *Folder) spared(j int32) bool {
	r := &f.dst.rows[j]
	if r.Unselected || r.Short.IsZero() {
		return r.Unselected
	}
	for i := range f.src.ids.group(r.Short) {
		if f.src.rows[i].Unselected {
			return true
		}
	}
	return false
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
