package migrate

import (
	"fmt"

	"imapsync/internal/account"
	"imapsync/internal/endpoint"
	"imapsync/internal/event"
	"imapsync/internal/fault"
	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
	"imapsync/internal/plan"
	"imapsync/internal/prune"
)

// remove marks and expunges, again on a new connection if one is lost, and a little later if the
// server is busy. What went in all tries counts.
func (r *run) remove(e *endpoint.Endpoint, box prune.Box, mark, gone []imap.UID) (out prune.Outcome, err error) {
	for try := 1; ; try++ {
		err = r.with(e, func(c *client.Conn) (err error) {
			out, err = prune.Remove(r.soft, c, box, mark, gone)
			return err
		})
		if !busy(err) || try >= tries || !r.rest(err, try) {
			return out, err
		}
	}
}

// tellRemoved tells what a server has really done with uids, which were to be expunged, or only to be
// marked.
func (w *work) tellRemoved(side account.Side, name imap.MailboxName, out prune.Outcome, expunge bool, uids []imap.UID, size func(imap.UID) int64) {
	done := out.Removed
	switch {
	case out.Foreign > 0:
		w.stuck(side, name, out.Foreign)
		done, expunge = uids, false
	case !expunge:
		done = out.Marked
	}
	if len(done) == 0 {
		return
	}
	e := event.Deleted{Side: side, Folder: name, Messages: len(done), Expunged: expunge}
	for _, uid := range done {
		e.Bytes += max(size(uid), 0)
	}
	w.sink.Emit(e)
}

// stuck tells that messages stay marked on a server without UIDPLUS.
func (w *work) stuck(side account.Side, name imap.MailboxName, foreign int) {
	w.sink.Emit(event.Note{Level: event.Warning, Side: side, Text: fmt.Sprintf(
		"%s: the messages deleted in %s stay marked \\Deleted: the server cannot expunge single messages (UIDPLUS), and %d others are marked there too; add --expunge%s to expunge them all",
		side.Title(), name, foreign, side.Digit())})
}

// expungeAll expunges everything that is flagged in a folder, because the user asked for it by name.
func (w *work) expungeAll(e *endpoint.Endpoint, name imap.MailboxName, validity imap.UIDValidity, start bool) {
	w.sink.Emit(event.Expunging{Side: e.Side(), Folder: name, All: true, Start: start, Dry: w.set.dry})
	if w.set.dry {
		return
	}
	err := w.repeatOn(e, func(c *client.Conn) error {
		_, err := prune.ExpungeAll(w.soft, c, name, validity)
		return err
	})
	if err != nil {
		w.flawed = true
		w.fail(&fault.Error{Side: e.Side(), Folder: name, Err: err, Text: fmt.Sprintf("%s: could not expunge folder %s: %v", e.Side().Title(), name, err)})
	}
}

// refuseDeletion tells that a guard keeps n messages. It is an error: what the user asked for is
// not done.
func (r *run) refuseDeletion(side account.Side, name imap.MailboxName, guard plan.Guard, n int, text string) {
	r.sink.Emit(event.DeletionRefused{Side: side, Folder: name, Guard: guard, Messages: n})
	r.fail(&fault.Error{Side: side, Folder: name, Text: text})
}
