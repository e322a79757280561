package state

import (
	"context"
	"database/sql"

	"imapsync/internal/message"
	"imapsync/internal/plan"
)

// queued bounds what waits for the writer; batched is the largest transaction.
const (
	queued  = 1024
	batched = 4096
)

// entry is one thing to be written.
type entry struct {
	folder  int64
	digest  int64
	known   plan.Known
	settled bool          // the folder itself, not a pair
	done    chan struct{} // closed when all before it is written
}

// write is the one writer. What has gathered while it wrote makes the next transaction. After a
// failure it drops what comes: the run goes on without.
func (s *Store) write() {
	for first := range s.queue {
		batch := append(make([]entry, 0, 64), first)
		for more := true; more && len(batch) < batched; {
			select {
			case e, ok := <-s.queue:
				if more = ok; ok {
					batch = append(batch, e)
				}
			default:
				more = false
			}
		}
		if s.failure() == nil {
			s.fail(s.commit(batch))
		}
		for _, e := range batch {
			if e.done != nil {
				close(e.done)
			}
		}
	}
}

func (s *Store) failure() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.broken
}

func (s *Store) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken == nil {
		s.broken = err
	}
}

const insertPair = `INSERT INTO pair (folder, src, dst, short, there, size, digest) VALUES (?, ?, ?, ?, ?, ?, ?)
	ON CONFLICT (folder, src) DO UPDATE SET dst = excluded.dst, short = excluded.short, there = excluded.there, size = excluded.size, digest = excluded.digest`

// commit writes a batch. Nothing may cut it short: a transaction is a matter of milliseconds.
func (s *Store) commit(batch []entry) error {
	ctx := context.Background()
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	insert, err := tx.PrepareContext(ctx, insertPair)
	if err != nil {
		return err
	}
	defer insert.Close()
	for _, e := range batch {
		if err := e.store(ctx, tx, insert); err != nil {
			return err
		}
	}
	return tx.Commit()
}

func (e *entry) store(ctx context.Context, tx *sql.Tx, insert *sql.Stmt) error {
	switch {
	case e.done != nil:
		return nil
	case e.settled:
		_, err := tx.ExecContext(ctx, "UPDATE folder SET settled = 1 WHERE id = ?", e.folder)
		return err
	}
	known := func(k *message.Key) []byte {
		if k.IsZero() {
			return nil
		}
		return k[:]
	}
	_, err := insert.ExecContext(ctx, e.folder, int64(e.known.Src), int64(e.known.Dst), known(&e.known.Short), known(&e.known.There), e.known.Size, e.digest)
	return err
}

// add queues an entry. A store that is closed, or read only, drops it.
func (s *Store) add(e entry) {
	if s == nil || s.mode == ReadOnly {
		return
	}
	s.open.RLock()
	defer s.open.RUnlock()
	if !s.closed {
		s.queue <- e
	} else if e.done != nil {
		close(e.done)
	}
}

// Flush waits until what was added is written, and tells whether anything could not be.
func (s *Store) Flush() error {
	if s == nil || s.mode == ReadOnly {
		return nil
	}
	done := make(chan struct{})
	s.add(entry{done: done})
	<-done
	return s.failure()
}
