package migrate

import (
	"fmt"
	"slices"
	"sync"

	"imapsync/internal/account"
	"imapsync/internal/event"
	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
	"imapsync/internal/message"
	"imapsync/internal/plan"
	"imapsync/internal/scan"
)

// confirmed is a message that host2 has confirmed in this run.
type confirmed struct {
	src, dst imap.UID     // dst 0: host2 did not tell
	flags    plan.SetID   // as host2 was asked for
	labels   plan.LabelID // as on host1
}

// copies are the confirmed messages of a folder, kept only where something is to be done about them
// afterwards. It is safe for concurrent use.
type copies struct {
	mu   sync.Mutex
	list []confirmed
}

// keep notes a confirmed message. It is called by appenders.
func (c *copies) keep(x plan.Copy, uid imap.UID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.list = append(c.list, confirmed{src: x.Row.UID, dst: uid, flags: x.Flags, labels: x.Row.Labels})
}

// settleCopies carries out what is to be done about flags and labels after copies, and about those
// of messages that were there already. It may be called again when more was copied.
func (w *work) settleCopies() {
	w.afterCopies()
	w.noteLabels()
	w.setFlags()
	w.setLabels()
	w.copies.list = nil
	clear(w.changes)
	clear(w.relabels)
}

// afterCopies reads the flags of what was copied from both sides, and notes the changes to make:
// flags that host2 did not take with the message, and those that changed on host1 meanwhile
// (--syncflagsaftercopy).
func (w *work) afterCopies() {
	if len(w.copies.list) == 0 || w.soft.Err() != nil {
		return
	}
	w.findCopies()
	list := slices.DeleteFunc(w.copies.list, func(c confirmed) bool { return c.dst == 0 })
	if !w.rules.FlagsAfterCopy || len(list) == 0 {
		return
	}
	src, dst := make([]imap.UID, len(list)), make([]imap.UID, len(list))
	for i, c := range list {
		src[i], dst[i] = c.src, c.dst
	}
	flags1 := w.flagsOf(question{w.cfg.Host1, w.pair.Src, w.src.UIDValidity, src})
	flags2 := w.flagsOf(question{w.cfg.Host2, w.pair.Dst, w.dst.UIDValidity, dst})
	for _, c := range list {
		want := c.flags
		if now, ok := flags1[c.src]; ok {
			want = w.plan.Wanted(now)
		}
		have, ok := flags2[c.dst]
		if !ok {
			w.sink.Emit(event.Note{Level: event.Warning, Side: account.Host2,
				Text: fmt.Sprintf("Host2: msg %s/%d could not get its flags for sync flags after copy", w.pair.Dst, c.dst)})
			continue
		}
		if change, differ := w.plan.FlagChange(c.dst, want, have); differ {
			w.changes[change.Flags] = append(w.changes[change.Flags], change.UID)
		}
	}
}

// flagsOf reads flags. A failure is told; what was read before it counts.
func (w *work) flagsOf(q question) map[imap.UID]plan.SetID {
	var flags map[imap.UID]plan.SetID
	err := w.with(q.e, func(c *client.Conn) (err error) {
		flags, err = scan.Flags(w.soft, c, q.name, q.validity, q.uids, w.sets)
		return err
	})
	if err != nil && w.soft.Err() == nil {
		w.sink.Emit(event.Note{Level: event.Warning, Side: q.e.Side(),
			Text: fmt.Sprintf("%s: folder %s could not get flags for sync flags after copy: %v", q.e.Side().Title(), q.name, err)})
	}
	return flags
}

// findCopies looks up the UIDs that a server without UIDPLUS did not tell. Only a message whose
// identity is one of its kind on both sides is found: setting the flags of another one would be
// worse than setting none.
func (w *work) findCopies() {
	var nameless []imap.UID
	taken := map[imap.UID]bool{}
	for _, c := range w.copies.list {
		if c.dst == 0 {
			nameless = append(nameless, c.src)
		} else {
			taken[c.dst] = true
		}
	}
	if len(nameless) == 0 {
		return
	}
	keys1, keys2 := newUnique(), newUnique()
	err := w.with(w.cfg.Host1, func(c *client.Conn) error {
		return scan.Keys(w.soft, c, w.pair.Src, w.src.UIDValidity, nameless, w.cfg.Identity, keys1.add)
	})
	if err == nil {
		err = w.with(w.cfg.Host2, func(c *client.Conn) error {
			return scan.Tail(w.soft, c, w.pair.Dst, w.dst.UIDValidity, w.dst.UIDNext, w.cfg.Identity, func(uid imap.UID, full, fallback message.Key) {
				if !taken[uid] {
					keys2.add(uid, full, fallback)
				}
			})
		})
	}
	lost := 0
	for i := range w.copies.list {
		c := &w.copies.list[i]
		if c.dst != 0 {
			continue
		}
		if key := keys1.of[c.src]; keys1.by[key] == c.src {
			c.dst = keys2.by[key]
		}
		if c.dst == 0 {
			lost++
		}
	}
	if lost == 0 || w.soft.Err() != nil {
		return
	}
	why := "the server does not tell UIDs (UIDPLUS) and they cannot be told apart"
	if err != nil {
		why = err.Error()
	}
	w.sink.Emit(event.Note{Level: event.Warning, Side: account.Host2,
		Text: fmt.Sprintf("Host2: folder %s: %d copied messages keep the flags and labels they arrived with: %s", w.pair.Dst, lost, why)})
}

// unique finds messages by an identity that only one of them has.
type unique struct {
	of map[imap.UID]message.Key
	by map[message.Key]imap.UID // 0: several have it
}

func newUnique() unique {
	return unique{of: map[imap.UID]message.Key{}, by: map[message.Key]imap.UID{}}
}

func (u unique) add(uid imap.UID, full, fallback message.Key) {
	key := full
	if key.IsZero() {
		key = fallback
	}
	if u.of[uid] == key || key.IsZero() {
		return
	}
	u.of[uid] = key
	if _, shared := u.by[key]; shared {
		uid = 0
	}
	u.by[key] = uid
}
