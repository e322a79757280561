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
	for _, set := range imap.UIDs(uids...).Split(imap.SetOctets) {
		like.set = set
		out = append(out, like)
	}
	return out
}

// storeAll carries out STOREs on host2; a dry run only tells them. What a busy server refuses for the
// moment is asked for again a little later.
func (w *work) storeAll(todo []store) {
	if w.set.dry {
		for _, s := range todo {
			w.sink.Emit(s.done(slices.Collect(s.set.All()), true))
		}
		return
	}
	for try := 1; len(todo) > 0 && w.soft.Err() == nil; try++ {
		left, refused, failure := w.tryStores(todo)
		cause := failure
		for _, r := range refused {
			if busy(r.err) {
				cause = r.err
			}
		}
		again := busy(cause) && try < tries && w.rest(cause, try)
		todo = nil
		if again {
			todo = left
		} else if failure != nil {
			w.flawed = true
			w.fail(selectError(account.Host2, w.pair.Dst, failure))
		}
		for _, r := range refused {
			if again && busy(r.err) {
				todo = append(todo, r.store)
				continue
			}
			w.flawed = true
			w.fail(r.failed(r.set, r.err))
		}
	}
}

// tryStores sends STOREs, on new connections what was on its way when one was lost. An error means
// that those left could not be sent.
func (w *work) tryStores(todo []store) (left []store, refused []refusal, err error) {
	err = w.with(w.cfg.Host2, func(c *client.Conn) (err error) {
		var more []refusal
		todo, more, err = w.store(c, todo)
		refused = append(refused, more...)
		return err
	})
	return todo, refused, err
}

// refusal is a STORE that host2 did not carry out.
type refusal struct {
	store
	err error
}

// store sends the STOREs after the OK and the expected UIDVALIDITY of a SELECT (rule E8), and
// returns those without an answer, and those refused. Its error is the folder's.
func (w *work) store(c *client.Conn, todo []store) (left []store, refused []refusal, err error) {
	sel, err := c.Select(w.pair.Dst, false).Wait(w.soft)
	if err != nil {
		return todo, nil, err
	}
	if sel.UIDValidity != w.dst.UIDValidity {
		return nil, nil, fmt.Errorf("UIDVALIDITY changed from %d to %d during the run", w.dst.UIDValidity, sel.UIDValidity)
	}
	var flying []*client.Cmd
	for sent := 0; len(todo) > 0; {
		for ; sent < len(todo) && len(flying) < storesAhead; sent++ {
			flying = append(flying, todo[sent].send(c, todo[sent].set))
		}
		err := flying[0].Wait(w.soft)
		if fault.Lost(err) {
			return todo, refused, err
		}
		if err == nil {
			w.sink.Emit(todo[0].done(slices.Collect(todo[0].set.All()), false))
		} else {
			refused = append(refused, refusal{todo[0], err})
		}
		flying, todo, sent = flying[1:], todo[1:], sent-1
	}
	return nil, refused, nil
}
