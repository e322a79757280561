package migrate

import (
	"errors"
	"fmt"

	"imapsync/internal/account"
	"imapsync/internal/event"
	"imapsync/internal/fault"
	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
	"imapsync/internal/plan"
)

// deleteFolders2 deletes the folders of host2 that host1 does not have (--delete2folders), children
// before parents, after the copies (docs/differences.md rows 7, 8 and 20). Which folders these are was decided by
// package folder from whole listings of both accounts.
func (r *run) deleteFolders2() {
	if !r.cfg.Delete.Folders || r.soft.Err() != nil {
		return
	}
	var names []imap.MailboxName
	for _, name := range r.plan.Removable2 {
		if ok, why := r.cfg.Delete.Filter.Allows(name); !ok {
			r.sink.Emit(event.FolderDeleted{Side: account.Host2, Folder: name, Stage: event.FolderKept, Text: why, Dry: r.set.dry})
			continue
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		return
	}
	status, err := r.status(r.cfg.Host2, names)
	if err != nil {
		r.fail(fmt.Errorf("Host2: no folder is deleted, because the folders could not be looked at: %w", err))
		return
	}
	for _, name := range names {
		if r.soft.Err() != nil {
			return
		}
		messages := int64(-1) // unknown
		if st, ok := status[name]; ok && st.Messages != nil {
			messages = int64(*st.Messages)
		}
		if r.mayDeleteFolder2(name, messages) {
			r.deleteFolder(account.Host2, name)
		}
	}
}

// mayDeleteFolder2 applies --maxdeletions, or without it the suspicion that host1 is the wrong
// account. A folder loses all its messages, or does not go.
func (r *run) mayDeleteFolder2(name imap.MailboxName, messages int64) bool {
	limit := r.cfg.Delete.Limit
	n := int(max(messages, 0))
	twin, err := r.fedTwin(name)
	switch {
	case err != nil:
		r.fail(fmt.Errorf("Host2: folder %s is not deleted, because the folders could not be looked at: %w", name, err))
	case twin != "":
		r.refuseDeletion(account.Host2, name, plan.GuardSameFolder, n, fmt.Sprintf(
			"Host2: folder %s is not deleted, because it seems to be another name of %s, where this run puts messages", name, twin))
	case messages != 0 && r.cfg.Delete.Source && r.cfg.Delete.EmptyFolders:
		r.refuseDeletion(account.Host2, name, plan.GuardMoved, n, fmt.Sprintf(
			"Host2: folder %s is not deleted, because with --delete1 --delete1emptyfolders a folder that was moved here is gone on host1, and these may be its only messages; do it in a run without --delete1", name))
	case limit.Given && messages < 0:
		r.refuseDeletion(account.Host2, name, plan.GuardLimit, 0, fmt.Sprintf(
			"Host2: folder %s is not deleted, because the server does not tell how many messages it holds and --maxdeletions is given", name))
	case limit.Given && !r.deletions.allow(limit, messages, messages):
		r.refuseDeletion(account.Host2, name, plan.GuardLimit, n, fmt.Sprintf(
			"Host2: folder %s with %d messages is not deleted, because that is more than --maxdeletions allows; raise --maxdeletions to delete it", name, messages))
	case !limit.Given && (plan.Smell{Removals: n, Total2: n}).Suspicious() && r.host1IsEmpty():
		r.refuseDeletion(account.Host2, name, plan.GuardMismatch, n, fmt.Sprintf(
			"Host2: folder %s with %d messages is not deleted, because host1's whole account holds no message; add --maxdeletions 100%% to delete it all the same", name, messages))
	default:
		return true
	}
	return false
}

// deleteFolder deletes a folder and takes it off the subscriptions. A refusal is told and counts as
// no error, as in the reference.
func (r *run) deleteFolder(side account.Side, name imap.MailboxName) bool {
	told := event.FolderDeleted{Side: side, Folder: name, Stage: event.FolderDeleting, Dry: r.set.dry}
	r.sink.Emit(told)
	told.Stage = event.FolderGone
	if r.set.dry {
		r.sink.Emit(told)
		return false
	}
	err := r.with(r.endpoint(side), func(c *client.Conn) error {
		err := c.Delete(name).Wait(r.soft)
		if err != nil && !noSuchMailbox(err) {
			return err
		}
		_ = c.Unsubscribe(name).Wait(r.soft) // many servers do it by themselves and then refuse
		return nil
	})
	if err != nil {
		told.Stage, told.Text = event.FolderRefused, err.Error()
	}
	r.sink.Emit(told)
	if fault.Lost(err) {
		r.fail(fmt.Errorf("%s: the connection was lost while folder %s was deleted: %w", side.Title(), name, err))
	}
	return err == nil
}

// noSuchMailbox tells that a folder is gone already: the answer to the first DELETE may be lost.
func noSuchMailbox(err error) bool {
	var e *imap.Error
	return errors.As(err, &e) && e.Kind == imap.KindNoSuchMailbox
}
