package plan

import (
	"slices"

	"imapsync/internal/message"
)

// Messages without Message-Id ("void") are recognised by their full key, which is their Received
// lines, as the reference does. Failing that, because they have none or a server has added one, the fallback
// key serves. It says little: two drafts may share date, sender and subject, or have no header at all. It
// answers "already there" only, one to one, and a doubt is settled by comparing texts
// (docs/differences.md row 5). None is ever taken for a duplicate of another by its fallback key:
// equal ones are all copied, once.
//
// If host2's folder is not empty they are decided at the end, in the stages below: a server may have
// added a Message-Id to them, so that any message which is left over then may be their copy.

// voidStage is how far the void messages have come.
type voidStage uint8

const (
	voidsListed   voidStage = iota // headers were asked for
	voidsCompared                  // full keys are matched, texts were asked for
	voidsForeign                   // headers of host2's other messages were asked for
	voidsDecided
)

// voids are the void messages of host1 and what they are compared with.
type voids struct {
	stage   voidStage
	rows    []int32 // of host1, to be decided at the end
	claimed []int32 // of host1, whose copies are known
	asked   bool    // host2's void messages were asked about

	doubts         []doubt
	texts1, texts2 questions[message.Key]
	left           []int32 // of host1, not found among host2's void messages
	blind          []int32 // of host1, without keys
}

// doubt is the void messages of one fallback key, as far as full keys leave them over.
type doubt struct {
	pairing
	headless bool // the fallback key says nothing
	compare  bool // texts are compared
}

// addVoid files a void row of host1. Those with a known copy are asked about too, because they may
// be what another repeats.
func (f *Folder) addVoid(i int32, known bool) {
	v := &f.voids
	if known {
		f.queue = append(f.queue, i)
		if f.rules.SyncDuplicates {
			return
		}
		v.claimed = append(v.claimed, i)
		if v.asked {
			f.src.keys.ask(f.src.rows[i].UID)
		}
		return
	}
	if len(f.dst.rows) > 0 || !f.rules.Paired {
		f.src.keys.ask(f.src.rows[i].UID)
	}
	if len(f.dst.rows) == 0 {
		f.queue = append(f.queue, i)
		return
	}
	v.rows = append(v.rows, i)
	// Where duplicates are copied too, nothing is asked about what known pairs explain, and those
	// are not all found yet.
	if v.asked || f.rules.SyncDuplicates {
		return
	}
	v.asked = true
	for _, i := range v.claimed {
		f.src.keys.ask(f.src.rows[i].UID)
	}
	f.askVoids2()
}

// askVoids2 asks about the void messages of host2 that have not found their message of host1.
func (f *Folder) askVoids2() {
	for j := range f.dst.ids.group(message.Key{}) {
		if !f.used[j] || !f.rules.SyncDuplicates {
			f.dst.keys.ask(f.dst.rows[j].UID)
		}
	}
}

// decideVoids takes the void messages as far as the answers allow.
func (f *Folder) decideVoids() {
	f.compareVoids()
	v := &f.voids
	if v.stage == voidsCompared {
		f.compareTexts()
		v.stage = voidsForeign
		if f.askForeign() {
			f.out.More = true
			return
		}
	}
	if v.stage == voidsForeign {
		f.decideLeft()
		f.countDuplicates2()
		v.stage = voidsDecided
	}
}

// compareVoids matches by full key, and gathers by fallback key what that leaves over.
func (f *Folder) compareVoids() {
	v := &f.voids
	if v.stage != voidsListed {
		return
	}
	v.stage = voidsCompared
	for _, i := range v.claimed {
		f.twin(i)
	}
	f.sortByUID(&f.src, v.rows)
	p := f.pairing(nil, f.readable(f.dst.ids.group(message.Key{})))
	for _, j := range p.dst {
		if k, _ := f.keysOf(&f.dst, j); k.full.IsZero() {
			f.counts.Fallback2++
		}
	}
	for _, i := range v.rows {
		k, ok := f.keysOf(&f.src, i)
		switch {
		case !ok:
			v.blind = append(v.blind, i)
		case !f.leaveDuplicate(i):
			p.src = append(p.src, i)
		}
		if ok && k.full.IsZero() {
			f.counts.Fallback1++
		}
	}
	p.fullKeys()
	f.gatherDoubts(p)
	for n := range v.doubts {
		f.askTexts(&v.doubts[n])
	}
}

// readable are the rows of host2 that are not used and whose keys are known.
func (f *Folder) readable(rows func(func(int32) bool)) (out []int32) {
	for j := range rows {
		if !f.used[j] && !f.unreadable(&f.dst, j) {
			out = append(out, j)
		}
	}
	return out
}

// gatherDoubts gathers what is left by fallback key. Messages of host2 with Received lines are among
// it: the server may have added them.
func (f *Folder) gatherDoubts(p pairing) {
	v := &f.voids
	at := map[message.Key]int{}
	there := map[message.Key][]int32{}
	for _, j := range p.dst {
		k, _ := f.keysOf(&f.dst, j)
		there[k.fallback] = append(there[k.fallback], j)
	}
	for _, i := range p.src {
		k, _ := f.keysOf(&f.src, i)
		if len(there[k.fallback]) == 0 {
			v.left = append(v.left, i)
			continue
		}
		n, ok := at[k.fallback]
		if !ok {
			n = len(v.doubts)
			at[k.fallback] = n
			v.doubts = append(v.doubts, doubt{pairing: pairing{f: f, dst: there[k.fallback]}, headless: k.fallback == f.rules.Headless})
		}
		v.doubts[n].src = append(v.doubts[n].src, i)
	}
}

// askTexts wants to compare the texts, except of a lone message on both sides whose sizes agree.
func (f *Folder) askTexts(d *doubt) {
	if !d.headless && len(d.src) == 1 && len(d.dst) == 1 && compareSizes(f.src.rows[d.src[0]].Size, f.dst.rows[d.dst[0]].Size) == 0 {
		return
	}
	d.compare = true
	for _, i := range d.src {
		f.voids.texts1.ask(f.src.rows[i].UID)
	}
	for _, j := range d.dst {
		f.voids.texts2.ask(f.dst.rows[j].UID)
	}
}

// compareTexts matches equal texts, then agreeing sizes: a server that adds a header line to what it
// stores has changed every text. Where texts could not be read, and host2 has fewer messages left
// than host1, nobody knows which of them are there.
func (f *Folder) compareTexts() {
	v := &f.voids
	for n := range v.doubts {
		d := &v.doubts[n]
		if d.compare {
			equal(&d.pairing, f.digestOf)
		}
		unsure := d.compare && len(d.dst) > 0 && f.textLacks(d)
		if !d.headless && (!unsure || len(d.src) <= len(d.dst)) {
			d.sizes(d.fallbackKey)
		}
		for _, i := range d.src {
			if unsure {
				f.unidentified(i)
				continue
			}
			v.left = append(v.left, i)
		}
	}
	v.doubts = nil
}

func (f *Folder) digestOf(s *side, row int32) (message.Key, bool) {
	if s == &f.src {
		return f.voids.texts1.get(s.rows[row].UID)
	}
	return f.voids.texts2.get(s.rows[row].UID)
}

// textLacks tells whether a text of those left over could not be read.
func (f *Folder) textLacks(d *doubt) bool {
	lacks := func(s *side) func(int32) bool {
		return func(row int32) bool { _, ok := f.digestOf(s, row); return !ok }
	}
	return slices.ContainsFunc(d.src, lacks(&f.src)) || slices.ContainsFunc(d.dst, lacks(&f.dst))
}
