package migrate_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"imapsync/internal/event"
	"imapsync/internal/folder"
	"imapsync/internal/getopt"
	"imapsync/internal/imap"
	"imapsync/internal/imaptest"
	"imapsync/internal/migrate"
	"imapsync/internal/plan"
	"imapsync/internal/prune"
)

func word(s string) getopt.String { return getopt.String{Given: true, Value: s} }

// delete1 is --delete1 with what it implies.
func delete1() prune.Options {
	return prune.Options{Delete1: yes(), Expunge1: yes(), Expunge1Implied: true}
}

// delete2 is --delete2 with what it implies.
func delete2() prune.Options {
	return prune.Options{Delete2: yes(), Delete2Duplicates: yes(), UIDExpunge2: yes()}
}

// subjects are the messages of a mailbox, by their Message-Id or size.
func subjects(srv *imaptest.Server, box string) (out []string) {
	b := srv.Account.Box(box)
	if b == nil {
		return []string{"no such mailbox"}
	}
	for _, m := range b.Messages() {
		id := strings.TrimSuffix(strings.TrimPrefix(stored(b, m).MessageID, "<"), "@example.org>")
		for _, f := range m.Flags {
			if f.Is(imap.FlagDeleted) {
				id += " deleted"
			}
		}
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}

func (s *scene) want(srv *imaptest.Server, box string, ids ...string) {
	s.Helper()
	slices.Sort(ids)
	if got := subjects(srv, box); !slices.Equal(got, ids) {
		s.Errorf("%s: got %q, want %q", box, got, ids)
	}
}

// put adds letters with these ids to a mailbox.
func put(srv *imaptest.Server, box string, ids ...string) {
	b := srv.Account.Make(box, "")
	for _, id := range ids {
		id, flagged := strings.CutSuffix(id, " deleted")
		var flags []imap.Flag
		if flagged {
			flags = append(flags, imap.FlagDeleted)
		}
		b.Add(letter(id, "letter "+id, 300+10*len(id)), day, flags...)
	}
}

func (o *outcome) deletedMessages(expunged bool) (one, two int) {
	for _, d := range of[event.Deleted](o) {
		switch {
		case d.Expunged != expunged:
		case d.Side.Digit() == "1":
			one += d.Messages
		default:
			two += d.Messages
		}
	}
	return one, two
}

func (o *outcome) guards() (out []plan.Guard) {
	for _, r := range of[event.DeletionRefused](o) {
		out = append(out, r.Guard)
	}
	return out
}

// TestDelete1 moves an account, with every kind of server on either side.
func TestDelete1(t *testing.T) {
	t.Parallel()
	for kind, opts := range few() {
		for side, s := range map[string]servers{"src": {src: opts}, "dst": {dst: opts}} {
			t.Run(side+" "+kind, func(t *testing.T) {
				s := newScene(t, s)
				s.house()
				before := s.snapshot(s.src)
				s.deletes = delete1()
				o := s.run()
				o.wantErrors(0)
				s.wantSameAs(before)
				for _, f := range s.snapshot(s.src).Folders {
					if len(f.Messages) > 0 {
						t.Errorf("%s: %d messages are still on host1", f.Name, len(f.Messages))
					}
				}
				if n, _ := o.deletedMessages(true); n != o.copied() {
					t.Errorf("got %d deleted, want the %d copied", n, o.copied())
				}
			})
		}
	}
}

// TestDelete1AlreadyThere deletes only what is proven to be on host2.
func TestDelete1AlreadyThere(t *testing.T) {
	t.Parallel()
	for _, unproven := range []bool{false, true} {
		t.Run(fmt.Sprint(unproven), func(t *testing.T) {
			s := newScene(t, servers{})
			s.deletes = delete1()
			s.deletes.Delete1Unproven.Value = unproven
			put(s.src, "INBOX", "same", "longer", "doomed", "new")
			put(s.dst, "INBOX", "same", "doomed deleted")
			s.messages.ResyncFlags = no()
			s.dst.Account.Box("INBOX").Add(letter("longer", "letter longer", 900), day)
			o := s.run()
			o.wantErrors(0)
			left := []string{"doomed", "longer"}
			if unproven {
				left = left[:1]
			}
			s.want(s.src, "INBOX", left...)
			s.want(s.dst, "INBOX", "same", "longer", "doomed deleted", "new")
			if kept := of[event.Kept](o); len(kept) != len(left) {
				t.Errorf("got told %v, want %d messages that stay", kept, len(left))
			}
		})
	}
}

// TestDelete1TwoRuns is a message that repeats another by its headers: never copied, so never deleted.
func TestDelete1TwoRuns(t *testing.T) {
	s := newScene(t, servers{})
	s.deletes = delete1()
	put(s.src, "INBOX", "twin")
	s.src.Account.Box("INBOX").Add(letter("twin", "letter twin", 5000), day)
	for range 3 {
		s.run().wantErrors(0)
		s.want(s.src, "INBOX", "twin")
		s.want(s.dst, "INBOX", "twin")
	}
}

// TestExpunge1 distinguishes what the run implies from what the user asks for.
func TestExpunge1(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		opts     prune.Options
		src, dst []string
	}{
		{"nothing asked for", prune.Options{}, []string{"a", "user deleted"}, []string{"a", "there", "user deleted"}},
		{"by name", prune.Options{Expunge1: yes()}, []string{"a"}, []string{"a", "there"}},
		{"delete1", delete1(), nil, []string{"a", "there", "user deleted"}},
		{"delete1 and by name", prune.Options{Delete1: yes(), Expunge1: yes()}, nil, []string{"a", "there"}},
		{"delete1 noexpunge1", prune.Options{Delete1: yes(), Expunge1: no()}, []string{"there deleted"}, []string{"a", "there", "user deleted"}},
		{"delete1 noexpunge1 noexpungeaftereach", prune.Options{Delete1: yes(), Expunge1: no(), ExpungeAfterEach: no()},
			[]string{"a deleted", "there deleted", "user deleted"}, []string{"a", "there", "user deleted"}},
		{"delete1 noexpungeaftereach", prune.Options{Delete1: yes(), Expunge1: yes(), Expunge1Implied: true, ExpungeAfterEach: no()}, nil, []string{"a", "there", "user deleted"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScene(t, servers{})
			s.deletes = c.opts
			put(s.src, "INBOX", "a", "user deleted")
			if c.opts.Delete1.Value {
				put(s.src, "INBOX", "there")
			}
			put(s.dst, "INBOX", "there")
			s.run().wantErrors(0)
			s.want(s.src, "INBOX", c.src...)
			s.want(s.dst, "INBOX", c.dst...)
		})
	}
}

// TestDryDeletions tells everything and changes nothing.
func TestDryDeletions(t *testing.T) {
	t.Parallel()
	all := prune.Options{Delete1EmptyFolders: yes(), Delete2Folders: yes(), Expunge1: yes(), Expunge2: yes(), UIDExpunge2: yes()}
	for name, opts := range map[string]func(*prune.Options){
		"delete1": func(o *prune.Options) { o.Delete1 = yes() },
		"delete2": func(o *prune.Options) { o.Delete2, o.Delete2Duplicates = yes(), yes() },
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t, servers{})
			s.opts.Dry = yes()
			s.deletes = all
			opts(&s.deletes)
			put(s.src, "INBOX", "a", "b deleted", "new")
			put(s.dst, "INBOX", "a", "a", "b", "extra", "gone deleted")
			put(s.dst, "Only2", "x")
			s.src.Account.Make("Empty", "")
			src, dst := s.snapshot(s.src), s.snapshot(s.dst)
			o := s.run()
			o.wantErrors(0)
			for _, c := range [][2]imaptest.Snapshot{{src, s.snapshot(s.src)}, {dst, s.snapshot(s.dst)}} {
				if d := imaptest.Compare(c[1], c[0]); len(d) > 0 {
					t.Errorf("a dry run changes something: %v", d)
				}
			}
			for _, srv := range []*imaptest.Server{s.src, s.dst} {
				for _, verb := range []string{"STORE", "EXPUNGE", "DELETE", "UNSUBSCRIBE", "SELECT", "CLOSE"} {
					if n := srv.Counts().Commands[verb] + srv.Counts().Commands["UID "+verb]; n > 0 {
						t.Errorf("got %d %s, want none", n, verb)
					}
				}
			}
			if n := len(of[event.Marking](o)); n == 0 {
				t.Error("nothing is told of what would be deleted")
			}
			if n := len(of[event.Deleted](o)); n > 0 {
				t.Errorf("%d deletions are counted", n)
			}
		})
	}
}

// TestDelete2 removes what host1 does not have, after the copies.
func TestDelete2(t *testing.T) {
	t.Parallel()
	for kind, opts := range few() {
		t.Run(kind, func(t *testing.T) {
			s := newScene(t, servers{dst: opts})
			s.deletes = delete2()
			put(s.src, "INBOX", "a", "new")
			put(s.src, "Work", "w")
			put(s.dst, "INBOX", "a", "a", "extra", "gone deleted")
			put(s.dst, "Work", "v")
			put(s.dst, "Only2", "x")
			o := s.run()
			o.wantErrors(0)
			s.want(s.dst, "INBOX", "a", "new")
			s.want(s.dst, "Work", "w")
			s.want(s.dst, "Only2", "x")
			if _, n := o.deletedMessages(true); n != 4 {
				t.Errorf("got %d deleted on host2, want 4", n)
			}
			for _, f := range of[event.FolderDone](o) {
				if f.Extra2 != 0 || f.Missing2 != 0 || !f.Complete {
					t.Errorf("%s: got %+v, want a strict sync", f.Src, f)
				}
			}
			s.want(s.src, "INBOX", "a", "new")
		})
	}
}

func TestDelete2Only(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		opts prune.Options
		dst  []string
	}{
		{"nouidexpunge2", prune.Options{Delete2: yes(), UIDExpunge2: no()}, []string{"a", "a deleted", "extra deleted", "user deleted"}},
		{"expunge2", prune.Options{Delete2: yes(), Expunge2: yes(), UIDExpunge2: yes()}, []string{"a"}},
		{"expunge2 alone", prune.Options{Expunge2: yes()}, []string{"a", "a", "extra"}},
		{"nodelete2duplicates", prune.Options{Delete2: yes(), Delete2Duplicates: no(), UIDExpunge2: yes()}, []string{"a", "a"}},
		{"delete2duplicates", prune.Options{Delete2Duplicates: yes(), UIDExpunge2: yes()}, []string{"a", "extra", "user deleted"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScene(t, servers{})
			s.deletes = c.opts
			put(s.src, "INBOX", "a")
			put(s.dst, "INBOX", "a", "a", "extra", "user deleted")
			s.run().wantErrors(0)
			s.want(s.dst, "INBOX", c.dst...)
		})
	}
}

// TestNoUIDPlus: a plain EXPUNGE is sent only when nothing else is flagged.
func TestNoUIDPlus(t *testing.T) {
	t.Parallel()
	for _, side := range []string{"1", "2"} {
		t.Run(side, func(t *testing.T) {
			s := newScene(t, servers{src: without(imap.CapUIDPlus), dst: without(imap.CapUIDPlus)})
			s.messages.ResyncFlags = no()
			box := s.dst
			if side == "1" {
				s.deletes = delete1()
				put(s.src, "INBOX", "a", "b")
				s.src.Account.Box("INBOX").Add(letter("mine", "differs", 700), day, imap.FlagDeleted)
				put(s.dst, "INBOX", "mine")
				box = s.src
			} else {
				s.deletes = delete2()
				s.messages.MaxSize = number(1)
				put(s.src, "INBOX", "mine")
				put(s.dst, "INBOX", "a", "b", "mine deleted")
			}
			o := s.run()
			o.wantErrors(0)
			s.want(box, "INBOX", "a deleted", "b deleted", "mine deleted")
			if !o.warned("stay marked") {
				t.Errorf("got the warnings %q, want one about what stays", o.warnings())
			}
			one, two := o.deletedMessages(false)
			if one+two != 2 {
				t.Errorf("got %d marked, want 2", one+two)
			}
		})
	}
}

// TestGuards: nothing goes, and it is said why.
func TestGuards(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		set    func(*scene)
		guards []plan.Guard
		errors int
	}{
		{"host1's account is empty", func(*scene) {}, []plan.Guard{plan.GuardMismatch}, 1},
		{"host1's folder only is empty", func(s *scene) { put(s.src, "Work", "w") }, nil, 0},
		{"nothing matches", func(s *scene) { s.fill("INBOX", 80, 300) }, []plan.Guard{plan.GuardMismatch}, 1},
		{"nothing matches, but the user knows", func(s *scene) { s.fill("INBOX", 80, 300); s.deletes.MaxDeletions = word("100%") }, nil, 0},
		{"a number", func(s *scene) { put(s.src, "Work", "w"); s.deletes.MaxDeletions = word("119") }, []plan.Guard{plan.GuardLimit}, 1},
		{"a share", func(s *scene) { put(s.src, "Work", "w"); s.deletes.MaxDeletions = word("99%") }, []plan.Guard{plan.GuardLimit}, 1},
		{"just enough", func(s *scene) { put(s.src, "Work", "w"); s.deletes.MaxDeletions = word("120") }, nil, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScene(t, servers{})
			s.deletes = delete2()
			var ids []string
			for i := range 120 {
				ids = append(ids, fmt.Sprint("old", i))
			}
			put(s.dst, "INBOX", ids...)
			c.set(s)
			o := s.run()
			o.wantErrors(c.errors)
			if got := o.guards(); !slices.Equal(got, c.guards) {
				t.Errorf("got the guards %v, want %v", got, c.guards)
			}
			left := 0
			for _, id := range subjects(s.dst, "INBOX") {
				if strings.HasPrefix(id, "old") {
					left++
				}
			}
			if gone := len(c.guards) == 0; gone != (left == 0) {
				t.Errorf("%d messages are left of 120", left)
			}
		})
	}
}

// TestIncompleteListings: a listing that fails, or hides a message, deletes nothing on either side.
func TestIncompleteListings(t *testing.T) {
	t.Parallel()
	hide := imaptest.Rule{Verb: "FETCH", Times: imaptest.Always, Action: imaptest.HideMessages(2)}
	refuse := imaptest.Rule{Verb: "FETCH", Times: imaptest.Always, Action: imaptest.Reply("NO not now, nor ever")}
	for name, srv := range map[string]servers{
		"host1 hides": {src: rules(hide)}, "host1 refuses": {src: rules(refuse)},
		"host2 hides": {dst: rules(hide)}, "host2 refuses": {dst: rules(refuse)},
	} {
		for option, opts := range map[string]prune.Options{"delete1": delete1(), "delete2": delete2()} {
			t.Run(name+" "+option, func(t *testing.T) {
				s := newScene(t, srv)
				s.deletes = opts
				put(s.src, "INBOX", "a", "b", "c")
				put(s.dst, "INBOX", "x", "a", "b", "y")
				o := s.run()
				if len(o.Errors) == 0 {
					t.Error("got no error, want one")
				}
				s.want(s.src, "INBOX", "a", "b", "c")
				for _, id := range []string{"x", "y", "a", "b"} {
					if !slices.Contains(subjects(s.dst, "INBOX"), id) {
						t.Errorf("%s is gone", id)
					}
				}
			})
		}
	}
}

// TestMerged: what another folder of host1 has brought to the same folder stays.
func TestDelete2Merged(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		folders folder.Options
		src     []imaptest.Option
		want    []string
	}{
		{"all sources", folder.Options{F1F2: []string{"A=All", "B=All"}}, nil, []string{"a", "b", "new1", "new2"}},
		{"one of them only", folder.Options{F1F2: []string{"A=All", "B=All"}, Folders: []string{"A"}}, nil, []string{"a", "b", "extra", "new1"}},
		{"one of them broken", folder.Options{F1F2: []string{"A=All", "B=All"}},
			rules(imaptest.Rule{Verb: "EXAMINE", Match: "B", Times: imaptest.Always, Action: imaptest.Reply("NO closed")}), []string{"a", "b", "extra", "new1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newScene(t, servers{src: c.src})
			s.folders = c.folders
			s.deletes = delete2()
			put(s.src, "A", "a", "new1")
			put(s.src, "B", "b", "new2")
			put(s.dst, "All", "a", "b", "extra")
			s.run()
			s.want(s.dst, "All", c.want...)
		})
	}
}

// TestFullDeletesAndCopies: what does not fit is copied once host2 has got room.
func TestFullDeletesAndCopies(t *testing.T) {
	t.Parallel()
	for kind, opts := range few() {
		t.Run(kind, func(t *testing.T) {
			s := newScene(t, servers{dst: opts})
			s.deletes = delete2()
			for i := range 30 {
				put(s.dst, "INBOX", fmt.Sprint("old", i))
			}
			s.dst.Account.SetQuota(12000)
			for i := range 30 {
				put(s.src, "INBOX", fmt.Sprint("new", i))
			}
			o := s.run()
			o.wantErrors(0)
			o.wantOneEnd()
			s.wantSame()
			s.wantRerun()
		})
	}
}

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

// TestSameFolder: an account that is given twice is not emptied.
func TestSameFolder(t *testing.T) {
	s := newScene(t, servers{})
	s.dst = s.src
	s.deletes = delete1()
	put(s.src, "INBOX", "a", "b")
	o := s.run()
	s.want(s.src, "INBOX", "a", "b")
	if got := o.guards(); !slices.Equal(got, []plan.Guard{plan.GuardSameFolder}) || o.End != migrate.Finished {
		t.Errorf("got the guards %v and end %v, want one", got, o.End)
	}
}

// TestTwinsLeaveTogether: of messages that nothing tells apart none leaves host1 before all are on host2,
// or the next run would take the copy of one for that of another.
func TestTwinsLeaveTogether(t *testing.T) {
	s := newScene(t, servers{dst: append(without(imap.CapMultiAppend),
		imaptest.Script(imaptest.Rule{Verb: "APPEND", Skip: 2, Times: imaptest.Always, Action: imaptest.Reply("NO for today that is enough")}))})
	s.deletes = delete1()
	s.twins("INBOX", 4)
	put(s.src, "INBOX", "a")
	s.run()
	if got := subjects(s.src, "INBOX"); len(got) < 4 {
		t.Errorf("got %q on host1, want all that look alike", got)
	}
	s.dst.ClearRules()
	s.run().wantErrors(0)
	if n1, n2 := len(subjects(s.src, "INBOX")), len(subjects(s.dst, "INBOX")); n1 != 0 || n2 != 5 {
		t.Errorf("got %d messages on host1, %d on host2, want none and 5", n1, n2)
	}
}

// TestArrivals: what comes to host1 while its folder is copied keeps its like on host2.
func TestArrivals(t *testing.T) {
	s := newScene(t, servers{})
	s.deletes = delete2()
	put(s.src, "INBOX", "a", "new")
	put(s.dst, "INBOX", "a", "both", "extra")
	s.runUntil(context.Background(), func(e event.Event) {
		if _, ok := e.(event.Copied); ok {
			put(s.src, "INBOX", "both")
		}
	}).wantErrors(0)
	s.want(s.dst, "INBOX", "a", "both", "new")
}

// TestGmailIsTold: deleting there takes a label off, and the log says so.
func TestGmailIsTold(t *testing.T) {
	s := newScene(t, servers{src: with([]imap.Capability{imap.CapGmail})})
	s.deletes = delete1()
	put(s.src, "INBOX", "a")
	if o := s.run(); !o.warned("on Gmail, deleting a message from a folder takes that label off") {
		t.Errorf("got the warnings %q, want one about labels", o.warnings())
	}
}
