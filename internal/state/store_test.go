package state

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"imapsync/internal/imap"
	"imapsync/internal/message"
	"imapsync/internal/plan"
)

var accounts = Accounts{Mailbox{"One.example.org", 993, "a@b"}, Mailbox{"two", 1143, "../x y"}}

var route = Route{Src: "INBOX", Dst: "INBOX", SrcValidity: 5, DstValidity: 7}

func mustOpen(t testing.TB, dir string, mode Mode) *Store {
	t.Helper()
	s, aside, err := Open(context.Background(), dir, accounts, mode)
	if err != nil || aside != "" {
		t.Fatalf("open: %v, set aside %q", err, aside)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func mustFolder(t testing.TB, s *Store, r Route, digest int64) *Folder {
	t.Helper()
	f, err := s.Folder(context.Background(), r, digest)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func mustPairs(t testing.TB, f *Folder, anyDigest bool) []plan.Known {
	t.Helper()
	pairs, err := f.Pairs(context.Background(), anyDigest)
	if err != nil {
		t.Fatal(err)
	}
	return pairs
}

func known(src, dst imap.UID) plan.Known {
	return plan.Known{Pair: plan.Pair{Src: src, Dst: dst}, Short: message.Key{byte(src), 1}, Size: int64(src) * 10}
}

// remember opens a store, adds n pairs and closes it.
func remember(t testing.TB, dir string, n imap.UID) {
	t.Helper()
	s := mustOpen(t, dir, ReadWrite)
	f := mustFolder(t, s, route, 1)
	for uid := range n {
		f.Add(known(uid+1, 100+uid))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestRemember(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	remember(t, dir, 3000)
	s := mustOpen(t, dir, ReadWrite)
	f := mustFolder(t, s, route, 1)
	pairs := mustPairs(t, f, false)
	if len(pairs) != 3000 {
		t.Fatalf("got %d pairs, want 3000", len(pairs))
	}
	if got, want := fmt.Sprint(pairs[41]), fmt.Sprint(known(42, 141)); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	f.Add(known(42, 9999))
	f.Settle()
	if err := s.Flush(); err != nil {
		t.Fatal(err)
	}
	f = mustFolder(t, s, route, 1)
	if got := mustPairs(t, f, false)[41].Dst; got != 9999 || !f.Settled() {
		t.Errorf("got UID %d settled %t, want the copy made again, 9999", got, f.Settled())
	}
}

// TestDigest has pairs recognised under other options come only when asked for, without their keys.
func TestDigest(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	remember(t, dir, 3)
	s := mustOpen(t, dir, ReadWrite)
	f := mustFolder(t, s, route, 2)
	if got := mustPairs(t, f, false); len(got) != 0 {
		t.Errorf("got %v under other options, want none", got)
	}
	got := mustPairs(t, f, true)
	if len(got) != 3 || !got[0].Short.IsZero() || got[0].Size != 10 {
		t.Errorf("got %v, want 3 pairs without keys", got)
	}
}

// TestEpochs forgets a folder that was made anew on either side.
func TestEpochs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	remember(t, dir, 3)
	s := mustOpen(t, dir, ReadWrite)
	old := mustFolder(t, s, route, 1)
	for _, r := range []Route{{"INBOX", "INBOX", 6, 7}, {"INBOX", "INBOX", 5, 8}, {"INBOX", "Other", 5, 7}} {
		if got := mustPairs(t, mustFolder(t, s, r, 1), false); len(got) != 0 {
			t.Errorf("%v: got %v, want nothing", r, got)
		}
	}
	old.Add(known(77, 77)) // by a run that began before
	if err := s.Flush(); err != nil {
		t.Fatal(err)
	}
	if got := mustPairs(t, mustFolder(t, s, Route{"INBOX", "INBOX", 5, 8}, 1), false); len(got) != 0 {
		t.Errorf("got %v, want nothing of the former epoch", got)
	}
	if f := mustFolder(t, s, Route{"INBOX", "INBOX", 0, 7}, 1); f != nil {
		t.Error("a folder without UIDVALIDITY is remembered")
	}
}

// TestDryRun changes nothing, not even by its presence.
func TestDryRun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if s, _, err := Open(context.Background(), dir, accounts, ReadOnly); s != nil || err != nil {
		t.Errorf("got %v, %v of nothing", s, err)
	}
	if left := list(t, dir); len(left) != 0 {
		t.Errorf("a dry run has created %v", left)
	}
	remember(t, dir, 3)
	s := mustOpen(t, dir, ReadOnly)
	f := mustFolder(t, s, route, 1)
	f.Add(known(8, 8))
	f.Settle()
	if err := s.Flush(); err != nil {
		t.Error(err)
	}
	if got := mustPairs(t, f, false); len(got) != 3 {
		t.Errorf("got %v, want the 3 pairs", got)
	}
	if f := mustFolder(t, s, Route{"X", "X", 1, 1}, 1); f != nil {
		t.Error("a dry run remembers a folder")
	}
	if err := os.WriteFile(s.Path(), []byte("junk that is no database, long enough to be looked at"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.Close()
	if s, aside, err := Open(context.Background(), dir, accounts, ReadOnly); err == nil || aside != "" || s != nil {
		t.Errorf("got %v, set aside %q, %v of a damaged file", s, aside, err)
	}
}

func list(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// TestDamaged goes on with an empty file, and keeps the damaged one.
func TestDamaged(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]func(b []byte) []byte{
		"cut":     func(b []byte) []byte { return b[:len(b)/2] },
		"no file": func([]byte) []byte { return []byte(strings.Repeat("junk ", 1000)) },
		"header":  func(b []byte) []byte { copy(b[20:], "\xff\xff\xff\xff\xff"); return b },
		"pages": func(b []byte) []byte {
			for i := 4096; i < len(b); i++ {
				b[i] ^= 0x5a
			}
			return b
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			remember(t, dir, 2000)
			path := filepath.Join(dir, "pairs", accounts.fileName()+".db")
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, damage(text), 0o600); err != nil {
				t.Fatal(err)
			}
			s, aside, err := Open(context.Background(), dir, accounts, ReadWrite)
			if err != nil || aside == "" {
				t.Fatalf("got %v, set aside %q", err, aside)
			}
			defer s.Close()
			if got := mustPairs(t, mustFolder(t, s, route, 1), true); len(got) != 0 {
				t.Errorf("got %d pairs out of a damaged file", len(got))
			}
			if _, err := os.Stat(aside); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestNewer leaves the file of a later program alone.
func TestNewer(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := mustOpen(t, dir, ReadWrite)
	if _, err := s.db.Exec("PRAGMA user_version = 99"); err != nil {
		t.Fatal(err)
	}
	s.Close()
	if _, aside, err := Open(context.Background(), dir, accounts, ReadWrite); err == nil || aside != "" || !strings.Contains(err.Error(), ErrNewer.Error()) {
		t.Errorf("got %v, set aside %q", err, aside)
	}
}

// TestOldCopy puts an earlier copy of the file back: it remembers less, and nothing wrong.
func TestOldCopy(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	remember(t, dir, 5)
	path := filepath.Join(dir, "pairs", accounts.fileName()+".db")
	copied, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	remember(t, dir, 50)
	if err := os.WriteFile(path, copied, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := mustPairs(t, mustFolder(t, mustOpen(t, dir, ReadWrite), route, 1), false); len(got) != 5 {
		t.Errorf("got %d pairs, want 5", len(got))
	}
}

// TestTwoPrograms write to one file.
func TestTwoPrograms(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	one, two := mustOpen(t, dir, ReadWrite), mustOpen(t, dir, ReadWrite)
	f1 := mustFolder(t, one, route, 1)
	other := Route{"B", "B", 1, 1}
	f2 := mustFolder(t, two, other, 1)
	for uid := range imap.UID(500) {
		f1.Add(known(uid+1, uid+1))
		f2.Add(known(uid+1, uid+2))
	}
	if err := one.Flush(); err != nil {
		t.Error(err)
	}
	if err := two.Flush(); err != nil {
		t.Error(err)
	}
	if a, b := len(mustPairs(t, f1, false)), len(mustPairs(t, f2, false)); a != 500 || b != 500 {
		t.Errorf("got %d and %d pairs, want 500 each", a, b)
	}
}

// TestPrivate keeps others from reading which mail somebody has.
func TestPrivate(t *testing.T) {
	t.Parallel()
	if os.PathSeparator != '/' {
		t.Skip("no permissions here")
	}
	dir := filepath.Join(t.TempDir(), "new")
	s := mustOpen(t, dir, ReadWrite)
	mustFolder(t, s, route, 1).Add(known(1, 1))
	if err := s.Flush(); err != nil {
		t.Fatal(err)
	}
	for _, path := range append(list(t, dir), dir, filepath.Join(dir, "pairs")) {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: got %v", path, info.Mode())
		}
	}
	if strings.Contains(s.Path(), "..") || strings.Contains(s.Path(), " ") {
		t.Errorf("got the path %s", s.Path())
	}
}

// TestKilled kills a program that writes, again and again: what is found is right, however little it is.
func TestKilled(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	most := 0
	for range 8 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestWriterProcess$")
		cmd.Env = append(os.Environ(), "STATE_TEST_DIR="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := out.Read(make([]byte, 1)); err != nil { // it has begun to write
			t.Fatal(err)
		}
		cmd.Process.Kill()
		cmd.Wait()
		s := mustOpen(t, dir, ReadWrite)
		pairs := mustPairs(t, mustFolder(t, s, route, 1), false)
		for _, p := range pairs {
			if fmt.Sprint(p) != fmt.Sprint(known(p.Src, p.Src+100)) {
				t.Fatalf("got %v", p)
			}
		}
		if len(pairs) < most {
			t.Errorf("got %d pairs, %d were there before", len(pairs), most)
		}
		most = len(pairs)
		s.Close()
	}
	if most == 0 {
		t.Error("nothing was remembered at all")
	}
}

// TestWriterProcess is the program that is killed.
func TestWriterProcess(t *testing.T) {
	dir := os.Getenv("STATE_TEST_DIR")
	if dir == "" {
		t.Skip("only as a process of TestKilled")
	}
	s := mustOpen(t, dir, ReadWrite)
	f := mustFolder(t, s, route, 1)
	for uid := imap.UID(1); ; uid++ {
		f.Add(known(uid, uid+100))
		if uid%1000 == 0 {
			s.Flush()
			os.Stdout.WriteString(".")
		}
	}
}

// TestOlderFile opens a file of the version before: its pairs count, and it is brought up to date.
func TestOlderFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "pairs", accounts.fileName()+".db")
	s, _, err := Open(t.Context(), dir, accounts, ReadWrite)
	if err != nil {
		t.Fatal(err)
	}
	route := Route{Src: "INBOX", Dst: "INBOX", SrcValidity: 1, DstValidity: 2}
	f, err := s.Folder(t.Context(), route, 5)
	if err != nil {
		t.Fatal(err)
	}
	f.Add(plan.Known{Pair: plan.Pair{Src: 3, Dst: 4}, Size: 7})
	if err := s.Flush(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.db.Exec("ALTER TABLE pair DROP COLUMN there; PRAGMA user_version = 2"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, mode := range []Mode{ReadOnly, ReadWrite, ReadWrite} {
		s, aside, err := Open(t.Context(), dir, accounts, mode)
		if err != nil || aside != "" {
			t.Fatalf("%s: %v, set aside as %q", path, err, aside)
		}
		f, err := s.Folder(t.Context(), route, 5)
		if err != nil {
			t.Fatal(err)
		}
		if pairs, err := f.Pairs(t.Context(), false); err != nil || len(pairs) != 1 || pairs[0].Dst != 4 {
			t.Errorf("got %v, %v, want the pair", pairs, err)
		}
		s.Close()
	}
}
