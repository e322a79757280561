package options

import (
	"testing"

	"imapsync/integration/fixtures"
	"imapsync/integration/program"
)

// TestQuota fills host2 up: what fits is there once, the rest is reported, nothing is doubled.
func TestQuota(t *testing.T) {
	t.Parallel()
	s := program.NewScene(t, program.FirstToSecond)
	if err := s.Host2.LimitUser(s.Account2.User, 40<<10); err != nil {
		t.Fatal(err)
	}
	s.Load(s.Account1, fixtures.Many("INBOX", 400, 4000))
	s.Run().WantExit(113).WantLines(`(?i)quota`)
	s.Run().WantExit(113)
	inbox := s.State(s.Account2).Folder("INBOX")
	// Dovecot looks at the quota once for all messages of a MULTIAPPEND.
	if n := len(inbox.Messages); n == 0 || n >= 300 {
		t.Errorf("host2: got %d messages, want some and not nearly all", n)
	}
	seen := map[string]bool{}
	for _, m := range inbox.Messages {
		if seen[m.SHA256] {
			t.Errorf("host2: %s is there twice", m)
		}
		seen[m.SHA256] = true
	}
}
