package program

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"imapsync/integration/accounts"
	"imapsync/integration/dovecot"
	"imapsync/integration/fixtures"
)

// Direction says which server of the pair is host1.
type Direction uint8

// The two directions of a pair.
const (
	FirstToSecond Direction = iota // "/" without prefix to "." with prefix INBOX.
	SecondToFirst
)

// Directions lists both, for tests that do everything both ways.
var Directions = map[string]Direction{"first to second": FirstToSecond, "second to first": SecondToFirst}

// Scene is two accounts nobody else uses, and a directory.
type Scene struct {
	Servers  *dovecot.Pair
	Host1    *dovecot.Server
	Host2    *dovecot.Server
	Account1 fixtures.Target
	Account2 fixtures.Target
	Dir      string // working directory and home of the command

	// Ports the command uses instead of the servers' own when they are not 0: relays.
	Port1, Port2 int

	t testing.TB
}

// NewScene prepares a scene; without Dovecot it skips the test.
func NewScene(t testing.TB, d Direction) *Scene {
	t.Helper()
	pair := dovecot.Start(t)
	s := &Scene{Servers: pair, Host1: pair.First, Host2: pair.Second, Dir: t.TempDir(), t: t}
	if d == SecondToFirst {
		s.Host1, s.Host2 = pair.Second, pair.First
	}
	s.Account1 = fixtures.Target{Addr: s.Host1.Addr(), User: dovecot.NewUser(t), Password: dovecot.Password}
	s.Account2 = fixtures.Target{Addr: s.Host2.Addr(), User: dovecot.NewUser(t), Password: dovecot.Password}
	return s
}

// Load fills an account; a refusal fails the test.
func (s *Scene) Load(target fixtures.Target, account fixtures.Account) {
	s.t.Helper()
	if refused := s.LoadLoosely(target, account); len(refused) > 0 {
		s.t.Fatalf("the server refused a part of the fixture: %q", refused)
	}
}

// LoadLoosely fills an account and returns what the server refused.
func (s *Scene) LoadLoosely(target fixtures.Target, account fixtures.Account) []string {
	s.t.Helper()
	refused, err := fixtures.Load(target, account)
	if err != nil {
		s.t.Fatalf("load %s: %v", target.User, err)
	}
	return refused
}

// State reads an account.
func (s *Scene) State(target fixtures.Target) accounts.State {
	s.t.Helper()
	state, err := accounts.Dump(target)
	if err != nil {
		s.t.Fatalf("dump %s: %v", target.User, err)
	}
	return state
}

// WantSame fails the test for every difference between the two accounts. Folders that can hold no
// messages are left out, and on host2 empty parents: the two name styles need different ones.
func (s *Scene) WantSame(ignore accounts.Ignore) {
	s.t.Helper()
	s.WantState(s.State(s.Account1), s.Account2, ignore|accounts.Unselectable|accounts.EmptyParents)
}

// WantState fails the test for every difference between a state and an account.
func (s *Scene) WantState(want accounts.State, target fixtures.Target, ignore accounts.Ignore) {
	s.t.Helper()
	for _, line := range accounts.Compare(want, s.State(target), ignore) {
		s.t.Error(line)
	}
}

// Hosts are the options that name both accounts, in clear text.
func (s *Scene) Hosts() []string {
	return slices.Concat(s.Side1(), s.Side2(), []string{"--nossl1", "--notls1", "--nossl2", "--notls2"})
}

// Side1 are the options that name host1, without any about encryption.
func (s *Scene) Side1() []string { return side("1", s.Host1, s.Port1, s.Account1) }

// Side2 are the options that name host2, without any about encryption.
func (s *Scene) Side2() []string { return side("2", s.Host2, s.Port2, s.Account2) }

func side(n string, server *dovecot.Server, port int, a fixtures.Target) []string {
	if port == 0 {
		port = server.Port
	}
	return []string{"--host" + n, server.Host, "--port" + n, strconv.Itoa(port),
		"--user" + n, a.User, "--password" + n, a.Password}
}

// places keep runs apart from each other and from the machine's own files.
func (s *Scene) places() []string {
	return []string{"--tmpdir", s.Dir, "--pidfile", filepath.Join(s.Dir, "imapsync.pid"),
		"--noreleasecheck", "--nodockercontext"}
}

func (s *Scene) environment() []string {
	return append(os.Environ(), "HOME="+s.Dir, "XDG_STATE_HOME="+filepath.Join(s.Dir, "state"), "TMPDIR="+s.Dir,
		"IMAPSYNC_PASSWORD1=", "IMAPSYNC_PASSWORD2=", "TZ=UTC", "LANG=C", RaceOptions())
}
