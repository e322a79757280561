package scan

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"imapsync/internal/getopt"
	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
	"imapsync/internal/imap/server"
	"imapsync/internal/imaptest"
	"imapsync/internal/plan"
)

// every third message is selected in these tests.
const every = 3

// striped is a server with n messages of which every third, from the first on, is flagged and
// arrived long ago; its Date is of the same time.
func striped(t testing.TB, n int, rules ...imaptest.Rule) (*imaptest.Server, *client.Conn) {
	t.Helper()
	s := imaptest.Start(t, imaptest.Script(rules...))
	for i := range n {
		date, flags := noon, []imap.Flag{imap.FlagSeen}
		if i%every == 0 {
			date, flags = noon.AddDate(0, 0, -100), []imap.Flag{imap.FlagFlagged}
		}
		head := "Date: " + date.Format(time.RFC1123Z) + "\r\n"
		s.Account.Box("INBOX").Add(append([]byte(head), text(i)...), date, flags...)
	}
	return s, dial(t, s)
}

// compiled is the selection of host1.
func compiled(t testing.TB, o Options) *Selection {
	t.Helper()
	s, _, errs := o.Compile(noon)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return s.Host1
}

// selections pick the flagged messages in every way there is.
func selections(t testing.TB) map[string]*Selection {
	off := getopt.Bool{Given: true}
	return map[string]*Selection{
		"search":           compiled(t, Options{Search: word("FLAGGED")}),
		"days":             compiled(t, Options{MinAge: number(50)}),
		"search and days":  compiled(t, Options{Search: word("OR FLAGGED SEEN"), MinAge: number(50)}),
		"seconds":          compiled(t, Options{MinAge: number(0.001)}),
		"seconds, between": compiled(t, Options{MinAge: number(99.5), MaxAge: number(200.5)}),
		"arrival":          compiled(t, Options{MinAge: number(50), AbleToSearch: off}),
		"search, arrival":  compiled(t, Options{Search: word("OR FLAGGED SEEN"), MinAge: number(50), AbleToSearch: off}),
	}
}

// TestSelected lists what is selected, alone and among all.
func TestSelected(t *testing.T) {
	t.Parallel()
	const n = 1699
	for name, sel := range selections(t) {
		for kind, rule := range map[string]imaptest.Rule{
			"as asked":             {Verb: "NOOP"},
			"flags first":          {Verb: "FETCH", Action: flagsFirst(n)},
			"one left out, once":   {Verb: "FETCH", Action: imaptest.HideMessages(n)},
			"others told, unasked": {Verb: "FETCH", Times: imaptest.Always, Action: imaptest.Inject(1, `* 2 FETCH (UID 2 FLAGS (\Seen))`)},
		} {
			for _, all := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s/%s/all %t", name, kind, all), func(t *testing.T) {
					t.Parallel()
					_, c := striped(t, n, rule)
					rows, res, err := list(t, c, Want{ReadOnly: true, Identity: identifier(t), Sets: &plan.FlagSets{}, Selection: sel, All: all})
					if err != nil || !res.Whole {
						t.Fatalf("got whole %t, error %v", res.Whole, err)
					}
					wantStriped(t, n, rows, res, all)
				})
			}
		}
	}
}

// wantStriped demands the flagged messages, or all with the flagged ones marked.
func wantStriped(t *testing.T, n int, rows []plan.Row, res Result, all bool) {
	t.Helper()
	want := map[imap.UID]bool{}
	for i := range n {
		if i%every == 0 || all {
			want[imap.UID(i+1)] = i%every != 0
		}
	}
	for _, r := range rows {
		unselected, ok := want[r.UID]
		if !ok || r.Unselected != unselected || r.Short.IsZero() {
			t.Fatalf("got %+v, wanted %t, unselected %t", r, ok, unselected)
		}
		delete(want, r.UID)
	}
	if selected := (n + every - 1) / every; len(want) > 0 || res.Messages != selected {
		t.Errorf("%d messages lack, %d count as selected, want none and %d", len(want), res.Messages, selected)
	}
}

// TestSizesOfSelected reads sizes only.
func TestSizesOfSelected(t *testing.T) {
	t.Parallel()
	for name, sel := range selections(t) {
		s, c := striped(t, 10)
		_, res, err := list(t, c, Want{ReadOnly: true, Sets: &plan.FlagSets{}, Selection: sel})
		var bytes int64
		for i, m := range s.Account.Box("INBOX").Messages() {
			if i%every == 0 {
				bytes += m.Size
			}
		}
		if err != nil || !res.Whole || res.Messages != 4 || res.Bytes != bytes {
			t.Errorf("%s: got %d messages, %d bytes, whole %t, error %v, want 4 and %d", name, res.Messages, res.Bytes, res.Whole, err, bytes)
		}
	}
}

// TestSearchRefused is an error that says what was searched, never a list.
func TestSearchRefused(t *testing.T) {
	t.Parallel()
	for name, action := range map[string]imaptest.Action{
		"NO": imaptest.Reply("NO no such key"), "BAD": imaptest.Reply("BAD what?"),
		"no answer": imaptest.Drop(imaptest.BeforeAnswer), "garbage": imaptest.Inject(0, "* SEARCH 1 99999999999"),
	} {
		for _, all := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/all %t", name, all), func(t *testing.T) {
				t.Parallel()
				_, c := striped(t, 10, imaptest.Rule{Verb: "SEARCH", Times: imaptest.Always, Action: action})
				rows, res, err := list(t, c, Want{ReadOnly: true, Identity: identifier(t), Sets: &plan.FlagSets{},
					Selection: compiled(t, Options{Search: word("FLAGGED")}), All: all})
				var search *SearchError
				if !errors.As(err, &search) || !strings.Contains(err.Error(), "SEARCH FLAGGED: ") || res.Whole {
					t.Errorf("got error %v, whole %t, want an error about the search", err, res.Whole)
				}
				for _, r := range rows {
					if !r.Unselected {
						t.Errorf("UID %d counts as selected", r.UID)
					}
				}
			})
		}
	}
}

// TestFoundAndGone lists what is still there of what was found.
func TestFoundAndGone(t *testing.T) {
	t.Parallel()
	var box *server.MemoryMailbox
	var once sync.Once
	s, c := striped(t, 10, imaptest.Rule{Verb: "SEARCH", Action: imaptest.Rewrite(func(*imaptest.Response) {
		once.Do(func() { _ = box.Remove([]imap.UID{1, 2}) })
	})})
	box = s.Account.Box("INBOX")
	rows, res, err := list(t, c, Want{ReadOnly: true, Identity: identifier(t), Sets: &plan.FlagSets{}, Selection: compiled(t, Options{Search: word("FLAGGED")})})
	if err != nil || len(rows) != 3 || !res.Whole {
		t.Errorf("got %d rows, whole %t, error %v, want 3 of a whole listing", len(rows), res.Whole, err)
	}
}

// TestFoundAndHidden proves nothing when a message that was found is not told.
func TestFoundAndHidden(t *testing.T) {
	t.Parallel()
	_, c := striped(t, 10, imaptest.Rule{Verb: "FETCH", Times: imaptest.Always, Action: imaptest.HideMessages(1)})
	rows, res, err := list(t, c, Want{ReadOnly: true, Identity: identifier(t), Sets: &plan.FlagSets{}, Selection: compiled(t, Options{Search: word("FLAGGED")})})
	if err != nil || len(rows) != 3 || res.Whole {
		t.Errorf("got %d rows, whole %t, error %v, want 3 of a listing that is not whole", len(rows), res.Whole, err)
	}
}

// TestSet looks at some UIDs only.
func TestSet(t *testing.T) {
	t.Parallel()
	_, c := striped(t, 10)
	sel := compiled(t, Options{AbleToSearch: getopt.Bool{Given: true}, FetchHashSet: word("2:3,9:*")})
	rows, res, err := list(t, c, Want{ReadOnly: true, Identity: identifier(t), Sets: &plan.FlagSets{}, Selection: sel})
	if err != nil || len(rows) != 4 || res.Messages != 4 || !res.Whole {
		t.Errorf("got %d rows, %d selected, whole %t, error %v, want 4", len(rows), res.Messages, res.Whole, err)
	}
	rows, res, err = list(t, c, Want{ReadOnly: true, Identity: identifier(t), Sets: &plan.FlagSets{}, Selection: sel, All: true})
	if err != nil || len(rows) != 10 || res.Messages != 4 || !res.Whole {
		t.Errorf("among all: got %d rows, %d selected, whole %t, error %v, want 10 and 4", len(rows), res.Messages, res.Whole, err)
	}
}

// TestSelectionsInTurn lists folders one behind the other on one connection.
func TestSelectionsInTurn(t *testing.T) {
	t.Parallel()
	s, c := striped(t, 900)
	s.Account.Make("Other", "").Add(text(1), day, imap.FlagFlagged)
	want := Want{ReadOnly: true, Identity: identifier(t), Sets: &plan.FlagSets{}, Selection: compiled(t, Options{Search: word("FLAGGED")})}
	turn := &Turn{}
	var all []*Listing
	for n := range 12 {
		name := imap.MailboxName("INBOX")
		if n%2 == 1 {
			name = "Other"
		}
		all = append(all, Start(t.Context(), Conn{c, turn}, name, want))
	}
	for n, l := range all {
		rows := 0
		for more := l.Next(); len(more) > 0; more = l.Next() {
			rows += len(more)
		}
		if res, err := l.Wait(); err != nil || !res.Whole || rows != []int{300, 1}[n%2] {
			t.Errorf("listing %d: got %d rows, whole %t, error %v", n, rows, res.Whole, err)
		}
	}
}
