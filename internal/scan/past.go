package scan

import (
	"context"
	"slices"
	"sync"

	"imapsync/internal/fault"
	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
	"imapsync/internal/plan"
)

// past follows what became of a folder since an earlier listing. Its rows are held until it is known
// which of them are still there.
type past struct {
	mark     plan.Mark
	recalled int  // rows that were remembered
	held     bool // no row is handed on yet
	changed  int  // remembered rows whose flags are others now
	arrived  int  // rows that were not remembered
	gone     int  // remembered rows that are not there any more
	other    bool // a remembered row has turned out to be another message
}

// Changes tells how a folder differs from Want.Past.
type Changes struct {
	// Same tells that not a row differs: neither messages nor flags.
	Same bool
	// Moves tells that HIGHESTMODSEQ has moved and flags have changed, and nothing else: the server's
	// numbers are worth believing. Lies tells that it stood still although something changed.
	Moves, Lies bool
}

// recall takes the rows that are remembered as if they had been told by the server.
func (r *rows) recall(p *plan.Past) {
	r.past = past{mark: p.Mark, recalled: len(p.Rows), held: true}
	r.rows = make([]listed, len(p.Rows))
	for i, row := range p.Rows {
		r.rows[i] = listed{Row: row, have: r.need | r.hope, old: true, recalled: true}
	}
	r.count, r.ready, r.highest = len(p.Rows), len(p.Rows), p.Highest()
}

// Recalled is the listing of a folder that is as it was: what is remembered, without asking the server.
func Recalled(name imap.MailboxName, want Want) *Listing {
	l := &Listing{name: name, want: want, done: make(chan struct{}), rows: newRows(want), ended: true}
	l.more = sync.NewCond(&l.mu)
	p := want.Past
	l.rows.recall(p)
	l.rows.held = false
	l.exists = uint32(len(p.Rows))
	l.sel = imap.Selected{Name: name, ReadOnly: want.ReadOnly, Exists: l.exists, UIDNext: p.Next, UIDValidity: p.Validity,
		HighestModSeq: p.ModSeq, PermanentFlags: p.Permanent}
	l.proof, l.whole = plan.Prove(true, l.exists, l.rows.count)
	close(l.done)
	return l
}

// setFlags gives a row its flags, and counts the change of a remembered one.
func (r *rows) setFlags(row *listed, id plan.SetID) {
	if row.old {
		row.old = false
		if id != row.Flags && !plan.SameFlags(r.want.Sets.Flags(id), r.want.Sets.Flags(row.Flags)) {
			r.changed++
		}
	}
	row.Flags = id
}

// keep drops the rows that the folder does not hold any more, found being all that it holds.
func (r *rows) keep(found imap.UIDSet) {
	n := len(r.rows)
	r.rows = slices.DeleteFunc(r.rows, func(row listed) bool { return !found.Contains(row.UID) })
	r.gone += n - len(r.rows)
	r.count, r.ready, r.highest = len(r.rows), 0, 0
	for i := range r.rows {
		if !r.lacks(&r.rows[i]) {
			r.ready++
		}
		r.highest = r.rows[i].UID
	}
}

func (r *rows) changes(sel imap.Selected) Changes {
	p := &r.past
	if p.recalled == 0 && p.mark.Validity == 0 {
		return Changes{}
	}
	c := Changes{Same: p.changed+p.arrived+p.gone == 0}
	if was, is := p.mark.ModSeq, sel.HighestModSeq; was != 0 && is != 0 {
		c.Moves = is > was && p.changed > 0 && p.arrived+p.gone == 0
		c.Lies = is == was && p.changed+p.arrived > 0
	}
	return c
}

// looked is how many of the last remembered messages are listed anew, to see that they are the same.
const looked = 5

// wentBack tells that the folder is not the one that was remembered, though its UIDVALIDITY says so: it was
// brought back from a backup, or made anew on a server that always gives the same, and its numbers stand for other
// messages.
func (l *Listing) wentBack(sel imap.Selected) bool {
	p := l.want.Past
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.rows.other || sel.UIDNext != 0 && sel.UIDNext < max(p.Next, p.Highest()+1) || sel.HighestModSeq != 0 && sel.HighestModSeq < p.ModSeq
}

// askChanges sends what tells how the folder differs from what is remembered: the flags of remembered
// messages, with the sizes of all of them unless HIGHESTMODSEQ is believed, and everything about those that came
// later and a few before.
// It is sent behind SELECT, whose UIDVALIDITY may make it void.
func (l *Listing) askChanges() (a asked) {
	p := l.want.Past
	l.conn.Turn.Lock()
	defer l.conn.Turn.Unlock()
	a.sel = l.conn.Select(l.name, l.want.ReadOnly)
	l.conn.Turn.open = l
	from := p.Highest() + 1
	if high := p.Highest(); high > 0 {
		from = p.Rows[max(0, len(p.Rows)-looked)].UID
		flags := client.FetchItems{Flags: true, Size: true}
		if l.want.Believe {
			flags = client.FetchItems{Flags: true, ChangedSince: p.ModSeq}
		}
		a.fetch = append(a.fetch, l.conn.UIDFetch(imap.UIDSet{{First: 1, Last: high}}, flags, client.FetchHandler{Message: l.take}))
	}
	a.fetch = append(a.fetch, l.conn.UIDFetch(imap.UIDsFrom(from), l.items(), client.FetchHandler{Message: l.take}))
	return a
}

// catchUp settles which messages the folder holds. Whatever does not add up makes it list the folder
// whole, as if nothing were remembered.
func (l *Listing) catchUp(ctx context.Context, sel imap.Selected, exists uint32, err error) (uint32, error) {
	if fault.Lost(err) || fault.Transient(err) {
		return exists, err
	}
	if err == nil && sel.UIDValidity == l.want.Past.Validity && !l.wentBack(sel) {
		same, exists, err := l.members(ctx, sel, exists)
		if err != nil && (fault.Lost(err) || fault.Transient(err)) {
			return exists, err
		}
		if same && err == nil {
			l.release(nil)
			return exists, nil
		}
	}
	whole := newRows(l.want)
	l.release(&whole)
	return l.answers(ctx, l.ask(ctx, going, imap.AllUIDs), sel)
}

// release lets rows go, others instead of those held if given.
func (l *Listing) release(other *rows) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if other != nil {
		l.rows = *other
	}
	l.rows.held = false
	l.more.Broadcast()
}

// members finds out which remembered messages are still there (rule E9). UIDs only grow, so that as
// many as there are can only be all of them; else a SEARCH tells. same is false when the answers do not
// agree.
func (l *Listing) members(ctx context.Context, first imap.Selected, exists uint32) (same bool, now uint32, err error) {
	if l.agrees(exists) {
		return true, exists, nil
	}
	if exists == 0 {
		l.keep(nil)
		return true, 0, nil
	}
	var a asked
	l.conn.Turn.Lock()
	if l.conn.Turn.open != l {
		a.sel = l.conn.Select(l.name, l.want.ReadOnly)
		l.conn.Turn.open = l
	}
	search := l.conn.UIDSearch("ALL")
	l.conn.Turn.Unlock()
	uids, err := search.Wait(ctx)
	if a.sel != nil {
		sel, serr := a.sel.Wait(ctx)
		if serr != nil {
			return false, exists, serr
		}
		if sel.UIDValidity != first.UIDValidity {
			return false, exists, nil
		}
		exists = sel.Exists
	}
	if err != nil || uint32(len(uids)) != exists {
		return false, exists, err
	}
	l.keep(imap.UIDs(uids...))
	missing := l.unlisted(uids)
	if missing.Empty() {
		return true, exists, nil
	}
	exists, err = l.answers(ctx, l.ask(ctx, going, missing), first)
	return l.agrees(exists), exists, err
}

// agrees tells whether as many rows are known as the folder has messages.
func (l *Listing) agrees(exists uint32) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return int64(l.rows.count) == int64(exists)
}

func (l *Listing) keep(found imap.UIDSet) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rows.keep(found)
}

// unlisted are those of uids of which nothing is known.
func (l *Listing) unlisted(uids []imap.UID) imap.UIDSet {
	l.mu.Lock()
	defer l.mu.Unlock()
	return imap.UIDs(slices.DeleteFunc(slices.Clone(uids), l.rows.has)...)
}
