package migrate

import (
	"fmt"
	"maps"
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

// change is one STORE: all messages of set get the flags id.
type change struct {
	id  plan.SetID
	set imap.UIDSet
}

// setFlags makes the flags of messages already on host2 equal to host1's, with one STORE for all
// messages that get the same flags. Setting is a replacement, so repeating it is harmless.
func (w *work) setFlags() {
	if len(w.changes) == 0 || w.soft.Err() != nil {
		return
	}
	todo := w.stores()
	if w.set.dry {
		for _, c := range todo {
			w.sink.Emit(event.FlagsChanged{Folder: w.pair.Dst, UIDs: slices.Collect(c.set.All()), Flags: w.sets.Flags(c.id), Dry: true})
		}
		return
	}
	err := w.with(w.cfg.Host2, func(c *client.Conn) (err error) {
		todo, err = w.store(c, todo)
		return err
	})
	if err != nil {
		w.flawed = true
		w.fail(selectError(account.Host2, w.pair.Dst, err))
	}
}

// stores lists the commands in a fixed order.
func (w *work) stores() (todo []change) {
	for _, id := range slices.Sorted(maps.Keys(w.changes)) {
		for _, set := range imap.UIDs(w.changes[id]...).Split(storeOctets) {
			todo = append(todo, change{id, set})
		}
	}
	return todo
}

// store sends the STOREs after the OK and the expected UIDVALIDITY of a SELECT (rule E8), and
// returns those without an answer. Its error is the folder's; a refused STORE is reported by itself.
func (w *work) store(c *client.Conn, todo []change) ([]change, error) {
	sel, err := c.Select(w.pair.Dst, false).Wait(w.soft)
	if err != nil {
		return todo, err
	}
	if sel.UIDValidity != w.dst.UIDValidity {
		return nil, fmt.Errorf("UIDVALIDITY changed from %d to %d during the run", w.dst.UIDValidity, sel.UIDValidity)
	}
	var flying []*client.Cmd
	for sent := 0; len(todo) > 0; {
		for ; sent < len(todo) && len(flying) < storesAhead; sent++ {
			flying = append(flying, c.UIDStore(todo[sent].set, client.Set, w.sets.Flags(todo[sent].id)))
		}
		err := flying[0].Wait(w.soft)
		if fault.Lost(err) {
			return todo, err
		}
		w.stored(todo[0].id, todo[0].set, err)
		flying, todo, sent = flying[1:], todo[1:], sent-1
	}
	return nil, nil
}

func (w *work) stored(id plan.SetID, set imap.UIDSet, err error) {
	flags := w.sets.Flags(id)
	if err == nil {
		w.sink.Emit(event.FlagsChanged{Folder: w.pair.Dst, UIDs: slices.Collect(set.All()), Flags: flags})
		return
	}
	w.flawed = true
	words := make([]string, len(flags))
	for i, f := range flags {
		words[i] = string(f)
	}
	w.fail(&fault.Error{Kind: fault.Flags, Side: account.Host2, Folder: w.pair.Dst, UID: set[0].First, Err: err,
		Text: fmt.Sprintf("Host2: flags msg %s/%s could not add flags [%s]: %v", w.pair.Dst, set, strings.Join(words, " "), err)})
}
