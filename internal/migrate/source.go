package migrate

import (
	"fmt"

	"imapsync/internal/account"
	"imapsync/internal/event"
	"imapsync/internal/fault"
	"imapsync/internal/plan"
)

// openSource waits until host1's folder is open, beginning anew if the connection was lost or the
// server busy.
func (w *work) openSource() bool {
	for try := 1; ; try++ {
		sel, err := w.listing1.open(w.soft)
		if err == nil {
			w.src = sel
			w.sink.Emit(event.FolderSelected{Side: account.Host1, Folder: w.pair.Src, Messages: sel.Exists})
			return true
		}
		if try >= tries || !fault.Transient(err) || w.soft.Err() != nil || busy(err) && !w.rest(err, try) {
			w.fail(selectError(account.Host1, w.pair.Src, err))
			return false
		}
		w.startSource()
	}
}

// startSource begins to list host1's folder, after a former listing has ended.
func (w *work) startSource() {
	weight := w.weigh(w.pair.Src)
	if w.listing1 != nil {
		w.listing1.wait()
		weight = aloneWeight
	}
	w.listing1 = w.startListing(w.lister1, w.pair.Src, weight, w.want(true))
}

// feedSource feeds the plan with host1's folder while it is being listed, and carries out its
// decisions. It tells whether the listing was whole; what a first listing lacked is fed from a
// second one.
func (w *work) feedSource() bool {
	for rows := w.listing1.l.Next(); len(rows) > 0; rows = w.listing1.l.Next() {
		w.plan.AddSource(rows)
		if !w.cfg.Delete.Source {
			w.decide() // else when the listing is whole, so that nothing is asked about a message that is gone
		}
	}
	var err error
	w.result1, err = w.listing1.l.Wait()
	for try := 1; (err != nil || !w.result1.Whole) && !refused(err) && try < tries && w.soft.Err() == nil; try++ {
		err = w.listSourceAgain()
	}
	switch {
	case err != nil:
		w.fail(w.fetchError(err))
	case !w.result1.Whole:
		w.fail(incomplete(account.Host1, w.pair.Src, w.result1))
	default:
		w.sizes.side(account.Host1, w.i, w.result1)
	}
	w.plan.SourceDone()
	if w.allowed1 = err == nil && w.mayDelete1(); w.allowed1 && !w.set.dry && !w.revisits() {
		w.reaper.start()
	}
	w.decide()
	return err == nil && w.result1.Whole
}

// listSourceAgain lists host1's folder anew and adds what was missing.
func (w *work) listSourceAgain() error {
	w.of(account.Host1).anew = true
	w.startSource()
	sel, err := w.listing1.open(w.soft)
	if err != nil {
		return err
	}
	if sel.UIDValidity != w.src.UIDValidity {
		return fmt.Errorf("UIDVALIDITY changed from %d to %d during the run", w.src.UIDValidity, sel.UIDValidity)
	}
	var rows []plan.Row
	for more := w.listing1.l.Next(); len(more) > 0; more = w.listing1.l.Next() {
		rows = append(rows, more...)
	}
	res, err := w.listing1.l.Wait()
	if err != nil {
		return err
	}
	w.result1 = res
	w.plan.AddMissing(rows)
	return nil
}

// tellListed tells what the listings came to.
func (w *work) tellListed() {
	c := w.plan.Counts()
	w.sink.Emit(event.FolderListed{Side: account.Host1, Folder: w.pair.Src, Considered: c.Listed1, Selected: c.Listed1, Duplicates: c.Duplicates1})
	w.sink.Emit(event.FolderListed{Side: account.Host2, Folder: w.pair.Dst, Considered: c.Listed2, Selected: c.Listed2, Duplicates: c.Duplicates2})
}
