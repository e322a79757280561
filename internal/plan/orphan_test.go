package plan

import (
	"testing"

	"imapsync/internal/imap"
)

// TestOrphans removes with --useuid what a known pair says is gone from host1, whatever its headers
// tell, and nothing that may be the copy of something else there.
func TestOrphans(t *testing.T) {
	t.Parallel()
	byUID := Rules{Headless: key("none")}
	byUID.ByUID(true, false)
	a := msg{uid: 1, short: "a", full: "A", fb: "f", size: 500, text: "x"}
	draft := msg{uid: 2, fb: "d", size: 500, text: "y"}
	at := func(m msg, uid imap.UID) msg { m.uid = uid; return m }
	pairOf := func(src, dst imap.UID) Known { return Known{Pair: Pair{src, dst}} }
	tests := []struct {
		name     string
		rules    Rules
		src, dst []msg
		known    []Known
		want     string
	}{
		{"a message without Message-Id", byUID, []msg{a}, []msg{at(a, 11), at(draft, 12)}, []Known{pairOf(1, 11), pairOf(2, 12)}, "12"},
		{"the second of twins", byUID, []msg{a}, []msg{at(a, 11), at(a, 12)}, []Known{pairOf(1, 11), pairOf(2, 12)}, "12"},
		{"it is there under another UID", byUID, []msg{a, at(draft, 9)}, []msg{at(a, 11), at(draft, 12)}, []Known{pairOf(1, 11), pairOf(2, 12)}, ""},
		{"no pair is known", byUID, []msg{a}, []msg{at(a, 11), at(draft, 12)}, []Known{pairOf(1, 11)}, ""},
		{"the pair is a hint", byUID, []msg{a}, []msg{at(a, 11), at(draft, 12)}, []Known{{Pair: Pair{2, 12}, Hint: true}}, ""},
		{"the pair is about something else", byUID, []msg{a}, []msg{at(a, 11), at(draft, 12)}, []Known{{Pair: Pair{2, 12}, Size: 90000}}, ""},
		{"headers decide", Rules{Headless: key("none")}, []msg{a}, []msg{at(a, 11), at(draft, 12)}, []Known{pairOf(1, 11), pairOf(2, 12)}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sets := &FlagSets{}
			f := New(tt.rules, sets, nil)
			f.AddDest(rowsOf(sets, tt.dst))
			f.DestDone(whole(len(tt.dst)))
			f.AddPairs(tt.known)
			f.AddSource(rowsOf(sets, tt.src))
			f.SourceDone()
			for more := true; more; {
				tell(f, tt.src, tt.dst)
				more = f.Decide().More
			}
			got := removalsOf(t, f, RemovalRules{Extra: true}, tt.src, tt.dst)
			if g := removalWords(got); g != tt.want {
				t.Errorf("got %q, want %q", g, tt.want)
			}
		})
	}
}
