package migrate_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"imapsync/internal/event"
	"imapsync/internal/getopt"
	"imapsync/internal/imap"
	"imapsync/internal/imaptest"
	"imapsync/internal/plan"
)

// oneLine is a letter whose only line is long, so that wrapping makes it grow.
func oneLine(id string, size int) []byte {
	return append(append([]byte("Message-Id: <"+id+"@example.org>\r\nSubject: "+id+"\r\n\r\n"), bytes.Repeat([]byte("z"), size)...), "\r\n"...)
}

// changed is what the options of rewriting make of a text.
func changed(text []byte) []byte {
	text = append([]byte("X-Copied: yes\r\n"), text...)
	return bytes.Replace(text, []byte("Subject: "), []byte("Subject: [old] "), 1)
}

// rewriting asks for what changed does: by a native form, and by an expression that needs the whole text.
func (s *scene) rewriting() {
	s.rewrite.RegexMess = []string{`s/\A/X-Copied: yes\r\n/`, `s/^Subject: /Subject: [old] /m`}
	s.temp = s.TempDir()
}

// wantRewritten demands that INBOX of host2 holds what f makes of host1's messages, each once.
func (s *scene) wantRewritten(f func([]byte) []byte) {
	s.Helper()
	s.dst.Settle()
	want := map[string]int{}
	for _, m := range s.src.Account.Box("INBOX").Messages() {
		want[string(f(s.src.Account.Box("INBOX").Text(m.UID)))]++
	}
	for _, m := range s.dst.Account.Box("INBOX").Messages() {
		text := string(s.dst.Account.Box("INBOX").Text(m.UID))
		if want[text]--; want[text] < 0 {
			s.Errorf("host2's UID %d, of %d octets, is not wanted, or not so often: %.80q", m.UID, len(text), text)
		}
	}
	for text, n := range want {
		if n > 0 {
			s.Errorf("not on host2: %d times %.80q of %d octets", n, text, len(text))
		}
	}
	if left, err := os.ReadDir(s.temp); s.temp != "" && (err != nil || len(left) > 0) {
		s.Errorf("left in the temporary directory: %v %v", left, err)
	}
}

// wantWhole is a run without errors whose copies are what f makes of the messages, and a rerun that
// copies nothing.
func (o *outcome) wantWhole(f func([]byte) []byte) {
	o.Helper()
	o.wantErrors(0)
	o.wantOneEnd()
	o.wantRewritten(f)
	o.wantRerun()
}

func TestRewrite(t *testing.T) {
	t.Parallel()
	for kind, dst := range kinds() {
		t.Run(kind, func(t *testing.T) {
			s := newScene(t, servers{dst: dst})
			s.rewriting()
			s.transfer.Order = yes()
			s.fill("INBOX", batch+20, 500)
			s.big("INBOX", 2, 1<<20+100)
			s.fill("INBOX", 5, 300000)
			s.run().wantWhole(changed)
			s.wantOrderBySubject()
		})
	}
}

// wantOrderBySubject demands that host2 has the messages in host1's order.
func (s *scene) wantOrderBySubject() {
	s.Helper()
	a, b := s.src.Account.Box("INBOX").Messages(), s.dst.Account.Box("INBOX").Messages()
	for i := range min(len(a), len(b)) {
		if want := changed(s.src.Account.Box("INBOX").Text(a[i].UID)); !bytes.Equal(want, s.dst.Account.Box("INBOX").Text(b[i].UID)) {
			s.Errorf("message %d of host2 is not that of host1", i)
			return
		}
	}
}

// TestGrownMessages has messages grow above what is held, and above what the budget allows.
func TestGrownMessages(t *testing.T) {
	t.Parallel()
	wrapped := func(text []byte) []byte { return bytes.ReplaceAll(text, []byte("z"), []byte("z\r\n")) }
	for _, budget := range []int64{0, 64 << 10, 1 << 20} {
		t.Run(fmt.Sprint(budget), func(t *testing.T) {
			s := newScene(t, servers{})
			s.budget, s.temp = budget, t.TempDir()
			s.rewrite.RegexMess = []string{`s/z/z\r\n/g`}
			for i := range 6 {
				s.src.Account.Box("INBOX").Add(oneLine(fmt.Sprint("grows", i), 100000<<i), day)
			}
			s.run().wantWhole(wrapped)
		})
	}
}

// TestShrunkMessages cuts big messages, which are small then.
func TestShrunkMessages(t *testing.T) {
	s := newScene(t, servers{})
	s.temp = t.TempDir()
	s.rewrite.TruncMess = number(500)
	s.big("INBOX", 3, 2<<20)
	s.fill("INBOX", 3, 800)
	s.run().wantWhole(func(text []byte) []byte { return text[:500] })
}

// TestRewriteLoses ends connections round the copies of changed messages.
func TestRewriteLoses(t *testing.T) {
	t.Parallel()
	for kind, dst := range few() {
		for name, action := range moments {
			for _, match := range []string{"", "{10"} { // any, and a big one
				t.Run(kind+"/"+name+"/"+match, func(t *testing.T) {
					s := newScene(t, servers{
						src: rules(imaptest.Rule{Verb: "FETCH", Match: texts, Skip: 1, Action: imaptest.CutLiteral(0, 200)}),
						dst: append(rules(imaptest.Rule{Verb: "APPEND", Match: match, Action: action}), dst...)})
					s.rewriting()
					s.fill("INBOX", 10, 500)
					s.big("INBOX", 2, 1<<20)
					s.fill("INBOX", 10, 500)
					s.run().wantWhole(changed)
				})
			}
		}
	}
}

// TestRewriteRefused has host2 refuse changed messages until they end with CRLF.
func TestRewriteRefused(t *testing.T) {
	t.Parallel()
	for name, size := range map[string]int{"small": 400, "big": 3 << 19} {
		t.Run(name, func(t *testing.T) {
			text := bytes.TrimSuffix(letter("ends", "ends", size), []byte("\r\n"))
			s := newScene(t, servers{dst: rules(imaptest.Rule{Verb: "APPEND", Match: fmt.Sprintf("{%d", len(changed(text))), Times: imaptest.Always,
				Action: imaptest.Reply("NO line ends")})})
			s.rewriting()
			s.src.Account.Box("INBOX").Add(text, day)
			s.run().wantWhole(func(text []byte) []byte { return append(changed(text), "\r\n"...) })
		})
	}
}

// TestFailedRewriting has a command fail on some messages: each is an error that names it, and no
// other message suffers.
func TestFailedRewriting(t *testing.T) {
	s := newScene(t, servers{})
	s.temp = t.TempDir()
	s.rewrite.PipeMess = []string{"any"}
	why := errors.New("I fail on this one")
	s.command = func(_ context.Context, command string, in io.Reader, out io.Writer) error {
		text, err := io.ReadAll(in)
		if err != nil || command != "any" {
			return errors.Join(err, errors.New(command))
		}
		if bytes.Contains(text, []byte("Subject: number 7")) || bytes.Contains(text, []byte("Message-Id: <big1")) {
			return why
		}
		_, err = out.Write(changed(text))
		return err
	}
	s.fill("INBOX", 12, 500)
	s.big("INBOX", 2, 1<<20)
	o := s.run()
	o.wantErrors(2)
	o.wantOneEnd()
	o.wantSkipped(plan.TransformationFailed, 2)
	for _, e := range o.Errors {
		if !errors.Is(e, why) || e.UID == 0 || e.Folder != "INBOX" || !strings.Contains(e.Text, "could not be successfully transformed by --pipemess option (Subject:[") || !strings.HasSuffix(e.Text, ": I fail on this one") {
			t.Errorf("got %q about %s/%d", e.Text, e.Folder, e.UID)
		}
	}
	if n := o.copied(); n != 12 {
		t.Errorf("got %d copied, want 12", n)
	}
	for _, f := range of[event.FolderDone](o) {
		if f.Complete {
			t.Error("a folder that lacks two messages counts as complete")
		}
	}
	// What was repaired is copied by the next run.
	why = nil
	s.command = func(_ context.Context, _ string, in io.Reader, out io.Writer) error {
		text, _ := io.ReadAll(in)
		_, err := out.Write(changed(text))
		return err
	}
	s.run().wantErrors(0)
	s.wantRewritten(changed)
}

// TestLeftByRule leaves messages by their content, which is no error.
func TestLeftByRule(t *testing.T) {
	s := newScene(t, servers{})
	s.temp = t.TempDir()
	s.rewrite.SkipMess = []string{`m/^Subject: number 3\r$/m`, `m/\x00/`}
	s.rewrite.MaxLineLength = number(100)
	s.fill("INBOX", 10, 500)
	s.src.Account.Box("INBOX").Add(oneLine("long", 200), day)
	s.src.Account.Box("INBOX").Add(oneLine("very long", 2<<20), day)
	o := s.run()
	o.wantErrors(0)
	o.wantOneEnd()
	o.wantSkipped(plan.SkippedByRule, 3)
	if n := o.copied(); n != 9 {
		t.Errorf("got %d copied, want 9", n)
	}
	for _, sk := range of[event.Skipped](o) {
		if sk.Reason == plan.SkippedByRule && (len(sk.Lines) == 0 || sk.Detail == "" || sk.Letter.Subject == "") {
			t.Errorf("got %+v, want its lines, reason and name", sk)
		}
	}
	for _, f := range of[event.FolderDone](o) {
		if !f.Complete {
			t.Error("a folder of which only what the user excluded is left counts as incomplete")
		}
	}
}

// TestDryCopy reads and changes everything, and writes nothing.
func TestDryCopy(t *testing.T) {
	for _, change := range []bool{false, true} {
		t.Run(fmt.Sprint(change), func(t *testing.T) {
			s := newScene(t, servers{})
			s.opts.Dry, s.opts.Dry1 = yes(), no()
			if change {
				s.rewriting()
				s.rewrite.SkipMess = []string{`m/^Subject: number 3\r$/m`}
			}
			s.fill("INBOX", 10, 500)
			s.big("INBOX", 2, 1<<20)
			before := s.snapshot(s.dst)
			o := s.run()
			o.wantErrors(0)
			o.wantOneEnd()
			left := map[bool]int{true: 1}[change]
			o.wantSkipped(plan.SkippedByRule, left)
			o.wantSkipped(plan.DryRun, 12-left)
			s.wantUnchanged(before)
			if n := s.src.Counts().Commands["UID FETCH"]; n < 3 {
				t.Errorf("got %d FETCH commands, want the texts read", n)
			}
			if n := s.dst.Counts().Commands["APPEND"]; n > 0 {
				t.Errorf("got %d APPEND commands", n)
			}
		})
	}
}

func (s *scene) wantUnchanged(before imaptest.Snapshot) {
	s.Helper()
	if d := imaptest.Compare(s.snapshot(s.dst), before); len(d) > 0 {
		s.Errorf("host2 has changed: %v", d)
	}
}

// TestHeaderDates takes the internal dates from the messages, big ones too.
func TestHeaderDates(t *testing.T) {
	t.Parallel()
	for _, change := range []bool{false, true} {
		t.Run(fmt.Sprint(change), func(t *testing.T) {
			s := newScene(t, servers{})
			s.transfer.DateFromHeader, s.transfer.SyncInternalDates = yes(), no()
			if change {
				s.rewriting()
			}
			sent := time.Date(2010, 8, 24, 16, 0, 0, 0, time.FixedZone("", 7200))
			want := map[string]time.Time{}
			for i, c := range []struct {
				header string
				date   time.Time
				size   int
			}{
				{"Date: Tue, 24 Aug 2010 16:00:00 +0200\r\n", sent, 100}, {"Date: Tue, 24 Aug 2010\r\n 16.00.00 +0200 (CEST)\r\n", sent, 2 << 20},
				{"Date: yesterday\r\n", day, 100}, {"Date: yesterday\r\n", day, 2 << 20}, {"", day, 100},
			} {
				id := fmt.Sprint("date", i)
				s.src.Account.Box("INBOX").Add(pad("Message-Id: <"+id+"@example.org>\r\n"+c.header+"Subject: "+id+"\r\n\r\n", c.size), day)
				want["<"+id+"@example.org>"] = c.date
			}
			o := s.run()
			o.wantErrors(0)
			for _, f := range s.snapshot(s.dst).Folders {
				for _, m := range f.Messages {
					if !m.Date.Equal(want[m.MessageID]) {
						t.Errorf("%s: got %v, want %v", m.MessageID, m.Date, want[m.MessageID])
					}
				}
			}
			said := 0
			for _, n := range of[event.Note](o) {
				if strings.Contains(n.Text, "the internal date of host1 is used") {
					said++
				}
			}
			if said != 3 {
				t.Errorf("got %d lines about headers without a date, want 3", said)
			}
		})
	}
}

// TestAddHeader gives void messages a Message-Id, and knows them again.
func TestAddHeader(t *testing.T) {
	s := newScene(t, servers{})
	s.identity.AddHeader = getopt.Bool{Given: true, Value: true}
	s.temp = t.TempDir()
	s.twins("INBOX", 3)
	s.fill("INBOX", 2, 300)
	box := s.src.Account.Box("INBOX")
	for _, text := range []string{"\r\nno header 1\r\n", "\r\nno header 2\r\n", "From: a@b\r\n\r\nbody\r\n"} {
		box.Add([]byte(text), day)
	}
	box.Add(pad("Subject: big\r\n\r\n", 2<<20), day)
	uids := map[string][]imap.UID{}
	for _, m := range box.Messages() {
		text := string(box.Text(m.UID))
		if !strings.Contains(text, "Message-Id:") {
			uids[text] = append(uids[text], m.UID)
		}
	}
	s.run().wantWhole(func(text []byte) []byte {
		list := uids[string(text)]
		if len(list) == 0 {
			return text
		}
		uids[string(text)] = list[1:]
		return append([]byte(fmt.Sprintf("Message-Id: <%d@imapsync>\r\n", list[0])), text...)
	})
}

// TestStopWhileACommandRuns ends a run whose command would never end by itself.
func TestStopWhileACommandRuns(t *testing.T) {
	t.Parallel()
	for name, size := range map[string]int{"small": 300, "big": 2 << 20} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t, servers{})
			s.temp = t.TempDir()
			s.rewrite.PipeMess = []string{"hangs"}
			ctx, end := context.WithCancel(t.Context())
			s.command = func(ctx context.Context, _ string, _ io.Reader, _ io.Writer) error {
				end()
				<-ctx.Done()
				return ctx.Err()
			}
			s.big("INBOX", 3, size)
			o := s.runUntil(ctx, nil)
			o.wantErrors(0)
			o.wantOneEnd()
			o.wantSkipped(plan.NotReached, 3)
			if left, err := os.ReadDir(s.temp); err != nil || len(left) > 0 {
				t.Errorf("left in the temporary directory: %v %v", left, err)
			}
		})
	}
}
