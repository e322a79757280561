package plan

import "imapsync/internal/message"

// Decide returns what the rows and keys received so far allow to decide. Every message of host1
// comes out exactly once over all calls: as a copy, or with the reason why not.
func (f *Folder) Decide() Step {
	if !f.proven {
		return Step{}
	}
	for _, i := range f.twins.again {
		f.twin(i)
	}
	f.twins.again = nil
	for _, i := range f.queue {
		f.decideRow(i)
	}
	f.queue = nil
	if f.phase == sourceEnded {
		f.decideGroups()
		f.decideVoids()
	}
	return f.flush()
}

// decideRow decides a row whose copy is known, or that host2 cannot have.
func (f *Folder) decideRow(i int32) {
	if j, known := f.known.of(i); known && !f.rules.CopyAll {
		f.twin(i)
		f.match(i, j, KnownPair)
		return
	}
	if !f.leaveDuplicate(i) {
		f.copy(i)
	}
}

// decideGroups decides the messages whose Message-Id host2 has, group by group, in the order in
// which the groups were listed.
func (f *Folder) decideGroups() {
	f.sortByUID(&f.src, f.grouped)
	groups := map[message.Key][]int32{}
	var order []message.Key
	for _, i := range f.grouped {
		short := f.src.rows[i].Short
		if groups[short] == nil {
			order = append(order, short)
		}
		groups[short] = append(groups[short], i)
	}
	f.grouped = nil
	for _, short := range order {
		f.decideGroup(short, groups[short])
	}
}

// decideGroup matches the messages of one Message-Id one to one (rule E4). Servers and filters add
// headers on the way and Message-Id alone is enough not to copy, so that host2 having as many
// messages as host1 ends the matter whatever their sizes; what host1 has beyond that is copied.
func (f *Folder) decideGroup(short message.Key, src []int32) {
	var dst []int32
	for j := range f.dst.ids.group(short) {
		if !f.used[j] {
			dst = append(dst, j)
		}
	}
	if f.src.ids.size(short) == 1 && f.dst.ids.size(short) == 1 {
		p := f.pairing(src, dst)
		p.inOrder()
		f.copyAll(p.src)
		return
	}
	for _, i := range src {
		f.leaveDuplicate(i)
	}
	p := f.pairing(src, dst)
	p.trim()
	p.fullKeys()
	if len(p.src) > len(p.dst) && f.groupUnsure(&p) {
		f.leaveGroup(&p)
		return
	}
	p.sizes(p.fallbackKey)
	p.sizes(anyKey)
	p.inOrder()
	f.copyAll(p.src)
}

// groupUnsure tells whether keys are lacking among what is left of a group.
func (f *Folder) groupUnsure(p *pairing) bool {
	for _, i := range p.src {
		if f.unreadable(&f.src, i) {
			return true
		}
	}
	for _, j := range p.dst {
		if f.unreadable(&f.dst, j) {
			return true
		}
	}
	return false
}

// leaveGroup decides a group that lacks keys and has more messages on host1 than on host2: which of
// them host2 lacks is not known, unless full keys have accounted for all of host2's.
func (f *Folder) leaveGroup(p *pairing) {
	for _, i := range p.src {
		if len(p.dst) == 0 && (f.rules.SyncDuplicates || !f.unreadable(&f.src, i)) {
			f.copy(i)
			continue
		}
		f.unidentified(i)
	}
}

func (f *Folder) copyAll(rows []int32) {
	for _, i := range rows {
		f.copy(i)
	}
}
