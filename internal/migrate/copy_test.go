package migrate_test

import (
	"testing"

	"imapsync/internal/imap"
)

// TestCopy is a sound run on servers of every kind that changes how messages are appended.
func TestCopy(t *testing.T) {
	t.Parallel()
	for name, dst := range kinds() {
		t.Run(name, func(t *testing.T) {
			s := newScene(t, servers{dst: dst})
			s.fill("INBOX", 60, 600)
			s.fill("Sent/2020", 3, 200)
			s.fill("Empty", 0, 0)
			s.src.Account.Make("Big", "").Add(letter("big", "big", 3<<20), day, imap.FlagSeen)
			s.twins("Twins", 3)
			s.run().wantComplete()
			s.wantOrder("INBOX")
		})
	}
}
