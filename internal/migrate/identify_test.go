package migrate_test

import (
	"fmt"
	"strings"
	"testing"

	"imapsync/internal/account"
	"imapsync/internal/event"
	"imapsync/internal/imaptest"
	"imapsync/internal/plan"
)

const (
	headerPass = "(Message-Id Received Date"
	textPass   = "BODY.PEEK[]"
)

// unnamed adds messages without Message-Id to both sides: those of host2 are the first of host1's.
func (s *scene) unnamed(src, dst int) {
	one, two := s.src.Account.Make("INBOX", ""), s.dst.Account.Make("INBOX", "")
	for i := range src {
		text := pad(fmt.Sprintf("From: a@example.org\r\nSubject: draft\r\nX-Number: %d\r\n\r\n", i), 300)
		one.Add(text, day)
		if i < dst {
			two.Add(text, day)
		}
	}
}

// TestUnidentified has one side refuse what would tell messages apart: nothing is copied that may
// be there, it is one error of that side, and a later run does the rest.
func TestUnidentified(t *testing.T) {
	t.Parallel()
	for _, side := range []account.Side{account.Host1, account.Host2} {
		for name, match := range map[string]string{"headers": headerPass, "texts": textPass} {
			for _, words := range []string{"NO internal error", "NO [INUSE] wait 1 ms", "BAD what"} {
				t.Run(fmt.Sprint(side, " ", name, " ", words), func(t *testing.T) {
					s := newScene(t, servers{})
					s.unnamed(1200, 900)
					s.fill("INBOX", 3, 300)
					srv, box := s.src, "INBOX"
					if side == account.Host2 {
						srv = s.dst
					}
					// Texts are also what is copied: only those that are compared are refused.
					skip := imaptest.Rule{Verb: "FETCH", Match: match, Times: imaptest.Always, Action: imaptest.Reply(words)}
					srv.Rules(skip)
					s.opts.ErrorsMax = number(10000)
					o := s.run()
					o.wantOneEnd()
					o.wantSkipped(plan.Unidentified, 1200)
					if n := len(s.dst.Account.Box(box).Messages()); n > 903 {
						t.Errorf("got %d messages on host2, want no more than 903", n)
					}
					told := 0
					for _, err := range o.Errors {
						if strings.HasPrefix(err.Text, side.Title()+": folder INBOX : Could not fetch_hash msgs: ") && err.Side == side {
							told++
						}
					}
					if told != 1 {
						t.Errorf("got the failure told %d times, want once: %v", told, o.Errors)
					}
					for _, f := range of[event.FolderDone](o) {
						if f.Complete {
							t.Errorf("%s: got complete", f.Src)
						}
					}
					srv.ClearRules()
					s.run().wantComplete()
				})
			}
		}
	}
}

// TestIdentifiedAtLast has one side refuse for a while, or break the connection.
func TestIdentifiedAtLast(t *testing.T) {
	t.Parallel()
	for name, action := range map[string]imaptest.Action{
		"busy":             imaptest.Reply("NO [INUSE] wait 1 ms"),
		"throttled":        imaptest.Reply("NO [THROTTLED] retry after 1 ms"),
		"dropped":          imaptest.Drop(imaptest.BeforeAnswer),
		"cut in a literal": imaptest.CutLiteral(3, 5),
	} {
		for _, match := range []string{headerPass, textPass} {
			t.Run(name+" "+match, func(t *testing.T) {
				rule := imaptest.Rule{Verb: "FETCH", Match: match, Action: action}
				s := newScene(t, servers{src: rules(rule), dst: rules(rule)})
				s.unnamed(30, 20)
				s.run().wantComplete()
			})
		}
	}
}

// TestTextIsNIL has host2 not give one text away: nothing is copied twice, however often it is asked.
func TestTextIsNIL(t *testing.T) {
	s := newScene(t, servers{})
	s.unnamed(5, 5)
	s.dst.Rules(imaptest.Rule{Verb: "FETCH", Match: textPass, Times: imaptest.Always, Action: imaptest.Rewrite(func(r *imaptest.Response) {
		r.Hide = r.IsFetch() && strings.Contains(r.Head, "BODY[]") && r.UID() == 3
	})})
	for range 2 {
		o := s.run()
		o.wantErrors(0)
		o.wantOneEnd()
		if n := len(s.dst.Account.Box("INBOX").Messages()); n != 5 {
			t.Errorf("got %d messages on host2, want 5", n)
		}
	}
}

// TestChangedByHost2 finds copies that host2 has changed when it stored them.
func TestChangedByHost2(t *testing.T) {
	t.Parallel()
	named := "Message-Id: <1@x>\r\nReceived: from a by b; 1\r\nDate: Thu, 4 Mar 2021 05:06:07 +0100\r\nFrom: a@b\r\nSubject: s\r\n\r\n"
	list := "Message-Id: <1@x>\r\nReceived: from a by list; 1\r\nDate: Thu, 4 Mar 2021 05:06:07 +0100\r\nFrom: a@b\r\nSubject: [list] s\r\n\r\n"
	void := "Date: Thu, 4 Mar 2021 05:06:07 +0100\r\nFrom: a@b\r\nSubject: s\r\n\r\n"
	got := "Received: from a by b; 1\r\nDate: Thu, 4 Mar 2021 05:06:07 +0100\r\nFrom: a@b\r\nSubject: t\r\n\r\n"
	for name, add := range map[string]string{"Received": "Received: by host2; 2\r\n", "another line": "X-Host2: yes\r\n", "Message-Id": "Message-Id: <%d@host2>\r\n"} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t, servers{})
			one, two := s.src.Account.Make("INBOX", ""), s.dst.Account.Make("INBOX", "")
			for i, head := range []string{named, list, void, void, got} {
				one.Add(pad(head, 500+i), day)
				line := add
				switch {
				case name == "Message-Id" && (head == named || head == list):
					line = ""
				case name == "Message-Id":
					line = fmt.Sprintf(add, i)
				}
				two.Add(append([]byte(line), pad(head, 500+i)...), day)
			}
			one.Add(letter("new", "new", 300), day)
			o := s.run()
			o.wantErrors(0)
			o.wantOneEnd()
			if n := o.copied(); n != 1 {
				t.Errorf("got %d copied, want 1: %+v", n, of[event.Skipped](o))
			}
			pairs := of[event.Skipped](o)
			for _, p := range pairs {
				if p.Reason != plan.AlreadyThere {
					t.Errorf("%d: got %v, want %v", p.UID, p.Reason, plan.AlreadyThere)
				}
			}
			s.wantRerun()
		})
	}
}
