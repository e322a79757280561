package plan

import (
	"slices"
	"strings"
	"sync"
	"time"

	"imapsync/internal/imap"
	"imapsync/internal/message"
)

// Row is one listed message. It holds no pointers, so that a folder of a million messages costs the
// garbage collector nothing (rule E11).
type Row struct {
	UID    imap.UID
	Flags  SetID
	Labels LabelID // of Gmail; 0: not asked for, or not told
	Size   int64   // RFC822.SIZE in octets, -1 when the server did not tell
	date   int64   // seconds since 1970, meaningful when dated
	zone   int16   // minutes east of UTC
	dated  bool
	// Unselected tells that the options of its side leave the message out (--search, --maxage): see
	// selection.go for what it still does.
	Unselected bool
	Short      message.Key // zero: no Message-Id
}

// SetDate keeps t with its zone; the zero time means no date.
func (r *Row) SetDate(t time.Time) {
	if r.dated = !t.IsZero(); !r.dated {
		return
	}
	_, offset := t.Zone()
	r.date, r.zone = t.Unix(), int16(offset/60)
}

// Date is the internal date in the zone the server used, or the zero time.
func (r *Row) Date() time.Time {
	if !r.dated {
		return time.Time{}
	}
	return time.Unix(r.date, 0).In(time.FixedZone("", int(r.zone)*60))
}

// SetID names a set of flags in a FlagSets table. Zero is the empty set.
type SetID uint32

// FlagSets keeps each distinct combination of flags once. It is safe for concurrent use.
type FlagSets struct {
	mu   sync.RWMutex
	ids  map[string]SetID
	sets [][]imap.Flag
}

// Intern returns the number of the given flags, which it copies. Order counts.
func (t *FlagSets) Intern(flags []imap.Flag) SetID {
	if len(flags) == 0 {
		return 0
	}
	var key strings.Builder
	for _, f := range flags {
		key.WriteString(string(f))
		key.WriteByte(' ')
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if id, ok := t.ids[key.String()]; ok {
		return id
	}
	if t.ids == nil {
		t.ids = make(map[string]SetID)
		t.sets = make([][]imap.Flag, 1)
	}
	id := SetID(len(t.sets))
	t.sets = append(t.sets, slices.Clone(flags))
	t.ids[key.String()] = id
	return id
}

// Flags returns the set with number id; the caller must not change it.
func (t *FlagSets) Flags(id SetID) []imap.Flag {
	if id == 0 {
		return nil
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.sets[id]
}

// Complete is the proof that a listing is whole. Its zero value proves nothing, and only Prove and
// Empty make another.
type Complete struct{ proven bool }

// Prove gives proof when the listing had its tagged OK and holds as many messages as the mailbox,
// EXISTS being corrected by what the server announced meanwhile (docs/differences.md row 3).
func Prove(taggedOK bool, exists uint32, listed int) (Complete, bool) {
	ok := taggedOK && int64(exists) == int64(listed)
	return Complete{proven: ok}, ok
}

// Pair is a message of host1 and its copy on host2, as remembered from an earlier run.
type Pair struct{ Src, Dst imap.UID }
