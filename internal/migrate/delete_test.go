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
// TestDelete1AlreadyThere deletes only what is proven to be on host2.
// TestDelete1TwoRuns is a message that repeats another by its headers: never copied, so never deleted.
// TestExpunge1 distinguishes what the run implies from what the user asks for.
// TestDryDeletions tells everything and changes nothing.
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
// TestGuards: nothing goes, and it is said why.
// TestIncompleteListings: a listing that fails, or hides a message, deletes nothing on either side.
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

// TestSameFolder: an account that is given twice is not emptied.
// TestTwinsLeaveTogether: of messages that nothing tells apart none leaves host1 before all are on host2,
// or the next run would take the copy of one for that of another.
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
