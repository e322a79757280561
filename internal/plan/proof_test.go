package plan

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"imapsync/internal/imap"
)

// prove runs a plan to its end and compares what it has matched.
func prove(t *testing.T, rules Rules, src, dst []msg) []Proven {
	t.Helper()
	_, f := decideAll(t, rules, src, dst, nil, 3)
	var out []Proven
	for pairs := range slices.Chunk(f.Matches(), 4) {
		for more := true; more; {
			var some []Proven
			var ok bool
			some, more, ok = f.Prove(pairs, whole(len(src)), whole(len(dst)))
			if !ok {
				t.Fatal("nothing is told although both listings are complete")
			}
			out = append(out, some...)
			tell(f, src, dst)
		}
	}
	return out
}

func TestProve(t *testing.T) {
	t.Parallel()
	a := msg{uid: 1, short: "a", full: "A", fb: "f", size: 100, text: "t"}
	with := func(change func(*msg)) msg { m := a; m.uid = 5; change(&m); return m }
	tests := []struct {
		name  string
		rules Rules
		src   msg
		dst   msg
		want  Kept
	}{
		{"the same", Rules{}, a, with(func(*msg) {}), KeptNot},
		{"the same, whatever the text says", Rules{}, a, with(func(m *msg) { m.text = "u" }), KeptNot},
		{"another size, the same text", Rules{}, a, with(func(m *msg) { m.size = 101 }), KeptNot},
		{"another size, another text", Rules{}, a, with(func(m *msg) { m.size, m.text = 101, "u" }), KeptDifferent},
		{"another size, the text cannot be read", Rules{}, a, with(func(m *msg) { m.size, m.text = 101, "" }), KeptDifferent},
		{"unknown size, the same text", Rules{}, msg{uid: 1, short: "a", full: "A", fb: "f", size: -1, text: "t"}, with(func(m *msg) { m.size = -1 }), KeptNot},
		{"both servers tell no octets, another text", Rules{}, msg{uid: 1, short: "a", full: "A", fb: "f", text: "t"}, with(func(m *msg) { m.size, m.text = 0, "u" }), KeptDifferent},
		{"another subject, another text", Rules{}, a, with(func(m *msg) { m.fb, m.text = "g", "u" }), KeptDifferent},
		{"a Received line more", Rules{}, a, with(func(m *msg) { m.full, m.text = "B", "u" }), KeptWeak},
		{"a Received line more in the list, the same text", Rules{}, a, with(func(m *msg) { m.full = "B" }), KeptNot},
		{"host2 does not tell the headers, but the same text", Rules{}, a, with(func(m *msg) { m.mute = true }), KeptNot},
		{"host2 tells nothing", Rules{}, a, with(func(m *msg) { m.mute, m.text = true, "" }), KeptUnread},
		{"host2's is flagged", Rules{}, a, with(func(m *msg) { m.flags = `\Deleted` }), KeptDoomed},
		{"no identity, the same text", Rules{}, msg{uid: 1, fb: "f", size: 9, text: "t"}, msg{uid: 5, fb: "f", size: 9, text: "t"}, KeptNot},
		{"no identity, another text", Rules{}, msg{uid: 1, fb: "f", size: 9, text: "t"}, msg{uid: 5, fb: "f", size: 9, text: "u"}, KeptWeak},
		{"--useheader, the same", Rules{Exact: true}, a, with(func(*msg) {}), KeptNot},
		{"--useheader, another subject", Rules{Exact: true}, a, with(func(m *msg) { m.fb, m.text = "g", "u" }), KeptDifferent},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := prove(t, test.rules, []msg{test.src}, []msg{test.dst})
			if len(got) != 1 || got[0].Kept != test.want {
				t.Errorf("got %+v, want one that is %v", got, test.want)
			}
		})
	}
}

func TestOutsideTheSelectionIsNotProven(t *testing.T) {
	t.Parallel()
	a := msg{uid: 1, short: "a", full: "A", fb: "f", size: 100, text: "t", out: true}
	if got := prove(t, Rules{}, []msg{a}, []msg{{uid: 5, short: "a", full: "A", fb: "f", size: 100, text: "t"}}); len(got) > 0 {
		t.Errorf("got %v, want nothing about a message that was not asked for", got)
	}
}

// TestProofsAreTrue runs random folders on servers that change what they store: what is proven to be
// on host2 has a copy there with its very text, one for each.
func TestProofsAreTrue(t *testing.T) {
	t.Parallel()
	for name, rewrite := range rewritings() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proven := 0
			for seed := range uint64(400) {
				rnd := rand.New(rand.NewPCG(seed, 13))
				src := randomLetters(rnd, 1+rnd.IntN(30))
				box := &letterbox{origin: map[imap.UID]imap.UID{}, rewrite: rewrite}
				for _, m := range src {
					if rnd.IntN(3) > 0 {
						box.store(m)
					}
				}
				left := map[string]int{}
				for _, m := range box.letters {
					left[m.text]++
				}
				of := map[imap.UID]string{}
				for _, m := range src {
					of[m.uid] = m.text
				}
				for _, p := range prove(t, Rules{Headless: key(headless)}, src, box.letters) {
					if p.Kept != KeptNot {
						continue
					}
					proven++
					if left[of[p.Src]]--; left[of[p.Src]] < 0 {
						t.Fatalf("seed %d: %d is not on host2 with its text:\n%s\non host2\n%s", seed, p.Src, list(src), list(box.letters))
					}
				}
			}
			if changes := name == "Received"; proven == 0 && !changes {
				t.Error("nothing was ever proven: the test proves nothing")
			}
		})
	}
}

func TestKeptNames(t *testing.T) {
	t.Parallel()
	for k, want := range map[fmt.Stringer]string{KeptDoomed: "doomed", Kept(99): "unknown", GuardSameFolder: "same_folder", Guard(99): "unknown"} {
		if got := k.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
