package plan

import (
	"cmp"
	"math"
	"slices"
)

// askForeign asks about messages of host2 that have a Message-Id, have found no message of host1, and
// may be copies of void ones by their size: the server may have added the Message-Id. It is asked once,
// at the end, when there are void messages left over.
func (f *Folder) askForeign() (asked bool) {
	var left []int64
	for _, i := range f.voids.left {
		if size := f.src.rows[i].Size; size >= 0 && !f.headless(i) {
			left = append(left, size)
		}
	}
	if len(left) == 0 {
		return false
	}
	slices.Sort(left)
	for j := range f.dst.rows {
		r := &f.dst.rows[j]
		if f.used[j] || r.Short.IsZero() {
			continue
		}
		// The smallest size that r is not too large for agrees, or none does.
		n, _ := slices.BinarySearchFunc(left, r.Size, func(size, dst int64) int {
			if compareSizes(size, dst) < 0 {
				return -1
			}
			return 1
		})
		if n < len(left) && compareSizes(left[n], r.Size) == 0 {
			asked = f.dst.keys.ask(r.UID) || asked
		}
	}
	return asked
}

func (f *Folder) headless(i int32) bool {
	k, _ := f.keysOf(&f.src, i)
	return k.fallback == f.rules.Headless
}

// decideLeft matches the void messages left over with host2's messages of any Message-Id, by fallback key
// and agreeing size. What is left then is not on host2, unless the servers kept back what would tell.
func (f *Folder) decideLeft() {
	v := &f.voids
	p := f.pairing(v.left, f.readable(func(yield func(int32) bool) {
		for j := range f.dst.rows {
			if !f.dst.rows[j].Short.IsZero() && !yield(int32(j)) {
				return
			}
		}
	}))
	p.sizes(p.fallbackKey)
	unread, unused := f.openOnHost2()
	for _, i := range p.src {
		f.copyUnless(i, unread)
	}
	for _, i := range v.blind {
		f.copyUnless(i, unused)
	}
	v.left, v.blind = nil, nil
}

// openOnHost2 gives the sizes of host2's messages that found none of host1, and of those among them
// that were asked about in vain.
func (f *Folder) openOnHost2() (unread, unused openSizes) {
	for j := range f.dst.rows {
		if f.used[j] {
			continue
		}
		r := &f.dst.rows[j]
		unused = append(unused, r.Size)
		if _, asked := f.dst.keys.asked[r.UID]; asked && f.unreadable(&f.dst, int32(j)) {
			unread = append(unread, r.Size)
		}
	}
	slices.Sort(unread)
	slices.Sort(unused)
	return unread, unused
}

// copyUnless copies row i unless one of host2's messages may be it.
func (f *Folder) copyUnless(i int32, open openSizes) {
	if open.mayHold(f.src.rows[i].Size) {
		f.unidentified(i)
		return
	}
	f.copy(i)
}

// openSizes are sizes in ascending order; unknown ones are negative.
type openSizes []int64

// mayHold tells whether one of them may be the size of a copy. A server that changes what it stores
// changes line ends, header lines and perhaps the encoding of a part, but does not halve or double it.
func (o openSizes) mayHold(size int64) bool {
	if len(o) == 0 {
		return false
	}
	low, high := size/2-2048, 2*size+2048
	if o[0] < 0 || size < 0 {
		low, high = math.MinInt64, math.MaxInt64
	}
	n, _ := slices.BinarySearchFunc(o, low, cmp.Compare[int64])
	return n < len(o) && o[n] <= high
}
