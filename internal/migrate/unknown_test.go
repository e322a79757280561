package migrate_test

import (
	"fmt"
	"regexp"
	"testing"
	"time"

	"imapsync/internal/imap"
	"imapsync/internal/imaptest"
	"imapsync/internal/plan"
)

var (
	uidNext     = regexp.MustCompile(`UIDNEXT \d+`)
	uidValidity = regexp.MustCompile(`UIDVALIDITY \d+`)
)

// moments are the ways in which an APPEND loses its connection.
var moments = map[string]imaptest.Action{
	"before the command":           imaptest.Drop(imaptest.BeforeCommand),
	"after the command":            imaptest.Drop(imaptest.AfterCommand),
	"before the answer":            imaptest.Drop(imaptest.BeforeAnswer),
	"before the answer, by reset":  imaptest.Reset(imaptest.BeforeAnswer),
	"inside the literal":           imaptest.CutCommand(300),
	"by BYE":                       imaptest.Bye("Server shutting down"),
	"by a throttling BYE":          imaptest.Bye("[THROTTLED] retry after 10 ms"),
	"with an early BYE of its own": imaptest.Inject(0, "* BYE tired"),
}

// TestLostAppend breaks host2's connection round the first, a middle and the last APPEND.
func TestLostAppend(t *testing.T) {
	t.Parallel()
	for kind, dst := range kinds() {
		messages, appends := 40, 40
		if multi(kind) {
			messages, appends = 2*batch+10, 3
		}
		for name, action := range moments {
			places := []int{0, appends / 2, appends - 1}
			if _, ok := few()[kind]; !ok {
				places = places[1:2]
			}
			for _, k := range places {
				t.Run(fmt.Sprintf("%s/%s/%d", kind, name, k), func(t *testing.T) {
					s := newScene(t, servers{dst: append(rules(imaptest.Rule{Verb: "APPEND", Skip: k, Action: action}), dst...)})
					s.fill("INBOX", messages, 500)
					s.run().wantComplete()
				})
			}
		}
	}
}

// TestLostAppendOfTwins loses answers to appends of messages that nothing tells apart: they must be
// counted, not recognised.
func TestLostAppendOfTwins(t *testing.T) {
	t.Parallel()
	for kind, dst := range few() {
		for name, action := range moments {
			for _, k := range []int{0, 2} {
				t.Run(fmt.Sprintf("%s/%s/%d", kind, name, k), func(t *testing.T) {
					s := newScene(t, servers{dst: append(rules(imaptest.Rule{Verb: "APPEND", Skip: k, Action: action}), dst...)})
					if multi(kind) {
						s.twins("INBOX", batch)
					}
					s.twins("INBOX", 30)
					s.fill("INBOX", 3, 200)
					s.twins("INBOX", 3)
					s.run().wantComplete()
				})
			}
		}
	}
}

// TestLostAppendsAgain loses several answers one after the other, one message three times.
func TestLostAppendsAgain(t *testing.T) {
	t.Parallel()
	for kind, dst := range kinds() {
		t.Run(kind, func(t *testing.T) {
			s := newScene(t, servers{dst: append(rules(
				imaptest.Rule{Verb: "APPEND", Action: imaptest.Drop(imaptest.AfterCommand)},
				imaptest.Rule{Verb: "APPEND", Skip: 1, Action: imaptest.Drop(imaptest.BeforeAnswer)},
				imaptest.Rule{Verb: "STATUS", Match: "UIDNEXT", Action: imaptest.Drop(imaptest.BeforeAnswer)},
				imaptest.Rule{Verb: "EXAMINE", Action: imaptest.Drop(imaptest.BeforeCommand)},
			), dst...)})
			s.fill("INBOX", batch+30, 300)
			s.twins("INBOX", 10)
			s.run().wantComplete()
		})
	}
}

// TestNeverAnsweredAppend has a message whose answer host2 never gives: it is left behind with an
// error, once, and no other with it.
func TestNeverAnsweredAppend(t *testing.T) {
	t.Parallel()
	for name, when := range map[string]imaptest.When{"not stored": imaptest.BeforeCommand, "stored": imaptest.AfterCommand} {
		t.Run(name, func(t *testing.T) { neverAnswered(t, when) })
	}
}

func neverAnswered(t *testing.T, when imaptest.When) {
	s := newScene(t, servers{dst: append(rules(
		imaptest.Rule{Verb: "APPEND", Match: "$Bad", Times: imaptest.Always, Action: imaptest.Drop(when)}), without(imap.CapMultiAppend)...)})
	s.fill("INBOX", 10, 300)
	s.src.Account.Box("INBOX").Add(letter("bad", "bad", 400), day, "$Bad")
	s.fill("After", 5, 300)
	o := s.run()
	if when == imaptest.AfterCommand {
		// It is there, so it is recognised.
		o.wantComplete()
		return
	}
	o.wantErrors(1)
	o.wantOneEnd()
	o.wantSkipped(plan.AppendRefused, 1)
	s.dst.ClearRules()
	s.run().wantComplete()
}

// TestLateStore is a server that goes on storing what it has received after the connection died.
func TestLateStore(t *testing.T) {
	t.Parallel()
	const settle = 40 * time.Millisecond // four looks: 160 ms
	for name, delay := range map[string]time.Duration{"within the looks": settle, "after the looks": 6 * settle} {
		for kind, more := range map[string][]imap.Capability{"single": {imap.CapMultiAppend}, "sync": {imap.CapMultiAppend, imap.CapLiteralPlus}} {
			t.Run(name+"/"+kind, func(t *testing.T) {
				s := newScene(t, servers{dst: append(rules(
					imaptest.Rule{Verb: "APPEND", Skip: 3, Action: imaptest.LateStore(12, 40, delay)}), without(more...)...)})
				s.settle = settle
				s.fill("INBOX", 50, 300)
				s.twins("INBOX", 5)
				s.run().wantComplete()
			})
		}
	}
}

// TestLateStoreWithoutUIDs stores late on a server that cannot take a message back by UID: what is
// there twice is told.
func TestLateStoreWithoutUIDs(t *testing.T) {
	s := newScene(t, servers{dst: append(rules(
		imaptest.Rule{Verb: "APPEND", Skip: 3, Action: imaptest.LateStore(12, 40, 250*time.Millisecond)}), without(imap.CapMultiAppend, imap.CapUIDPlus)...)})
	s.settle = 40 * time.Millisecond
	s.fill("INBOX", 50, 300)
	o := s.run()
	s.dst.Settle()
	if n := len(s.dst.Account.Box("INBOX").Messages()); n > 50 && !o.warned("twice") || n < 50 {
		t.Errorf("got %d messages and the warnings %q, want one of twice", n, o.warnings())
	}
	o.wantErrors(0)
	o.wantOneEnd()
	s.wantRerun()
}

// TestStrangersAreNotTaken has other mail arrive on host2 while appends are unknown.
func TestStrangersAreNotTaken(t *testing.T) {
	t.Parallel()
	for kind, dst := range kinds() {
		t.Run(kind, func(t *testing.T) {
			s := newScene(t, servers{dst: append(rules(imaptest.Rule{Verb: "APPEND", Skip: 1, Action: imaptest.Drop(imaptest.AfterCommand)}), dst...)})
			s.fill("INBOX", batch+30, 300)
			b := s.dst.Account.Box("INBOX")
			for i := range 5 {
				b.Add(letter(fmt.Sprint("stranger", i), "other", 300), day)
			}
			want := s.snapshot(s.src)
			want.Folders[0].Messages = append(want.Folders[0].Messages, s.snapshot(s.dst).Folders[0].Messages...)
			o := s.run()
			o.wantErrors(0)
			o.wantOneEnd()
			s.wantSameAs(want)
			s.wantRerun()
		})
	}
}

// TestLookLeavesOut has host2 leave messages out of the look at what became of lost appends.
func TestLookLeavesOut(t *testing.T) {
	t.Parallel()
	for kind, dst := range kinds() {
		t.Run(kind, func(t *testing.T) {
			s := newScene(t, servers{dst: append(rules(
				imaptest.Rule{Verb: "APPEND", Skip: 1, Action: imaptest.Drop(imaptest.BeforeAnswer)},
				imaptest.Rule{Verb: "UID FETCH", Match: "HEADER", Times: 2, Action: imaptest.HideMessages(1, 2, 4, 9)}), dst...)})
			s.fill("INBOX", batch+30, 300)
			s.run().wantComplete()
		})
	}
}

// TestStandingUIDNEXT is a server whose STATUS never tells the present UIDNEXT.
func TestStandingUIDNEXT(t *testing.T) {
	s := newScene(t, servers{dst: rules(
		imaptest.Rule{Verb: "STATUS", Times: imaptest.Always, Action: imaptest.Rewrite(func(r *imaptest.Response) {
			r.Head = uidNext.ReplaceAllString(r.Head, "UIDNEXT 1")
		})},
		imaptest.Rule{Verb: "APPEND", Skip: 1, Action: imaptest.Drop(imaptest.AfterCommand)})})
	s.fill("INBOX", batch+60, 300)
	s.run().wantComplete()
}

// TestUIDValidityOfHost2Changes while appends are unknown: nothing is guessed.
func TestUIDValidityOfHost2Changes(t *testing.T) {
	s := newScene(t, servers{dst: rules(
		imaptest.Rule{Verb: "APPEND", Skip: 1, Action: imaptest.Drop(imaptest.AfterCommand)},
		imaptest.Rule{Verb: "EXAMINE", Times: imaptest.Always, Action: imaptest.Rewrite(func(r *imaptest.Response) {
			r.Head = uidValidity.ReplaceAllString(r.Head, "UIDVALIDITY 4711")
		})})})
	s.fill("INBOX", batch+60, 300)
	o := s.run()
	if len(o.Errors) == 0 {
		t.Errorf("got no error, want those of messages whose outcome is unknown")
	}
	o.wantOneEnd()
	s.dst.ClearRules()
	s.run().wantComplete()
}

// TestRefusedForAWhile refuses the first connection after the loss.
func TestRefusedForAWhile(t *testing.T) {
	s := newScene(t, servers{dst: rules(
		imaptest.Rule{Verb: "APPEND", Skip: 1, Action: imaptest.Drop(imaptest.AfterCommand)})})
	s.connections = 1
	s.fill("INBOX", batch+60, 300)
	s.dst.Rules(imaptest.Rule{Verb: imaptest.Connect, Skip: 1, Action: imaptest.Drop(imaptest.BeforeCommand)})
	s.run().wantComplete()
}

// TestRefusedForGood refuses every connection after the loss: messages are left behind with errors,
// and the next run finds what is there.
func TestRefusedForGood(t *testing.T) {
	s := newScene(t, servers{dst: rules(
		imaptest.Rule{Verb: "APPEND", Skip: 1, Action: imaptest.Drop(imaptest.AfterCommand)},
		imaptest.Rule{Verb: imaptest.Connect, Skip: 1, Times: imaptest.Always, Action: imaptest.Bye("closed for today")})})
	s.connections = 1
	s.retries = 1
	s.fill("INBOX", batch+60, 300)
	s.fill("Sent", 10, 300)
	o := s.run()
	if len(o.Errors) == 0 {
		t.Error("got no error, want those of the messages left behind")
	}
	o.wantOneEnd()
	s.dst.ClearRules()
	s.run().wantComplete()
}
