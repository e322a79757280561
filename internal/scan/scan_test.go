package scan

import (
	"context"
	"fmt"
	"net"
	"regexp"
	"testing"
	"time"

	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
	"imapsync/internal/imaptest"
	"imapsync/internal/message"
	"imapsync/internal/plan"
)

var (
	day  = time.Date(2021, 3, 4, 5, 6, 7, 0, time.FixedZone("", 3600))
	date = regexp.MustCompile(`INTERNALDATE "[^"]*" `)
)

func identifier(t testing.TB) *message.Identifier {
	t.Helper()
	id, err := message.NewIdentifier(message.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// start runs a server with n messages and signs in.
func start(t testing.TB, n int, rules ...imaptest.Rule) (*imaptest.Server, *client.Conn) {
	t.Helper()
	s := imaptest.Start(t, imaptest.Script(rules...))
	for i := range n {
		s.Account.Box("INBOX").Add(text(i), day, imap.FlagSeen)
	}
	return s, dial(t, s)
}

func text(i int) []byte {
	return fmt.Appendf(nil, "Subject: %d\r\nMessage-Id: <%d@x>\r\n\r\nbody %d\r\n", i, i, i)
}

func dial(t testing.TB, s *imaptest.Server) *client.Conn {
	t.Helper()
	nc, err := net.Dial("tcp", s.Addr)
	if err != nil {
		t.Fatal(err)
	}
	c, err := client.New(t.Context(), nc, client.Config{Timeout: 10 * time.Second})
	if err == nil {
		err = c.Login(t.Context(), imaptest.User, imaptest.Password)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// list lists INBOX to the end.
func list(t testing.TB, c *client.Conn, want Want) (rows []plan.Row, res Result, err error) {
	t.Helper()
	l := Start(t.Context(), Conn{c, &Turn{}}, "INBOX", want)
	for more := l.Next(); len(more) > 0; more = l.Next() {
		rows = append(rows, more...)
	}
	res, err = l.Wait()
	return rows, res, err
}

// flagsFirst answers with the flags of all messages before anything else of any.
func flagsFirst(n int) imaptest.Action {
	return imaptest.Rewrite(func(r *imaptest.Response) {
		for i := 1; i <= n && r.IsFetch() && r.UID() == 1; i++ {
			r.Before = append(r.Before, fmt.Sprintf(`* %d FETCH (UID %d FLAGS (\Seen))`, i, i))
		}
	})
}

// TestListing reads many messages from servers that answer in different ways.
func TestListing(t *testing.T) {
	t.Parallel()
	const n = 1300
	for name, tt := range map[string]struct {
		action  imaptest.Action
		times   int
		undated bool
	}{
		"as asked":           {times: 1},
		"UID last":           {action: imaptest.UIDLast(), times: imaptest.Always},
		"flags first":        {action: flagsFirst(n), times: 1},
		"one left out, once": {action: imaptest.HideMessages(n), times: 1},
		"without dates, once": {action: imaptest.Rewrite(func(r *imaptest.Response) { r.Head = date.ReplaceAllString(r.Head, "") }),
			times: 1},
		"never with dates": {action: imaptest.Rewrite(func(r *imaptest.Response) { r.Head = date.ReplaceAllString(r.Head, "") }),
			times: imaptest.Always, undated: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, c := start(t, n, imaptest.Rule{Verb: "FETCH", Times: tt.times, Action: tt.action})
			sets := &plan.FlagSets{}
			rows, res, err := list(t, c, Want{ReadOnly: true, Dates: true, Identity: identifier(t), Sets: sets})
			if err != nil || !res.Whole || res.Messages != n || len(rows) != n {
				t.Fatalf("got %d rows, %d messages, whole %t, error %v, want %d", len(rows), res.Messages, res.Whole, err, n)
			}
			seen := map[imap.UID]bool{}
			for _, r := range rows {
				i := int(r.UID) - 1
				if seen[r.UID] || r.Size != int64(len(text(i))) || r.Short.IsZero() || r.Short != identifier(t).Short(text(i)) {
					t.Fatalf("got row %+v (seen %t), want the one of message %d once", r, seen[r.UID], i)
				}
				if flags := sets.Flags(r.Flags); len(flags) == 0 || flags[0] != imap.FlagSeen {
					t.Fatalf("UID %d: got the flags %q", r.UID, flags)
				}
				if r.Date().Equal(day) == tt.undated {
					t.Fatalf("UID %d: got the date %v", r.UID, r.Date())
				}
				seen[r.UID] = true
			}
		})
	}
}

// TestListingNotWhole tells what may not be relied on.
func TestListingNotWhole(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		rule  imaptest.Rule
		fails bool
	}{
		"left out":       {imaptest.Rule{Verb: "FETCH", Action: imaptest.HideMessages(3)}, false},
		"all left out":   {imaptest.Rule{Verb: "FETCH", Action: imaptest.Rewrite(func(r *imaptest.Response) { r.Hide = r.IsFetch() })}, false},
		"EXISTS lies":    {imaptest.Rule{Verb: "FETCH", Action: imaptest.Inject(1, "* 30 EXISTS")}, false},
		"EXPUNGE lies":   {imaptest.Rule{Verb: "FETCH", Action: imaptest.Inject(1, "* 1 EXPUNGE")}, false},
		"NO":             {imaptest.Rule{Verb: "FETCH", Action: imaptest.Reply("NO no")}, true},
		"cut":            {imaptest.Rule{Verb: "FETCH", Action: imaptest.CutLiteral(5, 3)}, true},
		"no answer":      {imaptest.Rule{Verb: "FETCH", Action: imaptest.Drop(imaptest.BeforeAnswer)}, true},
		"not selected":   {imaptest.Rule{Verb: "EXAMINE", Action: imaptest.Reply("NO no")}, true},
		"EXAMINE is cut": {imaptest.Rule{Verb: "EXAMINE", Action: imaptest.Drop(imaptest.BeforeAnswer)}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tt.rule.Times = imaptest.Always
			_, c := start(t, 10, tt.rule)
			_, res, err := list(t, c, Want{ReadOnly: true, Identity: identifier(t), Sets: &plan.FlagSets{}})
			if (err != nil) != tt.fails || res.Whole {
				t.Errorf("got whole %t, error %v, want neither a whole one nor (%t) another", res.Whole, err, tt.fails)
			}
			if _, ok := plan.New(plan.Rules{}, &plan.FlagSets{}, nil).Finish(res.Proof, res.Proof); ok {
				t.Error("a listing that is not whole proves something")
			}
		})
	}
}

// TestListingsInTurn lists folders one behind the other on one connection, one of them refused.
func TestListingsInTurn(t *testing.T) {
	t.Parallel()
	s, c := start(t, 700, imaptest.Rule{Verb: "EXAMINE", Match: "Bad", Action: imaptest.Reply("NO no")})
	for i, box := range []string{"A", "Bad", "B"} {
		for j := range 5 * (i + 1) {
			s.Account.Make(box, "").Add(text(j), day)
		}
	}
	turn := &Turn{}
	var all []*Listing
	for _, name := range []imap.MailboxName{"INBOX", "Bad", "A", "Bad", "B", "INBOX"} {
		all = append(all, Start(t.Context(), Conn{c, turn}, name, Want{ReadOnly: true, Identity: identifier(t), Sets: &plan.FlagSets{}}))
	}
	for i, want := range []int{700, 0, 5, 10, 15, 700} {
		n := 0
		for more := all[i].Next(); len(more) > 0; more = all[i].Next() {
			n += len(more)
		}
		res, err := all[i].Wait()
		if i == 1 {
			if err == nil || n > 0 {
				t.Errorf("refused folder: got %d rows and no error", n)
			}
			continue
		}
		if err != nil || !res.Whole || n != want {
			t.Errorf("listing %d: got %d rows, whole %t, error %v, want %d", i, n, res.Whole, err, want)
		}
	}
}

// TestKeysAndDigests tells nothing about messages that the server does not tell about, and nothing
// at all when the folder is another one.
func TestKeysAndDigests(t *testing.T) {
	t.Parallel()
	s, c := start(t, 3, imaptest.Rule{Verb: "FETCH", Times: imaptest.Always, Action: imaptest.HideMessages(2)})
	s.Account.Box("INBOX").Add([]byte("Subject: 0\nMessage-Id: <0@x>\n\nbody 0"), day) // the first with other line ends
	id, validity := identifier(t), s.Account.Box("INBOX").Status().UIDValidity
	uids := []imap.UID{1, 2, 3, 4, 9}
	keys := map[imap.UID]message.Key{}
	err := Keys(t.Context(), c, "INBOX", validity, uids, id, func(uid imap.UID, full, _ message.Key) { keys[uid] = full })
	if err != nil || len(keys) != 3 || keys[1] != id.Full(text(0), 0) || keys[1] != keys[4] || keys[1] == keys[3] {
		t.Errorf("got %v, error %v, want the keys of 1, 3 and 4", keys, err)
	}
	digests := map[imap.UID]message.Key{}
	err = Digests(t.Context(), c, "INBOX", validity, uids, func(uid imap.UID, d message.Key) { digests[uid] = d })
	if err != nil || len(digests) != 3 || digests[1] != digests[4] || digests[1] == digests[3] {
		t.Errorf("got %v, error %v, want the digests of 1, 3 and 4", digests, err)
	}
	never := func(uid imap.UID) { t.Errorf("UID %d was told about in another folder", uid) }
	if err := Keys(t.Context(), c, "INBOX", validity+1, uids, id, func(uid imap.UID, _, _ message.Key) { never(uid) }); err == nil {
		t.Error("keys: got no error for another UIDVALIDITY")
	}
	if err := Digests(t.Context(), c, "INBOX", validity+1, uids, func(uid imap.UID, _ message.Key) { never(uid) }); err == nil {
		t.Error("digests: got no error for another UIDVALIDITY")
	}
}

// TestAccount never takes a failed LIST for an account without folders.
func TestAccount(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		rule  imaptest.Rule
		fails bool
	}{
		"as asked":             {imaptest.Rule{Verb: "NOOP"}, false},
		"no extended LIST":     {imaptest.Rule{Verb: "LIST", Match: "RETURN", Times: imaptest.Always, Action: imaptest.Reply("BAD what?")}, false},
		"no LSUB":              {imaptest.Rule{Verb: "LSUB", Times: imaptest.Always, Action: imaptest.Reply("NO no")}, false},
		"no NAMESPACE":         {imaptest.Rule{Verb: "NAMESPACE", Times: imaptest.Always, Action: imaptest.Reply("BAD no")}, false},
		"LIST refused":         {imaptest.Rule{Verb: "LIST", Times: imaptest.Always, Action: imaptest.Reply("NO no")}, true},
		"LIST without answer":  {imaptest.Rule{Verb: "LIST", Action: imaptest.Drop(imaptest.BeforeAnswer)}, true},
		"LSUB without answer":  {imaptest.Rule{Verb: "LSUB", Action: imaptest.Drop(imaptest.BeforeAnswer)}, true},
		"NAMESPACE, no answer": {imaptest.Rule{Verb: "NAMESPACE", Action: imaptest.Drop(imaptest.BeforeAnswer)}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, c := start(t, 0, tt.rule)
			s.Account.Make("A", "")
			s.Account.Make("B/C", "")
			a, err := Account(context.Background(), c, c.Caps())
			if (err != nil) != tt.fails {
				t.Fatalf("got error %v, want one: %t", err, tt.fails)
			}
			if !tt.fails && len(a.Mailboxes) < 3 {
				t.Errorf("got %v, want INBOX, A and B/C", a.Mailboxes)
			}
		})
	}
}
