package state

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"modernc.org/sqlite"
)

// schemaVersion is that of the tables below. A file of a later program is left alone.
const schemaVersion = 3

// applicationID marks the files as ours (PRAGMA application_id): "imsy".
const applicationID = 0x696d7379

const schema = `
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE folder (
	id INTEGER PRIMARY KEY AUTOINCREMENT, -- a number is never given again: another program may still use it
	src BLOB NOT NULL, dst BLOB NOT NULL,
	src_validity INTEGER NOT NULL, dst_validity INTEGER NOT NULL,
	settled INTEGER NOT NULL DEFAULT 0,
	UNIQUE (src, dst, src_validity, dst_validity)
);
CREATE TABLE pair (
	folder INTEGER NOT NULL, src INTEGER NOT NULL, dst INTEGER NOT NULL,
	short BLOB, there BLOB, size INTEGER NOT NULL, digest INTEGER NOT NULL,
	PRIMARY KEY (folder, src)
) WITHOUT ROWID;
`

// ErrNewer tells that a later program has written the file.
var ErrNewer = errors.New("the file is of a later version of this program")

// Mode says what a run may do to the file.
type Mode uint8

// Modes.
const (
	ReadWrite Mode = iota
	ReadOnly       // a dry run: nothing is created, changed or set aside
)

// Store is what is remembered of one pair of mailboxes. Its methods are safe for concurrent use, and
// several programs may use the file at once.
type Store struct {
	db    *sql.DB
	path  string
	mode  Mode
	bare  bool // of an older version, and a dry run: there are no listings
	queue chan entry
	wg    sync.WaitGroup

	open   sync.RWMutex // held for reading while an entry is queued
	closed bool         // under open

	mu     sync.Mutex
	broken error // the first failure of the writer; under mu
}

// Open opens the file of a pair of mailboxes below dir. In a dry run a missing file is no error: the
// store is nil then, which remembers nothing. aside names the file into which a damaged one was
// renamed; a run goes on with an empty one.
func Open(ctx context.Context, dir string, accounts Accounts, mode Mode) (s *Store, aside string, err error) {
	path := filepath.Join(dir, "pairs", accounts.fileName()+".db")
	if mode == ReadOnly {
		if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
			return nil, "", nil
		}
	}
	s, err = open(ctx, path, accounts, mode)
	if err != nil && damaged(err) && mode == ReadWrite {
		if aside, err = setAside(path); err != nil {
			return nil, "", err
		}
		s, err = open(ctx, path, accounts, mode)
	}
	return s, aside, err
}

func open(ctx context.Context, path string, accounts Accounts, mode Mode) (*Store, error) {
	if mode == ReadWrite {
		if err := create(path); err != nil {
			return nil, err
		}
	}
	db, err := sql.Open("sqlite", dataSource(path, mode))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	s := &Store{db: db, path: path, mode: mode, queue: make(chan entry, queued)}
	if err := s.prepare(ctx, accounts); err != nil {
		db.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	s.wg.Go(s.write)
	return s, nil
}

// create makes the file before SQLite does, so that nobody else can read it for a moment.
func create(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// dataSource asks for a write-ahead log, which a killed program leaves in good order. NORMAL may lose
// the last transactions when the machine loses power, which costs time only.
func dataSource(path string, mode Mode) string {
	slashed := filepath.ToSlash(path)
	if filepath.VolumeName(path) != "" {
		slashed = "/" + slashed
	}
	q := url.Values{"_pragma": {"busy_timeout(10000)"}}
	if mode == ReadOnly {
		q.Set("mode", "ro")
	} else {
		q["_pragma"] = append(q["_pragma"], "journal_mode(WAL)", "synchronous(NORMAL)")
		q.Set("_txlock", "immediate")
	}
	return (&url.URL{Scheme: "file", Path: slashed, RawQuery: q.Encode()}).String()
}

// prepare checks the file and makes the tables of a new one.
func (s *Store) prepare(ctx context.Context, accounts Accounts) error {
	var check string
	if err := s.db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&check); err != nil {
		return err
	}
	if check != "ok" {
		return fmt.Errorf("%w: %s", errDamaged, check)
	}
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var id, version, tables int
	for query, to := range map[string]*int{"PRAGMA application_id": &id, "PRAGMA user_version": &version, "SELECT count(*) FROM sqlite_master": &tables} {
		if err := tx.QueryRowContext(ctx, query).Scan(to); err != nil {
			return err
		}
	}
	switch {
	case tables == 0 && s.mode == ReadWrite:
		if _, err := tx.ExecContext(ctx, schema+fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d;", applicationID, schemaVersion)); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "INSERT INTO about VALUES ('accounts', ?)", accounts.String()); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, listings); err != nil {
			return err
		}
	case id != applicationID:
		return fmt.Errorf("%w: it is not of this program", errDamaged)
	case version > schemaVersion:
		return ErrNewer
	case version < schemaVersion && s.mode == ReadOnly:
		s.bare = true
	case version < schemaVersion: // version 1 had no listings, 2 did not know what host2's messages are recognised by
		var there int
		if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM pragma_table_info('pair') WHERE name = 'there'").Scan(&there); err != nil {
			return err
		}
		if there == 0 {
			if _, err := tx.ExecContext(ctx, "ALTER TABLE pair ADD COLUMN there BLOB"); err != nil {
				return err
			}
		}
		if _, err := tx.ExecContext(ctx, listings+fmt.Sprintf("PRAGMA user_version = %d;", schemaVersion)); err != nil {
			return err
		}
	}
	return tx.Commit()
}

var errDamaged = errors.New("damaged")

// The result codes of SQLite for a file whose content makes no sense.
const (
	sqliteCorrupt = 11
	sqliteNotADB  = 26
)

func damaged(err error) bool {
	var e *sqlite.Error
	if errors.As(err, &e) {
		code := e.Code() & 0xff
		return code == sqliteCorrupt || code == sqliteNotADB
	}
	return errors.Is(err, errDamaged)
}

// setAside renames a damaged file, so that it can be looked at, and drops its log.
func setAside(path string) (string, error) {
	aside := path + ".damaged-" + time.Now().UTC().Format("20060102T150405.000")
	if err := os.Rename(path, aside); err != nil {
		return "", err
	}
	for _, ext := range []string{"-wal", "-shm"} {
		if err := os.Remove(path + ext); err != nil && !errors.Is(err, os.ErrNotExist) {
			return "", err
		}
	}
	return aside, nil
}

// Path is the file.
func (s *Store) Path() string {
	if s == nil {
		return ""
	}
	return s.path
}

// Close writes what is left and closes the file. It gives the first error of writing; nothing but
// time is lost then.
func (s *Store) Close() error {
	if s == nil {
		return nil
	}
	s.open.Lock()
	again := s.closed
	s.closed = true
	s.open.Unlock()
	if again {
		return nil
	}
	close(s.queue)
	s.wg.Wait()
	return cmp.Or(s.failure(), s.db.Close())
}
