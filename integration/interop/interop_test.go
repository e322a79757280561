// Package interop copies whole accounts between two servers with different name styles and
// compares them, message by message.
package interop

import (
	"testing"
	"time"

	"imapsync/integration/fixtures"
	"imapsync/integration/program"
	"imapsync/integration/rawimap"
)

func TestMain(m *testing.M) { program.Main(m) }

// TestCopy copies an ordinary account to an empty one, both ways, then runs again.
func TestCopy(t *testing.T) {
	for fixture, account := range map[string]func() fixtures.Account{
		"tiny":    fixtures.Tiny,
		"typical": func() fixtures.Account { return fixtures.Typical(350, 1500000) },
	} {
		for name, direction := range program.Directions {
			t.Run(fixture+" "+name, func(t *testing.T) {
				t.Parallel()
				s := program.NewScene(t, direction)
				s.Load(s.Account1, account())
				before := s.State(s.Account1)

				s.Run().WantExit(0).WantLines(`^Detected 0 errors`,
					`^The sync looks good, all \d+ identified messages in host1 are on host2\.`,
					`^Exiting with return value 0 \(EX_OK: successful termination\) 0/50 nb_errors/max_errors`)
				s.WantSame(0)
				s.WantState(before, s.Account1, 0)

				s.Run().Transferred("0")
				s.WantSame(0)
			})
		}
	}
}

// TestFlagsFollow changes flags on host1 between two runs.
func TestFlagsFollow(t *testing.T) {
	t.Parallel()
	s := program.NewScene(t, program.FirstToSecond)
	s.Load(s.Account1, fixtures.Tiny())
	s.Run().Transferred("12")

	c := sign(t, s.Account1)
	do(t, c, "SELECT", rawimap.Quote("INBOX"))
	do(t, c, "STORE", rawimap.Atom("1:3"), rawimap.Atom("+FLAGS"), rawimap.Atom(`(\Flagged later)`))
	do(t, c, "STORE", rawimap.Atom("2"), rawimap.Atom("-FLAGS"), rawimap.Atom(`(\Seen)`))

	s.Run().Transferred("0")
	s.WantSame(0)
}

// TestNewMessages adds messages to host1 and to host2 between two runs: host1's go over, host2's stay.
func TestNewMessages(t *testing.T) {
	t.Parallel()
	s := program.NewScene(t, program.FirstToSecond)
	s.Load(s.Account1, fixtures.Tiny())
	s.Run().Transferred("12")
	s.Load(s.Account1, fixtures.Many("Sent", 3, 2000))
	s.Load(s.Account2, fixtures.Many("Only on host2", 2, 2000))
	s.Run().Transferred("3")
	state := s.State(s.Account2)
	if got := len(state.Folder("Sent").Messages); got != 7 {
		t.Errorf("Sent on host2: got %d messages, want 7", got)
	}
	if got := len(state.Folder("Only on host2").Messages); got != 2 {
		t.Errorf("a folder of host2 alone: got %d messages, want 2", got)
	}
}

// TestExpungedOnHost2 is copied again: host1 is the truth, what a run remembers is not.
func TestExpungedOnHost2(t *testing.T) {
	t.Parallel()
	s := program.NewScene(t, program.FirstToSecond)
	s.Load(s.Account1, fixtures.Tiny())
	s.Run().Transferred("12")
	c := sign(t, s.Account2)
	do(t, c, "SELECT", rawimap.Quote("INBOX"))
	do(t, c, "STORE", rawimap.Atom("2:3"), rawimap.Atom("+FLAGS"), rawimap.Atom(`(\Deleted)`))
	do(t, c, "EXPUNGE")
	s.Run().Transferred("2")
	s.Run().Transferred("0")
	if got := s.State(s.Account2).Messages(); got != 12 {
		t.Errorf("host2: got %d messages, want 12", got)
	}
}

func sign(t *testing.T, a fixtures.Target) *rawimap.Conn {
	t.Helper()
	c, err := rawimap.Dial(a.Addr, a.User, a.Password)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func do(t *testing.T, c *rawimap.Conn, verb string, args ...rawimap.Arg) {
	t.Helper()
	if err := c.Do(nil, verb, args...); err != nil {
		t.Fatalf("%s: %v", verb, err)
	}
}

// TestWithoutMessageID copies messages that 2.229 leaves behind, once (docs/differences.md row 5).
func TestWithoutMessageID(t *testing.T) {
	t.Parallel()
	s := program.NewScene(t, program.FirstToSecond)
	var drafts []fixtures.Message
	for _, text := range []string{"Subject: a draft\r\n\r\nfirst\r\n", "Subject: another draft\r\n\r\nsecond\r\n",
		"Subject: another draft\r\n\r\nsecond, longer\r\n", "\r\nno header\r\n"} {
		drafts = append(drafts, fixtures.Message{Raw: []byte(text), Date: time.Date(2015, 5, 5, 5, 5, 5, 0, time.UTC)})
	}
	s.Load(s.Account1, fixtures.Account{fixtures.Of("Drafts", drafts...)})
	s.Run().WantExit(0)
	s.WantSame(0)
	s.Run().Transferred("0")
	s.WantSame(0)
}
