package migrate

import (
	"cmp"
	"slices"
	"sync"

	"imapsync/internal/account"
	"imapsync/internal/imap"
	"imapsync/internal/plan"
	"imapsync/internal/scan"
	"imapsync/internal/state"
)

// rememberedRows is the largest folder of which a listing is remembered: reading more back takes as much
// memory as it saves time.
const rememberedRows = 300_000

// remembers tells whether folders are listed from what is remembered of them. Plans are the same ones
// then as from a whole listing. All the same nothing is deleted but after one: what a server told long ago
// is no reason to remove a message.
func (r *run) remembers(side account.Side) bool {
	d := &r.cfg.Delete
	return r.past != nil && r.cfg.State.Listings && r.labels == nil && !r.rules.Sized && !r.cfg.Selections.Of(side).Selects() &&
		!d.Writes1() && !d.Removes2() && !d.ExpungeAll2
}

// pastOf is how a side of a pair of folders is listed.
type pastOf struct {
	anew    bool   // whole, because something did not go well
	settled bool   // not at all: it is as it was
	told    string // by STATUS, before
	before  string // by STATUS, at the listing that is remembered
}

func (w *work) of(side account.Side) *pastOf { return &w.pasts[side-account.Host1] }

// usePast makes a listing ask only for what has changed since the one that is remembered, or nothing when
// STATUS is believed and tells that nothing has.
func (w *work) usePast(side account.Side, want *scan.Want) {
	p := w.of(side)
	p.settled, p.told, p.before = false, "", ""
	if !w.remembers(side) || w.soft.Err() != nil {
		return
	}
	survey := w.surveys[side-account.Host1]
	p.told = words(survey.of(w.nameOf(side)))
	if w.cfg.State.Full || p.anew {
		return
	}
	past, err := w.past.Past(w.soft, side, w.nameOf(side), w.cfg.Identity.Digest(), w.sets)
	if err != nil {
		w.forgotten(err)
		return
	}
	if past == nil {
		return
	}
	p.before = past.Told
	// A folder that has other names, or into which others are merged, has changed since STATUS was asked.
	p.settled = p.told != "" && p.told == wordsOf(past.Mark, len(past.Rows)) && w.merged == nil && survey.alone(w.nameOf(side)) &&
		w.beliefs.has(side, state.Status) && w.beliefs.has(side, state.ModSeq)
	want.Past, want.Believe, want.Settled = past, w.beliefs.has(side, state.ModSeq), p.settled
}

func (w *work) nameOf(side account.Side) imap.MailboxName {
	if side == account.Host1 {
		return w.pair.Src
	}
	return w.pair.Dst
}

// keepListings remembers what both folders held when they were listed, and what has shown of their
// servers. Marks are those from before the listing, so that what has happened since, our own writes
// too, is news to the next run.
func (w *work) keepListings() {
	for _, side := range account.Sides {
		sel, res := w.src, w.result1
		if side == account.Host2 {
			sel, res = w.dst, w.result2
		}
		p := w.of(side)
		if !w.remembers(side) || !res.Whole || sel.UIDValidity == 0 || sel.Name == "" || p.settled || w.set.dry || w.soft.Err() != nil {
			continue
		}
		found := plan.Mark{Validity: res.Selected.UIDValidity, Next: res.Selected.UIDNext, ModSeq: res.Selected.HighestModSeq}
		w.beliefs.learn(side, res.Changes, p.told, p.before, wordsOf(found, int(res.Selected.Exists)))
		mark := plan.Mark{Validity: sel.UIDValidity, Next: sel.UIDNext, ModSeq: sel.HighestModSeq, Permanent: sel.PermanentFlags, Told: p.told}
		var rows []plan.Row
		if !res.Same {
			rows = append([]plan.Row{}, w.plan.Rows(side)...)
			slices.SortFunc(rows, func(a, b plan.Row) int { return cmp.Compare(a.UID, b.UID) })
		}
		if len(rows) <= rememberedRows {
			w.past.Keep(w.soft, side, w.nameOf(side), w.cfg.Identity.Digest(), mark, rows, w.sets)
		}
	}
}

// beliefs tells which numbers of which servers are believed: those that were seen to move when they had
// to, and never to stand still then. It is safe for concurrent use.
type beliefs struct {
	mu    sync.Mutex
	first map[number]bool // when the run began
	moves map[number]bool
	lies  map[number]bool
}

type number struct {
	side account.Side
	of   state.Number
}

var numbers = []number{{account.Host1, state.ModSeq}, {account.Host1, state.Status}, {account.Host2, state.ModSeq}, {account.Host2, state.Status}}

func (r *run) recallBeliefs() {
	b := &r.beliefs
	b.first, b.moves, b.lies = map[number]bool{}, map[number]bool{}, map[number]bool{}
	for _, n := range numbers {
		if yes, err := r.past.Believed(r.soft, n.side, n.of); err == nil && !r.cfg.State.Full {
			b.first[n] = yes
		}
	}
}

// has tells whether to believe a number, as the run began: what it learns is for the next.
func (b *beliefs) has(side account.Side, of state.Number) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.first[number{side, of}]
}

// learn takes how a folder has changed, what STATUS tells of it now and told formerly, and what was found
// when it was opened. The last two may also differ because something has just happened; that costs time only.
func (b *beliefs) learn(side account.Side, c scan.Changes, told, before, found string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	modSeq, status := number{side, state.ModSeq}, number{side, state.Status}
	b.moves[modSeq] = b.moves[modSeq] || c.Moves
	b.lies[modSeq] = b.lies[modSeq] || c.Lies
	if told == "" {
		return
	}
	b.lies[status] = b.lies[status] || told != found
	b.moves[status] = b.moves[status] || before != "" && told != before
}

// keepBeliefs remembers what the run has learned. A lie outweighs everything.
func (r *run) keepBeliefs() {
	b := &r.beliefs
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, n := range numbers {
		yes := (b.first[n] || b.moves[n]) && !b.lies[n]
		if r.past != nil && (yes != b.first[n] || r.cfg.State.Full) {
			r.past.Believe(r.soft, n.side, n.of, yes)
		}
	}
}
