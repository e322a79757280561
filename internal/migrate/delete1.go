package migrate

import (
	"fmt"
	"strings"

	"imapsync/internal/account"
	"imapsync/internal/event"
	"imapsync/internal/fault"
	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
	"imapsync/internal/message"
	"imapsync/internal/plan"
	"imapsync/internal/prune"
	"imapsync/internal/scan"
)

// proveAtOnce is how many messages that were on host2 already are compared at a time.
const proveAtOnce = 2000

// expungeFirst expunges what users have flagged on host1 before the folder is read, because
// --expunge1 was given by name. As in the reference such messages are not copied.
func (w *work) expungeFirst() {
	if w.cfg.Delete.ExpungeAll1 {
		w.expungeAll(w.cfg.Host1, w.pair.Src, 0, true)
	}
}

// mayDelete1 tells whether messages of host1's folder may go at all, and says why not, once.
func (w *work) mayDelete1() bool {
	if !w.cfg.Delete.Source || w.soft.Err() != nil {
		return false
	}
	switch {
	case !w.result1.Whole || !w.result2.Whole:
		return false // an error has told it
	case w.src.UIDValidity == 0:
		w.refuseDeletion(account.Host1, w.pair.Src, plan.GuardEpoch, 0, fmt.Sprintf(
			"Host1: nothing is deleted in %s, because the server gives no UIDVALIDITY and so may mean other messages by the same numbers", w.pair.Src))
		return false
	case w.sameFolder():
		w.refuseDeletion(account.Host1, w.pair.Src, plan.GuardSameFolder, 0, fmt.Sprintf(
			"Host1: nothing is deleted in %s, because host2's folder %s seems to be the same one; give another account or --subfolder2", w.pair.Src, w.pair.Dst))
		return false
	}
	return true
}

// sameFolder tells whether both folders look like one and the same: what is "already on host2" is
// then the message itself. Several names of one server cannot be told from several servers for sure, hence
// what a server tells of the folder decides unless the addresses differ in their port only.
func (w *work) sameFolder() bool {
	e1, e2 := w.cfg.Host1, w.cfg.Host2
	if w.src.UIDValidity != w.dst.UIDValidity {
		return false
	}
	if strings.EqualFold(e1.Host(), e2.Host()) {
		standard := func(port int) bool { return port == 143 || port == 993 }
		samePort := e1.Port() == e2.Port() || standard(e1.Port()) && standard(e2.Port())
		return samePort && strings.EqualFold(e1.User(), e2.User()) && w.pair.Src == w.pair.Dst
	}
	return w.src.UIDNext == w.dst.UIDNext && w.src.Exists == w.dst.Exists && w.src.HighestModSeq == w.dst.HighestModSeq
}

// delete1 ends the removals on host1: the last copied messages, those whose answer was lost, and
// those that were on host2 already and are proven to be the same there. settled tells that nothing of
// host1's folder was left behind.
func (w *work) delete1(settled bool) {
	waiting, shared, doubtful := w.reaper.finish()
	defer func() {
		if w.cfg.Delete.ExpungeAll1 && w.soft.Err() == nil {
			w.expungeAll(w.cfg.Host1, w.pair.Src, w.src.UIDValidity, false)
		}
	}()
	if !w.allowed1 {
		return
	}
	w.removeFromHost1(waiting, event.CopiedNow)
	w.removeFromHost1(w.alone(shared, settled), event.CopiedNow)
	w.removeFromHost1(w.alone(w.sameTexts(doubtful), settled), event.CopiedNow)
	pairs, sure := w.plan.Matches(), false
	for len(pairs) > 0 && w.soft.Err() == nil {
		n := min(len(pairs), proveAtOnce)
		batch := w.alone(w.proven(pairs[:n]), settled)
		if len(batch) > 0 && !sure {
			if sure = w.apart(batch); !sure {
				break
			}
		}
		w.removeFromHost1(batch, event.AlreadyThere)
		pairs = pairs[n:]
	}
	w.expungeRest()
}

// proven gives those of pairs whose message on host1 may go, and names the others.
func (w *work) proven(pairs []plan.Pair) (out []moved) {
	results, more, ok := w.plan.Prove(pairs, w.result1.Proof, w.result2.Proof)
	for more && w.soft.Err() == nil {
		w.identify()
		results, more, ok = w.plan.Prove(pairs, w.result1.Proof, w.result2.Proof)
	}
	if !ok || more {
		return nil
	}
	for _, p := range results {
		if p.Kept == plan.KeptNot || p.Kept == plan.KeptDifferent && w.cfg.Delete.Unproven {
			out = append(out, moved{p.Src, p.Dst, p.Size, p.Shared})
			continue
		}
		w.sink.Emit(event.Kept{Src: w.pair.Src, UID: p.Src, Dst: w.pair.Dst, Copy: p.Dst, Size: p.Size, Why: p.Kept})
	}
	return out
}

// alone leaves out the messages that have others like them on host1, unless all of these are settled.
func (w *work) alone(all []moved, settled bool) (out []moved) {
	for _, m := range all {
		if settled || !m.shared {
			out = append(out, m)
			continue
		}
		w.sink.Emit(event.Kept{Src: w.pair.Src, UID: m.src, Dst: w.pair.Dst, Copy: m.dst, Size: m.size, Why: plan.KeptTwin})
	}
	return out
}

// sameTexts gives those of doubtful whose text on host2 is that of host1.
func (w *work) sameTexts(doubtful []moved) (same []moved) {
	if len(doubtful) == 0 {
		return nil
	}
	var uids1, uids2 []imap.UID
	for _, m := range doubtful {
		uids1, uids2 = append(uids1, m.src), append(uids2, m.dst)
	}
	var texts [2]map[imap.UID]message.Key
	for i, q := range w.questions(uids1, uids2) {
		texts[i] = map[imap.UID]message.Key{}
		w.ask(q, func(c *client.Conn, uids []imap.UID, answered func(imap.UID)) error {
			return scan.Digests(w.soft, c, q.name, q.validity, uids, func(uid imap.UID, digest message.Key) {
				answered(uid)
				texts[i][uid] = digest
			})
		})
	}
	for _, m := range doubtful {
		one, ok1 := texts[0][m.src]
		two, ok2 := texts[1][m.dst]
		if ok1 && ok2 && one == two {
			same = append(same, m)
			continue
		}
		w.sink.Emit(event.Kept{Src: w.pair.Src, UID: m.src, Dst: w.pair.Dst, Copy: m.dst, Size: m.size, Why: plan.KeptUnread})
	}
	return same
}

// removeFromHost1 marks messages, and expunges them unless that is left to the end of the folder.
func (w *work) removeFromHost1(batch []moved, cause event.Cause) {
	if len(batch) == 0 || w.soft.Err() != nil {
		return
	}
	p := w.cfg.Delete
	plus := w.cfg.Host1.Caps().Has(imap.CapUIDPlus)
	wanted := p.ExpungeOurs || cause == event.CopiedNow && p.AfterEach
	now := wanted && plus && (p.AfterEach || cause == event.AlreadyThere)
	for _, m := range batch {
		w.sink.Emit(event.Marking{Side: account.Host1, Folder: w.pair.Src, UID: m.src, Cause: cause, Expunge: wanted, Dry: w.set.dry})
	}
	if w.set.dry {
		return
	}
	if wanted && !now {
		w.later1 = append(w.later1, batch...)
	}
	w.pruneHost1(batch, true, now, !wanted || now)
}

// expungeRest expunges what was only marked until now, all at once.
func (w *work) expungeRest() {
	if len(w.later1) == 0 || w.soft.Err() != nil {
		return
	}
	w.sink.Emit(event.Expunging{Side: account.Host1, Folder: w.pair.Src, Messages: len(w.later1)})
	w.pruneHost1(w.later1, false, true, true)
}

// pruneHost1 marks messages, expunges them, or both, and counts them.
func (w *work) pruneHost1(batch []moved, mark, expunge, count bool) {
	uids := make([]imap.UID, len(batch))
	sizes := make(map[imap.UID]int64, len(batch))
	for i, m := range batch {
		uids[i], sizes[m.src] = m.src, m.size
	}
	var marks, gone []imap.UID
	if mark {
		marks = uids
	}
	if expunge {
		gone = uids
	}
	box := prune.Box{Name: w.pair.Src, Validity: w.src.UIDValidity, UIDPlus: w.cfg.Host1.Caps().Has(imap.CapUIDPlus)}
	out, err := w.remove(w.cfg.Host1, box, marks, gone)
	if count {
		w.tellRemoved(account.Host1, w.pair.Src, out, expunge, uids, func(uid imap.UID) int64 { return sizes[uid] })
	}
	w.failedRemoval(account.Host1, w.pair.Src, out.Refused, err, len(uids), fmt.Sprintf("Host1: %s folder, could not delete", w.pair.Src))
}

// failedRemoval reports what a server refused of a removal, and a removal that came to nothing.
func (w *work) failedRemoval(side account.Side, name imap.MailboxName, refused []error, err error, n int, words string) {
	if err != nil {
		refused = append(refused, err)
	}
	for _, e := range refused {
		w.left.Store(true)
		w.fail(&fault.Error{Side: side, Folder: name, Err: e, Text: fmt.Sprintf("%s %d messages: %v", words, n, e),
			Hint: "They stay where they are, or marked \\Deleted; run again to delete the rest."})
	}
}
