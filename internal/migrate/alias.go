package migrate

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sync"

	"imapsync/internal/account"
	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
	"imapsync/internal/message"
	"imapsync/internal/plan"
	"imapsync/internal/prune"
	"imapsync/internal/scan"
)

// One folder may have several names: INBOX below its own prefix (Dovecot), links, shared folders, names on
// servers that ignore letter case. Nothing in IMAP tells so, but all names of a folder have one UIDVALIDITY.
// Names that share one are looked at more closely before anything is deleted.

// epochs remembers the UIDVALIDITYs of host2's folders over a run. It is safe for concurrent use.
type epochs struct {
	mu    sync.Mutex
	known map[imap.MailboxName]imap.UIDValidity
}

// of gives the folders of names that have the epoch v. Folders that are not there yet are asked about
// again the next time.
func (x *epochs) of(r *run, names []imap.MailboxName, v imap.UIDValidity) (out []imap.MailboxName, err error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.known == nil {
		x.known = map[imap.MailboxName]imap.UIDValidity{}
	}
	var open []imap.MailboxName
	for _, n := range names {
		if _, ok := x.known[n]; !ok {
			open = append(open, n)
		}
	}
	status, err := r.statusOf(r.cfg.Host2, open, client.StatusUIDValidity)
	if err != nil {
		return nil, err
	}
	for _, n := range open {
		if st, ok := status[n]; ok || r.set.dry {
			x.known[n] = st.UIDValidity
		}
	}
	for _, n := range names {
		if x.known[n] == v {
			out = append(out, n)
		}
	}
	return out, nil
}

// looked is how many messages are compared to tell whether two names are one folder.
const looked = 20

// otherName finds another destination of this run that is the same folder as this one: it has the messages
// to be removed under the same numbers.
func (w *work) otherName(all []plan.Removal) (imap.MailboxName, error) {
	one := map[imap.MailboxName]bool{w.pair.Dst: true, "INBOX": w.pair.Dst.IsInbox()} // spellings that are known to be one folder
	for i, p := range w.run.plan.Pairs {
		if w.merged != nil && w.mergedAt[i] == w.merged {
			one[p.Dst] = true
		}
	}
	names := slices.DeleteFunc(w.destinations(), func(n imap.MailboxName) bool { return one[n] })
	names, err := w.deletions.epochs.of(w.run, names, w.dst.UIDValidity)
	if err != nil || len(names) == 0 {
		return "", err
	}
	var uids []imap.UID
	for _, r := range all[:min(len(all), looked)] {
		uids = append(uids, r.UID)
	}
	here, err := w.keysOf(w.pair.Dst, uids)
	if err != nil {
		return "", err
	}
	for _, n := range names {
		there, err := w.keysOf(n, uids)
		if err != nil {
			return "", err
		}
		same, others := 0, 0
		for uid, k := range there {
			if here[uid] == k {
				same++
			} else {
				others++
			}
		}
		if same > 0 && others == 0 {
			return n, nil
		}
	}
	return "", nil
}

func (w *work) keysOf(name imap.MailboxName, uids []imap.UID) (out map[imap.UID][2]message.Key, err error) {
	err = w.repeat(func() error {
		out = map[imap.UID][2]message.Key{}
		return w.with(w.cfg.Host2, func(c *client.Conn) error {
			return scan.Keys(w.soft, c, name, w.dst.UIDValidity, uids, w.cfg.Identity, func(uid imap.UID, full, fallback message.Key) {
				out[uid] = [2]message.Key{full, fallback}
			})
		})
	})
	return out, err
}

// apart tells that host1's folder is not host2's under another name, so that what is on host2 already may go
// from host1. Where both have one UIDVALIDITY the only sure sign is a change that shows on the other
// side: a message that is to be deleted is marked, and looked at there. It says why not, once.
func (w *work) apart(batch []moved) bool {
	if w.src.UIDValidity != w.dst.UIDValidity || w.set.dry {
		return true
	}
	same, err := w.shows(batch)
	switch {
	case err != nil:
		w.refuseDeletion(account.Host1, w.pair.Src, plan.GuardSameFolder, len(batch), fmt.Sprintf(
			"Host1: nothing that was on host2 already is deleted in %s, because it could not be made sure that host2's folder %s is another one: %v", w.pair.Src, w.pair.Dst, err))
	case same:
		w.refuseDeletion(account.Host1, w.pair.Src, plan.GuardSameFolder, len(batch), fmt.Sprintf(
			"Host1: nothing is deleted in %s, because host2's folder %s is the same one by another name; give another account or another folder", w.pair.Src, w.pair.Dst))
	}
	return err == nil && !same
}

// shows tells whether both sides show one and the same folder: marks that differ tell that they do not, else
// one is set on host1 and looked for on host2.
func (w *work) shows(batch []moved) (bool, error) {
	var uids []imap.UID
	for _, m := range batch[:min(len(batch), looked)] {
		uids = append(uids, m.src)
	}
	at1 := question{w.cfg.Host1, w.pair.Src, w.src.UIDValidity, uids}
	at2 := question{w.cfg.Host2, w.pair.Dst, w.dst.UIDValidity, uids}
	one, err1 := w.marks(at1)
	two, err2 := w.marks(at2)
	again, err3 := w.marks(at1) // somebody may be marking messages just now
	if err := cmp.Or(err1, err2, err3); err != nil {
		return false, err
	}
	var probe []imap.UID
	for _, uid := range uids {
		marked, there := two[uid]
		if was, ok := one[uid]; !there || !ok || was != again[uid] {
			continue
		} else if was != marked {
			return false, nil
		}
		if !marked {
			probe = []imap.UID{uid}
		}
	}
	if len(two) == 0 {
		return false, nil // no message there has such a number
	}
	if probe == nil {
		return false, errors.New(`they look the same, and all is marked \Deleted`)
	}
	return w.markShows(probe, at2)
}

// markShows sets a mark on host1 and tells whether host2 shows it; it is taken back then.
func (w *work) markShows(probe []imap.UID, at2 question) (bool, error) {
	box := prune.Box{Name: w.pair.Src, Validity: w.src.UIDValidity}
	out, err := w.remove(w.cfg.Host1, box, probe, nil)
	if err = cmp.Or(err, errors.Join(out.Refused...)); err != nil {
		return false, err
	}
	at2.uids = probe
	after, err := w.marks(at2)
	if err == nil && !after[probe[0]] {
		return false, nil
	}
	undo := w.with(w.cfg.Host1, func(c *client.Conn) error { return prune.Unmark(w.soft, c, box, probe) })
	if undo != nil && err == nil {
		err = fmt.Errorf("it is not, and message %d stays marked \\Deleted: %w", probe[0], undo)
	}
	return true, err
}

// marks tells which messages are flagged \Deleted now; those that are gone are missing.
func (w *work) marks(q question) (marked map[imap.UID]bool, err error) {
	err = w.repeat(func() error {
		marked = map[imap.UID]bool{}
		return w.with(q.e, func(c *client.Conn) error {
			flags, err := scan.Flags(w.soft, c, q.name, q.validity, q.uids, w.sets)
			for uid, set := range flags {
				marked[uid] = slices.ContainsFunc(w.sets.Flags(set), imap.FlagDeleted.Is)
			}
			return err
		})
	})
	return marked, err
}

// fedTwin finds a destination that a folder of host2 is another name of. Counts are asked for together and
// more than once, because a message may arrive between two answers.
func (r *run) fedTwin(name imap.MailboxName) (imap.MailboxName, error) {
	names := []imap.MailboxName{name}
	for try := 1; try <= tries; try++ {
		status, err := r.statusOf(r.cfg.Host2, names, client.StatusMessages, client.StatusUIDNext, client.StatusUIDValidity)
		if err != nil {
			return "", err
		}
		one := status[name]
		if one.UIDValidity == 0 || one.Messages == nil || *one.Messages == 0 {
			return "", nil // there is nothing to lose
		}
		for _, n := range names[1:] {
			if st := status[n]; st.UIDValidity == one.UIDValidity && st.UIDNext == one.UIDNext && st.Messages != nil && *st.Messages == *one.Messages {
				return n, nil
			}
		}
		if try > 1 {
			continue
		}
		fed, err := r.deletions.epochs.of(r, r.destinations(), one.UIDValidity)
		if err != nil || len(fed) == 0 {
			return "", err
		}
		names = append(names, fed...)
	}
	return "", nil
}

// destinations are the folders of host2 that are fed, each once, and INBOX, where mail arrives by itself.
func (r *run) destinations() []imap.MailboxName {
	var names []imap.MailboxName
	seen, inbox := map[imap.MailboxName]bool{}, false
	for _, p := range r.plan.Pairs {
		if !seen[p.Dst] {
			names = append(names, p.Dst)
		}
		seen[p.Dst] = true
		inbox = inbox || p.Dst.IsInbox()
	}
	if !inbox {
		names = append(names, "INBOX")
	}
	return names
}
