package plan

import (
	"imapsync/internal/imap"
	"imapsync/internal/message"
)

// RemovalRules say what may go from host2's folder.
type RemovalRules struct {
	Extra      bool // --delete2: messages that host1's folder does not have
	Duplicates bool // --delete2duplicates: messages that repeat another of the same folder
	// Copied tells whether host2 has confirmed the copy of a message of host1 in this run.
	Copied func(imap.UID) bool
}

// Removal is one message to be removed.
type Removal struct {
	UID       imap.UID
	Size      int64       // octets, -1 when unknown
	Identity  message.Key // the full key where it is known, else the short one
	Marked    bool        // it is flagged \Deleted already
	Duplicate bool        // it repeats another message of host2's folder
}

// Removals are the messages of host2's folder that may go, after everything was decided. Nothing may, and
// ok is false, unless both listings are proven complete (rule E2). While more is true further questions
// are open: answer Needs and NeedDigests, then call again with the same rules.
//
// What is never among them (docs/differences.md rows 3 and 5): a message without Message-Id, one whose
// Message-Id is on host1 at all, whatever became of host1's message, one that found its message of
// host1, and one that may be the changed copy of a message of host1 that is not on host2 otherwise. Known
// pairs may say more than identities do: see orphan.
func (f *Folder) Removals(rules RemovalRules, src, dst Complete) (out []Removal, more, ok bool) {
	if !src.proven || !dst.proven || !f.proven || f.phase != sourceEnded {
		return nil, false, false
	}
	if rules.Duplicates {
		out, more = f.duplicates2()
	}
	if rules.Extra {
		twice := make(map[imap.UID]bool, len(out))
		for _, r := range out {
			twice[r.UID] = true
		}
		extra, open := f.extra2(rules.Copied)
		more = more || open
		for _, r := range extra {
			if !twice[r.UID] {
				out = append(out, r)
			}
		}
	}
	if more {
		return nil, true, true
	}
	return out, false, true
}

// extra2 finds the messages of host2 that are unknown on host1.
func (f *Folder) extra2(copied func(imap.UID) bool) (out []Removal, more bool) {
	var candidates []int32
	for j := range f.dst.rows {
		r := &f.dst.rows[j]
		unknown := !r.Short.IsZero() && !f.src.ids.has(r.Short) || f.orphan(int32(j))
		if unknown && !f.used[j] && !f.spared(int32(j)) && (r.Short.IsZero() || !f.arrived[r.Short]) {
			candidates = append(candidates, int32(j))
			more = !f.rules.Exact && f.dst.keys.ask(r.UID) || more
		}
	}
	guard, open := f.protection(candidates, copied)
	if more || open {
		return nil, true
	}
	for _, j := range candidates {
		if !guard.protects(j) {
			out = append(out, f.removal(j))
		}
	}
	return out, false
}

func (f *Folder) removal(j int32) Removal {
	r := &f.dst.rows[j]
	out := Removal{UID: r.UID, Size: r.Size, Identity: r.Short, Marked: f.isDeleted(&f.dst, j)}
	if k, ok := f.keysOf(&f.dst, j); ok && !k.full.IsZero() {
		out.Identity = k.full
	}
	return out
}

func (f *Folder) isDeleted(s *side, row int32) bool {
	for _, flag := range f.sets.Flags(s.rows[row].Flags) {
		if flag.Is(imap.FlagDeleted) {
			return true
		}
	}
	return false
}

// duplicates2 finds the messages of host2 that repeat another of the folder: the same whole identity,
// and proven to be the same message. One of each kind stays, and every one that is the copy of a
// message of host1.
func (f *Folder) duplicates2() (out []Removal, more bool) {
	groups := map[identity][]int32{}
	var order []identity
	for j := range f.dst.rows {
		short := f.dst.rows[j].Short
		if short.IsZero() || f.dst.ids.size(short) < 2 {
			continue
		}
		k, ok := f.keysOf(&f.dst, int32(j))
		if !ok || k.full.IsZero() {
			continue
		}
		id := identity{short, k.full}
		if groups[id] == nil {
			order = append(order, id)
		}
		groups[id] = append(groups[id], int32(j))
	}
	for _, id := range order {
		if rows := groups[id]; len(rows) > 1 {
			gone, open := f.repeated(rows)
			out, more = append(out, gone...), more || open
		}
	}
	return out, more
}

// repeated gives the rows of one identity that may go.
func (f *Folder) repeated(rows []int32) (out []Removal, more bool) {
	f.sortByUID(&f.dst, rows)
	stays := f.keeper(rows)
	for _, j := range rows {
		if j == stays || f.used[j] || f.dst.rows[j].Unselected {
			continue
		}
		same, open := f.same(&f.dst, stays, &f.dst, j)
		more = more || open
		if same {
			r := f.removal(j)
			r.Duplicate = true
			out = append(out, r)
		}
	}
	return out, more
}

// keeper chooses the row that stays: one that is not about to be expunged, that is the copy of a
// message of host1, with the lowest UID.
func (f *Folder) keeper(rows []int32) int32 {
	best, bestRank := rows[0], -1
	for _, j := range rows {
		rank := 0
		if !f.isDeleted(&f.dst, j) {
			rank += 2
		}
		if f.used[j] {
			rank++
		}
		if rank > bestRank {
			best, bestRank = j, rank
		}
	}
	return best
}

// Removed tells that messages of host2 are gone, so that nothing relies on them any more.
func (f *Folder) Removed(uids []imap.UID) {
	if f.gone == nil {
		f.gone = make(map[imap.UID]bool, len(uids))
	}
	for _, uid := range uids {
		f.gone[uid] = true
	}
}

// Arrived tells what came to host1's folder after its listing: it keeps its like on host2. The copies may
// have taken hours.
func (f *Folder) Arrived(rows []Row) {
	if f.arrived == nil {
		f.arrived = make(map[message.Key]bool, len(rows))
	}
	for _, r := range rows {
		f.arrived[f.rules.identity(r)] = true
	}
}

// NextUID is above the UIDs of host1's rows.
func (f *Folder) NextUID() imap.UID {
	var highest imap.UID
	for i := range f.src.rows {
		highest = max(highest, f.src.rows[i].UID)
	}
	return highest + 1
}
