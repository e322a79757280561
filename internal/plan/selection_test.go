package plan

import (
	"strings"
	"testing"
)

// TestUnselected decides folders of which a selection leaves messages out.
func TestUnselected(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		src, dst []msg
		known    []Pair
		want     string
		extra    int // of the selected messages of host2, those that nothing protects
	}{
		{name: "neither copied nor counted", src: []msg{{uid: 1, short: "a"}, {out: true, uid: 101, short: "b"}}, want: "copy1"},
		{name: "an unselected copy on host2 is a copy", src: []msg{{uid: 1, short: "a"}}, dst: []msg{{out: true, uid: 101, short: "a"}}, want: "already_there1 pair1=101"},
		{name: "an unselected message of host2 is never extra", dst: []msg{{out: true, uid: 101, short: "a"}, {uid: 2, short: "b"}}, extra: 1},
		{name: "an unselected message of host1 protects", src: []msg{{out: true, uid: 101, short: "a"}}, dst: []msg{{uid: 2, short: "a"}, {uid: 3, short: "b"}}, extra: 1},
		{name: "it protects every message of its Message-Id", src: []msg{{out: true, uid: 101, short: "a", full: "A"}},
			dst: []msg{{uid: 2, short: "a", full: "B"}, {uid: 3, short: "a", full: "C"}}},
		{name: "by a known pair", src: []msg{{out: true, uid: 101, short: "a"}}, dst: []msg{{uid: 2, short: "x"}}, known: []Pair{{101, 2}}},
		{name: "no reason to leave a selected twin out", src: []msg{{out: true, uid: 101, short: "a", full: "A"}, {out: true, uid: 102, short: "a", full: "A"}, {uid: 3, short: "a", full: "A"}}, want: "copy3"},
		{name: "a selected twin has the copy", src: []msg{{out: true, uid: 101, short: "a", full: "A"}, {uid: 3, short: "a", full: "A"}}, dst: []msg{{uid: 7, short: "a", full: "A"}},
			want: "already_there3 pair3=7"},
		{name: "the copy of an unselected one is not the selected one's", src: []msg{{out: true, uid: 101, short: "a", full: "A"}, {uid: 3, short: "a", full: "B"}},
			dst: []msg{{uid: 7, short: "a", full: "A"}}, want: "copy3"},
		{name: "a selected copy is taken first", src: []msg{{uid: 1, short: "a", full: "A"}},
			dst: []msg{{out: true, uid: 101, short: "a", full: "A"}, {uid: 8, short: "a", full: "A"}}, want: "already_there1 pair1=8"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			words, f := decideAll(t, Rules{}, tt.src, tt.dst, tt.known, 1)
			if got := strings.Join(words, " "); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			one, _ := Prove(true, 0, 0)
			if o, ok := f.Finish(one, one); !ok || len(o.Extra) != tt.extra {
				t.Errorf("got %d extra messages on host2, want %d", len(o.Extra), tt.extra)
			}
			c := f.Counts()
			if n := selected(tt.src); c.Listed1 != n || c.Matched > n || c.Duplicates1 > n {
				t.Errorf("host1: got counts %+v, want them of the %d selected messages", c, n)
			}
			if n := selected(tt.dst); c.Listed2 != n || c.Duplicates2 > n {
				t.Errorf("host2: got counts %+v, want them of the %d selected messages", c, n)
			}
		})
	}
}

func selected(ms []msg) (n int) {
	for _, m := range ms {
		if !m.out {
			n++
		}
	}
	return n
}
