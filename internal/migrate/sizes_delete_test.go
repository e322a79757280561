package migrate_test

import (
	"testing"

	"imapsync/internal/event"
	"imapsync/internal/imap"
	"imapsync/internal/migrate"
)

// TestSizesAfterDeletions: the block at the end tells what is left, on servers with and without the
// sizes of folders.
func TestSizesAfterDeletions(t *testing.T) {
	t.Parallel()
	for name, without := range map[string][]imap.Capability{"STATUS=SIZE": nil, "none": {imap.CapStatusSize}} {
		for _, side := range []string{"1", "2"} {
			t.Run(name+" "+side, func(t *testing.T) {
				s := newScene(t, servers{src: with(nil, without...), dst: with(nil, without...)})
				s.opts = migrate.Options{}
				put(s.src, "INBOX", "a", "b")
				put(s.dst, "INBOX", "a", "x")
				if s.deletes = delete2(); side == "1" {
					s.deletes = delete1()
				}
				o := s.run()
				o.wantErrors(0)
				var size1, size2 int64
				for _, m := range s.snapshot(s.src).Folders[0].Messages {
					size1 += m.Size
				}
				n1, n2 := len(subjects(s.src, "INBOX")), len(subjects(s.dst, "INBOX"))
				for _, m := range s.snapshot(s.dst).Folders[0].Messages {
					size2 += m.Size
				}
				for _, total := range of[event.TotalSizes](o) {
					if total.When != event.After {
						continue
					}
					got := [4]int64{total.Host1.Messages, total.Host1.Bytes, total.Host2.Messages, total.Host2.Bytes}
					if want := [4]int64{int64(n1), size1, int64(n2), size2}; got != want {
						t.Errorf("got %v messages and octets at the end, want %v", got, want)
					}
				}
			})
		}
	}
}
