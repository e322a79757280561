package client

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"imapsync/internal/imap"
)

// TestPipelinedFolders sends three SELECTs, each with a FETCH behind it, before any answer.
func TestPipelinedFolders(t *testing.T) {
	c := dial(t, Config{}, func(s *script) {
		var all []seen
		for range 6 {
			all = append(all, s.expect(""))
		}
		for i, box := range all {
			n := i/2 + 1
			if i%2 == 0 {
				s.say(fmt.Sprintf("* OK [CLOSED] x\r\n* %d EXISTS\r\n* OK [UIDVALIDITY %d] x\r\n", n, n))
				s.ok(box, "[READ-ONLY] done")
				continue
			}
			for k := range n {
				s.say(fmt.Sprintf("* %d FETCH (UID %d FLAGS ())\r\n", k+1, n*10+k))
			}
			if n == 2 {
				s.say("* 1 EXPUNGE\r\n")
			}
			s.ok(box, "done")
		}
		s.obey()
	})
	ctx := testContext(t)
	var got [3][]imap.UID
	var selects [3]*SelectCmd
	var fetches [3]*FetchCmd
	for i := range got {
		selects[i] = c.Select(imap.MailboxName(fmt.Sprint("box", i)), true)
		fetches[i] = c.UIDFetch(imap.AllUIDs, FetchItems{Flags: true}, FetchHandler{Message: func(m *imap.Message) { got[i] = append(got[i], m.UID) }})
	}
	want := [3][]imap.UID{{10}, {20, 21}, {30, 31, 32}}
	exists := [3]uint32{1, 1, 3}
	for i := range got {
		sel, err := selects[i].Wait(ctx)
		if err != nil || sel.Exists != uint32(i+1) || sel.UIDValidity != imap.UIDValidity(i+1) || !sel.ReadOnly {
			t.Errorf("box%d: got %+v, %v", i, sel, err)
		}
		if err := fetches[i].Wait(ctx); err != nil || !slices.Equal(got[i], want[i]) || fetches[i].Exists() != exists[i] {
			t.Errorf("box%d: got UIDs %v of %d, %v; want %v of %d", i, got[i], fetches[i].Exists(), err, want[i], exists[i])
		}
	}
	if got := c.Exists(); got != 3 {
		t.Errorf("Exists() = %d, want 3", got)
	}
}

// TestRefusedSelect checks that reads behind a refused SELECT get nothing, though the server goes on
// with the mailbox it had.
func TestRefusedSelect(t *testing.T) {
	c := dial(t, Config{}, func(s *script) {
		a, b, f, q := s.expect("EXAMINE"), s.expect("EXAMINE"), s.expect("UID FETCH"), s.expect("UID SEARCH")
		s.say("* 1 EXISTS\r\n")
		s.ok(a, "done")
		s.say(b.tag + " NO [NONEXISTENT] no\r\n* 1 FETCH (UID 1 BODY[] {2}\r\nab)\r\n")
		s.ok(f, "done")
		s.say("* SEARCH 1\r\n")
		s.ok(q, "done")
		s.obey()
	})
	ctx := testContext(t)
	first, second := c.Select("a", true), c.Select("b", true)
	f := c.UIDFetch(imap.AllUIDs, FetchItems{Body: true}, FetchHandler{
		Body: func(*imap.Message, int64, io.Reader) error {
			t.Error("got a text of the former mailbox")
			return nil
		},
		Message: func(m *imap.Message) { t.Errorf("got %v of the former mailbox", m) },
	})
	q := c.UIDSearch("ALL")
	if _, err := first.Wait(ctx); err != nil {
		t.Error(err)
	}
	_, err := second.Wait(ctx)
	wantKind(t, "SELECT", err, imap.KindNoSuchMailbox)
	wantKind(t, "FETCH", f.Wait(ctx), imap.KindRefused)
	uids, err := q.Wait(ctx)
	wantKind(t, "SEARCH", err, imap.KindRefused)
	if len(uids) > 0 || c.Exists() != 0 {
		t.Errorf("got %v, %d messages from no mailbox", uids, c.Exists())
	}
}

// TestHeldBackAnswers is Dovecot's way with pipelined FETCHes: the data of all, then the tagged answers.
func TestHeldBackAnswers(t *testing.T) {
	c := dial(t, Config{}, func(s *script) {
		var all []seen
		for range 4 {
			all = append(all, s.expect("UID FETCH"))
		}
		s.say("* 1 FETCH (UID 1 FLAGS (\\Seen) RFC822.SIZE 3)\r\n* 9 FETCH (UID 9 FLAGS ())\r\n" +
			"* 1 FETCH (UID 1 BODY[] {3}\r\none)\r\n* 2 FETCH (FLAGS (\\Seen))\r\n* 5 FETCH (UID 5 BODY[] {4}\r\nfive)\r\n" +
			"* 3 FETCH (BODY[] {5}\r\nthree UID 3)\r\n* 1 FETCH (UID 1 BODY[HEADER] {3}\r\nh\r\n)\r\n")
		for _, f := range all {
			s.ok(f, "done")
		}
		s.obey()
	})
	ctx := testContext(t)
	got := map[string][]string{}
	handler := func(name string) FetchHandler {
		return FetchHandler{
			Body: func(m *imap.Message, size int64, r io.Reader) error {
				b, err := io.ReadAll(r)
				got[name] = append(got[name], fmt.Sprintf("%d of %d: %s", m.UID, size, b))
				return err
			},
			Message: func(m *imap.Message) {
				got[name] = append(got[name], fmt.Sprintf("%d size %d header %q", m.UID, m.Size, m.Header))
			},
		}
	}
	all := []*FetchCmd{
		c.UIDFetch(imap.AllUIDs, FetchItems{Flags: true, Size: true}, handler("metadata")),
		c.UIDFetch(imap.UIDs(1, 2, 3), FetchItems{Body: true}, handler("texts to 3")),
		c.UIDFetch(imap.UIDs(4, 5), FetchItems{Body: true}, handler("texts to 5")),
		c.UIDFetch(imap.AllUIDs, FetchItems{Header: []string{"ALL"}}, handler("headers")),
	}
	for _, f := range all {
		if err := f.Wait(ctx); err != nil {
			t.Error(err)
		}
	}
	want := map[string][]string{
		"metadata":   {`1 size 3 header ""`, `9 size -1 header ""`, `0 size -1 header ""`},
		"texts to 3": {"1 of 3: one", `1 size -1 header ""`, "0 of 5: three", `3 size -1 header ""`},
		"texts to 5": {"5 of 4: five", `5 size -1 header ""`},
		"headers":    {`1 size -1 header "h\r\n"`},
	}
	for name := range want {
		if !slices.Equal(got[name], want[name]) {
			t.Errorf("%s: got %q, want %q", name, got[name], want[name])
		}
	}
}

// TestOneSearchAtATime checks that answers without a name cannot run together.
func TestOneSearchAtATime(t *testing.T) {
	c := dial(t, Config{}, func(s *script) {
		for i := range 3 {
			q := s.expect("UID SEARCH")
			s.say(fmt.Sprintf("* SEARCH %d\r\n* SEARCH %d\r\n", i+10, i+1))
			s.ok(q, "done")
		}
		s.obey()
	})
	ctx := testContext(t)
	var all []*SearchCmd
	for range 3 {
		all = append(all, c.UIDSearch("ALL"))
	}
	for i, q := range all {
		if uids, err := q.Wait(ctx); err != nil || !slices.Equal(uids, []imap.UID{imap.UID(i + 1), imap.UID(i + 10)}) {
			t.Errorf("search %d: got %v, %v", i, uids, err)
		}
	}
}

// TestStatusInAnyOrder answers pipelined STATUS commands backwards, one of them asked for twice.
func TestStatusInAnyOrder(t *testing.T) {
	c := dial(t, Config{}, func(s *script) {
		var all []seen
		for range 3 {
			all = append(all, s.expect("STATUS"))
		}
		s.say("* STATUS other (MESSAGES 9)\r\n* STATUS \"b\" (MESSAGES 2)\r\n* STATUS inbox (MESSAGES 1)\r\n* STATUS INBOX (UIDNEXT 5)\r\n")
		for _, q := range slices.Backward(all) {
			s.ok(q, "done")
		}
		s.obey()
	})
	ctx := testContext(t)
	a, b, again := c.Status("INBOX", StatusMessages), c.Status("b", StatusMessages), c.Status("INBOX", StatusUIDNext)
	for _, q := range []struct {
		cmd  *StatusCmd
		want string
	}{{a, "1 0"}, {b, "2 0"}, {again, "<nil> 5"}} {
		s, err := q.cmd.Wait(ctx)
		messages := "<nil>"
		if s.Messages != nil {
			messages = fmt.Sprint(*s.Messages)
		}
		if got := fmt.Sprintf("%s %d", messages, s.UIDNext); got != q.want || err != nil {
			t.Errorf("%s: got %s, %v; want %s", s.Name, got, err, q.want)
		}
	}
}

// TestListStatus joins the STATUS lines of LIST-STATUS with their mailboxes.
func TestListStatus(t *testing.T) {
	c := dial(t, Config{}, func(s *script) {
		q := s.expect(`LIST "" "*" RETURN (CHILDREN SPECIAL-USE STATUS (MESSAGES UIDNEXT))`)
		s.say("* LIST (\\Noselect) \"/\" a\r\n* LIST () \"/\" b\r\n* STATUS b (MESSAGES 3 UIDNEXT 7)\r\n* LIST (\\Sent) \"/\" b\r\n")
		s.ok(q, "done")
		s.obey()
	})
	boxes, err := c.List(testContext(t), "", "*", ListReturn{SpecialUse: true, Status: []StatusItem{StatusMessages, StatusUIDNext}})
	if err != nil || len(boxes) != 2 {
		t.Fatalf("got %v, %v, want 2 mailboxes", boxes, err)
	}
	if boxes[0].Status != nil || boxes[0].Selectable() {
		t.Errorf("got %+v for a", boxes[0])
	}
	if s := boxes[1].Status; s == nil || *s.Messages != 3 || s.UIDNext != 7 || !boxes[1].HasAttr(`\Sent`) {
		t.Errorf("got %+v for b", boxes[1])
	}
}

func wantKind(t *testing.T, what string, err error, want imap.Kind) {
	t.Helper()
	e := (*imap.Error)(nil)
	if !errors.As(err, &e) || e.Kind != want {
		t.Errorf("%s: got error %v, want kind %v", what, err, want)
	}
}

// TestRequests checks what goes over the wire.
func TestRequests(t *testing.T) {
	var got []string
	greeting := make(chan struct{})
	c := dial(t, Config{}, func(s *script) {
		close(greeting)
		s.answer(func(q seen) string {
			line := q.line
			for _, l := range q.lits {
				line = strings.Replace(line, "+}", "+}"+l, 1)
			}
			got = append(got, line)
			return ""
		})
	})
	<-greeting
	ctx := testContext(t)
	set := imap.UIDs(1, 2, 3, 7)
	for _, cmd := range []interface{ base() *command }{
		c.UIDFetch(set, FetchItems{Flags: true, InternalDate: true, Size: true, ModSeq: true, Body: true, GmailLabels: true, GmailMsgID: true,
			Header: []string{"Message-Id", "a b"}, ChangedSince: 9}, FetchHandler{}),
		c.UIDFetch(imap.UIDsFrom(4), FetchItems{Header: []string{"ALL"}}, FetchHandler{}),
		c.UIDStore(set, Set, []imap.Flag{`\Seen`, `\Recent`, "a b"}),
		c.UIDStore(set, Add, []imap.Flag{`\Seen`}),
		c.UIDStore(set, Remove, nil),
		c.Status("a b", StatusMessages, StatusSize),
		c.Create("caf\xe9"),
		c.UIDExpunge(set),
		c.UIDSearch("SUBJECT \"a\"\r\nX LOGOUT"),
		c.Select("INBOX", true),
	} {
		if err := cmd.base().wait(ctx); err != nil {
			t.Error(err)
		}
	}
	want := []string{
		`UID FETCH 1:3,7 (UID FLAGS INTERNALDATE RFC822.SIZE MODSEQ X-GM-LABELS X-GM-MSGID BODY.PEEK[HEADER.FIELDS (Message-Id "a b")] BODY.PEEK[]) (CHANGEDSINCE 9)`,
		`UID FETCH 4:* (UID BODY.PEEK[HEADER])`,
		`UID STORE 1:3,7 FLAGS.SILENT (\Seen)`,
		`UID STORE 1:3,7 +FLAGS.SILENT (\Seen)`,
		`UID STORE 1:3,7 -FLAGS.SILENT ()`,
		`STATUS "a b" (MESSAGES SIZE)`,
		"CREATE {4+}caf\xe9",
		`UID EXPUNGE 1:3,7`,
		`UID SEARCH SUBJECT "a"  X LOGOUT`,
		`EXAMINE "INBOX"`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
