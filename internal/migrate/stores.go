package migrate

import (
	"fmt"
	"slices"

	"imapsync/internal/account"
	"imapsync/internal/event"
	"imapsync/internal/fault"
	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
)

// storeOctets bounds the UID set of one STORE.
const storeOctets = 900

// storesAhead bounds the STOREs in flight.
const storesAhead = 50

// store is one STORE: all messages of set get the same. Each sets, none adds, so repeating one is
// harmless.
type store struct {
	set  imap.UIDSet
	send func(c *client.Conn, set imap.UIDSet) *client.Cmd
	// done makes the event of a success; failed words a refusal.
	done   func(uids []imap.UID, dry bool) event.Event
	failed func(set imap.UIDSet, err error) *fault.Error
}

// storesOf cuts uids into commands of a length that servers take.
func storesOf(uids []imap.UID, like store) (out []store) {
	for _, set := range imap.UIDs(uids...).Split(storeOctets) {
		like.set = set
		out = append(out, like)
	}
	return out
}

// storeAll carries out STOREs on host2; a dry run only tells them.
func (w *work) storeAll(todo []store) {
	if len(todo) == 0 || w.soft.Err() != nil {
		return
	}
	if w.set.dry {
		for _, s := range todo {
			w.sink.Emit(s.done(slices.Collect(s.set.All()), true))
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

// store sends the STOREs after the OK and the expected UIDVALIDITY of a SELECT (rule E8), and
// returns those without an answer. Its error is the folder's; a refused STORE is reported by itself.
func (w *work) store(c *client.Conn, todo []store) ([]store, error) {
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
			flying = append(flying, todo[sent].send(c, todo[sent].set))
		}
		err := flying[0].Wait(w.soft)
		if fault.Lost(err) {
			return todo, err
		}
		if err == nil {
			w.sink.Emit(todo[0].done(slices.Collect(todo[0].set.All()), false))
		} else {
			w.flawed = true
			w.fail(todo[0].failed(todo[0].set, err))
		}
		flying, todo, sent = flying[1:], todo[1:], sent-1
	}
	return nil, nil
}
