package plan

import "testing"

// TestKnownHolds has pairs of former runs speak of other messages.
func TestKnownHolds(t *testing.T) {
	t.Parallel()
	row := func(short string, size int64) Row { return Row{UID: 1, Short: key(short), Size: size} }
	tests := []struct {
		name     string
		known    Known
		src, dst Row
		want     bool
	}{
		{"nothing else is known", Known{}, row("a", 10), row("b", 90000), true},
		{"same identity and size", Known{Short: key("a"), Size: 10}, row("a", 10), row("b", 90000), true},
		{"another identity", Known{Short: key("b"), Size: 10}, row("a", 10), row("b", 10), false},
		{"another size", Known{Size: 90000}, row("a", 10), row("b", 10), false},
		{"size announced a little otherwise", Known{Size: 1000}, row("a", 1100), row("b", 10), true},
		{"size not told", Known{Size: 90000}, row("a", -1), row("b", 10), true},
		{"no identity any more", Known{Short: key("b")}, row("", 10), row("b", 10), true},
		{"hint, confirmed", Known{Hint: true}, row("a", 10), row("a", 100), true},
		{"hint, another identity", Known{Hint: true}, row("a", 10), row("b", 10), false},
		{"hint, another size", Known{Hint: true}, row("a", 10), row("a", 90000), false},
		{"hint without identity", Known{Hint: true}, row("", 10), row("", 10), false},
	}
	for _, tt := range tests {
		if got := tt.known.holds(&tt.src, &tt.dst); got != tt.want {
			t.Errorf("%s: got %t, want %t", tt.name, got, tt.want)
		}
	}
}

// TestKnownOnce lets a message of host2 be the copy of one message only.
func TestKnownOnce(t *testing.T) {
	t.Parallel()
	src := []msg{{uid: 1, short: "a", full: "A"}, {uid: 2, short: "b", full: "B"}, {uid: 3, short: "c", full: "C"}}
	dst := []msg{{uid: 5, short: "x"}, {uid: 4, short: "y"}}
	got, _ := decideAll(t, Rules{}, src, dst, []Pair{{2, 5}, {1, 5}, {3, 5}, {3, 4}}, 2)
	if g, want := join(got), "copy2 known_pair1 known_pair3 pair1=5 pair3=4"; g != want {
		t.Errorf("got %s, want %s", g, want)
	}
}
