package migrate_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"imapsync/internal/event"
	"imapsync/internal/fault"
	"imapsync/internal/imap"
	"imapsync/internal/imaptest"
	"imapsync/internal/migrate"
)

// wantUntouched demands that host2 is as it was.
func (s *scene) wantUntouched(was imaptest.Snapshot) {
	s.Helper()
	s.dst.Settle()
	if d := imaptest.Compare(s.snapshot(s.dst), was); len(d) > 0 {
		s.Errorf("host2 has changed:\n%s", strings.Join(d, "\n"))
	}
}

// TestFolderNotListed has one of two folders fail on one side: nothing of it is decided, the failure
// is an error, and the other folder is done.
func TestFolderNotListed(t *testing.T) {
	t.Parallel()
	always := func(verb, match string, a imaptest.Action) []imaptest.Rule {
		return []imaptest.Rule{{Verb: verb, Match: match, Times: imaptest.Always, Action: a}}
	}
	for name, rs := range map[string][]imaptest.Rule{
		"SELECT NO":      append(always("SELECT", "Bad", imaptest.Reply("NO no")), always("EXAMINE", "Bad", imaptest.Reply("NO no"))...),
		"SELECT BAD":     append(always("SELECT", "Bad", imaptest.Reply("BAD no")), always("EXAMINE", "Bad", imaptest.Reply("BAD no"))...),
		"SELECT dropped": append(always("SELECT", "Bad", imaptest.Drop(imaptest.BeforeCommand)), always("EXAMINE", "Bad", imaptest.Drop(imaptest.BeforeCommand))...),
		"busy": append(always("SELECT", "Bad", imaptest.Reply("NO [INUSE] wait 1 ms")),
			always("EXAMINE", "Bad", imaptest.Reply("NO [INUSE] wait 1 ms"))...),
	} {
		for _, side := range []string{"host1", "host2"} {
			t.Run(side+" "+name, func(t *testing.T) {
				s := newScene(t, servers{})
				s.fill("Bad", 10, 300)
				s.fill("Good", 10, 300)
				s.dst.Account.Make("Bad", "")
				srv := s.src
				if side == "host2" {
					srv = s.dst
				}
				srv.Rules(rs...)
				o := s.run()
				o.wantErrors(1)
				if k := fault.KindOf(o.Errors[0]); k != fault.Select {
					t.Errorf("got %v, want %v", k, fault.Select)
				}
				if n := o.copied(); n != 10 || len(s.dst.Account.Box("Bad").Messages()) > 0 {
					t.Errorf("got %d copied, want the 10 of the good folder", n)
				}
				for _, f := range of[event.FolderDone](o) {
					if f.Complete != (f.Src != "Bad") {
						t.Errorf("%s: got complete %t", f.Src, f.Complete)
					}
				}
				s.dst.ClearRules()
				s.src.ClearRules()
				s.run().wantComplete()
			})
		}
	}
}

// TestIncompleteListing leaves messages out of listings, once or always.
func TestIncompleteListing(t *testing.T) {
	t.Parallel()
	for _, side := range []string{"host1", "host2"} {
		for _, times := range []int{1, imaptest.Always} {
			for name, action := range map[string]imaptest.Action{
				"messages left out": imaptest.HideMessages(7, 8, 20),
				"all left out":      imaptest.Rewrite(func(r *imaptest.Response) { r.Hide = r.IsFetch() }),
				"one too few":       imaptest.Inject(0, "* 41 EXISTS"),
			} {
				t.Run(fmt.Sprint(side, " ", name, " ", times), func(t *testing.T) {
					rule := imaptest.Rule{Verb: "FETCH", Match: ":*", Times: times, Action: action}
					s := newScene(t, servers{})
					s.fill("INBOX", 40, 300)
					if side == "host1" {
						s.src.Rules(rule)
					} else {
						s.run().wantErrors(0)
						s.dst.Rules(rule)
					}
					o := s.run()
					o.wantOneEnd()
					if times == 1 {
						o.wantComplete()
						return
					}
					o.wantErrors(1)
					if side == "host2" && o.copied() > 0 {
						t.Errorf("got %d copied, want none", o.copied())
					}
					for _, f := range of[event.FolderDone](o) {
						if f.Complete || f.Extra2 > 0 {
							t.Errorf("got complete %t, %d extra, want neither", f.Complete, f.Extra2)
						}
					}
					s.src.ClearRules()
					s.dst.ClearRules()
					s.run().wantComplete()
				})
			}
		}
	}
}

// headless takes the header out of the listed messages with these UIDs; the rest of the answer is as
// it was.
func headless(uids ...uint32) imaptest.Action {
	return imaptest.Rewrite(func(r *imaptest.Response) {
		for _, u := range uids {
			if r.IsFetch() && r.UID() == u+1 {
				// The answer about u is hidden below; here comes what is left of it.
				r.Before = append(r.Before, fmt.Sprintf(`* %d FETCH (UID %d FLAGS () INTERNALDATE "%s" RFC822.SIZE 300)`,
					u, u, imap.FormatInternalDate(day.Add(time.Duration(u-1)*time.Minute))))
			}
			r.Hide = r.Hide || r.IsFetch() && r.UID() == u
		}
	})
}

// TestListedWithoutHeader is a server that answers without the header of some messages, at once or
// on the second run, in the listing alone or whenever it is asked: nothing is ever there twice.
func TestListedWithoutHeader(t *testing.T) {
	t.Parallel()
	for _, side := range []string{"host1", "host2"} {
		for _, match := range []string{"1:*", "HEADER"} {
			for _, times := range []int{1, imaptest.Always} {
				for _, first := range []bool{true, false} {
					t.Run(fmt.Sprint(side, " ", match, " ", times, " ", first), func(t *testing.T) {
						s := newScene(t, servers{})
						s.fill("INBOX", 20, 300)
						if !first {
							s.run().wantErrors(0)
						}
						rule := imaptest.Rule{Verb: "FETCH", Match: match, Times: times, Action: headless(5, 9)}
						if side == "host1" {
							s.src.Rules(rule)
						} else {
							s.dst.Rules(rule)
						}
						s.run().wantOneEnd()
						s.run().wantOneEnd()
						s.src.ClearRules()
						s.dst.ClearRules()
						s.run().wantComplete()
					})
				}
			}
		}
	}
}

// TestUIDValidityChangesInTheListing of host1, between two tries of it.
func TestUIDValidityChangesInTheListing(t *testing.T) {
	s := newScene(t, servers{src: rules(
		imaptest.Rule{Verb: "FETCH", Match: "1:*", Action: imaptest.Drop(imaptest.BeforeAnswer)},
		imaptest.Rule{Verb: "EXAMINE", Skip: 1, Times: imaptest.Always, Action: imaptest.Rewrite(func(r *imaptest.Response) {
			r.Head = uidValidity.ReplaceAllString(r.Head, "UIDVALIDITY 99")
		})})})
	s.fill("INBOX", 20, 300)
	o := s.run()
	if len(o.Errors) == 0 {
		t.Error("got no error, want one about UIDVALIDITY")
	}
	o.wantOneEnd()
	s.src.ClearRules()
	s.run().wantComplete()
}

// TestListingLostTwice loses the listing and then the connection of the second try.
func TestListingLostTwice(t *testing.T) {
	t.Parallel()
	for _, second := range []string{"EXAMINE", "FETCH"} {
		t.Run(second, func(t *testing.T) {
			s := newScene(t, servers{src: rules(
				imaptest.Rule{Verb: "FETCH", Match: "1:*", Action: imaptest.CutLiteral(10, 3)},
				imaptest.Rule{Verb: second, Skip: 1, Action: imaptest.Drop(imaptest.BeforeCommand)})})
			s.fill("INBOX", 20, 300)
			s.run().wantComplete()
		})
	}
}

// TestFoldersNotListed has LIST fail on one side: an account is never taken for empty.
func TestFoldersNotListed(t *testing.T) {
	t.Parallel()
	for _, side := range []string{"host1", "host2"} {
		for _, action := range []imaptest.Action{imaptest.Reply("NO no"), imaptest.Reply("BAD no"), imaptest.Drop(imaptest.BeforeAnswer)} {
			t.Run(side, func(t *testing.T) {
				rule := imaptest.Rule{Verb: "LIST", Times: imaptest.Always, Action: action}
				s := newScene(t, servers{})
				s.fill("INBOX", 5, 300)
				was := s.snapshot(s.dst)
				srv := s.src
				if side == "host2" {
					srv = s.dst
				}
				srv.Rules(rule)
				o := s.run()
				if o.End != migrate.Failed || len(o.Errors) != 1 {
					t.Errorf("got end %d, errors %v, want a failed run with one", o.End, o.Errors)
				}
				s.wantUntouched(was)
			})
		}
	}
}

// TestNotIdentified loses the second look at messages that Message-Id does not tell apart.
func TestNotIdentified(t *testing.T) {
	t.Parallel()
	for name, action := range map[string]imaptest.Action{
		"NO": imaptest.Reply("NO not now"), "dropped": imaptest.Drop(imaptest.BeforeAnswer), "cut": imaptest.CutLiteral(0, 4),
		"left out": imaptest.HideMessages(1, 2, 3, 4, 5, 6),
	} {
		for _, times := range []int{1, imaptest.Always} {
			for _, side := range []string{"host1", "host2"} {
				t.Run(fmt.Sprint(side, " ", name, " ", times), func(t *testing.T) {
					s := newScene(t, servers{})
					s.twins("INBOX", 3)
					b := s.src.Account.Box("INBOX")
					for i := range 3 { // one Message-Id, three letters
						b.Add(append([]byte(fmt.Sprintf("Received: by %d\r\n", i)), letter("same", "same", 400+9000*i)...), day)
					}
					s.run().wantErrors(0)
					rule := imaptest.Rule{Verb: "FETCH", Match: "Received", Times: times, Action: action}
					if side == "host1" {
						s.src.Rules(rule)
					} else {
						s.dst.Rules(rule)
					}
					s.run().wantOneEnd()
					s.run().wantOneEnd()
					s.src.ClearRules()
					s.dst.ClearRules()
					s.run().wantComplete()
				})
			}
		}
	}
}
