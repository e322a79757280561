package migrate

import (
	"cmp"
	"slices"
	"sync"

	"imapsync/internal/account"
	"imapsync/internal/imap"
	"imapsync/internal/plan"
	"imapsync/internal/scan"
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

// pastOf is what is remembered of a side's folder, nil to list it whole.
func (w *work) pastOf(side account.Side) *plan.Past {
	if !w.remembers(side) || w.cfg.State.Full || w.anew[side] || w.soft.Err() != nil {
		return nil
	}
	p, err := w.past.Past(w.soft, side, w.nameOf(side), w.cfg.Identity.Digest(), w.sets)
	if err != nil {
		w.forgotten(err)
		return nil
	}
	return p
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
		w.beliefs.learn(side, res.Changes)
		if !w.remembers(side) || !res.Whole || sel.UIDValidity == 0 || sel.Name == "" || w.set.dry || w.soft.Err() != nil {
			continue
		}
		mark := plan.Mark{Validity: sel.UIDValidity, Next: sel.UIDNext, ModSeq: sel.HighestModSeq, Permanent: sel.PermanentFlags}
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

// beliefs tells whose HIGHESTMODSEQ is believed: one that was seen to move when flags changed, and never
// to stand still then. It is safe for concurrent use.
type beliefs struct {
	mu    sync.Mutex
	first map[account.Side]bool // when the run began
	moves map[account.Side]bool
	lies  map[account.Side]bool
}

func (r *run) recallBeliefs() {
	b := &r.beliefs
	b.first, b.moves, b.lies = map[account.Side]bool{}, map[account.Side]bool{}, map[account.Side]bool{}
	for _, side := range account.Sides {
		if yes, err := r.past.Believed(r.soft, side); err == nil && !r.cfg.State.Full {
			b.first[side] = yes
		}
	}
}

// has tells whether to believe a side, as one run began: what it learns is for the next.
func (b *beliefs) has(side account.Side) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.first[side]
}

func (b *beliefs) learn(side account.Side, c scan.Changes) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if c.Moves && b.moves != nil {
		b.moves[side] = true
	}
	if c.Lies && b.lies != nil {
		b.lies[side] = true
	}
}

// keepBeliefs remembers what the run has learned. A lie outweighs everything.
func (r *run) keepBeliefs() {
	b := &r.beliefs
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, side := range account.Sides {
		if yes := (b.first[side] || b.moves[side]) && !b.lies[side]; r.past != nil && (yes != b.first[side] || r.cfg.State.Full) {
			r.past.Believe(r.soft, side, yes)
		}
	}
}
