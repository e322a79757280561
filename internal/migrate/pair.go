package migrate

import (
	"sync/atomic"

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
	listed2  bool          // host2's folder was begun to be listed
	src, dst imap.Selected // as they were when their listing began
	result1  scan.Result
	result2  scan.Result
	plan     *plan.Folder
	out      *transfer.Folder
	memory   memory
	changes  map[plan.SetID][]imap.UID   // flags to set on host2
	relabels map[plan.LabelID][]imap.UID // labels to set on host2
	copies   copies                      // what is to be looked at once more after the copy
	unread   map[account.Side]bool       // sides whose failure to identify messages was told
	pasts    [2]pastOf                   // how the sides were listed
	flawed   bool                        // something was left undone that no count tells

	reaper   *reaper
	merged   *merged     // nil when no other folder goes to the same destination
	allowed1 bool        // messages of host1 may go
	left     atomic.Bool // a removal that was asked for did not happen
	later1   []moved     // marked on host1, to be expunged at the end of the folder
}

// pair does everything about one pair of folders.
func (r *run) pair(i int) {
	defer r.turns.done(i)
	if r.copier.Over() {
		return
	}
	p := r.plan.Pairs[i]
	state := r.creator.await(i)
	if r.soft.Err() != nil {
		return
	}
	r.debugSleep()
	r.sink.Emit(event.FolderStarted{Index: i + 1, Count: len(r.plan.Pairs), Src: p.Src, Dst: p.Dst})
	done := event.FolderDone{Index: i + 1, Count: len(r.plan.Pairs), Src: p.Src, Dst: p.Dst}
	switch {
	case state == barred || state == failed:
	case state == leftOut:
		r.tellEmpty(i)
		done.Complete = true
	case r.set.mode == JustFolders:
		done.Complete = true
	default:
		w := &work{run: r, i: i, pair: p, changes: map[plan.SetID][]imap.UID{}, relabels: map[plan.LabelID][]imap.UID{},
			unread: map[account.Side]bool{}, merged: r.mergedAt[i]}
		w.reaper = newReaper(w)
		visits := w.merged.visits()
		defer w.merged.leave(visits)
		w.messages(state, &done)
	}
	r.syncACLs(p, state)
	if done.Complete {
		r.clean.add(p.Src)
	}
	r.sink.Emit(done)
}

// messages lists both folders, plans, copies, and sets flags.
func (w *work) messages(state existence, done *event.FolderDone) {
	w.expungeFirst()
	w.startSource()
	defer func() { w.listing1.wait() }()
	if w.merged != nil {
		w.turns.await(w.i) // what the others bring is to be listed too
	}
	if !w.listDestination(state) || !w.openSource() {
		return
	}
	w.plan.UseVariables(w.variable)
	if w.labels != nil {
		w.plan.UseLabels(w.labels, w.pair.Src.IsInbox())
	}
	w.explainPermanent()
	w.out = w.copier.Open(transfer.Pair{Src: w.pair.Src, Dst: w.pair.Dst, SrcValidity: w.src.UIDValidity,
		DstValidity: w.dst.UIDValidity, Sets: w.sets, Rewrite: w.cfg.Rewriter.Bind(w.variable), Stored: w.stored, HoldFull: w.cfg.Delete.Removes2() && !w.set.dry}, w.dst.UIDNext)
	w.recall()
	w.turns.await(w.i)
	whole := w.feedSource()
	copied, failed := w.out.Finish(w.hard)
	w.tellListed()
	w.settleCopies()
	removed := w.delete2(whole)
	if held := w.out.TakeHeld(); len(held) > 0 {
		w.out.Send(w.hard, held) // there may be room now
		copied, failed = w.out.Finish(w.hard)
		w.settleCopies()
	}
	w.delete1(whole && failed == 0 && !w.flawed && w.soft.Err() == nil)
	w.plan.Publish(w.pair.Dst, w.memory.copied)
	w.conclude(done, whole, copied, failed, removed)
}

// revisits tells that copies are looked at once more on both sides, so that nothing is removed from
// host1 before.
func (w *work) revisits() bool { return w.rules.FlagsAfterCopy || w.rules.Labels.Copies }

// stored takes a message that host2 has confirmed. It is called by appenders.
func (w *work) stored(c plan.Copy, uid imap.UID, proven bool) {
	w.memory.confirmed(c, uid)
	if w.merged != nil {
		w.merged.extra.stored(uid)
	}
	w.reaper.confirmed(c, uid, proven)
	if w.revisits() {
		w.copies.keep(c, uid)
	}
}

// conclude fills in what is known at the end of a folder. removed counts the messages unknown on host1
// that went.
func (w *work) conclude(done *event.FolderDone, whole bool, copied, failed, removed int) {
	c := w.plan.Counts()
	done.Identified1 = c.Listed1 - c.Left1
	done.Missing2 = done.Identified1 - c.Matched - c.Cross1 - copied
	repeated2 := c.Duplicates2
	if w.rules.SyncDuplicates {
		repeated2 = 0 // they are messages like others
	}
	done.Identified2 = c.Listed2 - repeated2 + copied - removed
	if o, ok := w.plan.Finish(w.result1.Proof, w.result2.Proof); ok {
		extra := len(o.Extra)
		if w.merged != nil {
			extra = w.merged.extra.join(o.Extra, w.dst.UIDNext)
		}
		done.Extra2 = max(0, extra-repeated2-removed)
	}
	if w.merged != nil && !w.merged.last() {
		done.Identified2, done.Extra2 = 0, 0 // the last pair tells of them all
	}
	done.Complete = whole && failed == 0 && !w.flawed && !w.left.Load() && w.soft.Err() == nil
	w.keepListings()
	w.settle(whole && !w.cfg.Selections.Host1.Selects() && failed == 0 && !w.flawed && w.soft.Err() == nil)
}
