package plan

import (
	"cmp"
	"slices"

	"imapsync/internal/message"
)

// pairing matches messages of host1 with messages of host2 among which their copies must be, one to
// one, by ever weaker evidence. Both lists are in UID order and hold what is left over.
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
	slices.SortFunc(rows, func(a, b int32) int { return cmp.Compare(s.rows[a].UID, s.rows[b].UID) })
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

// fullKeys matches by the reference's identity.
func (p *pairing) fullKeys() {
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

// sized is a row as sizes sees it.
type sized struct {
	key  message.Key
	size int64
	row  int32
}

// sizes matches rows of equal keys whose sizes are equal, then those whose sizes agree. Neighbours
// in size meet, which matches as many as can be.
func (p *pairing) sizes(key func(*side, int32) (message.Key, bool)) {
	type exact struct {
		key  message.Key
		size int64
	}
	equal(p, func(s *side, row int32) (exact, bool) {
		k, ok := key(s, row)
		return exact{k, s.rows[row].Size}, ok && s.rows[row].Size >= 0
	})
	src, dst := p.sized(&p.f.src, p.src, key), p.sized(&p.f.dst, p.dst, key)
	for len(src) > 0 && len(dst) > 0 {
		a, b := &src[0], &dst[0]
		order := slices.Compare(a.key[:], b.key[:])
		if order == 0 {
			order = compareSizes(a.size, b.size)
		}
		switch {
		case order < 0:
			src = src[1:]
		case order > 0:
			dst = dst[1:]
		default:
			p.match(a.row, b.row)
			src, dst = src[1:], dst[1:]
		}
	}
	p.trim()
}

func (p *pairing) sized(s *side, rows []int32, key func(*side, int32) (message.Key, bool)) []sized {
	out := make([]sized, 0, len(rows))
	for _, row := range rows {
		if k, ok := key(s, row); ok && s.rows[row].Size >= 0 {
			out = append(out, sized{k, s.rows[row].Size, row})
		}
	}
	slices.SortStableFunc(out, func(a, b sized) int {
		return cmp.Or(slices.Compare(a.key[:], b.key[:]), cmp.Compare(a.size, b.size))
	})
	return out
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
