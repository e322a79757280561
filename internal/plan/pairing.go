package plan

import (
	"cmp"
	"slices"

	"imapsync/internal/message"
)

// pairing matches messages of host1 with messages of host2 among which their copies must be, one to
// one, by ever weaker evidence. Both lists hold what is left over, in UID order, selected messages
// before the others.
type pairing struct {
	f        *Folder
	src, dst []int32
}

func (f *Folder) pairing(src, dst []int32) pairing {
	p := pairing{f, src, dst}
	f.sortByUID(&f.src, p.src)
	f.sortByUID(&f.dst, p.dst)
	return p
}

func (f *Folder) sortByUID(s *side, rows []int32) {
	slices.SortFunc(rows, func(a, b int32) int { return compareRows(&s.rows[a], &s.rows[b]) })
}

func (p *pairing) match(i, j int32) { p.f.match(i, j, AlreadyThere) }

// trim drops what has been matched.
func (p *pairing) trim() {
	p.src = slices.DeleteFunc(p.src, func(i int32) bool { return p.f.done[i] })
	p.dst = slices.DeleteFunc(p.dst, func(j int32) bool { return p.f.used[j] })
}

// equal matches rows of equal keys in UID order. A key function tells false for a row without.
func equal[K comparable](p *pairing, key func(s *side, row int32) (K, bool)) {
	there := map[K][]int32{}
	for _, j := range p.dst {
		if k, ok := key(&p.f.dst, j); ok {
			there[k] = append(there[k], j)
		}
	}
	for _, i := range p.src {
		k, ok := key(&p.f.src, i)
		if rows := there[k]; ok && len(rows) > 0 {
			there[k] = rows[1:]
			p.match(i, rows[0])
		}
	}
	p.trim()
}

// fullKeys matches by the reference's identity. Of several messages of one identity those go together
// that agree in the rest of their headers too: a server may have changed some of them.
func (p *pairing) fullKeys() {
	equal(p, func(s *side, row int32) (keys, bool) {
		k, ok := p.f.keysOf(s, row)
		return k, ok && !k.full.IsZero()
	})
	equal(p, func(s *side, row int32) (message.Key, bool) {
		k, ok := p.f.keysOf(s, row)
		return k.full, ok && !k.full.IsZero()
	})
}

// inOrder matches the first with the first, and so on.
func (p *pairing) inOrder() {
	for n := range min(len(p.src), len(p.dst)) {
		p.match(p.src[n], p.dst[n])
	}
	p.trim()
}

// anyKey makes sizes look at nothing but sizes.
func anyKey(*side, int32) (message.Key, bool) { return message.Key{}, true }

// fallbackKey is the fallback key of a row, unless it says nothing.
func (p *pairing) fallbackKey(s *side, row int32) (message.Key, bool) {
	k, ok := p.f.keysOf(s, row)
	return k.fallback, ok && !k.fallback.IsZero() && k.fallback != p.f.rules.Headless
}

// sizes matches rows of equal keys whose sizes agree.
func (p *pairing) sizes(key func(*side, int32) (message.Key, bool)) {
	at := map[message.Key]int{}
	var groups []pairing
	for _, i := range p.src {
		k, ok := key(&p.f.src, i)
		if !ok || p.f.src.rows[i].Size < 0 {
			continue
		}
		n, ok := at[k]
		if !ok {
			n = len(groups)
			at[k] = n
			groups = append(groups, pairing{f: p.f})
		}
		groups[n].src = append(groups[n].src, i)
	}
	for _, j := range p.dst {
		k, ok := key(&p.f.dst, j)
		if n, there := at[k]; ok && there && p.f.dst.rows[j].Size >= 0 {
			groups[n].dst = append(groups[n].dst, j)
		}
	}
	for n := range groups {
		g := &groups[n]
		if g.aligned() {
			g.inOrder()
		} else {
			g.bySize()
		}
	}
	p.trim()
}

// aligned tells whether the sizes agree in UID order. They do when host2 has got the first of
// host1's messages, all of them, or some of them anew: the order in which they are copied.
func (p *pairing) aligned() bool {
	for n := range min(len(p.src), len(p.dst)) {
		if compareSizes(p.f.src.rows[p.src[n]].Size, p.f.dst.rows[p.dst[n]].Size) != 0 {
			return false
		}
	}
	return true
}

// bySize matches neighbours in size, which gives as many pairs as there can be.
func (p *pairing) bySize() {
	src, dst := slices.Clone(p.src), slices.Clone(p.dst)
	sortBySize(&p.f.src, src)
	sortBySize(&p.f.dst, dst)
	for len(src) > 0 && len(dst) > 0 {
		switch order := compareSizes(p.f.src.rows[src[0]].Size, p.f.dst.rows[dst[0]].Size); {
		case order < 0:
			src = src[1:]
		case order > 0:
			dst = dst[1:]
		default:
			p.match(src[0], dst[0])
			src, dst = src[1:], dst[1:]
		}
	}
	p.trim()
}

// sortBySize keeps rows of the same size in UID order.
func sortBySize(s *side, rows []int32) {
	slices.SortStableFunc(rows, func(a, b int32) int { return cmp.Compare(s.rows[a].Size, s.rows[b].Size) })
}

// compareSizes gives 0 when the sizes agree. A difference of 2 KB or 1 %, whichever is more, is what
// a server adds or drops in headers and line ends (rule E4). Unknown sizes agree with none.
func compareSizes(src, dst int64) int {
	tolerance := max(2048, src/100)
	switch {
	case src < 0 || dst > src+tolerance:
		return -1
	case dst < 0 || dst < src-tolerance:
		return 1
	}
	return 0
}
