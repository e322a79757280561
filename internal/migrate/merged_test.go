package migrate_test

import (
	"testing"

	"imapsync/internal/event"
	"imapsync/internal/imap"
	"imapsync/internal/imaptest"
)

// TestMergedVerdict counts what is only on host2 once where several folders of host1 go to one, with UIDs
// told and not.
func TestMergedVerdict(t *testing.T) {
	for name, opts := range map[string][]imaptest.Option{"UIDPLUS": nil, "no UIDPLUS": without(imap.CapUIDPlus)} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t, servers{dst: opts})
			s.opts = bare
			s.folders.F1F2 = []string{"One=All", "Two=All", "Three=All"}
			s.fill("One", 3, 200)
			s.fill("Two", 4, 200)
			s.fill("Three", 5, 200)
			s.dst.Account.Make("All", "").Add(letter("foreign", "foreign", 200), day)
			for run := range 2 {
				extra, known := 0, 0
				for _, f := range of[event.FolderDone](s.run()) {
					extra, known = extra+f.Extra2, known+f.Identified2
				}
				if extra != 1 || known != 13 {
					t.Errorf("run %d: %d of %d are extra, want 1 of 13", run+1, extra, known)
				}
			}
		})
	}
}
