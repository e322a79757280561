package state

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"imapsync/internal/account"
	"imapsync/internal/imap"
	"imapsync/internal/plan"
)

// listings holds what folders held when they were listed whole, for either side, and what servers
// deserve to be believed. Every listing is written in one transaction: what is read was right once.
const listings = `
CREATE TABLE IF NOT EXISTS listing (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	side INTEGER NOT NULL, name BLOB NOT NULL, digest INTEGER NOT NULL,
	validity INTEGER NOT NULL, next INTEGER NOT NULL, modseq INTEGER NOT NULL, permanent TEXT, told TEXT NOT NULL, parts INTEGER NOT NULL,
	UNIQUE (side, name)
);
CREATE TABLE IF NOT EXISTS listing_rows (
	listing INTEGER NOT NULL, part INTEGER NOT NULL, rows BLOB NOT NULL,
	PRIMARY KEY (listing, part)
);
CREATE TABLE IF NOT EXISTS belief (side INTEGER, number INTEGER, PRIMARY KEY (side, number)) WITHOUT ROWID;
`

// Past reads what a folder held at its last whole listing under these identity options; nil when that
// is not known. Its flags are put into sets.
func (s *Store) Past(ctx context.Context, side account.Side, name imap.MailboxName, digest int64, sets *plan.FlagSets) (*plan.Past, error) {
	if s == nil || s.bare {
		return nil, nil
	}
	tx, err := s.db.BeginTx(ctx, nil) // both tables at one moment
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	var id, modSeq, count int64
	var permanent sql.NullString
	p := &plan.Past{}
	err = tx.QueryRowContext(ctx, "SELECT id, validity, next, modseq, permanent, told, parts FROM listing WHERE side = ? AND name = ? AND digest = ?",
		side, []byte(name), digest).Scan(&id, &p.Validity, &p.Next, &modSeq, &permanent, &p.Told, &count)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	p.ModSeq = imap.ModSeq(modSeq)
	if permanent.Valid {
		p.Permanent = append([]imap.Flag{}, splitFlags(permanent.String)...)
	}
	parts, err := tx.QueryContext(ctx, "SELECT rows FROM listing_rows WHERE listing = ? ORDER BY part", id)
	if err != nil {
		return nil, err
	}
	defer parts.Close()
	for parts.Next() {
		var packed sql.RawBytes
		if err := parts.Scan(&packed); err != nil {
			return nil, err
		}
		if p.Rows, err = unpackRows(p.Rows, packed, sets); err != nil {
			return nil, err
		}
		count--
	}
	if err := parts.Err(); err != nil {
		return nil, err
	}
	if count != 0 {
		return nil, errRows
	}
	return p, nil
}

// Keep remembers what a folder held, instead of what was remembered of it. With nil rows only the mark
// is new. A failure costs the next run time only, and is told by Close.
func (s *Store) Keep(ctx context.Context, side account.Side, name imap.MailboxName, digest int64, mark plan.Mark, rows []plan.Row, sets *plan.FlagSets) {
	if s == nil || s.mode == ReadOnly || s.failure() != nil {
		return
	}
	if err := s.keep(ctx, side, name, digest, mark, rows, sets); err != nil && ctx.Err() == nil {
		s.fail(err)
	}
}

func (s *Store) keep(ctx context.Context, side account.Side, name imap.MailboxName, digest int64, mark plan.Mark, rows []plan.Row, sets *plan.FlagSets) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var permanent any
	if mark.Permanent != nil {
		permanent = joinFlags(mark.Permanent)
	}
	var id int64
	if err := tx.QueryRowContext(ctx, `INSERT INTO listing (side, name, digest, validity, next, modseq, permanent, told, parts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)
		ON CONFLICT (side, name) DO UPDATE SET digest = excluded.digest, validity = excluded.validity, next = excluded.next,
			modseq = excluded.modseq, permanent = excluded.permanent, told = excluded.told RETURNING id`,
		side, []byte(name), digest, mark.Validity, mark.Next, int64(mark.ModSeq), permanent, mark.Told).Scan(&id); err != nil {
		return err
	}
	if rows == nil {
		return tx.Commit()
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM listing_rows WHERE listing = ?", id); err != nil {
		return err
	}
	part := 0
	for some := range slices.Chunk(rows, packedRows) {
		if _, err := tx.ExecContext(ctx, "INSERT INTO listing_rows VALUES (?, ?, ?)", id, part, packRows(some, sets)); err != nil {
			return err
		}
		part++
	}
	if _, err := tx.ExecContext(ctx, "UPDATE listing SET parts = ? WHERE id = ?", part, id); err != nil {
		return err
	}
	return tx.Commit()
}

// HasListings tells whether anything is remembered of folders of a side.
func (s *Store) HasListings(ctx context.Context, side account.Side) (bool, error) {
	return s.exists(ctx, "SELECT 1 FROM listing WHERE side = ? LIMIT 1", side)
}

func (s *Store) exists(ctx context.Context, query string, args ...any) (bool, error) {
	if s == nil || s.bare {
		return false, nil
	}
	var one int
	err := s.db.QueryRowContext(ctx, query, args...).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// Number is something that a server tells of a folder, and that must move when the folder changes.
type Number uint8

// Numbers. Servers whose numbers stand still would hide every change.
const (
	ModSeq Number = iota // HIGHESTMODSEQ, which moves with the flags of messages
	Status               // all that STATUS tells
)

// Believed tells whether a number of a side has been seen to move when it had to.
func (s *Store) Believed(ctx context.Context, side account.Side, n Number) (bool, error) {
	return s.exists(ctx, "SELECT 1 FROM belief WHERE side = ? AND number = ?", side, n)
}

// Believe notes whether a number of a side is to be believed from the next run on.
func (s *Store) Believe(ctx context.Context, side account.Side, n Number, yes bool) {
	if s == nil || s.mode == ReadOnly || s.failure() != nil {
		return
	}
	query := "DELETE FROM belief WHERE side = ? AND number = ?"
	if yes {
		query = "INSERT OR REPLACE INTO belief VALUES (?, ?)"
	}
	if _, err := s.db.ExecContext(ctx, query, side, n); err != nil && ctx.Err() == nil {
		s.fail(err)
	}
}
