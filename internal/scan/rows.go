package scan

import (
	"slices"
	"sort"

	"imapsync/internal/imap"
	"imapsync/internal/plan"
)

// parts say what came of a message. Without flags and header it cannot be decided about.
type parts uint8

const (
	hasFlags parts = 1 << iota
	hasHeader
	hasDate
	hasLabels
)

type listed struct {
	plan.Row
	have parts
	out  bool // its Date is outside the selection
	old  bool // remembered, not told by the server until now

	recalled bool // remembered
}

// rows joins FETCH responses by UID: a message's items may come in several, and messages in any
// order. Rows handed on are forgotten, except for their UIDs.
type rows struct {
	want    Want
	need    parts // without which a row is not handed on
	hope    parts // asked for once more when missing, but not insisted on
	rows    []listed
	handed  imap.UIDSet       // ascending
	late    map[imap.UID]bool // handed on out of order
	highest imap.UID
	ready   int // rows that lack nothing
	count   int

	past // what was remembered of the folder

	// With a selection that searches, found is what SEARCH has found, once searched is set.
	searched bool
	found    imap.UIDSet

	// Of the selected rows handed on.
	selected       int
	bytes, biggest int64
}

func newRows(want Want) rows {
	r := rows{want: want, late: map[imap.UID]bool{}, searched: !want.Selection.searches()}
	if want.Identity != nil {
		r.need = hasFlags | hasHeader
	}
	if want.Selection.needsDate() {
		r.need |= hasHeader
	}
	if want.Identity != nil && want.Dates || want.Selection.needsArrival() {
		r.hope |= hasDate
	}
	if want.Identity != nil && want.Labels != nil {
		r.hope |= hasLabels
	}
	return r
}

func (r *rows) take(m *imap.Message) {
	row := r.row(m.UID)
	if row == nil {
		return
	}
	lacked := r.lacks(row)
	if m.HasFlags {
		r.setFlags(row, r.want.Sets.Intern(m.Flags))
		row.have |= hasFlags
	}
	if m.Size >= 0 {
		r.other = r.other || row.recalled && row.Size >= 0 && row.Size != m.Size
		row.Size = m.Size
	}
	if !m.InternalDate.IsZero() {
		row.SetDate(m.InternalDate)
		row.have |= hasDate
	}
	if m.Labels != nil && r.want.Labels != nil {
		row.Labels = r.want.Labels.Intern(m.Labels)
		row.have |= hasLabels
	}
	if m.Header != nil && r.need&hasHeader != 0 {
		if r.want.Identity != nil {
			short := r.want.Identity.Short(m.Header)
			r.other = r.other || row.recalled && row.Short != short
			row.Short = short
		}
		row.out = !r.want.Selection.sent(m.Header)
		row.have |= hasHeader
	}
	if lacked && !r.lacks(row) {
		r.ready++
	}
}

// row finds or makes the row of uid. It is nil for a message already handed on: a change of its
// flags comes too late.
func (r *rows) row(uid imap.UID) *listed {
	n := len(r.rows)
	if uid == 0 || r.wasHanded(uid) || !r.asked(uid) {
		return nil
	}
	r.highest = max(r.highest, uid)
	if n == 0 || r.rows[n-1].UID < uid {
		r.rows = append(r.rows, listed{Row: plan.Row{UID: uid, Size: -1}})
		r.begun()
		return &r.rows[n]
	}
	i := sort.Search(n, func(i int) bool { return r.rows[i].UID >= uid })
	if r.rows[i].UID != uid {
		r.rows = slices.Insert(r.rows, i, listed{Row: plan.Row{UID: uid, Size: -1}})
		r.begun()
	}
	return &r.rows[i]
}

// begun counts a new row.
func (r *rows) begun() {
	r.count++
	if r.held {
		r.arrived++
	}
	if r.need|r.hope == 0 {
		r.ready++
	}
}

func (r *rows) wasHanded(uid imap.UID) bool {
	n := len(r.handed)
	if n == 0 || uid > r.handed[n-1].Last {
		return false
	}
	i := sort.Search(n, func(i int) bool { return r.handed[i].Last >= uid })
	return r.handed[i].First <= uid || r.late[uid]
}

// lacks tells whether something of the row that was asked for has not come.
func (r *rows) lacks(row *listed) bool { return row.have&(r.need|r.hope) != r.need|r.hope }

// hand gives the rows that are whole. The last one is held back while more may come; rows that lack
// something stay until they were asked for again.
func (r *rows) hand(ended bool) []plan.Row {
	var out []plan.Row
	var rest []listed
	for i := range r.rows {
		row := &r.rows[i]
		if !ended && (r.lacks(row) || i == len(r.rows)-1) {
			rest = append(rest, *row)
			continue
		}
		if r.mark(row); !row.Unselected || r.want.All {
			out = append(out, row.Row)
		}
		if n := len(r.handed); n > 0 && row.UID < r.handed[n-1].Last {
			r.late[row.UID] = true
		} else {
			r.handed.Add(row.UID)
		}
	}
	r.rows, r.ready = rest, 0
	if n := len(rest); n > 0 && !r.lacks(&rest[n-1]) {
		r.ready = 1
	}
	return out
}

// mark settles whether a row that is handed on is selected, and counts it.
func (r *rows) mark(row *listed) {
	sel := r.want.Selection
	row.Unselected = row.out || !sel.arrived(row.Date()) || !sel.inSet(row.UID) || sel.searches() && !r.found.Contains(row.UID)
	if !row.Unselected {
		r.selected++
		r.bytes += max(row.Size, 0)
		r.biggest = max(r.biggest, row.Size)
	}
}

// asked tells whether a message is one of those wanted: servers also tell about others, unasked.
func (r *rows) asked(uid imap.UID) bool {
	switch {
	case r.want.All || !r.want.Selection.selects():
		return true
	case r.want.Selection.searches():
		return r.found.Contains(uid) && r.want.Selection.inSet(uid)
	}
	return r.want.Selection.inSet(uid)
}

// learn takes what SEARCH has found. What an earlier SEARCH had found and was listed stays.
func (r *rows) learn(uids []imap.UID) {
	for uid := range r.found.All() {
		if r.has(uid) {
			uids = append(uids, uid)
		}
	}
	sel := r.want.Selection
	r.found = imap.UIDs(slices.DeleteFunc(uids, func(uid imap.UID) bool { return !r.want.All && !sel.inSet(uid) })...)
	r.searched = true
}

// unlisted is what SEARCH has found and no FETCH has told.
func (r *rows) unlisted() (uids []imap.UID) {
	for uid := range r.found.All() {
		if !r.has(uid) {
			uids = append(uids, uid)
		}
	}
	return uids
}

// has tells whether something of a message came.
func (r *rows) has(uid imap.UID) bool {
	i := sort.Search(len(r.rows), func(i int) bool { return r.rows[i].UID >= uid })
	return i < len(r.rows) && r.rows[i].UID == uid || r.wasHanded(uid)
}

// half names the rows that lack something.
func (r *rows) half() (uids []imap.UID) {
	for i := range r.rows {
		if r.lacks(&r.rows[i]) {
			uids = append(uids, r.rows[i].UID)
		}
	}
	return uids
}

// dropHalf gives up rows without what they need. The listing is not whole then.
func (r *rows) dropHalf() {
	kept := r.rows[:0]
	for _, row := range r.rows {
		if row.have&r.need == r.need {
			kept = append(kept, row)
		}
	}
	r.count -= len(r.rows) - len(kept)
	r.rows = kept
}
