package migrate_test

import (
	"slices"
	"testing"

	"imapsync/internal/folder"
	"imapsync/internal/imap"
	"imapsync/internal/imaptest"
	"imapsync/internal/plan"
	"imapsync/internal/prune"
)

// TestSameFolderByAnotherName is one folder on both sides, called differently: what seems to be on
// host2 already is the message itself.
func TestSameFolderByAnotherName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, from, to string }{
		{"a second name", "INBOX", "INBOX/INBOX"},
		{"letter case of INBOX", "INBOX", "Inbox"},
	} {
		for kind, less := range map[string][]imaptest.Option{"all": nil, "no UIDPLUS": without(imap.CapUIDPlus)} {
			t.Run(c.name+" "+kind, func(t *testing.T) {
				s := newScene(t, servers{src: less})
				s.dst = s.src
				s.deletes = delete1()
				s.folders = folder.Options{Folders: []string{c.from}, F1F2: []string{c.from + "=" + c.to}}
				put(s.src, "INBOX", "a", "b", "c")
				s.src.Account.Alias("INBOX/INBOX", "INBOX")
				o := s.run()
				s.want(s.src, "INBOX", "a", "b", "c")
				if got := o.guards(); !slices.Equal(got, []plan.Guard{plan.GuardSameFolder}) {
					t.Errorf("got the guards %v, want one", got)
				}
			})
		}
	}
}

// TestEqualEpochs are two folders that only look like one: they are still emptied.
func TestEqualEpochs(t *testing.T) {
	s := newScene(t, servers{})
	s.deletes = delete1()
	put(s.src, "INBOX", "a", "b", "c")
	put(s.dst, "INBOX", "a", "b", "c")
	s.run().wantErrors(0)
	s.want(s.src, "INBOX")
	s.want(s.dst, "INBOX", "a", "b", "c")
}

// TestTwoNamesOnHost2 feeds one folder of host2 under two names: what one folder of host1 does not have
// is what the other has brought.
func TestTwoNamesOnHost2(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		opts prune.Options
	}{
		{"delete2", delete2()},
		{"delete2duplicates", prune.Options{Delete2Duplicates: yes(), UIDExpunge2: yes()}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScene(t, servers{})
			s.deletes = c.opts
			s.folders = folder.Options{RegexTrans2: []string{"s{Copy}{INBOX/INBOX}"}}
			put(s.src, "INBOX", "a", "b", "both")
			put(s.src, "Copy", "c", "d", "both")
			put(s.src, "Other", "x")
			s.dst.Account.Alias("INBOX/INBOX", "INBOX")
			put(s.dst, "Other", "x", "gone")
			for range 3 {
				s.run()
				got := slices.Compact(subjects(s.dst, "INBOX"))
				if want := []string{"a", "b", "both", "c", "d"}; !slices.Equal(got, want) {
					t.Fatalf("got %q on host2, want %q", got, want)
				}
			}
			if c.opts.Delete2.Value {
				s.want(s.dst, "Other", "x")
			}
		})
	}
}

// TestDelete2FoldersByAnotherName keeps what is only another name of a folder that is synced.
func TestDelete2FoldersByAnotherName(t *testing.T) {
	s := newScene(t, servers{})
	s.deletes = prune.Options{Delete2Folders: yes()}
	put(s.src, "Sent", "a", "b")
	put(s.dst, "Sent", "a")
	s.dst.Account.Alias("SENT", "Sent")
	put(s.dst, "Old", "o")
	o := s.run()
	if s.dst.Account.Box("SENT") == nil || s.dst.Account.Box("Old") != nil {
		t.Errorf("SENT was deleted, or Old was not")
	}
	s.want(s.dst, "Sent", "a", "b")
	if got := o.guards(); !slices.Equal(got, []plan.Guard{plan.GuardSameFolder}) {
		t.Errorf("got the guards %v, want one", got)
	}
}

// TestMovedFoldersStay moves an account twice with all that tidies up: what the first run has moved is not
// on host1 any more, and is no reason to delete it.
func TestMovedFoldersStay(t *testing.T) {
	s := newScene(t, servers{})
	s.deletes = prune.Options{Delete1: yes(), Expunge1: yes(), Expunge1Implied: true, Delete1EmptyFolders: yes(), Delete2Folders: yes()}
	put(s.src, "INBOX", "i")
	put(s.src, "Work", "a", "b")
	s.dst.Account.Make("Empty", "")
	s.run().wantErrors(0)
	o := s.run()
	s.want(s.dst, "Work", "a", "b")
	if got := o.guards(); !slices.Equal(got, []plan.Guard{plan.GuardMoved}) || s.dst.Account.Box("Empty") != nil {
		t.Errorf("got the guards %v, want one", got)
	}
}

// TestInboxByAnotherName syncs one folder only, to what is INBOX on host2.
func TestInboxByAnotherName(t *testing.T) {
	s := newScene(t, servers{})
	s.deletes = delete2()
	s.folders = folder.Options{Folders: []string{"Copy"}, F1F2: []string{"Copy=INBOX/INBOX"}}
	put(s.src, "Copy", "c")
	put(s.dst, "INBOX", "mine")
	s.dst.Account.Alias("INBOX/INBOX", "INBOX")
	o := s.run()
	s.want(s.dst, "INBOX", "c", "mine")
	if got := o.guards(); !slices.Equal(got, []plan.Guard{plan.GuardSameFolder}) {
		t.Errorf("got the guards %v, want one", got)
	}
}

// TestOneEpochForAll is a host2 that gives every folder the same UIDVALIDITY: they are told apart all the same.
func TestOneEpochForAll(t *testing.T) {
	s := newScene(t, servers{dst: rewriting(func(line string) string { return anyValidity.ReplaceAllString(line, "UIDVALIDITY 7") })})
	s.deletes = delete2()
	put(s.src, "One", "a")
	put(s.src, "Two", "b")
	put(s.dst, "One", "both", "x", "a")
	put(s.dst, "Two", "both", "y", "b")
	s.run().wantErrors(0)
	s.want(s.dst, "One", "a")
	s.want(s.dst, "Two", "b")
}
