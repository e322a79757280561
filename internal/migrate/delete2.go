package migrate

import (
	"fmt"
	"slices"
	"sync"

	"imapsync/internal/account"
	"imapsync/internal/event"
	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
	"imapsync/internal/plan"
	"imapsync/internal/prune"
	"imapsync/internal/scan"
)

// deletions is what removals on host2 share over the folders of a run. It is safe for concurrent use.
type deletions struct {
	mu    sync.Mutex
	spent int64 // messages of host2 that the limit has let go

	once   sync.Once
	empty1 bool // host1's whole account holds no message, or did not tell

	epochs epochs
}

// allow takes n of a folder's total messages from the limit, all or none.
func (d *deletions) allow(l plan.Limit, n, total int64) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !l.Allows(n, total, d.spent) {
		return false
	}
	d.spent += n
	return true
}

// delete2 removes from host2's folder what host1 does not have, and duplicates, after the copies
// (docs/differences.md row 20). It returns how many messages host1 does not have went.
func (w *work) delete2(whole bool) (extra int) {
	p := w.cfg.Delete
	if w.soft.Err() != nil {
		return 0
	}
	if p.Removes2() && w.result2.Messages > 0 {
		if all, ok := w.removals(whole); ok {
			if w.cfg.Host2.Caps().Has(imap.CapUIDPlus) {
				// Apart, as the reference tells it; a plain EXPUNGE must have them all together.
				w.removeFromHost2(slices.DeleteFunc(slices.Clone(all), func(r plan.Removal) bool { return !r.Duplicate }))
				all = slices.DeleteFunc(all, func(r plan.Removal) bool { return r.Duplicate })
			}
			extra = w.removeFromHost2(all)
		}
	}
	if p.ExpungeAll2 && w.soft.Err() == nil && w.dst.Name != "" {
		w.expungeAll(w.cfg.Host2, w.pair.Dst, w.dst.UIDValidity, false)
	}
	return extra
}

// removals asks the plan what may go, and the guards whether it may.
func (w *work) removals(whole bool) (all []plan.Removal, ok bool) {
	p := w.cfg.Delete
	rules := plan.RemovalRules{Extra: p.Extra, Copied: w.reaper.has,
		Duplicates: p.Duplicates || p.Extra && w.rules.SyncDuplicates}
	if w.merged != nil {
		rules.Duplicates = false // what another folder of host1 has brought is no duplicate
	}
	all, proven := w.askRemovals(rules)
	if proven && rules.Extra && len(all) > 0 {
		if proven = w.lookForArrivals(); proven {
			all, proven = w.askRemovals(rules)
		}
	}
	proven = proven && whole && w.soft.Err() == nil
	counts := w.plan.Counts()
	smell := plan.Smell{Total2: counts.Listed2, Total1: counts.Listed1, Unmatched1: counts.Listed1 - counts.Matched - counts.Left1 - counts.Cross1}
	if w.merged != nil && p.Extra {
		all, smell, ok = w.merged.join(w, all, smell, proven && !w.out.Unsure())
		if !ok {
			return nil, false
		}
	}
	return all, len(all) > 0 && w.guarded(proven, all, smell)
}

// askRemovals answers the plan's questions until it says what may go. ok is false without whole
// listings.
func (w *work) askRemovals(rules plan.RemovalRules) (all []plan.Removal, ok bool) {
	all, more, ok := w.plan.Removals(rules, w.result1.Proof, w.result2.Proof)
	for more && w.soft.Err() == nil {
		w.identify()
		all, more, ok = w.plan.Removals(rules, w.result1.Proof, w.result2.Proof)
	}
	return all, ok && !more
}

// lookForArrivals tells the plan what came to host1's folder while it was copied. It reports whether
// host1 has answered.
func (w *work) lookForArrivals() bool {
	from := w.src.UIDNext
	if from == 0 {
		from = w.plan.NextUID()
	}
	err := w.repeatOn(w.cfg.Host1, func(c *client.Conn) error {
		rows, err := scan.Arrivals(w.soft, c, w.pair.Src, w.src.UIDValidity, from, w.cfg.Identity)
		w.plan.Arrived(rows)
		return err
	})
	if err != nil {
		w.fail(selectError(account.Host1, w.pair.Src, err))
	}
	return err == nil
}

// guarded tells whether no guard forbids the removals.
func (w *work) guarded(proven bool, all []plan.Removal, smell plan.Smell) bool {
	total := smell.Total2
	for _, r := range all {
		if !r.Duplicate {
			smell.Removals++
		}
	}
	name, n := w.pair.Dst, len(all)
	nothing := fmt.Sprintf("Host2: none of the %d messages to delete in %s is deleted, because ", n, name)
	refuse := func(g plan.Guard, why string) bool {
		w.refuseDeletion(account.Host2, name, g, n, nothing+why)
		return false
	}
	switch {
	case !proven:
		return refuse(plan.GuardIncomplete, "a folder was not read whole; run again")
	case w.out.Unsure():
		return refuse(plan.GuardUnsure, "the connection was lost and a copy may or may not be there; run again")
	case w.dst.UIDValidity == 0:
		return refuse(plan.GuardEpoch, "the server gives no UIDVALIDITY and so may mean other messages by the same numbers")
	case w.unsettled():
		return refuse(plan.GuardForgotten, "with --useuid a message counts as copied only when an earlier run has remembered it, and none has finished this folder"+w.remedy())
	case len(w.run.plan.Strangers[name]) > 0:
		return refuse(plan.GuardSources, fmt.Sprintf("host1's folder %s goes there too and is not synced now; add --folder %s",
			w.run.plan.Strangers[name][0], w.run.plan.Strangers[name][0]))
	}
	switch other, err := w.otherName(all); {
	case err != nil:
		return refuse(plan.GuardIncomplete, fmt.Sprintf("it could not be made sure that no other folder of the run is the same one: %v", err))
	case other != "":
		return refuse(plan.GuardSameFolder, fmt.Sprintf("%s is the same folder by another name, and other messages go there; give one of them another name with --f1f2 or --regextrans2", other))
	}
	if !w.cfg.Delete.Limit.Given && smell.Suspicious() {
		smell.Empty1 = smell.Total1 == 0 && w.host1IsEmpty()
		if smell.Mismatch() {
			why := fmt.Sprintf("%d of the %d messages of host1 are not there either", smell.Unmatched1, smell.Total1)
			if smell.Empty1 {
				why = "host1's whole account holds no message"
			}
			return refuse(plan.GuardMismatch, fmt.Sprintf("that is most of %d, and %s, as if the accounts did not belong together; add --maxdeletions 100%% to delete them all the same", total, why))
		}
	}
	if !w.deletions.allow(w.cfg.Delete.Limit, int64(n), int64(total)) {
		return refuse(plan.GuardLimit, "that is more than --maxdeletions allows; raise --maxdeletions to delete them")
	}
	return true
}

// removeFromHost2 carries out removals, and returns how many of those that are no duplicates went.
func (w *work) removeFromHost2(all []plan.Removal) (extra int) {
	if len(all) == 0 || w.soft.Err() != nil {
		return 0
	}
	var mark, ours []imap.UID
	byUID := make(map[imap.UID]plan.Removal, len(all))
	for _, r := range all {
		byUID[r.UID] = r
		ours = append(ours, r.UID)
		if r.Marked {
			continue // as in the reference it is expunged, and not told
		}
		mark = append(mark, r.UID)
		cause := event.NotOnHost1
		if r.Duplicate {
			cause = event.Duplicate2
		}
		w.sink.Emit(event.Marking{Side: account.Host2, Folder: w.pair.Dst, UID: r.UID, Identity: r.Identity.String(), Cause: cause, Dry: w.set.dry})
	}
	p := w.cfg.Delete
	expunge := p.Expunge2 && !p.ExpungeAll2
	if expunge {
		w.sink.Emit(event.Expunging{Side: account.Host2, Folder: w.pair.Dst, Messages: len(ours), Dry: w.set.dry})
	}
	if w.set.dry {
		return 0
	}
	var gone []imap.UID
	if expunge {
		gone = ours
	}
	box := prune.Box{Name: w.pair.Dst, Validity: w.dst.UIDValidity, UIDPlus: w.cfg.Host2.Caps().Has(imap.CapUIDPlus)}
	out, err := w.remove(w.cfg.Host2, box, mark, gone)
	w.tellRemoved(account.Host2, w.pair.Dst, out, expunge, ours, func(uid imap.UID) int64 { return byUID[uid].Size })
	w.failedRemoval(account.Host2, w.pair.Dst, out.Refused, err, len(ours), fmt.Sprintf("Host2: %s folder, could not delete", w.pair.Dst))
	done := out.Marked
	if expunge {
		done = append(done, out.Removed...)
	}
	w.plan.Removed(done)
	seen := map[imap.UID]bool{}
	for _, uid := range done {
		if !seen[uid] && !byUID[uid].Duplicate {
			extra++
		}
		seen[uid] = true
	}
	return extra
}

// host1IsEmpty asks, once in a run, whether any folder of host1 holds a message. An account that does
// not tell counts as empty: that only forbids deletions.
func (r *run) host1IsEmpty() bool {
	r.deletions.once.Do(func() {
		r.deletions.empty1 = true
		var names []imap.MailboxName
		err := r.with(r.cfg.Host1, func(c *client.Conn) error {
			a, err := scan.Account(r.soft, c, r.cfg.Host1.Caps())
			names = nil
			for _, m := range a.Mailboxes {
				if m.Selectable() {
					names = append(names, m.Name)
				}
			}
			return err
		})
		if err != nil {
			return
		}
		status, err := r.status(r.cfg.Host1, names)
		for _, st := range status {
			if err == nil && st.Messages != nil && *st.Messages > 0 {
				r.deletions.empty1 = false
			}
		}
	})
	return r.deletions.empty1
}
