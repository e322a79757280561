package prune

import (
	"context"
	"fmt"
	"slices"

	"imapsync/internal/fault"
	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
)

// ahead bounds the commands in flight.
const ahead = 50

// Box is a folder as it was when it was listed.
type Box struct {
	Name     imap.MailboxName
	Validity imap.UIDValidity // never 0: without an epoch UIDs say nothing on another connection
	UIDPlus  bool             // the server has UID EXPUNGE
}

// Outcome is what became of our messages.
type Outcome struct {
	Marked  []imap.UID // flagged \Deleted by this call
	Removed []imap.UID // no longer in the folder
	Foreign int        // without UIDPLUS: other messages that are flagged, so that nothing was expunged
	Refused []error    // what the server answered to a STORE or an EXPUNGE, in its words
}

// Remove flags the messages of mark, and then expunges those of gone, which may be empty. gone holds
// messages of mark and others that were flagged before. An error means that the folder could not be
// opened as expected, that the server is busy, or that the connection was lost: the call may be repeated,
// and what was removed by then counts as removed the next time.
func Remove(ctx context.Context, c *client.Conn, box Box, mark, gone []imap.UID) (Outcome, error) {
	var out Outcome
	if err := open(ctx, c, box); err != nil {
		return out, err
	}
	marked, err := each(ctx, mark, &out, func(set imap.UIDSet) *client.Cmd {
		return c.UIDStore(set, client.Add, []imap.Flag{imap.FlagDeleted})
	})
	out.Marked = marked
	if err != nil || len(gone) == 0 {
		return out, err
	}
	unmarked := without(mark, marked)
	gone = without(gone, unmarked)
	before := c.Exists()
	if box.UIDPlus {
		_, err = each(ctx, gone, &out, c.UIDExpunge)
	} else {
		err = expungeOurs(ctx, c, gone, &out)
	}
	if err != nil {
		return out, err
	}
	out.Removed, err = absent(ctx, c, gone, before)
	return out, err
}

// Unmark takes the flag \Deleted from messages again.
func Unmark(ctx context.Context, c *client.Conn, box Box, uids []imap.UID) error {
	if err := open(ctx, c, box); err != nil {
		return err
	}
	return c.UIDStore(imap.UIDs(uids...), client.Remove, []imap.Flag{imap.FlagDeleted}).Wait(ctx)
}

// open selects the folder for writing and makes sure that it is the one that was listed.
func open(ctx context.Context, c *client.Conn, box Box) error {
	sel, err := c.Select(box.Name, false).Wait(ctx)
	switch {
	case err != nil:
		return err
	case box.Validity == 0 || sel.UIDValidity != box.Validity:
		return fmt.Errorf("UIDVALIDITY of %s changed from %d to %d during the run", box.Name, box.Validity, sel.UIDValidity)
	case sel.ReadOnly:
		return fmt.Errorf("the server opens %s for reading only", box.Name)
	}
	return nil
}

// each sends one command for each part of uids, some at a time, and returns the UIDs of those that
// succeeded. A refusal is noted and stops nothing; a busy server or a lost connection is the error.
func each(ctx context.Context, uids []imap.UID, out *Outcome, send func(imap.UIDSet) *client.Cmd) (done []imap.UID, err error) {
	type sent struct {
		set imap.UIDSet
		cmd *client.Cmd
	}
	var flying []sent
	land := func(n int) {
		for _, s := range flying[:n] {
			switch e := s.cmd.Wait(ctx); {
			case e == nil:
				done = slices.AppendSeq(done, s.set.All())
			case fault.Lost(e) || fault.Transient(e) || ctx.Err() != nil:
				if err == nil {
					err = e
				}
			default:
				out.Refused = append(out.Refused, e)
			}
		}
		flying = flying[n:]
	}
	for _, set := range imap.UIDs(uids...).Split(imap.SetOctets) {
		if len(flying) == ahead {
			land(1)
		}
		if err != nil {
			break
		}
		flying = append(flying, sent{set, send(set)})
	}
	land(len(flying))
	return done, err
}

// expungeOurs sends a plain EXPUNGE if nothing but our messages is flagged. Somebody who flags another
// message between the two commands is not noticed: no command of IMAP4rev1 can do better.
func expungeOurs(ctx context.Context, c *client.Conn, gone []imap.UID, out *Outcome) error {
	flagged, err := c.UIDSearch("DELETED").Wait(ctx)
	if err != nil {
		return err
	}
	if foreign := without(flagged, gone); len(foreign) > 0 {
		out.Foreign = len(foreign)
		return nil
	}
	if err := c.Expunge().Wait(ctx); err != nil {
		if fault.Lost(err) || fault.Transient(err) || ctx.Err() != nil {
			return err
		}
		out.Refused = append(out.Refused, err)
	}
	return nil
}

// absent tells which of our messages are no longer there. The count of the folder tells when all have
// gone; else the server is asked.
func absent(ctx context.Context, c *client.Conn, uids []imap.UID, before uint32) ([]imap.UID, error) {
	if int64(before)-int64(c.Exists()) == int64(len(uids)) {
		return uids, nil
	}
	var there []imap.UID
	for _, set := range imap.UIDs(uids...).Split(imap.SetOctets) {
		found, err := c.UIDSearch("UID " + set.String()).Wait(ctx)
		if err != nil {
			return nil, err
		}
		there = append(there, found...)
	}
	return without(uids, there), nil
}

// without gives the UIDs of a that are not in b.
func without(a, b []imap.UID) []imap.UID {
	in := make(map[imap.UID]bool, len(b))
	for _, uid := range b {
		in[uid] = true
	}
	var out []imap.UID
	for _, uid := range a {
		if !in[uid] {
			out = append(out, uid)
		}
	}
	return out
}

// ExpungeAll removes everything that is flagged \Deleted in a folder, whoever flagged it, because the
// user asked for it by name. A validity of 0 stands for any. It returns how many messages went.
func ExpungeAll(ctx context.Context, c *client.Conn, name imap.MailboxName, validity imap.UIDValidity) (int, error) {
	sel, err := c.Select(name, false).Wait(ctx)
	if err != nil {
		return 0, err
	}
	if validity != 0 && sel.UIDValidity != validity {
		return 0, open(ctx, c, Box{Name: name, Validity: validity})
	}
	before := c.Exists()
	if err := c.Expunge().Wait(ctx); err != nil {
		return 0, err
	}
	return max(0, int(before)-int(c.Exists())), nil
}
