package migrate_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"imapsync/internal/event"
	"imapsync/internal/fault"
	"imapsync/internal/imap"
	"imapsync/internal/imap/server"
	"imapsync/internal/imaptest"
	"imapsync/internal/plan"
)

// newGmailScene is Gmail on both sides as the presets have it, with mail on host1.
func newGmailScene(t *testing.T, dst ...imaptest.Option) *scene {
	s := newScene(t, servers{src: []imaptest.Option{imaptest.Gmail()}, dst: dst})
	s.opts = bare
	s.folders.Exclude = []string{`\[Gmail\]$`}
	s.folders.FolderLast = []string{imaptest.GmailAll}
	s.messages = plan.Options{Flags: plan.FlagOptions{SyncLabels: yes(), ResyncLabels: yes()}}
	add := func(box, subject string, labels ...string) {
		s.src.Gmail.Add(box, letter(subject, subject, 300), day, []imap.Flag{imap.FlagSeen}, labels...)
	}
	add("INBOX", "inbox only")
	add("INBOX", "inbox and two labels", "Work", `Work/Sub "x"`)
	add("Work", "starred work", `\Starred`, `\Important`)
	add("[Gmail]/Sent Mail", "sent")
	add(imaptest.GmailAll, "archived")
	add("[Gmail]/Spam", "spam")
	return s
}

// labelsOf lists the labels that All Mail tells, by subject.
func labelsOf(a *imaptest.GmailAccount) map[string]string {
	box, _ := a.Mailbox(imaptest.GmailAll)
	out := map[string]string{}
	changes, _ := box.Changes(0)
	for _, m := range changes.Changed {
		text, _ := box.Open(m.UID)
		head := make([]byte, text.Size())
		_, _ = text.ReadAt(head, 0)
		_, after, _ := strings.Cut(string(head), "Subject: ")
		subject, _, _ := strings.Cut(after, "\r\n")
		out[subject] = imap.LabelsText(box.(server.LabelMailbox).Labels(m.UID))
	}
	return out
}

// TestGmailToGmail copies every message once, with its labels; a second run does nothing.
func TestGmailToGmail(t *testing.T) {
	s := newGmailScene(t, imaptest.Gmail())
	o := s.run()
	if len(o.Errors) > 0 {
		t.Fatal(o.Errors)
	}
	s.wantSameGmail()
	if got := o.copied(); got != 6 {
		t.Errorf("%d messages were downloaded, want each of 6 once", got)
	}
	s.dst.ResetCounts()
	o = s.run()
	c := s.dst.Counts().Commands
	if len(o.Errors) > 0 || o.copied() > 0 || c["APPEND"] > 0 || c["UID STORE"] > 0 {
		t.Errorf("second run: errors %v, %d copied, commands %v", o.Errors, o.copied(), c)
	}
	s.wantSameGmail()
}

func (s *scene) wantSameGmail() {
	s.Helper()
	if got, want := s.dst.Gmail.Shown(), s.src.Gmail.Shown(); !maps.EqualFunc(got, want, slices.Equal) {
		s.Errorf("mailboxes: got %q\nwant %q", got, want)
	}
	if got, want := labelsOf(s.dst.Gmail), labelsOf(s.src.Gmail); !maps.Equal(got, want) {
		s.Errorf("labels: got %q\nwant %q", got, want)
	}
}

// TestResyncLabels brings labels up to date, with one STORE for all messages that get the same ones, and
// not in a dry run.
func TestResyncLabels(t *testing.T) {
	s := newGmailScene(t, imaptest.Gmail())
	s.run()
	mb, _ := s.src.Gmail.Mailbox(imaptest.GmailAll)
	all := mb.(server.LabelMailbox)
	changes, _ := all.Changes(0)
	var uids []imap.UID
	for _, m := range changes.Changed {
		uids = append(uids, m.UID)
	}
	if err := all.SetLabels(uids[:3], server.FlagsSet, []string{"New (2021)", `\Inbox`}); err != nil {
		t.Fatal(err)
	}
	s.opts.Dry = yes()
	s.dst.ResetCounts()
	o := s.run()
	if n := s.dst.Counts().Commands["UID STORE"]; n > 0 || len(of[event.LabelsChanged](o)) == 0 {
		t.Errorf("dry run: %d STOREs, told %v", n, of[event.LabelsChanged](o))
	}
	s.opts.Dry = no()
	if o := s.run(); len(o.Errors) > 0 {
		t.Fatal(o.Errors)
	}
	// What host1 took off a label is still shown by host2 under it: each label is synced as a folder,
	// and the last one, All Mail, has the final word about labels.
	s.wantSameGmail()
}

// TestLabelsNeedBothServers goes on without labels where one server has none.
func TestLabelsNeedBothServers(t *testing.T) {
	s := newGmailScene(t)
	s.run()
	o := s.run()
	if len(o.Errors) > 0 {
		t.Fatal(o.Errors)
	}
	if !o.warned("Host2: the server has no Gmail labels") {
		t.Errorf("no warning, only %q", o.warnings())
	}
	for path, subjects := range s.src.Gmail.Shown() {
		if b := s.dst.Account.Box(path); b == nil || len(b.Messages()) != len(subjects) {
			t.Errorf("%s: not as on host1", path)
		}
	}
	if o.copied() > 0 {
		t.Errorf("the second run copied %d messages", o.copied())
	}
}

// TestDovecotToGmail makes labels of folders.
func TestDovecotToGmail(t *testing.T) {
	s := newScene(t, servers{dst: []imaptest.Option{imaptest.Gmail()}})
	s.opts = bare
	s.messages = plan.Options{Flags: plan.FlagOptions{SyncLabels: yes(), ResyncLabels: yes()}}
	s.fill("INBOX", 3, 200)
	s.fill("Work/2021", 4, 200)
	for run := range 2 {
		o := s.run()
		if want := 7 * (1 - run); len(o.Errors) > 0 || o.copied() != want || !o.warned("Host1: the server has no Gmail labels") {
			t.Errorf("run %d: errors %v, %d copied, want %d, warnings %q", run+1, o.Errors, o.copied(), want, o.warnings())
		}
	}
	shown := s.dst.Gmail.Shown()
	if len(shown["Work/2021"]) != 4 || len(shown["INBOX"]) != 3 || len(shown[imaptest.GmailAll]) != 7 {
		t.Errorf("got %q", shown)
	}
}

// TestLabelsRefused tells a refusal as an error, with the server's words, and loses no message.
func TestLabelsRefused(t *testing.T) {
	s := newGmailScene(t, imaptest.Gmail(), imaptest.Script(
		imaptest.Rule{Verb: "STORE", Match: "X-GM-LABELS", Action: imaptest.Reply("NO [CANNOT] Invalid label (Failure)")}))
	o := s.run()
	if len(o.Errors) != 1 || o.Errors[0].Kind != fault.Unclassified || !strings.Contains(o.Errors[0].Text, "Invalid label (Failure)") {
		t.Fatalf("got %v", o.Errors)
	}
	s.run()
	s.wantSameGmail()
}

// TestLabelsWithoutUIDPLUS looks copies up instead of guessing.
func TestLabelsWithoutUIDPLUS(t *testing.T) {
	s := newGmailScene(t, imaptest.Gmail(), imaptest.Without(imap.CapUIDPlus))
	if o := s.run(); len(o.Errors) > 0 {
		t.Fatal(o.Errors)
	}
	s.wantSameGmail()
}

// TestSubfolderLabels puts labels below a subfolder, as folders are, by the reference's rules; they make
// the same of a message at every run.
func TestSubfolderLabels(t *testing.T) {
	s := newGmailScene(t, imaptest.Gmail())
	s.folders.Subfolder2.Given, s.folders.Subfolder2.Value = true, "Old"
	var before map[string]string
	for run := range 2 {
		if o := s.run(); len(o.Errors) > 0 {
			t.Fatal(o.Errors)
		}
		labels := labelsOf(s.dst.Gmail)
		if run == 1 && !maps.Equal(labels, before) {
			t.Errorf("got %q, want %q as after the first run", labels, before)
		}
		before = labels
	}
	want := `Old/INBOX Old/Work "Old/Work/Sub \"x\"" "Old/[Gmail]/All Mail" "Old/\\Inbox"`
	if got := before["inbox and two labels"]; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestLabelsLostConnection sends labels again that were on their way when the connection ended.
func TestLabelsLostConnection(t *testing.T) {
	t.Parallel()
	for name, when := range map[string]imaptest.When{"before": imaptest.BeforeCommand, "after": imaptest.AfterCommand, "answer": imaptest.BeforeAnswer} {
		t.Run(name, func(t *testing.T) {
			s := newGmailScene(t, imaptest.Gmail(), imaptest.Script(
				imaptest.Rule{Verb: "STORE", Match: "X-GM-LABELS", Skip: 1, Times: 2, Action: imaptest.Drop(when)}))
			if o := s.run(); len(o.Errors) > 0 {
				t.Error(o.Errors)
			}
			s.wantSameGmail()
		})
	}
}

// TestLabelsNotTold changes no label of a message about whose labels a server keeps silent.
func TestLabelsNotTold(t *testing.T) {
	s := newGmailScene(t, imaptest.Gmail())
	s.run()
	s.src.Rules(imaptest.Rule{Verb: "UID FETCH", Times: imaptest.Always, Action: imaptest.Rewrite(func(r *imaptest.Response) {
		r.Head = regexp.MustCompile(`X-GM-LABELS \([^)]*\) ?`).ReplaceAllString(r.Head, "")
	})})
	s.dst.ResetCounts()
	o := s.run()
	if n := s.dst.Counts().Commands["UID STORE"]; n > 0 || len(o.Errors) > 0 {
		t.Errorf("%d STOREs, errors %v", n, o.Errors)
	}
}
