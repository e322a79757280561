package plan

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"imapsync/internal/account"
	"imapsync/internal/imap"
)

// tell gives a plan what it asks for.
func tell(f *Folder, src, dst []msg) {
	find := func(ms []msg, uid imap.UID) msg {
		return ms[slices.IndexFunc(ms, func(m msg) bool { return m.uid == uid })]
	}
	n1, n2 := f.Needs()
	for _, uid := range n1 {
		if m := find(src, uid); !m.mute {
			f.Identify(account.Host1, uid, key(m.full), key(m.fb))
		}
	}
	for _, uid := range n2 {
		if m := find(dst, uid); !m.mute {
			f.Identify(account.Host2, uid, key(m.full), key(m.fb))
		}
	}
	d1, d2 := f.NeedDigests()
	for _, uid := range d1 {
		if m := find(src, uid); m.text != "" {
			f.Digest(account.Host1, uid, key(m.text))
		}
	}
	for _, uid := range d2 {
		if m := find(dst, uid); m.text != "" {
			f.Digest(account.Host2, uid, key(m.text))
		}
	}
}

// whole is the proof of a complete listing of n messages.
func whole(n int) Complete {
	proof, _ := Prove(true, uint32(n), n)
	return proof
}

// removals runs a plan to its end and asks what may go.
func removals(t *testing.T, rules Rules, want RemovalRules, src, dst []msg) ([]Removal, *Folder) {
	t.Helper()
	_, f := decideAll(t, rules, src, dst, nil, 3)
	for range 10 {
		out, more, ok := f.Removals(want, whole(len(src)), whole(len(dst)))
		if !ok {
			t.Fatal("nothing is told although both listings are complete")
		}
		if !more {
			return out, f
		}
		tell(f, src, dst)
	}
	t.Fatal("the questions do not end")
	return nil, nil
}

func removalWords(rs []Removal) string {
	var words []string
	for _, r := range rs {
		w := fmt.Sprint(r.UID)
		if r.Duplicate {
			w += "d"
		}
		if r.Marked {
			w += "m"
		}
		words = append(words, w)
	}
	slices.Sort(words)
	return strings.Join(words, " ")
}

func TestRemovals(t *testing.T) {
	t.Parallel()
	both := RemovalRules{Extra: true, Duplicates: true}
	a := msg{uid: 1, short: "a", full: "A", fb: "fa", size: 100, text: "ta"}
	at := func(m msg, uid imap.UID) msg { m.uid = uid; return m }
	tests := []struct {
		name     string
		rules    Rules
		want     RemovalRules
		src, dst []msg
		gone     string
	}{
		{name: "unknown on host1", src: []msg{a}, dst: []msg{at(a, 5), {uid: 6, short: "x", full: "X", fb: "fx", size: 900}}, gone: "6"},
		{name: "host1 is empty", dst: []msg{a, {uid: 6, short: "x", full: "X"}}, gone: "1 6"},
		{name: "not asked for", want: RemovalRules{Duplicates: true}, src: []msg{a}, dst: []msg{{uid: 6, short: "x", full: "X"}}},
		{name: "flagged already: goes, and is told apart", dst: []msg{{uid: 6, short: "x", full: "X", flags: `\DELETED`}}, gone: "6m"},
		{name: "Message-Id is on host1, everything else differs", src: []msg{a}, dst: []msg{at(a, 5), {uid: 6, short: "a", full: "other", size: 90000}}},
		{name: "Message-Id of a message that is too big to copy", rules: Rules{MaxSize: limit(10)}, src: []msg{a, {uid: 2, short: "b", full: "B", size: 500}}, dst: []msg{{uid: 9, short: "b", full: "B2", size: 400}}},
		{name: "Message-Id of a message outside the selection", src: []msg{{uid: 1, short: "a", full: "A", out: true}}, dst: []msg{at(a, 5), {uid: 6, short: "x", full: "X"}}, gone: "6"},
		{name: "the changed copy of a message outside the selection", src: []msg{{uid: 1, short: "a", full: "A", fb: "f", size: 1000, out: true}},
			dst: []msg{{uid: 6, short: "x", full: "X", fb: "f", size: 1100}, {uid: 7, short: "y", full: "Y", fb: "g", size: 1000}}, gone: "7"},
		{name: "the changed copy of one without Message-Id outside the selection", src: []msg{{uid: 1, fb: "f", size: 1000, out: true}},
			dst: []msg{{uid: 6, short: "x", full: "X", fb: "f", size: 1100}, {uid: 7, short: "y", full: "Y", fb: "g", size: 1000}}, gone: "7"},
		{name: "outside the selection of host2", dst: []msg{{uid: 6, short: "x", full: "X", out: true}}},
		{name: "without Message-Id", dst: []msg{{uid: 6, full: "R", fb: "f"}, {uid: 7, fb: "g"}}},
		{name: "host1's message got another Message-Id and was not copied", rules: Rules{MaxSize: limit(10)}, src: []msg{{uid: 1, short: "a", full: "A", fb: "f", size: 1000}},
			dst: []msg{{uid: 6, short: "x", full: "X", fb: "f", size: 1100}}},
		{name: "the same, but of quite another size", rules: Rules{MaxSize: limit(10)}, src: []msg{{uid: 1, short: "a", full: "A", fb: "f", size: 1000}},
			dst: []msg{{uid: 6, short: "x", full: "X", fb: "f", size: 9100}}, gone: "6"},
		{name: "the same, but copied by this run", want: RemovalRules{Extra: true, Copied: func(uid imap.UID) bool { return uid == 1 }},
			src: []msg{{uid: 1, short: "a", full: "A", fb: "f", size: 1000}}, dst: []msg{{uid: 6, short: "x", full: "X", fb: "f", size: 1100}}, gone: "6"},
		{name: "host1's message does not tell what it is", rules: Rules{MaxSize: limit(10)}, src: []msg{{uid: 1, short: "a", size: 1000, mute: true}},
			dst: []msg{{uid: 6, short: "x", full: "X", fb: "f", size: 1100}, {uid: 7, short: "y", full: "Y", size: 90000}}, gone: "7"},
		{name: "host2's message does not tell what it is", rules: Rules{MaxSize: limit(10)}, src: []msg{{uid: 1, short: "a", full: "A", fb: "f", size: 1000}},
			dst: []msg{{uid: 6, short: "x", size: 1100, mute: true}, {uid: 7, short: "y", size: 90000, mute: true}}, gone: "7"},
		{name: "exact identity", rules: Rules{Exact: true}, src: []msg{{uid: 1, short: "a", fb: "f"}}, dst: []msg{{uid: 6, short: "x", fb: "f"}, {uid: 7}}, gone: "6"},

		{name: "duplicates: the copy of host1's message stays", src: []msg{a}, dst: []msg{at(a, 5), at(a, 6), at(a, 7)}, gone: "6d 7d"},
		{name: "duplicates of what host1 does not have", want: RemovalRules{Duplicates: true}, dst: []msg{at(a, 5), at(a, 6)}, gone: "6d"},
		{name: "duplicates: one that is flagged does not stay for the others", want: RemovalRules{Duplicates: true}, dst: []msg{{uid: 5, short: "a", full: "A", fb: "fa", size: 100, flags: `\Deleted`}, at(a, 6)}, gone: "5dm"},
		{name: "duplicates: other size, equal text", src: []msg{a}, dst: []msg{at(a, 5), {uid: 6, short: "a", full: "A", fb: "fa", size: 120, text: "ta"}}, gone: "6d"},
		{name: "duplicates: other size, other text", src: []msg{a}, dst: []msg{at(a, 5), {uid: 6, short: "a", full: "A", fb: "fa", size: 120, text: "tb"}}},
		{name: "duplicates: other subject, other text", src: []msg{a}, dst: []msg{at(a, 5), {uid: 6, short: "a", full: "A", fb: "fb", size: 100, text: "tb"}}},
		{name: "duplicates: another Received", src: []msg{a}, dst: []msg{at(a, 5), {uid: 6, short: "a", full: "A2", fb: "fa", size: 100, text: "ta"}}},
		{name: "duplicates: texts cannot be read", src: []msg{a}, dst: []msg{at(a, 5), {uid: 6, short: "a", full: "A", fb: "fa", size: 120}}},
		{name: "duplicates: not asked for", want: RemovalRules{Extra: true}, src: []msg{a}, dst: []msg{at(a, 5), at(a, 6)}},
		{name: "duplicates that are the copies of duplicates", rules: Rules{SyncDuplicates: true}, src: []msg{a, at(a, 2)}, dst: []msg{at(a, 5), at(a, 6), at(a, 7)}, gone: "7d"},
		{name: "duplicates, exact identity", rules: Rules{Exact: true}, src: []msg{{uid: 1, short: "a", full: "a", fb: "f", size: 9}},
			dst: []msg{{uid: 5, short: "a", full: "a", fb: "f", size: 9}, {uid: 6, short: "a", full: "a", fb: "f", size: 9}, {uid: 7, short: "a", full: "a", fb: "g", size: 9, text: "t"}}, gone: "6d"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			want := test.want
			if !want.Extra && !want.Duplicates {
				want = both
			}
			got, _ := removals(t, test.rules, want, test.src, test.dst)
			if words := removalWords(got); words != test.gone {
				t.Errorf("got %q, want %q", words, test.gone)
			}
		})
	}
}

// TestNoRemovalsWithoutProof wants silence from half a listing on either side.
func TestNoRemovalsWithoutProof(t *testing.T) {
	t.Parallel()
	dst := []msg{{uid: 6, short: "x", full: "X"}}
	for name, proofs := range map[string][2]Complete{"host1": {{}, whole(1)}, "host2": {whole(0), {}}} {
		_, f := decideAll(t, Rules{}, nil, dst, nil, 1)
		out, more, ok := f.Removals(RemovalRules{Extra: true, Duplicates: true}, proofs[0], proofs[1])
		if ok || more || len(out) > 0 {
			t.Errorf("%s: got %v, %t, %t, want nothing", name, out, more, ok)
		}
		if _, _, ok := f.Prove(nil, proofs[0], proofs[1]); ok {
			t.Errorf("%s: a message is proven by half a listing", name)
		}
	}
}

// TestRemovalsNeverLose runs random folders with strangers and duplicates on host2, on servers that
// change what they store: after the removals every message of host1 that had a copy still has one, and
// so has every message that was copied.
func TestRemovalsNeverLose(t *testing.T) {
	t.Parallel()
	for name, rewrite := range rewritings() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			gone := 0
			for seed := range uint64(400) {
				rnd := rand.New(rand.NewPCG(seed, 11))
				src := randomLetters(rnd, 1+rnd.IntN(30))
				box := &letterbox{origin: map[imap.UID]imap.UID{}, rewrite: rewrite}
				rules := Rules{Headless: key(headless), SyncDuplicates: seed%2 == 1}
				for _, m := range src {
					for range rnd.IntN(3) {
						box.store(m)
					}
				}
				for n := range rnd.IntN(10) {
					id := imap.UID(10000 + n)
					box.store(msg{uid: id, short: fmt.Sprint("strange", n), full: fmt.Sprint("S", n), fb: fmt.Sprint("f", rnd.IntN(40)), size: int64(300 + rnd.IntN(200000)), text: fmt.Sprint("stranger", n)})
				}
				words, f := decideAll(t, rules, src, box.letters, nil, 1+rnd.IntN(10))
				copied := func(uid imap.UID) bool { return slices.Contains(words, fmt.Sprintf("copy%d", uid)) }
				all := removalsOf(t, f, RemovalRules{Extra: true, Duplicates: true, Copied: copied}, src, box.letters)
				gone += len(all)
				wantCopiesLeft(t, seed, src, box, all, copied)
			}
			if gone == 0 {
				t.Error("nothing was ever removed: the test proves nothing")
			}
		})
	}
}

func removalsOf(t *testing.T, f *Folder, rules RemovalRules, src, dst []msg) []Removal {
	t.Helper()
	for {
		out, more, ok := f.Removals(rules, whole(len(src)), whole(len(dst)))
		if !ok {
			t.Fatal("nothing is told although both listings are complete")
		}
		if !more {
			return out
		}
		tell(f, src, dst)
	}
}

// wantCopiesLeft demands that each text that host1 has, and host2 had, is still there.
func wantCopiesLeft(t *testing.T, seed uint64, src []msg, box *letterbox, all []Removal, copied func(imap.UID) bool) {
	t.Helper()
	removed := map[imap.UID]bool{}
	for _, r := range all {
		removed[r.UID] = true
	}
	of := map[imap.UID]string{}
	there := map[string]bool{}
	for _, m := range src {
		of[m.uid] = m.text
		there[m.text] = there[m.text] || copied(m.uid)
	}
	had := map[string]bool{}
	for _, m := range box.letters {
		text := of[box.origin[m.uid]]
		had[text] = true
		there[text] = there[text] || !removed[m.uid]
	}
	for _, m := range src {
		if had[m.text] && !there[m.text] {
			t.Fatalf("seed %d: the only copy of %s is removed: %v\nof\n%s\nfrom\n%s", seed, m.text, all, list(src), list(box.letters))
		}
	}
}
