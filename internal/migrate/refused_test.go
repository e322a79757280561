package migrate_test

import (
	"bytes"
	"fmt"
	"testing"

	"imapsync/internal/fault"
	"imapsync/internal/imap"
	"imapsync/internal/imap/server"
	"imapsync/internal/imaptest"
	"imapsync/internal/migrate"
	"imapsync/internal/plan"
)

// TestRefusedMessage has host2 refuse one message wherever it is: alone, or in a batch, whose others
// are stored.
func TestRefusedMessage(t *testing.T) {
	t.Parallel()
	for kind, dst := range kinds() {
		for _, at := range []int{0, 17, 39} {
			t.Run(fmt.Sprint(kind, " ", at), func(t *testing.T) {
				s := newScene(t, servers{dst: append(rules(
					imaptest.Rule{Verb: "APPEND", Match: "(\\Draft)", Times: imaptest.Always, Action: imaptest.Reply("NO a virus, says the scanner")},
					// The tap sees the first message of a batch only.
					imaptest.Rule{Verb: "APPEND", Action: imaptest.Reply("NO something is wrong with one of them")}), dst...)})
				s.fill("INBOX", at, 300)
				s.src.Account.Box("INBOX").Add(letter("bad", "bad", 301), day, imap.FlagDraft)
				s.fill("INBOX", 40-at, 300)
				o := s.run()
				o.wantErrors(1)
				o.wantOneEnd()
				o.wantSkipped(plan.AppendRefused, 1)
				if k := fault.KindOf(o.Errors[0]); k != fault.AppendVirus {
					t.Errorf("got %v, want %v", k, fault.AppendVirus)
				}
				s.dst.ClearRules()
				s.run().wantComplete()
			})
		}
	}
}

// TestFull fills host2's quota: every message either is there or is named in an error, and a later
// run goes on.
func TestFull(t *testing.T) {
	t.Parallel()
	for kind, dst := range kinds() {
		t.Run(kind, func(t *testing.T) {
			s := newScene(t, servers{dst: dst})
			s.opts.ErrorsMax = number(1000)
			s.fill("INBOX", 40, 1000)
			s.dst.Account.SetQuota(10500)
			o := s.run()
			o.wantOneEnd()
			if got := o.copied() + o.skipped(plan.AppendRefused); got != 40 || o.copied() < 9 {
				t.Errorf("got %d copied, %d refused, want 40 in all", o.copied(), o.skipped(plan.AppendRefused))
			}
			for _, err := range o.Errors {
				if fault.KindOf(err) != fault.OverQuota {
					t.Errorf("got %v, want over quota", err)
				}
			}
			s.dst.Account.SetQuota(0)
			s.run().wantComplete()
		})
	}
}

// TestFolderGone has host2 answer TRYCREATE once and for good.
func TestFolderGone(t *testing.T) {
	t.Parallel()
	for _, times := range []int{2, imaptest.Always} {
		t.Run(fmt.Sprint(times), func(t *testing.T) {
			s := newScene(t, servers{dst: rules(imaptest.Rule{Verb: "APPEND", Times: times, Action: imaptest.Reply("NO [TRYCREATE] no such folder")})})
			s.fill("INBOX", 10, 300)
			o := s.run()
			o.wantOneEnd()
			if n := o.copied(); n+len(o.Errors) != 10 {
				t.Errorf("got %d copied and errors %v, want ten ends", n, o.Errors)
			}
			s.dst.ClearRules()
			s.run().wantComplete()
		})
	}
}

// TestBusy has host2 ask for patience, with and without a time.
func TestBusy(t *testing.T) {
	t.Parallel()
	for _, words := range []string{"NO [THROTTLED] retry after 3 ms", "NO [UNAVAILABLE] wait 1 ms", "NO [INUSE] Backoff Time: 2 ms",
		"NO [LIMIT] too many commands, try again in 4 milliseconds", "NO [SERVERBUG] internal error, wait 1 ms"} {
		t.Run(words, func(t *testing.T) {
			s := newScene(t, servers{dst: rules(imaptest.Rule{Verb: "APPEND", Skip: 1, Times: 2, Action: imaptest.Reply(words)})})
			s.fill("INBOX", batch+40, 300)
			s.big("INBOX", 1, 2<<20)
			s.run().wantComplete()
		})
	}
}

// TestBusyForGood gives up after some tries, with an error a message.
func TestBusyForGood(t *testing.T) {
	s := newScene(t, servers{dst: rules(imaptest.Rule{Verb: "APPEND", Times: imaptest.Always, Action: imaptest.Reply("NO [THROTTLED] retry after 1 ms")})})
	s.fill("INBOX", 5, 300)
	o := s.run()
	o.wantErrors(5)
	o.wantOneEnd()
	s.dst.ClearRules()
	s.run().wantComplete()
}

// TestRefusedKeywords has host2 refuse messages with keywords: they are stored without, and that is
// an error each, once.
func TestRefusedKeywords(t *testing.T) {
	t.Parallel()
	for _, size := range []int{300, 3 << 19} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			s := newScene(t, servers{dst: append(rules(imaptest.Rule{Verb: "APPEND", Match: "$Label1", Times: imaptest.Always, Action: imaptest.Reply("BAD keyword")}),
				without(imap.CapMultiAppend)...)})
			s.fill("INBOX", 4, size)
			o := s.run()
			o.wantErrors(1)
			o.wantOneEnd()
			if n := o.copied(); n != 4 {
				t.Errorf("got %d copied, want 4", n)
			}
			for _, err := range o.Errors {
				if err.Kind != fault.Flags {
					t.Errorf("got %v, want %v", err.Kind, fault.Flags)
				}
			}
			want := s.snapshot(s.src)
			want.Folders[0].Messages[2].Flags = []imap.Flag{imap.FlagFlagged}
			s.wantSameAs(want)
		})
	}
}

// TestRefusedDate has host2 refuse the internal dates: better another date than no message.
func TestRefusedDate(t *testing.T) {
	s := newScene(t, servers{dst: rules(imaptest.Rule{Verb: "APPEND", Match: "-2021 ", Times: imaptest.Always, Action: imaptest.Reply("BAD date")})})
	s.fill("INBOX", 3, 300)
	o := s.run()
	o.wantErrors(0)
	o.wantOneEnd()
	if n := o.copied(); n != 3 || !o.warned("date of its arrival") {
		t.Errorf("got %d copied, warnings %q, want 3 and a warning", n, o.warnings())
	}
	s.wantRerun()
}

// TestLineEnds are small messages with line ends that the reference completes.
func TestLineEnds(t *testing.T) {
	s := newScene(t, servers{})
	b := s.src.Account.Box("INBOX")
	b.Add([]byte("Message-Id: <1@x>\n\na\nb\n"), day)
	b.Add([]byte("Message-Id: <2@x>\r\n\r\nno end"), day)
	b.Add([]byte("Message-Id: <3@x>\r\n\r\n\x00\xff\r\r\n\n\r"), day)
	s.dst.Rules(imaptest.Rule{Verb: "APPEND", Match: "{27}", Action: imaptest.Reply("NO final CRLF")})
	o := s.run()
	o.wantErrors(0)
	o.wantOneEnd()
	for i, want := range []string{"Message-Id: <1@x>\r\n\r\na\r\nb\r\n", "Message-Id: <2@x>\r\n\r\nno end", "Message-Id: <3@x>\r\n\r\n\x00\xff\r\r\n\r\n\r"} {
		if got := s.dst.Account.Box("INBOX").Text(imap.UID(i + 1)); !bytes.Equal(got, []byte(want)) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	s.wantRerun()
}

// TestAppendLimit has host2 tell its limit: what is larger is not offered.
func TestAppendLimit(t *testing.T) {
	s := newScene(t, servers{dst: []imaptest.Option{imaptest.Config(server.Config{AppendLimit: 1000})}})
	s.fill("INBOX", 3, 300)
	s.fill("INBOX", 2, 2000)
	o := s.run()
	o.wantOneEnd()
	o.wantSkipped(plan.TooBig, 2)
	if n := s.dst.Counts().Commands["APPEND"]; o.copied() != 3 || n != 1 {
		t.Errorf("got %d copied in %d commands, want 3 in one", o.copied(), n)
	}
}

// TestErrorsMax ends the run at the limit, and a later one does the rest.
func TestErrorsMax(t *testing.T) {
	t.Parallel()
	for _, limit := range []int64{1, 7} {
		t.Run(fmt.Sprint(limit), func(t *testing.T) {
			s := newScene(t, servers{dst: append(rules(imaptest.Rule{Verb: "APPEND", Times: imaptest.Always, Action: imaptest.Reply("NO never")}),
				without(imap.CapMultiAppend)...)})
			s.opts.ErrorsMax = number(limit)
			s.fill("INBOX", 300, 300)
			for i := range 20 {
				s.fill(fmt.Sprint("Folder ", i), 10, 300)
			}
			o := s.run()
			if n := int64(len(o.Errors)); o.End != migrate.TooMany || n < limit || n > limit+200 {
				t.Errorf("got end %d and %d errors, want too many and about %d", o.End, n, limit)
			}
			o.wantOneEnd()
			s.opts.ErrorsMax.Given = false
			s.opts.ErrorsMax.Value = 0
			s.dst.ClearRules()
			s.run().wantComplete()
		})
	}
}
