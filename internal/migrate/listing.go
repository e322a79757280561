package migrate

import (
	"errors"
	"fmt"

	"imapsync/internal/account"
	"imapsync/internal/endpoint"
	"imapsync/internal/event"
	"imapsync/internal/fault"
	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
	"imapsync/internal/plan"
	"imapsync/internal/scan"
)

// listDestination feeds the plan with host2's folder. Nothing is decided from half a listing: one
// that does not hold as many messages as the folder is read once more, then the folder is left.
func (w *work) listDestination(state existence) bool {
	if state == absent {
		proof, _ := plan.Prove(true, 0, 0)
		w.result2 = scan.Result{Proof: proof, Whole: true}
		w.plan = plan.New(w.rules, w.sets, nil)
		w.plan.DestDone(proof)
		return true
	}
	if err := w.repeat(w.listOnce); err != nil {
		w.fail(err)
		return false
	}
	w.sizes.side(account.Host2, w.i, w.result2)
	return true
}

// listOnce reads host2's folder whole into a new plan. A listed folder that cannot be selected is
// created first: Gmail lists labels that become selectable only then.
func (w *work) listOnce() error {
	defer func() { w.of(account.Host2).anew = true }() // another try reads everything
	weight := w.weigh(w.pair.Src)
	if w.listed2 {
		weight = aloneWeight
	}
	w.listed2 = true
	x := w.startListing(w.lister2, w.pair.Dst, weight, w.want(false))
	defer x.wait()
	sel, err := x.open(w.soft)
	if err != nil {
		if !fault.Lost(err) && !fault.Transient(err) && !w.set.dry && w.createAgain() {
			return errAgain
		}
		return selectError(account.Host2, w.pair.Dst, err)
	}
	w.plan = plan.New(w.folderRules(), w.sets, sel.PermanentFlags)
	for rows := x.l.Next(); len(rows) > 0; rows = x.l.Next() {
		w.plan.AddDest(rows)
		for _, r := range rows {
			sel.UIDNext = max(sel.UIDNext, r.UID+1)
		}
	}
	res, err := x.l.Wait()
	if err != nil {
		return listingError(account.Host2, w.pair.Dst, err)
	}
	if !res.Whole {
		return incomplete(account.Host2, w.pair.Dst, res)
	}
	w.plan.DestDone(res.Proof)
	w.dst, w.result2 = sel, res
	w.sink.Emit(event.FolderSelected{Side: account.Host2, Folder: w.pair.Dst, Messages: sel.Exists,
		PermanentFlags: plan.Restriction(sel.PermanentFlags)})
	return nil
}

func (w *work) createAgain() bool {
	return w.with(w.cfg.Host2, func(c *client.Conn) error { return c.Create(w.pair.Dst).Wait(w.soft) }) == nil
}

// errAgain asks repeat for another try although nothing was lost.
var errAgain = errors.New("once more")

// errIncomplete marks a listing that does not agree with the folder.
var errIncomplete = errors.New("listing incomplete")

// repeat tries a reading again after a lost connection, a busy server or an incomplete listing.
func (r *run) repeat(f func() error) error {
	for try := 1; ; try++ {
		err := f()
		again := errors.Is(err, errAgain) || errors.Is(err, errIncomplete) || fault.Transient(err)
		if err == nil || !again || try >= tries || r.soft.Err() != nil || busy(err) && !r.rest(err, try) {
			return err
		}
	}
}

// repeatOn is repeat for a reading on a connection of e.
func (r *run) repeatOn(e *endpoint.Endpoint, f func(*client.Conn) error) error {
	return r.repeat(func() error { return r.with(e, f) })
}

func selectError(side account.Side, name imap.MailboxName, err error) error {
	return &fault.Error{Kind: fault.Select, Side: side, Folder: name, Err: err,
		Text: fmt.Sprintf("%s folder %s: Could not select: %v", side.Title(), name, err)}
}

func incomplete(side account.Side, name imap.MailboxName, res scan.Result) error {
	return listingError(side, name, fmt.Errorf("%w: the folder has %d messages, the server listed %d",
		errIncomplete, res.Exists, res.Listed))
}

func (w *work) fetchError(err error) error { return listingError(account.Host1, w.pair.Src, err) }
