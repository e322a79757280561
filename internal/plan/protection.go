package plan

import (
	"slices"

	"imapsync/internal/imap"
	"imapsync/internal/message"
)

// protection keeps messages of host2 that may be the changed copy of a message of host1: a server
// gave it another Message-Id, or a first one. Messages of host1 that are known to be on host2 otherwise do
// not need it; one without Message-Id does, unless a pair is remembered, because what it was matched with
// may be another's copy.
type protection struct {
	f     *Folder
	sizes openSizes               // of host1's messages in question
	blind openSizes               // of those that nothing is known of but the size
	texts map[message.Key][]int64 // sizes of the others, by fallback key
}

// protection asks about those messages of host1, as far as their sizes let them be one of the
// candidates.
func (f *Folder) protection(candidates []int32, copied func(imap.UID) bool) (p *protection, more bool) {
	p = &protection{f: f, texts: map[message.Key][]int64{}}
	if len(candidates) == 0 || f.rules.Exact {
		return p, false
	}
	var possible openSizes
	for _, j := range candidates {
		possible = append(possible, f.dst.rows[j].Size)
	}
	slices.Sort(possible)
	for i := range f.src.rows {
		r := &f.src.rows[i]
		_, paired := f.known.of(int32(i))
		known := (!r.Short.IsZero() || paired && f.rules.Paired) && (f.partner[i] >= 0 || copied != nil && copied(r.UID))
		if known || !possible.mayHold(r.Size) {
			continue
		}
		more = f.src.keys.ask(r.UID) || more
		p.add(int32(i))
	}
	slices.Sort(p.sizes)
	slices.Sort(p.blind)
	return p, more
}

func (p *protection) add(i int32) {
	size := p.f.src.rows[i].Size
	p.sizes = append(p.sizes, size)
	k, ok := p.f.src.keys.get(p.f.src.rows[i].UID)
	if !ok || k.fallback == p.f.rules.Headless || k.fallback.IsZero() {
		p.blind = append(p.blind, size)
		return
	}
	p.texts[k.fallback] = append(p.texts[k.fallback], size)
}

// protects tells whether row j of host2 may be such a copy.
func (p *protection) protects(j int32) bool {
	if len(p.sizes) == 0 {
		return false
	}
	r := &p.f.dst.rows[j]
	k, ok := p.f.keysOf(&p.f.dst, j)
	if !ok && p.sizes.mayHold(r.Size) || p.blind.mayHold(r.Size) {
		return true
	}
	return slices.ContainsFunc(p.texts[k.fallback], func(size int64) bool {
		return size < 0 || r.Size < 0 || compareSizes(size, r.Size) == 0
	})
}
