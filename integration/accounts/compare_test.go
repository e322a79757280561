package accounts

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestCompare(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2020, 1, n, 0, 0, 0, 0, time.UTC) }
	a := Message{UID: 1, SHA256: "aa", Size: 1, ID: "<a>", Date: day(1)}
	b := Message{UID: 2, SHA256: "bb", Size: 2, ID: "<b>", Date: day(2), Flags: []string{`\Seen`}}
	bUnread, bLater := b, b
	bUnread.Flags, bLater.Date = nil, day(3)
	box := func(name string, m ...Message) Folder {
		return Folder{Name: name, Selectable: true, Subscribed: true, Messages: m}
	}
	unsubscribed, noSelect := box("X", a), Folder{Name: "N", Subscribed: true}
	unsubscribed.Subscribed = false
	for _, c := range []struct {
		name      string
		want, got State
		ignore    Ignore
		lines     []string
	}{
		{"equal", State{box("X", a, b)}, State{box("X", a, b)}, 0, nil},
		{"missing folder", State{box("X", a)}, nil, 0, []string{`folder "X" is missing (1 messages)`}},
		{"extra folder", nil, State{box("X")}, 0, []string{`folder "X" is there and should not be (0 messages)`}},
		{"extra empty folder", nil, State{box("X")}, FoldersWithNone, nil},
		{"extra parent", State{box("X/Y", a)}, State{box("X"), box("X/Y", a)}, EmptyParents, nil},
		{"extra parent with mail", State{box("X/Y", a)}, State{box("X", a), box("X/Y", a)}, EmptyParents,
			[]string{`folder "X" is there and should not be (1 messages)`}},
		{"unselectable", State{noSelect}, nil, Unselectable, nil},
		{"missing", State{box("X", a, b)}, State{box("X", a)}, 0, []string{`folder "X": missing: UID 2 (<b>, 2 octets, bb)`}},
		{"doubled", State{box("X", a)}, State{box("X", a, a)}, 0, []string{`folder "X": too much: UID 1 (<a>, 1 octets, aa)`}},
		{"order", State{box("X", a, b)}, State{box("X", b, a)}, 0, []string{`folder "X": the same 2 messages in another order`}},
		{"order ignored", State{box("X", a, b)}, State{box("X", b, a)}, Order, nil},
		{"flags", State{box("X", b)}, State{box("X", bUnread)}, 0,
			[]string{`folder "X": UID 2 (<b>, 2 octets, bb): flags are [], want [\Seen]`}},
		{"flags ignored", State{box("X", b)}, State{box("X", bUnread)}, Flags, nil},
		{"dates", State{box("X", b)}, State{box("X", bLater)}, 0,
			[]string{`folder "X": UID 2 (<b>, 2 octets, bb): internal date is 2020-01-03 00:00:00 +0000 UTC, want 2020-01-02 00:00:00 +0000 UTC`}},
		{"dates ignored", State{box("X", b)}, State{box("X", bLater)}, Dates, nil},
		{"subscription", State{box("X", a)}, State{unsubscribed}, 0, []string{`folder "X": subscribed is false, want true`}},
		{"subscription ignored", State{box("X", a)}, State{unsubscribed}, Subscriptions, nil},
	} {
		if diff := cmp.Diff(c.lines, Compare(c.want, c.got, c.ignore)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}
