package migrate

import (
	"fmt"
	"slices"
	"strings"

	"imapsync/internal/account"
	"imapsync/internal/event"
	"imapsync/internal/fault"
	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
	"imapsync/internal/plan"
)

// storeOctets bounds the UID set of one STORE.
const storeOctets = 900

// storesAhead bounds the STOREs in flight.
const storesAhead = 50

// setFlags makes the flags of messages already on host2 equal to host1's, with one STORE for all
// messages that get the same flags. Setting is a replacement, so repeating it is harmless.
func (w *work) setFlags() {
	if len(w.changes) == 0 || w.soft.Err() != nil {
		return
	}
	ids := make([]plan.SetID, 0, len(w.changes))
	for id := range w.changes {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	if w.set.dry {
		for _, id := range ids {
			w.sink.Emit(event.FlagsChanged{Folder: w.pair.Dst, UIDs: w.changes[id], Flags: w.sets.Flags(id), Dry: true})
		}
		return
	}
	err := w.with(w.cfg.Host2, func(c *client.Conn) error { return w.store(c, ids) })
	if err != nil {
		w.fail(selectError(account.Host2, w.pair.Dst, err))
	}
}

// store sends the STOREs after the OK and the expected UIDVALIDITY of a SELECT (rule E8). Its error
// is the folder's; a refused STORE is reported by itself.
func (w *work) store(c *client.Conn, ids []plan.SetID) error {
	sel, err := c.Select(w.pair.Dst, false).Wait(w.soft)
	if err != nil {
		return err
	}
	if sel.UIDValidity != w.dst.UIDValidity {
		return fmt.Errorf("UIDVALIDITY changed from %d to %d during the run", w.dst.UIDValidity, sel.UIDValidity)
	}
	type change struct {
		id  plan.SetID
		set imap.UIDSet
		cmd *client.Cmd
	}
	var flying []change
	land := func(n int) error {
		for _, x := range flying[:n] {
			err := x.cmd.Wait(w.soft)
			if fault.Lost(err) {
				return err
			}
			w.stored(x.id, x.set, err)
		}
		flying = slices.Delete(flying, 0, n)
		return nil
	}
	for _, id := range ids {
		for _, set := range imap.UIDs(w.changes[id]...).Split(storeOctets) {
			flying = append(flying, change{id, set, c.UIDStore(set, client.Set, w.sets.Flags(id))})
			if len(flying) == storesAhead {
				if err := land(1); err != nil {
					return err
				}
			}
		}
		if err := land(max(0, len(flying)-storesAhead/2)); err != nil {
			return err
		}
	}
	return land(len(flying))
}

func (w *work) stored(id plan.SetID, set imap.UIDSet, err error) {
	flags := w.sets.Flags(id)
	if err == nil {
		w.sink.Emit(event.FlagsChanged{Folder: w.pair.Dst, UIDs: slices.Collect(set.All()), Flags: flags})
		return
	}
	words := make([]string, len(flags))
	for i, f := range flags {
		words[i] = string(f)
	}
	w.fail(&fault.Error{Kind: fault.Flags, Side: account.Host2, Folder: w.pair.Dst, UID: set[0].First, Err: err,
		Text: fmt.Sprintf("Host2: flags msg %s/%s could not add flags [%s]: %v", w.pair.Dst, set, strings.Join(words, " "), err)})
}
