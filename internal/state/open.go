package state

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"

	"imapsync/internal/imap"
)

// Open opens what is remembered of a pair of mailboxes, where the rules say; see [Open]. A nil store,
// which remembers nothing, is no error: --nostate, or a dry run with nothing to read.
func (r Rules) Open(ctx context.Context, accounts Accounts, mode Mode) (s *Store, aside string, err error) {
	if r.None {
		return nil, "", nil
	}
	dir, err := Place(r.Dir)
	if err != nil {
		return nil, "", err
	}
	return Open(ctx, dir, accounts, mode)
}

// Hold takes destination folders for this run, or tells who has one. Where nothing can be written in
// the state directory, the temporary directory is as good: it is the same for all runs of a user.
func (r Rules) Hold(accounts Accounts, folders []imap.MailboxName) (*Lease, *Held, error) {
	dir, err := Place(r.Dir)
	var lease *Lease
	if err == nil {
		lease, err = Take(dir, accounts, folders)
	}
	var held *Held
	if err != nil && !errors.As(err, &held) {
		lease, err = Take(filepath.Join(os.TempDir(), "imapsync-"+strconv.Itoa(os.Getuid())), accounts, folders)
	}
	if errors.As(err, &held) {
		return nil, held, nil
	}
	return lease, nil, err
}
