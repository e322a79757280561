package server

import (
	"fmt"
	"testing"
	"time"

	"imapsync/internal/imap"
)

func TestFetch(t *testing.T) {
	t.Parallel()
	srv, account := newAccount(t, preauth())
	box := account.Box("INBOX")
	box.Add(message("one"), testDate)
	box.Add([]byte("Subject: folded\r\n  line\r\nTo: x\r\n\r\nbody\r\n"), testDate, imap.FlagSeen)
	box.Add([]byte("no header at all"), testDate)
	box.Add([]byte("\r\nonly body"), testDate)
	play(t, dial(t, srv), `
		S~ * PREAUTH
		C: a SELECT INBOX (CONDSTORE)
		S: * FLAGS (\Answered \Flagged \Deleted \Seen \Draft)
		S: * OK [PERMANENTFLAGS (\Answered \Flagged \Deleted \Seen \Draft \*)] Flags permitted.
		S: * 4 EXISTS
		S: * 4 RECENT
		S: * OK [UNSEEN 1] First unseen.
		S: * OK [UIDVALIDITY 1200001] UIDs valid
		S: * OK [UIDNEXT 5] Predicted next UID
		S: * OK [HIGHESTMODSEQ 5] Highest
		S: a OK [READ-WRITE] Select completed
		C: a UID FETCH 1:2 (RFC822.SIZE BODY.PEEK[HEADER.FIELDS (SUBJECT "To")] MODSEQ)
		S: * 1 FETCH (UID 1 RFC822.SIZE 95 BODY[HEADER.FIELDS (SUBJECT TO)] {16}
		S: Subject: one
		S: 
		S:  MODSEQ (2))
		S: * 2 FETCH (UID 2 RFC822.SIZE 40 BODY[HEADER.FIELDS (SUBJECT TO)] {34}
		S: Subject: folded
		S:   line
		S: To: x
		S: 
		S:  MODSEQ (3))
		S: a OK FETCH completed
		C: a FETCH 2 BODY.PEEK[HEADER.FIELDS.NOT (Subject)]
		S: * 2 FETCH (BODY[HEADER.FIELDS.NOT (SUBJECT)] {9}
		S: To: x
		S: 
		S: )
		S... a OK
		C: a FETCH 2 (BODY.PEEK[HEADER]<9.6> BODY.PEEK[TEXT] BODY.PEEK[]<100.5>)
		S: * 2 FETCH (BODY[HEADER]<9> {6}
		S: folded BODY[TEXT] {6}
		S: body
		S:  BODY[]<100> {0}
		S: )
		S... a OK
		C: a FETCH 3:4 (RFC822.HEADER BODY.PEEK[TEXT])
		S: * 3 FETCH (RFC822.HEADER {16}
		S: no header at all BODY[TEXT] {0}
		S: )
		S: * 4 FETCH (RFC822.HEADER {2}
		S: 
		S:  BODY[TEXT] {9}
		S: only body)
		S... a OK
		C: a FETCH 3 BODY[]
		S: * 3 FETCH (BODY[] {16}
		S: no header at all FLAGS (\Seen \Recent))
		S: a OK FETCH completed
		C: a UID FETCH 1:* (FLAGS) (CHANGEDSINCE 5)
		S: * 3 FETCH (UID 3 MODSEQ (6) FLAGS (\Seen \Recent))
		S: a OK FETCH completed
		C: a FETCH 5 FLAGS
		S: a BAD Invalid messageset
		C: a UID FETCH 50 FLAGS
		S: a OK FETCH completed
		C: a FETCH 1 ENVELOPE
		S: a NO [CANNOT] ENVELOPE is not available: this server does not parse MIME
		C: a FETCH 1 BODY.PEEK[1.MIME]
		S: a NO [CANNOT] Section 1.MIME is not available: this server does not parse MIME
		C: a UID FETCH 99:* UID
		S: * 4 FETCH (UID 4)
		S: a OK FETCH completed`)
}

func TestExamineChangesNothing(t *testing.T) {
	t.Parallel()
	srv, account := newAccount(t, preauth())
	account.Box("INBOX").Add(message("one"), testDate, imap.FlagDeleted)
	play(t, dial(t, srv), `
		S~ * PREAUTH
		C: a EXAMINE INBOX
		S... a OK [READ-ONLY]
		C: a FETCH 1 (BODY[TEXT])
		S: * 1 FETCH (BODY[TEXT] {14}
		S: Text of one.
		S: )
		S... a OK
		C: a STORE 1 +FLAGS (\Seen)
		S: a NO Mailbox is read-only
		C: a EXPUNGE
		S: a NO Mailbox is read-only
		C: a CLOSE
		S: a OK CLOSE completed
		C: a FETCH 1 FLAGS
		S: a BAD No mailbox selected`)
	if m, ok := account.Box("INBOX").Message(1); !ok || m.HasFlag(imap.FlagSeen) {
		t.Errorf("the message is %+v, %v", m, ok)
	}
}

func TestStore(t *testing.T) {
	t.Parallel()
	srv, account := newAccount(t, preauth())
	box := account.Box("INBOX")
	for i := range 3 {
		box.Add(message(fmt.Sprint(i)), testDate)
	}
	other := newLines(t, dial(t, srv))
	other.send("x SELECT INBOX")
	other.until("x OK")
	play(t, dial(t, srv), `
		S~ * PREAUTH
		C: a SELECT INBOX
		S... a OK
		C: a STORE 1 +FLAGS (\seen NonJunk)
		S: * 1 FETCH (FLAGS (\Seen NonJunk))
		S: a OK STORE completed
		C: a UID STORE 2,1 FLAGS.SILENT NONJUNK
		S: a OK STORE completed
		C: a UID STORE 1 -FLAGS NONJUNK
		S: * 1 FETCH (UID 1 FLAGS ())
		S: a OK STORE completed
		C: a STORE 1:2 (UNCHANGEDSINCE 6) +FLAGS.SILENT (\Deleted)
		S: * 2 FETCH (UID 2 MODSEQ (8))
		S: a OK [MODIFIED 1] Conditional store failed
		C: a NOOP
		S: a OK NOOP completed`)
	other.send("x NOOP")
	got := other.until("x OK")
	want := []string{`* 1 FETCH (UID 1 FLAGS (\Recent))`, `* 2 FETCH (UID 2 FLAGS (NonJunk \Deleted \Recent))`, "x OK NOOP completed"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the other session saw %q, want %q", got, want)
	}
}

func TestExpungeAndOtherSessions(t *testing.T) {
	t.Parallel()
	srv, account := newAccount(t, preauth())
	box := account.Box("INBOX")
	for i := range 5 {
		box.Add(message(fmt.Sprint(i)), testDate)
	}
	box.SetFlags([]imap.UID{2, 3, 5}, FlagsAdd, []imap.Flag{imap.FlagDeleted}, NoModSeqLimit)
	other := newLines(t, dial(t, srv))
	other.send("x SELECT INBOX")
	other.until("x OK")
	play(t, dial(t, srv), `
		S~ * PREAUTH
		C: a SELECT INBOX
		S... a OK
		C: a UID EXPUNGE 1:3
		S: * 3 EXPUNGE
		S: * 2 EXPUNGE
		S: a OK EXPUNGE completed
		C: a EXPUNGE
		S: * 3 EXPUNGE
		S: a OK EXPUNGE completed
		C: a FETCH 1:* UID
		S: * 1 FETCH (UID 1)
		S: * 2 FETCH (UID 4)
		S: a OK FETCH completed`)
	// Sequence numbers must not shift under FETCH; the gaps are reported afterwards.
	other.send("x FETCH 4:5 UID")
	if got, want := other.until("x "), []string{"* 4 FETCH (UID 4)", "x OK [EXPUNGEISSUED] Some messages were already expunged."}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %q, want %q", got, want)
	}
	other.send("x NOOP")
	if got, want := other.until("x "), []string{"* 5 EXPUNGE", "* 3 EXPUNGE", "* 2 EXPUNGE", "x OK NOOP completed"}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestCopyAndMove(t *testing.T) {
	t.Parallel()
	srv, account := newAccount(t, preauth())
	box := account.Box("INBOX")
	for i := range 3 {
		box.Add(message(fmt.Sprint(i)), testDate.Add(time.Duration(i)*time.Hour), imap.FlagFlagged)
	}
	account.Make("To", "")
	play(t, dial(t, srv), `
		S~ * PREAUTH
		C: a SELECT INBOX
		S... a OK
		C: a COPY 1 Nowhere
		S: a NO [TRYCREATE] Mailbox doesn't exist: Nowhere
		C: a COPY 2:3 To
		S: a OK [COPYUID 1200002 2:3 1:2] COPY completed
		C: a UID MOVE 1 To
		S: * OK [COPYUID 1200002 1 3] Moved UIDs.
		S: * 1 EXPUNGE
		S: a OK MOVE completed`)
	want := fmt.Sprint(map[imap.UID]string{1: string(message("1")), 2: string(message("2")), 3: string(message("0"))})
	got := map[imap.UID]string{}
	for _, m := range account.Box("To").Messages() {
		got[m.UID] = string(account.Box("To").Text(m.UID))
	}
	if fmt.Sprint(got) != want {
		t.Errorf("got %s, want %s", fmt.Sprint(got), want)
	}
	if m, _ := account.Box("To").Message(3); !m.Date.Equal(testDate) || !m.HasFlag(imap.FlagFlagged) {
		t.Errorf("date or flags were lost: %+v", m)
	}
}

func TestSearch(t *testing.T) {
	t.Parallel()
	srv, account := newAccount(t, preauth())
	box := account.Box("INBOX")
	box.Add(message("one"), testDate, imap.FlagSeen)
	box.Add(message("two"), testDate.AddDate(0, 0, 1), imap.FlagDeleted, "Blue")
	box.Add([]byte("Subject: three\r\n\r\nneedle\r\n"), testDate.AddDate(1, 0, 0))
	box.Remove([]imap.UID{box.Add(message("gone"), testDate)})
	box.Add(message("five"), testDate.AddDate(2, 0, 0))
	for _, tt := range []struct{ keys, want string }{
		{"ALL", " 1 2 3 5"}, {"UID 2:3", " 2 3"}, {"UID 4", ""}, {"UID 9:*", " 5"}, {"3:4", " 3 5"}, {"1,3 NOT SEEN", " 3"},
		{"DELETED", " 2"}, {"UNDELETED", " 1 3 5"}, {"UNSEEN", " 2 3 5"}, {"KEYWORD BLUE", " 2"}, {"UNKEYWORD blue", " 1 3 5"},
		{"SINCE 4-Feb-2020", " 2 3 5"}, {"BEFORE 4-Feb-2020", " 1"}, {`ON "4-Feb-2020"`, " 2"},
		{"SENTSINCE 3-Feb-2020", " 1 2 5"}, {"SENTBEFORE 3-Feb-2020", ""}, {"SENTON 3-Feb-2020", " 1 2 5"},
		{"SUBJECT TWO", " 2"}, {`HEADER Message-Id ""`, " 1 2 5"}, {"HEADER MESSAGE-ID <one@example>", " 1"},
		{"OR SUBJECT one SUBJECT three", " 1 3"}, {"NOT (SEEN)", " 2 3 5"}, {"OR (SEEN SUBJECT one) UID 5", " 1 5"},
		{"BODY NEEDLE", " 3"}, {"TEXT three", " 3"}, {"LARGER 50", " 1 2 5"}, {"SMALLER 50", " 3"},
		{"CHARSET UTF-8 SUBJECT one", " 1"}, {"MODSEQ 4", " 3 5 (MODSEQ 7)"},
	} {
		l := newLines(t, dial(t, srv))
		l.send("a EXAMINE INBOX\r\nb UID SEARCH " + tt.keys)
		l.until("a OK")
		if got, want := l.until("b ")[0], "* SEARCH"+tt.want; got != want {
			t.Errorf("%s: got %s, want %s", tt.keys, got, want)
		}
	}
	play(t, dial(t, srv), `
		S~ * PREAUTH
		C: a EXAMINE INBOX
		S... a OK
		C: a SEARCH CHARSET KOI8-R ALL
		S: a NO [BADCHARSET (UTF-8 US-ASCII)] Unknown charset
		C: a SEARCH NONSENSE
		S: a BAD Unknown search key NONSENSE
		C: a SEARCH UNSEEN
		S: * SEARCH 2 3 4
		S: a OK SEARCH completed`)
}
