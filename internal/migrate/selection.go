package migrate

import (
	"errors"
	"fmt"

	"imapsync/internal/account"
	"imapsync/internal/fault"
	"imapsync/internal/imap"
	"imapsync/internal/scan"
)

// want is what a listing of either side reads. host1 is examined only; so is host2 in a dry run. What
// the selection of host2 leaves out is listed all the same, so that it is not copied a second time.
func (w *work) want(source bool) scan.Want {
	side := account.Host2
	if source {
		side = account.Host1
	}
	want := scan.Want{ReadOnly: source || w.set.dry, Dates: source, Identity: w.cfg.Identity, Sets: w.sets, Labels: w.labels,
		Selection: w.cfg.Selections.Of(side), All: !source || w.protects()}
	w.usePast(side, &want)
	return want
}

// protects tells whether host1 is listed whole whatever its selection, because the run deletes on
// host2 what host1 does not have (docs/differences.md row 3).
func (r *run) protects() bool { return r.cfg.Delete.Removes2() }

// count lists the sizes of what is selected of a folder.
func (r *run) count(side account.Side, name imap.MailboxName) (res scan.Result, err error) {
	l := r.lister1
	if side == account.Host2 {
		l = r.lister2
	}
	err = r.repeat(func() error {
		x := r.startListing(l, name, bigWeight, scan.Want{ReadOnly: true, Sets: r.sets, Selection: r.cfg.Selections.Of(side)})
		defer x.wait()
		if _, err := x.open(r.soft); err != nil {
			return selectError(side, name, err)
		}
		for len(x.l.Next()) > 0 {
			continue
		}
		var err error
		if res, err = x.l.Wait(); err != nil {
			return listingError(side, name, err)
		}
		return nil
	})
	return res, err
}

// listingError is about a folder that could not be listed; a refused search says what to look at.
func listingError(side account.Side, name imap.MailboxName, err error) error {
	out := &fault.Error{Kind: fault.Unclassified, Side: side, Folder: name, Err: err,
		Text: fmt.Sprintf("%s: folder %s : Could not fetch_hash msgs: %v", side.Title(), name, err)}
	var search *scan.SearchError
	if errors.As(err, &search) && !fault.Lost(err) {
		out.Hint = search.Hint()
	}
	return out
}

// refused tells that trying again can only bring the same answer.
func refused(err error) bool {
	var search *scan.SearchError
	return errors.As(err, &search) && !fault.Transient(err)
}
