package migrate_test

import (
	"slices"
	"testing"

	"imapsync/internal/folder"
	"imapsync/internal/imaptest"
	"imapsync/internal/prune"
)

func TestDelete2Folders(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		opts    prune.Options
		folders folder.Options
		set     func(*scene)
		gone    []string
	}{
		{"all", prune.Options{Delete2Folders: yes()}, folder.Options{}, nil, []string{"Junk", "Old", "Old/2001"}},
		{"only", prune.Options{Delete2FoldersOnly: word("/^Old/")}, folder.Options{}, nil, []string{"Old", "Old/2001"}},
		{"only, a bare word", prune.Options{Delete2FoldersOnly: word("Junk")}, folder.Options{}, nil, []string{"Junk"}},
		{"but not", prune.Options{Delete2FoldersButNot: word("m{^Old}")}, folder.Options{}, nil, []string{"Junk"}},
		{"unwanted folders of host1 protect too", prune.Options{Delete2Folders: yes()}, folder.Options{Folders: []string{"INBOX"}}, nil, []string{"Junk", "Old", "Old/2001"}},
		{"a limit of messages", prune.Options{Delete2Folders: yes(), MaxDeletions: word("1")}, folder.Options{}, nil, []string{"Junk", "Old/2001"}},
		{"a share", prune.Options{Delete2Folders: yes(), MaxDeletions: word("50%")}, folder.Options{}, nil, []string{"Junk"}},
		{"no listing of host1", prune.Options{Delete2Folders: yes()}, folder.Options{},
			func(s *scene) {
				s.src.Rules(imaptest.Rule{Verb: "LIST", Times: imaptest.Always, Action: imaptest.Reply("NO broken")})
			}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScene(t, servers{})
			s.deletes, s.folders = c.opts, c.folders
			put(s.src, "INBOX", "a")
			put(s.src, "Work", "w")
			put(s.dst, "Work", "w")
			put(s.dst, "Old", "o")
			put(s.dst, "Old/2001", "p")
			s.dst.Account.Make("Junk", "")
			if c.set != nil {
				c.set(s)
			}
			s.run()
			var gone []string
			for _, name := range []string{"INBOX", "Junk", "Old", "Old/2001", "Work"} {
				if s.dst.Account.Box(name) == nil {
					gone = append(gone, name)
				}
			}
			if !slices.Equal(gone, c.gone) {
				t.Errorf("got %q deleted, want %q", gone, c.gone)
			}
		})
	}
}

func TestDelete1EmptyFolders(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		opts prune.Options
		dst  []imaptest.Option
		gone []string
	}{
		{"empty ones", prune.Options{Delete1EmptyFolders: yes()}, nil, []string{"E", "E/F"}},
		{"and those that are emptied", prune.Options{Delete1EmptyFolders: yes(), Delete1: yes(), Expunge1: yes(), Expunge1Implied: true}, nil, []string{"E", "E/F", "Full"}},
		{"not those that could not be created", prune.Options{Delete1EmptyFolders: yes()},
			rules(imaptest.Rule{Verb: "CREATE", Match: "E/F", Times: imaptest.Always, Action: imaptest.Reply("NO bad name")}), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScene(t, servers{dst: c.dst})
			s.deletes = c.opts
			put(s.src, "Full", "a")
			s.src.Account.Make("E", "")
			s.src.Account.Make("E/F", "")
			s.run()
			var gone []string
			for _, name := range []string{"E", "E/F", "Full", "INBOX"} {
				if s.src.Account.Box(name) == nil {
					gone = append(gone, name)
				} else if s.dst.Account.Box(name) == nil && name != "E/F" {
					t.Errorf("%s is not on host2", name)
				}
			}
			if !slices.Equal(gone, c.gone) {
				t.Errorf("got %q deleted, want %q", gone, c.gone)
			}
		})
	}
}
