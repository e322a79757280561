// Package reruns runs again and again while users change both accounts, and compares what runs that
// remember come to with what runs with --nostate come to.
package reruns

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"imapsync/integration/accounts"
	"imapsync/integration/fixtures"
	"imapsync/integration/program"
	"imapsync/integration/rawimap"
)

func TestMain(m *testing.M) { program.Main(m) }

// chance changes an account as its user does; the same seed does the same to like accounts.
type chance struct {
	*rand.Rand
	t *testing.T
	n int
}

var folders = []string{"INBOX", "Work", "Work/2019"}

// change does some things to an account.
func (c *chance) change(target fixtures.Target, times int) {
	c.t.Helper()
	conn, err := rawimap.Dial(target.Addr, target.User, target.Password)
	if err != nil {
		c.t.Fatal(err)
	}
	defer conn.Close()
	prefix, delimiter, err := conn.Namespace()
	if err != nil {
		c.t.Fatal(err)
	}
	for range times {
		raw := fixtures.RawName(fixtures.Of(folders[c.IntN(len(folders))]).Parts, prefix, delimiter)
		if err := c.one(conn, raw); err != nil {
			c.t.Fatal(err)
		}
	}
}

func (c *chance) one(conn *rawimap.Conn, raw string) error {
	what := c.IntN(10)
	exists, err := conn.Select(raw)
	if err != nil {
		return err
	}
	n := 0
	if exists > 0 {
		n = 1 + c.IntN(exists)
	}
	flags := []string{"()", `(\Seen)`, `(\Seen \Answered)`, `(\Flagged work)`}[c.IntN(4)]
	switch {
	case what < 3 || n == 0:
		a := rawimap.NewAppender(conn)
		for range 1 + c.IntN(3) {
			if err := a.Append(raw, c.letter(), ""); err != nil {
				return err
			}
		}
		return a.Finish()
	case what < 6:
		if err := conn.Do(nil, "STORE", rawimap.Atom(strconv.Itoa(n)), rawimap.Atom(`+FLAGS.SILENT (\Deleted)`)); err != nil {
			return err
		}
		return conn.Do(nil, "EXPUNGE")
	}
	return conn.Do(nil, "STORE", rawimap.Atom(strconv.Itoa(n)), rawimap.Atom("FLAGS.SILENT "+flags))
}

func (c *chance) letter() rawimap.Message {
	c.n++
	id := fmt.Sprintf("Message-Id: <chance-%d@fixture.example>\r\n", c.n)
	switch c.IntN(8) {
	case 0:
		id = ""
	case 1:
		id = "Message-Id: <twin@fixture.example>\r\n"
	}
	return rawimap.Message{Date: "04-Mar-2021 05:06:07 +0100", Flags: []string{`\Seen`},
		Raw: fmt.Appendf(nil, "From: a@example.org\r\nDate: Thu, 4 Mar 2021 05:06:07 +0100\r\nSubject: %d\r\n%s\r\nnumber %d\r\n", c.n%5, id, c.n)}
}

// TestSameAsWithoutState compares after every run.
func TestSameAsWithoutState(t *testing.T) {
	seeds := 2
	if os.Getenv("IMAPSYNC_LONG") != "" {
		seeds = 20
	}
	for name, direction := range program.Directions {
		for seed := range uint64(seeds) {
			t.Run(fmt.Sprint(name, " ", seed), func(t *testing.T) {
				t.Parallel()
				sameAsWithoutState(t, direction, seed)
			})
		}
	}
}

func sameAsWithoutState(t *testing.T, direction program.Direction, seed uint64) {
	with, without := program.NewScene(t, direction), program.NewScene(t, direction)
	scenes := []*program.Scene{with, without}
	users := make([]*chance, len(scenes))
	start := append(fixtures.Many("INBOX", 40, 600), fixtures.Of("Work"), fixtures.Of("Work/2019"))
	for i, s := range scenes {
		users[i] = &chance{Rand: rand.New(rand.NewPCG(seed, 1)), t: t}
		s.Load(s.Account1, start)
		s.Load(s.Account2, fixtures.Account{fixtures.Of("Work"), fixtures.Of("Work/2019")})
	}
	luck := rand.New(rand.NewPCG(seed, 2))
	var old []byte
	for round := range 7 {
		for i, s := range scenes {
			users[i].change(s.Account1, users[i].IntN(5))
			users[i].change(s.Account2, users[i].IntN(4))
		}
		files, _ := filepath.Glob(filepath.Join(with.Dir, "state", "imapsync", "pairs", "*.db"))
		if round > 0 && len(files) != 1 {
			t.Fatalf("got the files %v, want one", files)
		}
		switch luck.IntN(6) {
		case 0:
			old, _ = os.ReadFile(files0(files))
		case 1:
			if old != nil {
				os.WriteFile(files0(files), old, 0o600)
			}
		case 2:
			os.RemoveAll(filepath.Join(with.Dir, "state"))
		case 3:
			run := with.Start()
			run.Await(fmt.Sprintf("^Folder +%d/3 ", 1+luck.IntN(3)))
			run.Kill()
			run.Wait()
		}
		with.Run().WantExit(0)
		without.Run("--nostate").WantExit(0)
		want, got := without.State(without.Account2), with.State(with.Account2)
		for _, line := range accounts.Compare(want, got, accounts.Order) {
			t.Errorf("round %d: %s", round, line)
		}
		if t.Failed() {
			return
		}
		with.Run().WantExit(0).Transferred("0")
	}
}

// files0 is the only file, "" before there is one.
func files0(files []string) string {
	if len(files) == 0 {
		return ""
	}
	return files[0]
}
