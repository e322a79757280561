package migrate

import (
	"imapsync/internal/account"
	"imapsync/internal/event"
	"imapsync/internal/folder"
	"imapsync/internal/imap"
	"imapsync/internal/plan"
	"imapsync/internal/scan"
	"imapsync/internal/transfer"
)

// work is one pair of folders in work.
type work struct {
	*run
	i    int
	pair folder.Pair

	listing1 *listing      // host1's folder, started ahead
	src, dst imap.Selected // as they were when their listing began
	result1  scan.Result
	result2  scan.Result
	plan     *plan.Folder
	out      *transfer.Folder
	changes  map[plan.SetID][]imap.UID // flags to set on host2
	copies   copies                    // what is to be looked at once more after the copy
	unread   map[account.Side]bool     // sides whose failure to identify messages was told
	flawed   bool                      // something was left undone that no count tells
}

// pair does everything about one pair of folders.
func (r *run) pair(i int) {
	p := r.plan.Pairs[i]
	state := r.creator.await(i)
	if r.soft.Err() != nil {
		return
	}
	r.sink.Emit(event.FolderStarted{Index: i + 1, Count: len(r.plan.Pairs), Src: p.Src, Dst: p.Dst})
	done := event.FolderDone{Index: i + 1, Count: len(r.plan.Pairs), Src: p.Src, Dst: p.Dst}
	switch {
	case state == barred || state == failed:
	case r.set.mode == JustFolders:
		done.Complete = true
	default:
		w := &work{run: r, i: i, pair: p, changes: map[plan.SetID][]imap.UID{}, unread: map[account.Side]bool{}}
		w.messages(state, &done)
	}
	r.sink.Emit(done)
}

// messages lists both folders, plans, copies, and sets flags.
func (w *work) messages(state existence, done *event.FolderDone) {
	w.startSource()
	defer func() { w.listing1.wait() }()
	if !w.listDestination(state) || !w.openSource() {
		return
	}
	if w.cfg.Folders.SkipEmpty && w.emptySource() {
		return
	}
	w.plan.UseVariables(w.variable)
	w.explainPermanent()
	w.out = w.copier.Open(transfer.Pair{Src: w.pair.Src, Dst: w.pair.Dst, SrcValidity: w.src.UIDValidity,
		DstValidity: w.dst.UIDValidity, Sets: w.sets, Stored: w.stored}, w.dst.UIDNext)
	w.ledger.begin(w.route())
	whole := w.feedSource()
	copied, failed := w.out.Finish(w.hard)
	w.plan.Publish(w.pair.Dst, w.ledger.end(w.route()))
	w.tellListed()
	w.afterCopies()
	w.setFlags()
	w.conclude(done, whole, copied, failed)
}

func (w *work) route() route { return route{w.pair.Src, w.pair.Dst} }

// stored takes a message that host2 has confirmed. It is called by appenders.
func (w *work) stored(c plan.Copy, uid imap.UID) {
	if w.rules.FlagsAfterCopy {
		w.copies.keep(c, uid)
	}
}

// conclude fills in what is known at the end of a folder.
func (w *work) conclude(done *event.FolderDone, whole bool, copied, failed int) {
	c := w.plan.Counts()
	done.Identified1 = c.Listed1 - c.Left1
	done.Missing2 = done.Identified1 - c.Matched - c.Cross1 - copied
	repeated2 := c.Duplicates2
	if w.rules.SyncDuplicates {
		repeated2 = 0 // they are messages like others
	}
	done.Identified2 = c.Listed2 - repeated2 + copied
	if o, ok := w.plan.Finish(w.result1.Proof, w.result2.Proof); ok {
		done.Extra2 = max(0, o.Extra2-repeated2)
	}
	done.Complete = whole && failed == 0 && !w.flawed && w.soft.Err() == nil
}
