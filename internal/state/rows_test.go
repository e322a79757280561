package state

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"imapsync/internal/account"
	"imapsync/internal/imap"
	"imapsync/internal/message"
	"imapsync/internal/plan"
)

// someRows makes rows of every kind.
func someRows(n int, sets *plan.FlagSets) []plan.Row {
	flags := []plan.SetID{0, sets.Intern([]imap.Flag{imap.FlagSeen}), sets.Intern([]imap.Flag{"$Label", imap.FlagFlagged})}
	out := make([]plan.Row, n)
	for i := range out {
		out[i] = plan.Row{UID: imap.UID(i*3 + 1), Flags: flags[i%3], Size: int64(i%5)*1000 - 1}
		if i%4 > 0 {
			out[i].Short = message.Key{byte(i), byte(i >> 8), 1}
		}
		if i%7 > 0 {
			out[i].SetDate(time.Unix(int64(1600000000-i*1000), 0).In(time.FixedZone("", (i%5-2)*3600)))
		}
	}
	return out
}

// same compares rows of two tables of flags.
func same(t *testing.T, got, want []plan.Row, sets1, sets2 *plan.FlagSets) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("got %d rows, want %d", len(got), len(want))
	}
	for i := range got {
		if !slices.Equal(sets1.Flags(got[i].Flags), sets2.Flags(want[i].Flags)) || !got[i].Date().Equal(want[i].Date()) {
			t.Fatalf("row %d: got %v %v, want %v %v", i, sets1.Flags(got[i].Flags), got[i].Date(), sets2.Flags(want[i].Flags), want[i].Date())
		}
		_, zone1 := got[i].Date().Zone()
		_, zone2 := want[i].Date().Zone()
		if zone1 != zone2 || got[i].UID != want[i].UID || got[i].Size != want[i].Size || got[i].Short != want[i].Short {
			t.Fatalf("row %d: got %+v, want %+v", i, got[i], want[i])
		}
	}
}

// TestListing reads back what was kept, in another run.
func TestListing(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for _, n := range []int{0, 1, packedRows, packedRows + 1, 20000} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			dir := t.TempDir()
			s, before := mustOpen(t, dir, ReadWrite), &plan.FlagSets{}
			rows := someRows(n, before)
			mark := plan.Mark{Validity: 9, Next: 70000, ModSeq: 1 << 40, Told: "3/4", Permanent: []imap.Flag{imap.FlagSeen, imap.FlagWildcard}}
			s.Keep(ctx, account.Host1, "INBOX", 5, plan.Mark{Validity: 8}, someRows(3, before), before)
			s.Keep(ctx, account.Host1, "INBOX", 5, mark, append([]plan.Row{}, rows...), before)
			s.Believe(ctx, account.Host2, ModSeq, true)
			s.Believe(ctx, account.Host2, Status, true)
			s.Believe(ctx, account.Host2, Status, false)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s = mustOpen(t, dir, ReadOnly)
			after := &plan.FlagSets{}
			after.Intern([]imap.Flag{"other"})
			p, err := s.Past(ctx, account.Host1, "INBOX", 5, after)
			if err != nil || p == nil {
				t.Fatalf("got %v, %v", p, err)
			}
			if fmt.Sprint(p.Mark) != fmt.Sprint(mark) {
				t.Errorf("got the mark %v, want %v", p.Mark, mark)
			}
			same(t, p.Rows, rows, after, before)
			for _, other := range []struct {
				side   account.Side
				name   imap.MailboxName
				digest int64
			}{{account.Host2, "INBOX", 5}, {account.Host1, "Box", 5}, {account.Host1, "INBOX", 6}} {
				if p, err := s.Past(ctx, other.side, other.name, other.digest, after); p != nil || err != nil {
					t.Errorf("%v: got %v, %v", other, p, err)
				}
			}
			one, _ := s.Believed(ctx, account.Host1, ModSeq)
			two, _ := s.Believed(ctx, account.Host2, ModSeq)
			three, _ := s.Believed(ctx, account.Host2, Status)
			if one || !two || three {
				t.Errorf("believed: got %t, %t and %t, want the second", one, two, three)
			}
			any1, _ := s.HasListings(ctx, account.Host1)
			any2, _ := s.HasListings(ctx, account.Host2)
			if !any1 || any2 {
				t.Errorf("listings: got %t and %t, want host1's", any1, any2)
			}
		})
	}
}

// TestMarkAlone keeps the rows of a folder in which nothing has changed.
func TestMarkAlone(t *testing.T) {
	t.Parallel()
	ctx, sets := context.Background(), &plan.FlagSets{}
	s := mustOpen(t, t.TempDir(), ReadWrite)
	rows := someRows(50, sets)
	s.Keep(ctx, account.Host2, "B", 1, plan.Mark{Validity: 1, ModSeq: 4}, rows, sets)
	s.Keep(ctx, account.Host2, "B", 1, plan.Mark{Validity: 1, ModSeq: 6}, nil, sets)
	p, err := s.Past(ctx, account.Host2, "B", 1, sets)
	if err != nil || p.ModSeq != 6 || p.Permanent != nil {
		t.Fatalf("got %+v, %v", p, err)
	}
	same(t, p.Rows, rows, sets, sets)
}

// TestVersion1 adds listings to a file of before there were any; a dry run finds none.
func TestVersion1(t *testing.T) {
	t.Parallel()
	dir, ctx := t.TempDir(), context.Background()
	remember(t, dir, 3)
	path := filepath.Join(dir, "pairs", accounts.fileName()+".db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("DROP TABLE listing; DROP TABLE listing_rows; DROP TABLE belief; PRAGMA user_version = 1"); err != nil {
		t.Fatal(err)
	}
	db.Close()
	sets := &plan.FlagSets{}
	for _, mode := range []Mode{ReadOnly, ReadWrite, ReadWrite} {
		s := mustOpen(t, dir, mode)
		p, err := s.Past(ctx, account.Host1, "INBOX", 1, sets)
		believed, err2 := s.Believed(ctx, account.Host1, ModSeq)
		if p != nil || err != nil || believed || err2 != nil {
			t.Errorf("mode %d: got %v %v, %t %v", mode, p, err, believed, err2)
		}
		if got := mustPairs(t, mustFolder(t, s, route, 1), false); len(got) != 3 {
			t.Errorf("mode %d: got %d pairs, want 3", mode, len(got))
		}
		s.Close()
	}
}

// TestDamagedRows refuses rows in which any octet is another.
func TestDamagedRows(t *testing.T) {
	t.Parallel()
	sets := &plan.FlagSets{}
	packed := packRows(someRows(20, sets), sets)
	for i := range packed {
		b := slices.Clone(packed)
		b[i] ^= 1
		if _, err := unpackRows(nil, b, sets); err == nil {
			t.Errorf("octet %d may be anything", i)
		}
		if _, err := unpackRows(nil, packed[:i], sets); err == nil {
			t.Errorf("%d octets are enough", i)
		}
	}
	if _, err := unpackRows([]plan.Row{{UID: 1}}, packed, sets); err == nil {
		t.Error("rows may repeat UIDs")
	}
}

// FuzzRows reads anything, and gives ascending UIDs or an error.
func FuzzRows(f *testing.F) {
	sets := &plan.FlagSets{}
	f.Add(packRows(someRows(20, sets), sets))
	f.Add(packRows(nil, sets))
	f.Fuzz(func(t *testing.T, b []byte) {
		sets := &plan.FlagSets{}
		rows, err := unpackRows(nil, withSum(b), sets)
		if err != nil {
			return
		}
		for i := range rows {
			sets.Flags(rows[i].Flags)
			if i > 0 && rows[i].UID <= rows[i-1].UID || rows[i].UID == 0 {
				t.Fatalf("row %d has the UID %d", i, rows[i].UID)
			}
		}
	})
}

// withSum replaces the sum at the end with the right one, so that chance gets behind it.
func withSum(b []byte) []byte {
	if len(b) < 4 {
		return b
	}
	return sum(slices.Clone(b[:len(b)-4]))
}

// TestLostListings takes a file without its listings, or with half of them, for what is left of it.
func TestLostListings(t *testing.T) {
	t.Parallel()
	dir, ctx, sets := t.TempDir(), context.Background(), &plan.FlagSets{}
	s := mustOpen(t, dir, ReadWrite)
	s.Keep(ctx, account.Host1, "INBOX", 1, plan.Mark{Validity: 1}, someRows(packedRows*2, sets), sets)
	if _, err := s.db.Exec("DELETE FROM listing_rows WHERE part = 0"); err != nil {
		t.Fatal(err)
	}
	p, err := s.Past(ctx, account.Host1, "INBOX", 1, sets)
	if err == nil {
		t.Errorf("got %d rows of a listing that lacks its first part", len(p.Rows))
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
}
