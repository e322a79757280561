package state

import (
	"context"
	"database/sql"
	"errors"

	"imapsync/internal/imap"
	"imapsync/internal/plan"
)

// Route names two folders in their present epochs.
type Route struct {
	Src, Dst                 imap.MailboxName
	SrcValidity, DstValidity imap.UIDValidity
}

// Folder is what is remembered of a pair of folders. A nil Folder remembers nothing.
type Folder struct {
	store   *Store
	id      int64
	digest  int64
	settled bool
}

// Folder finds a pair of folders, or begins to remember it. digest is that of the identity options.
// In a dry run a folder that is not there is nil.
//
// UIDs without UIDVALIDITY mean nothing later, so that nothing is remembered of such a folder.
func (s *Store) Folder(ctx context.Context, r Route, digest int64) (*Folder, error) {
	if s == nil || r.SrcValidity == 0 || r.DstValidity == 0 {
		return nil, nil
	}
	f := &Folder{store: s, digest: digest}
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	find := func() error {
		return tx.QueryRowContext(ctx, "SELECT id, settled FROM folder WHERE src = ? AND dst = ? AND src_validity = ? AND dst_validity = ?",
			[]byte(r.Src), []byte(r.Dst), r.SrcValidity, r.DstValidity).Scan(&f.id, &f.settled)
	}
	err = find()
	if !errors.Is(err, sql.ErrNoRows) || s.mode == ReadOnly {
		if errors.Is(err, sql.ErrNoRows) {
			return nil, nil
		}
		return f, err
	}
	// A folder made anew never gets its old UIDs back.
	for _, stale := range []string{
		"DELETE FROM pair WHERE folder IN (SELECT id FROM folder WHERE src = ? AND dst = ?)",
		"DELETE FROM folder WHERE src = ? AND dst = ?",
	} {
		if _, err := tx.ExecContext(ctx, stale, []byte(r.Src), []byte(r.Dst)); err != nil {
			return nil, err
		}
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO folder (src, dst, src_validity, dst_validity) VALUES (?, ?, ?, ?)",
		[]byte(r.Src), []byte(r.Dst), r.SrcValidity, r.DstValidity); err != nil {
		return nil, err
	}
	if err := find(); err != nil {
		return nil, err
	}
	return f, tx.Commit()
}

// Settled tells whether an earlier run has finished this pair of folders: before that, a message
// without a known pair may be the copy of another.
func (f *Folder) Settled() bool { return f != nil && f.settled }

// Pairs reads what is known. With anyDigest pairs recognised under other identity options are among
// them, without what they were recognised by.
func (f *Folder) Pairs(ctx context.Context, anyDigest bool) ([]plan.Known, error) {
	if f == nil {
		return nil, nil
	}
	there := "there"
	if f.store.bare {
		there = "NULL"
	}
	rows, err := f.store.db.QueryContext(ctx, "SELECT src, dst, short, "+there+", size, digest FROM pair WHERE folder = ? ORDER BY src", f.id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []plan.Known
	for rows.Next() {
		var k plan.Known
		var short, there []byte
		var digest int64
		if err := rows.Scan(&k.Src, &k.Dst, &short, &there, &k.Size, &digest); err != nil {
			return nil, err
		}
		switch {
		case digest == f.digest:
			copy(k.Short[:], short)
			copy(k.There[:], there)
		case !anyDigest:
			continue
		}
		out = append(out, k)
	}
	return out, rows.Err()
}

// Add remembers a pair, soon. It does not wait for the disk, unless a thousand others do.
func (f *Folder) Add(k plan.Known) {
	if f != nil {
		f.store.add(entry{folder: f.id, digest: f.digest, known: k})
	}
}

// Settle remembers that the run has finished this pair of folders without leaving a doubt.
func (f *Folder) Settle() {
	if f != nil && !f.settled {
		f.store.add(entry{folder: f.id, settled: true})
	}
}
