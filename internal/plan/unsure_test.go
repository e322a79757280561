package plan

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"imapsync/internal/account"
	"imapsync/internal/imap"
)

// drive is decideAll with servers that do not answer everything: mute names the questions without
// answer, as "keys1.7" or "texts2.*".
func drive(t *testing.T, src, dst []msg, mute string) (words []string, f *Folder) {
	t.Helper()
	sets := &FlagSets{}
	f = New(Rules{Headless: key("none")}, sets, nil)
	f.AddDest(rowsOf(sets, dst))
	proof, _ := Prove(true, uint32(len(dst)), len(dst))
	f.DestDone(proof)
	f.AddSource(rowsOf(sets, src))
	f.SourceDone()
	muted := func(what string, uid imap.UID) bool {
		return slices.ContainsFunc(strings.Fields(mute), func(m string) bool { return m == fmt.Sprintf("%s.%d", what, uid) || m == what+".*" })
	}
	answer := func(side account.Side, ms []msg, uids []imap.UID, what string, tell func(m msg)) {
		for _, uid := range uids {
			if !muted(what+side.Digit(), uid) {
				tell(ms[slices.IndexFunc(ms, func(m msg) bool { return m.uid == uid })])
			}
		}
	}
	for rounds := 0; ; rounds++ {
		n1, n2 := f.Needs()
		id := func(side account.Side) func(m msg) {
			return func(m msg) { f.Identify(side, m.uid, key(m.full), key(m.fb)) }
		}
		answer(account.Host1, src, n1, "keys", id(account.Host1))
		answer(account.Host2, dst, n2, "keys", id(account.Host2))
		d1, d2 := f.NeedDigests()
		digest := func(side account.Side) func(m msg) { return func(m msg) { f.Digest(side, m.uid, key(m.text)) } }
		answer(account.Host1, src, d1, "texts", digest(account.Host1))
		answer(account.Host2, dst, d2, "texts", digest(account.Host2))
		if a, b := f.Needs(); len(a)+len(b) > 0 {
			t.Fatalf("asked again for %v %v, which nobody answers", a, b)
		}
		if a, b := f.NeedDigests(); len(a)+len(b) > 0 {
			t.Fatalf("asked again for the texts of %v %v, which nobody answers", a, b)
		}
		s := f.Decide()
		for _, c := range s.Copies {
			words = append(words, fmt.Sprintf("copy%d", c.Row.UID))
		}
		for _, k := range s.Skips {
			words = append(words, fmt.Sprintf("%s%d", k.Reason, k.UID))
		}
		if !s.More {
			break
		}
		if rounds > 3 {
			t.Fatal("questions without end")
		}
	}
	if s := f.Decide(); len(s.Copies)+len(s.Skips) > 0 || s.More {
		t.Errorf("decided again: %+v", s)
	}
	slices.Sort(words)
	return words, f
}

// TestUnidentified has servers keep back what would tell messages apart: what may be on host2 is
// never copied, and is never left in silence.
func TestUnidentified(t *testing.T) {
	t.Parallel()
	v := func(uid imap.UID, full, fb, text string) msg {
		return msg{uid: uid, full: full, fb: fb, text: text, size: 500}
	}
	m := func(uid imap.UID, short, full string, size int64) msg {
		return msg{uid: uid, short: short, full: full, fb: "f", size: size}
	}
	tests := []struct {
		name     string
		src, dst []msg
		mute     string
		want     string
	}{
		{"header pass fails on host1", []msg{v(1, "", "f", "x")}, []msg{v(9, "", "f", "x")}, "keys1.*", "unidentified1"},
		{"header pass fails on host2", []msg{v(1, "", "f", "x")}, []msg{v(9, "", "f", "x")}, "keys2.*", "unidentified1"},
		{"header pass fails on host2: Received", []msg{v(1, "R", "f", "x")}, []msg{v(9, "R", "f", "x")}, "keys2.*", "unidentified1"},
		{"host2 is empty", []msg{v(1, "", "f", "x"), v(2, "R", "g", "y")}, nil, "keys1.*", "copy1 copy2"},
		{"host2 has nothing that may be it", []msg{v(1, "", "f", "x")}, []msg{m(9, "a", "A", 100000)}, "keys1.*", "copy1"},
		{"all of host2's are accounted for", []msg{v(1, "", "f", "x"), m(2, "a", "A", 500)}, []msg{m(9, "a", "A", 500)}, "keys1.*", "already_there2 copy1"},
		{"one header of host2 is unreadable, of another size", []msg{v(1, "", "f", "x")}, []msg{{uid: 9, fb: "f", size: 100000}}, "keys2.*", "copy1"},
		{"one header of host2 is unreadable, the rest is there", []msg{v(1, "", "f", "x"), v(2, "", "g", "y")}, []msg{v(8, "", "f", "x"), v(9, "", "g", "y")}, "keys2.9", "already_there1 unidentified2"},
		{"digest pass fails on host2", []msg{v(1, "", "f", "x"), v(2, "", "f", "y"), v(3, "", "f", "z")}, []msg{v(8, "", "f", "x"), v(9, "", "f", "y")}, "texts2.*", "unidentified1 unidentified2 unidentified3"},
		{"digest pass fails on host1", []msg{v(1, "", "none", "x")}, []msg{v(8, "", "none", "x")}, "texts1.*", "unidentified1"},
		{"one text of host2 is NIL", []msg{v(1, "", "f", "x"), v(2, "", "f", "y")}, []msg{v(8, "", "f", "x"), v(9, "", "f", "y")}, "texts2.9", "already_there1 already_there2"},
		{"one text of host2 is NIL, no header", []msg{v(1, "", "none", "x"), v(2, "", "none", "y")}, []msg{v(8, "", "none", "x"), v(9, "", "none", "y")}, "texts2.9", "already_there1 unidentified2"},
		{"one text of host1 is NIL, host2's are accounted for", []msg{v(1, "", "f", "x"), v(2, "", "f", "y")}, []msg{v(8, "", "f", "x")}, "texts1.2", "already_there1 copy2"},
		{"group without keys of host1", []msg{m(1, "a", "A", 500), m(2, "a", "B", 500)}, []msg{m(9, "a", "B", 9000)}, "keys1.*", "unidentified1 unidentified2"},
		{"group without keys of host2", []msg{m(1, "a", "A", 500), m(2, "a", "B", 500)}, []msg{m(9, "a", "B", 9000)}, "keys2.*", "unidentified1 unidentified2"},
		{"group without keys, host2 has as many", []msg{m(1, "a", "A", 500), m(2, "a", "B", 500)}, []msg{m(8, "a", "A", 9000), m(9, "a", "B", 9000)}, "keys1.* keys2.*", "already_there1 already_there2"},
		{"group: full keys account for host2's", []msg{m(1, "a", "A", 500), m(2, "a", "B", 500), m(3, "a", "C", 500)}, []msg{m(9, "a", "B", 9000)}, "keys1.3", "already_there2 copy1 unidentified3"},
		{"group that host2 does not have", []msg{m(1, "a", "A", 500), m(2, "a", "B", 500)}, nil, "keys1.*", "copy1 copy2"},
		{"an added Message-Id, unreadable", []msg{v(1, "", "f", "x")}, []msg{{uid: 9, short: "n", full: "n", fb: "f", size: 560}}, "keys2.*", "unidentified1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, f := drive(t, tt.src, tt.dst, tt.mute)
			if g := strings.Join(got, " "); g != tt.want {
				t.Errorf("got  %s\nwant %s", g, tt.want)
			}
			if got, want := f.Counts().Unidentified, strings.Count(tt.want, "unidentified"); got != want {
				t.Errorf("counted %d unidentified, want %d", got, want)
			}
		})
	}
}

// TestUnasked decides without any answer, in one call: nothing is copied that may be there.
func TestUnasked(t *testing.T) {
	t.Parallel()
	f := New(Rules{}, &FlagSets{}, nil)
	f.AddDest([]Row{{UID: 9}})
	proof, _ := Prove(true, 1, 1)
	f.DestDone(proof)
	f.AddSource([]Row{{UID: 1}})
	f.SourceDone()
	s := f.Decide()
	if len(s.Copies) != 0 || len(s.Skips) != 1 || s.Skips[0].Reason != Unidentified {
		t.Errorf("got %+v, want one message skipped as unidentified", s)
	}
}

// TestMissingAreAsked feeds the second half of a group from a second listing.
func TestMissingAreAsked(t *testing.T) {
	t.Parallel()
	f := New(Rules{}, &FlagSets{}, nil)
	f.AddDest([]Row{{UID: 8, Short: key("a"), Size: 100}, {UID: 9, Short: key("a"), Size: 100}})
	proof, _ := Prove(true, 2, 2)
	f.DestDone(proof)
	f.AddSource([]Row{{UID: 2, Short: key("a"), Size: 100}})
	n1, n2 := f.Needs()
	f.Identify(account.Host1, 2, key("A2"), key("f"))
	f.Decide()
	f.AddMissing([]Row{{UID: 1, Short: key("a"), Size: 100}, {UID: 2, Short: key("a"), Size: 100}})
	f.SourceDone()
	m1, m2 := f.Needs()
	if got, want := fmt.Sprint(append(n1, m1...), append(n2, m2...)), "[2 1] [8 9]"; got != want {
		t.Fatalf("asked for %s, want %s", got, want)
	}
	f.Identify(account.Host1, 1, key("A1"), key("f"))
	f.Identify(account.Host2, 8, key("A2"), key("f"))
	f.Identify(account.Host2, 9, key("A1"), key("f"))
	var pairs []Pair
	for _, p := range f.Decide().Pairs {
		pairs = append(pairs, p.Pair)
	}
	if got, want := fmt.Sprint(pairs), "[{1 9} {2 8}]"; got != want {
		t.Errorf("got the pairs %s, want %s", got, want)
	}
}

// TestOrderOfCalls has calls out of order panic.
func TestOrderOfCalls(t *testing.T) {
	t.Parallel()
	tests := map[string]func(f *Folder){
		"AddSource first":              func(f *Folder) { f.AddSource(nil) },
		"AddDest after DestDone":       func(f *Folder) { f.DestDone(Complete{}); f.AddDest(nil) },
		"AddPairs after AddSource":     func(f *Folder) { f.DestDone(Complete{}); f.AddSource([]Row{{UID: 1}}); f.AddPairs(nil) },
		"AddSource after SourceDone":   func(f *Folder) { f.DestDone(Complete{}); f.SourceDone(); f.AddSource(nil) },
		"SourceDone before DestDone":   func(f *Folder) { f.SourceDone() },
		"SourceDone twice":             func(f *Folder) { f.DestDone(Complete{}); f.SourceDone(); f.SourceDone() },
		"AddMissing after SourceDone.": func(f *Folder) { f.DestDone(Complete{}); f.SourceDone(); f.AddMissing(nil) },
	}
	for name, calls := range tests {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("got no panic")
				}
			}()
			calls(New(Rules{}, &FlagSets{}, nil))
		})
	}
}
