package migrate_test

import (
	"fmt"
	"strings"
	"testing"

	"imapsync/internal/event"
	"imapsync/internal/getopt"
	"imapsync/internal/imap"
	"imapsync/internal/imap/server"
	"imapsync/internal/imaptest"
	"imapsync/internal/migrate"
	"imapsync/internal/plan"
	"imapsync/internal/prune"
	"imapsync/internal/scan"
)

func search(s string) getopt.String { return getopt.String{Given: true, Value: s} }

// TestSearchFails copies what is selected once the server answers, and nothing when it does not.
func TestSearchFails(t *testing.T) {
	for name, tt := range map[string]struct {
		rule   imaptest.Rule
		errors int
	}{
		"busy for a while": {imaptest.Rule{Verb: "SEARCH", Action: imaptest.Reply("NO [UNAVAILABLE] later")}, 0},
		"connection lost":  {imaptest.Rule{Verb: "SEARCH", Action: imaptest.Drop(imaptest.BeforeAnswer)}, 0},
		"answer garbled":   {imaptest.Rule{Verb: "SEARCH", Action: imaptest.Inject(0, "* SEARCH 1 2 99999999999")}, 0},
		"refused":          {imaptest.Rule{Verb: "SEARCH", Times: imaptest.Always, Action: imaptest.Reply("BAD what?")}, 1},
	} {
		for _, side := range []string{"host1", "host2"} {
			t.Run(name+"/"+side, func(t *testing.T) {
				both := servers{}
				if side == "host1" {
					both.src = rules(tt.rule)
				} else {
					both.dst = rules(tt.rule)
				}
				s := newScene(t, both)
				s.opts = bare
				s.selects = scan.Options{Search1: search("OR FLAGGED SEEN"), Search2: search("OR FLAGGED SEEN")}
				s.fill("INBOX", 200, 300)
				s.dst.Account.Box("INBOX").Add(letter("there", "before", 300), day)
				o := s.run()
				o.wantErrors(tt.errors)
				want := 150 // of four messages one is neither seen nor flagged
				if tt.errors > 0 {
					want = 0
				}
				if o.copied() != want {
					t.Errorf("got %d copied, want %d", o.copied(), want)
				}
				for _, f := range of[event.FolderDone](o) {
					if f.Complete == (tt.errors > 0) {
						t.Errorf("got complete %t with %d errors", f.Complete, tt.errors)
					}
				}
				if tt.errors > 0 && (!strings.Contains(o.Errors[0].Error(), "SEARCH OR FLAGGED SEEN: ") || !strings.Contains(o.Errors[0].Hint, "--search")) {
					t.Errorf("got %q, hint %q, want the search and its option", o.Errors[0], o.Errors[0].Hint)
				}
			})
		}
	}
}

// TestSelectionAndDeletion deletes on host2 nothing that host1 has, selected or not, whatever fails.
func TestSelectionAndDeletion(t *testing.T) {
	for name, rule := range map[string]imaptest.Rule{
		"as asked":       {Verb: "NOOP"},
		"search refused": {Verb: "SEARCH", Times: imaptest.Always, Action: imaptest.Reply("NO what?")},
		"listing cut":    {Verb: "FETCH", Times: imaptest.Always, Action: imaptest.HideMessages(3)},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t, servers{src: rules(rule)})
			s.opts = bare
			s.fill("INBOX", 20, 300)
			s.run()
			s.dst.Account.Box("INBOX").Add(letter("extra", "only here", 300), day)
			s.dst.Account.Box("INBOX").Add(letter("extra2", "only here", 300), day, imap.FlagSeen)
			want := len(s.dst.Account.Box("INBOX").Messages())
			s.selects = scan.Options{Search1: search("FLAGGED"), Search2: search("UNSEEN")}
			s.deletes = prune.Options{Delete2: yes(), UIDExpunge2: yes()}
			s.run()
			if name == "as asked" {
				want-- // the one that search2 finds
			}
			if n := len(s.dst.Account.Box("INBOX").Messages()); n != want {
				t.Errorf("host2 has %d messages, want %d", n, want)
			}
		})
	}
}

// TestAppendLimitOfMailbox asks for it where the capability has no value (RFC 7889 section 3).
func TestAppendLimitOfMailbox(t *testing.T) {
	s := newScene(t, servers{dst: []imaptest.Option{imaptest.Config(server.Config{AppendLimit: 1000,
		Capabilities: append(server.DefaultCapabilities(), imap.CapAppendLimit)})}})
	s.opts = bare
	s.fill("INBOX", 2, 300)
	s.fill("Work", 2, 5000)
	o := s.run()
	o.wantErrors(0)
	o.wantSkipped(plan.TooBig, 2)
	if o.copied() != 2 {
		t.Errorf("got %d copied, want the 2 small ones", o.copied())
	}
	for _, k := range of[event.Skipped](o) {
		if !strings.Contains(k.Detail, "exceeds maxsize limit 1000 bytes") {
			t.Errorf("got the detail %q, want the limit", k.Detail)
		}
	}
}

// TestExitWhenOver copies as many as a program that asks after each, also when some are refused, and
// begins no further folder.
func TestExitWhenOver(t *testing.T) {
	for name, dst := range kinds() {
		t.Run(name, func(t *testing.T) {
			s := newScene(t, servers{dst: append(dst, rules(imaptest.Rule{Verb: "APPEND", Match: "{1003", Times: imaptest.Always, Action: imaptest.Reply("NO not this one")})...)})
			s.opts = bare
			s.transfer.ExitWhenOver = number(20000)
			s.fill("INBOX", 50, 1000) // of 1000 octets, 1001, ...
			s.fill("Work", 5, 1000)
			o := s.run()
			var want, bytes int64
			for bytes < 20000 {
				bytes += 1000 + want
				want++
			}
			if got := of[event.Copied](o); int64(len(got)) < want || o.End != migrate.Finished {
				t.Errorf("got %d copied, end %d, want at least %d", len(got), o.End, want)
			}
			var total, last int64
			for _, c := range of[event.Copied](o) {
				total += c.Size
				last = c.Size
			}
			if total < 20000 || total-last >= 20000 {
				t.Errorf("got %d octets copied, the last message having %d, want the limit passed by the last", total, last)
			}
			over := fmt.Sprintf("Maximum bytes transferred reached, %d >= 20000, ending sync", total)
			if e := o.Errors[len(o.Errors)-1]; e.Error() != over {
				t.Errorf("got the error %q, want %q", e, over)
			}
			if s.dst.Account.Box("Work") != nil {
				t.Error("a folder was created after the limit")
			}
			o.wantOneEnd()
		})
	}
}

// TestNothingSelected leaves out folders of which nothing is selected (--skipemptyfolders).
func TestNothingSelected(t *testing.T) {
	s := newScene(t, servers{})
	s.folders.SkipEmpty = yes()
	s.selects = scan.Options{Search: search("FLAGGED")}
	s.fill("INBOX", 4, 300)
	s.fill("Plain", 1, 300)
	s.src.Account.Make("Empty", "")
	o := s.run()
	o.wantErrors(0)
	for _, name := range []string{"Plain", "Empty"} {
		if s.dst.Account.Box(name) != nil {
			t.Errorf("%s was created", name)
		}
	}
	if o.copied() != 1 {
		t.Errorf("got %d copied, want 1", o.copied())
	}
	for _, f := range of[event.FolderDone](o) {
		if !f.Complete {
			t.Errorf("%s does not count as complete", f.Src)
		}
	}
}
