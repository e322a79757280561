package plan

import (
	"strings"
	"testing"

	"imapsync/internal/imap"
)

func join(words []string) string { return strings.Join(words, " ") }

// TestElsewhere decides folders in turn: what an earlier folder of host2 has is not copied.
func TestElsewhere(t *testing.T) {
	t.Parallel()
	type folder struct {
		name     imap.MailboxName
		src, dst []msg
		failed   []imap.UID // copies that host2 did not confirm
		want     string
	}
	a := msg{uid: 1, short: "a", full: "A"}
	again := func(uid imap.UID) msg { m := a; m.uid = uid; return m }
	tests := []struct {
		name    string
		rules   Rules
		folders []folder
	}{
		{"copied before", Rules{}, []folder{{name: "One", src: []msg{a}, want: "copy1"}, {name: "Two", src: []msg{again(3)}, want: "cross_duplicate3"}}},
		{"there before", Rules{}, []folder{{name: "One", dst: []msg{a}}, {name: "Two", src: []msg{again(3)}, want: "cross_duplicate3"}}},
		{"not stored", Rules{}, []folder{{name: "One", src: []msg{a}, failed: []imap.UID{1}, want: "copy1"}, {name: "Two", src: []msg{again(3)}, want: "copy3"}}},
		{"there in both", Rules{}, []folder{{name: "One", src: []msg{a}, want: "copy1"}, {name: "Two", src: []msg{again(3)}, dst: []msg{again(9)}, want: "already_there3 pair3=9"}}},
		{"same Message-Id is not enough", Rules{}, []folder{{name: "One", src: []msg{a}, want: "copy1"}, {name: "Two", src: []msg{{uid: 3, short: "a", full: "A2"}}, want: "copy3"}}},
		{"exact identity", Rules{Exact: true}, []folder{{name: "One", src: []msg{a}, want: "copy1"}, {name: "Two", src: []msg{again(3)}, want: "cross_duplicate3"}}},
		{"without identity", Rules{}, []folder{{name: "One", src: []msg{{uid: 1, fb: "f"}}, want: "copy1"}, {name: "Two", src: []msg{{uid: 3, fb: "f"}}, want: "copy3"}}},
		{"the second of a kind is another", Rules{SyncDuplicates: true}, []folder{{name: "One", src: []msg{a}, want: "copy1"},
			{name: "Two", src: []msg{again(3), again(4)}, want: "copy4 cross_duplicate3"}}},
		{"too big here, and there", Rules{MaxSize: limit(10)}, []folder{{name: "One", dst: []msg{a}}, {name: "Two", src: []msg{{uid: 3, short: "a", full: "A", size: 90}}, want: "cross_duplicate3"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rules := tt.rules
			rules.Elsewhere = NewElsewhere()
			for _, b := range tt.folders {
				words, f := decideAll(t, rules, b.src, b.dst, nil, 1)
				if got := join(words); got != b.want {
					t.Errorf("%s: got %q, want %q", b.name, got, b.want)
				}
				var copied []imap.UID
				for _, m := range b.src {
					if len(b.failed) == 0 {
						copied = append(copied, m.uid)
					}
				}
				f.Publish(b.name, copied)
			}
		})
	}
}

// TestElsewhereNames gives every folder that has a message.
func TestElsewhereNames(t *testing.T) {
	t.Parallel()
	e := NewElsewhere()
	for _, name := range []imap.MailboxName{"One", "Two", "One", "Three"} {
		e.add(key("a"), name)
	}
	e.add(key("b"), "Two")
	for k, want := range map[string]string{"a": "One Two Three", "b": "Two", "c": ""} {
		var names []string
		for _, n := range e.find(key(k)) {
			names = append(names, string(n))
		}
		if got := join(names); got != want {
			t.Errorf("%s: got %q, want %q", k, got, want)
		}
	}
}
