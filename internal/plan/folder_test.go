package plan

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"imapsync/internal/account"
	"imapsync/internal/getopt"
	"imapsync/internal/imap"
	"imapsync/internal/message"
)

// msg describes one message of a test folder: "uid:short:full:fallback:size:flags", empty parts
// meaning none. Keys are the letters given, so "a" on both sides is one identity.
type msg struct {
	uid             imap.UID
	short, full, fb string
	size            int64
	flags           string
	text            string // stands for its digest
	out             bool   // not selected
	mute            bool   // the server does not tell its identity headers
}

func key(s string) (k message.Key) {
	copy(k[:], s)
	return k
}

func rowsOf(sets *FlagSets, ms []msg) []Row {
	var rows []Row
	for _, m := range ms {
		var flags []imap.Flag
		for _, f := range strings.Fields(m.flags) {
			flags = append(flags, imap.Flag(f))
		}
		rows = append(rows, Row{UID: m.uid, Size: m.size, Short: key(m.short), Flags: sets.Intern(flags), Unselected: m.out})
	}
	return rows
}

// decideAll drives a Folder as the engine does, in chunks, and writes every decision as one word.
func decideAll(t *testing.T, rules Rules, src, dst []msg, known []Pair, chunk int) (words []string, f *Folder) {
	t.Helper()
	sets := &FlagSets{}
	f = New(rules, sets, nil)
	f.AddDest(rowsOf(sets, dst))
	proof, _ := Prove(true, uint32(len(dst)), len(dst))
	f.DestDone(proof)
	var remembered []Known
	for _, p := range known {
		remembered = append(remembered, Known{Pair: p})
	}
	f.AddPairs(remembered)
	find := func(ms []msg, uid imap.UID) msg {
		return ms[slices.IndexFunc(ms, func(m msg) bool { return m.uid == uid })]
	}
	step := func() (more bool) {
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
			f.Digest(account.Host1, uid, key(find(src, uid).text))
		}
		for _, uid := range d2 {
			f.Digest(account.Host2, uid, key(find(dst, uid).text))
		}
		if a, b := f.Needs(); len(a)+len(b) > 0 {
			t.Errorf("still needs %v %v after having been told", a, b)
		}
		s := f.Decide()
		for _, c := range s.Copies {
			words = append(words, fmt.Sprintf("copy%d", c.Row.UID))
		}
		for _, k := range s.Skips {
			words = append(words, fmt.Sprintf("%s%d", k.Reason, k.UID))
		}
		for _, p := range s.Pairs {
			words = append(words, fmt.Sprintf("pair%d=%d", p.Src, p.Dst))
		}
		for _, c := range s.Changes {
			words = append(words, fmt.Sprintf("flags%d=%v", c.UID, sets.Flags(c.Flags)))
		}
		return s.More
	}
	for rows := range slices.Chunk(rowsOf(sets, src), chunk) {
		f.AddSource(rows)
		if step() {
			t.Error("more questions before the source was complete")
		}
	}
	f.SourceDone()
	for step() {
	}
	slices.Sort(words)
	return words, f
}

func limit(octets int64) getopt.Int { return getopt.Int{Given: true, Value: octets} }

func TestDecide(t *testing.T) {
	t.Parallel()
	big := func(m msg, size int64) msg { m.size = size; return m }
	a := msg{uid: 1, short: "a", full: "A", size: 100}
	tests := []struct {
		name     string
		rules    Rules
		src, dst []msg
		known    []Pair
		want     string
	}{
		{name: "empty destination", src: []msg{a, {uid: 2, short: "b", full: "B"}}, want: "copy1 copy2"},
		{name: "already there by Message-Id, whatever the size", src: []msg{a}, dst: []msg{big(msg{uid: 7, short: "a", full: "other"}, 90000)}, want: "already_there1 pair1=7"},
		{name: "a twin on host1 is a duplicate", src: []msg{a, {uid: 2, short: "a", full: "A", size: 100}}, want: "copy1 duplicate_on_host12"},
		{name: "same Message-Id, other Received: both are copied", src: []msg{a, {uid: 2, short: "a", full: "A2"}}, want: "copy1 copy2"},
		{name: "group: full key first", src: []msg{a, {uid: 2, short: "a", full: "A2", size: 100}}, dst: []msg{{uid: 9, short: "a", full: "A2", size: 100}}, want: "already_there2 copy1 pair2=9"},
		{name: "group: then agreeing size in UID order", src: []msg{a, {uid: 2, short: "a", full: "A2", size: 90000}},
			dst: []msg{{uid: 9, short: "a", full: "x", size: 90100}, {uid: 10, short: "a", full: "y", size: 100}}, want: "already_there1 already_there2 pair1=10 pair2=9"},
		{name: "group: host2 has one, whatever its size: one is copied", src: []msg{a, {uid: 2, short: "a", full: "A2", size: 90000}},
			dst: []msg{{uid: 9, short: "a", full: "x", size: 500000}}, want: "already_there1 copy2 pair1=9"},
		{name: "received only: reference identity", src: []msg{{uid: 1, full: "R"}, {uid: 2, full: "R"}, {uid: 3, full: "S"}}, dst: []msg{{uid: 5, full: "S"}}, want: "already_there3 copy1 duplicate_on_host12 pair3=5"},
		{name: "fallback: equal messages are all copied, once", src: []msg{{uid: 1, fb: "f"}, {uid: 2, fb: "f"}}, dst: []msg{{uid: 5, fb: "f"}}, want: "already_there1 copy2 pair1=5"},
		{name: "fallback: second run copies nothing", src: []msg{{uid: 1, fb: "f"}, {uid: 2, fb: "f"}}, dst: []msg{{uid: 5, fb: "f"}, {uid: 6, fb: "f"}}, want: "already_there1 already_there2 pair1=5 pair2=6"},
		{name: "fallback matches although host2 added a Received line", src: []msg{{uid: 1, fb: "f"}}, dst: []msg{{uid: 5, full: "R", fb: "f"}}, want: "already_there1 pair1=5"},
		{name: "fallback: other size, same text", src: []msg{{uid: 1, fb: "f", size: 10, text: "x"}}, dst: []msg{{uid: 5, fb: "f", size: 12, text: "x"}}, want: "already_there1 pair1=5"},
		{name: "fallback: a header line added", src: []msg{{uid: 1, fb: "f", size: 10, text: "x"}}, dst: []msg{{uid: 5, fb: "f", size: 90, text: "y"}}, want: "already_there1 pair1=5"},
		{name: "fallback: quite another size, other text", src: []msg{{uid: 1, fb: "f", size: 10, text: "x"}}, dst: []msg{{uid: 5, fb: "f", size: 9000, text: "y"}}, want: "copy1"},
		{name: "fallback: quite another size, same text", src: []msg{{uid: 1, fb: "f", size: 90000, text: "x"}}, dst: []msg{{uid: 5, fb: "f", size: 98000, text: "x"}}, want: "already_there1 pair1=5"},
		{name: "no header at all, a line added: nothing says it is the same", rules: Rules{Headless: key("none")}, src: []msg{{uid: 1, fb: "none", text: "x"}}, dst: []msg{{uid: 5, fb: "f", size: 60, text: "y"}}, want: "copy1"},
		{name: "Received added", src: []msg{{uid: 1, full: "R", fb: "f", size: 1000}}, dst: []msg{{uid: 5, full: "RR", fb: "f", size: 1060}}, want: "already_there1 pair1=5"},
		{name: "Received: the full key comes first", src: []msg{{uid: 1, full: "R", fb: "f", size: 1000}, {uid: 2, full: "S", fb: "f", size: 1000}}, dst: []msg{{uid: 5, full: "S", fb: "f", size: 1000}}, want: "already_there2 copy1 pair2=5"},
		{name: "Message-Id added", src: []msg{{uid: 1, fb: "f", size: 1000}}, dst: []msg{{uid: 5, short: "new", full: "new", fb: "f", size: 1060}}, want: "already_there1 pair1=5"},
		{name: "Message-Id added: one to one", src: []msg{{uid: 1, fb: "f", size: 1000}, {uid: 2, fb: "f", size: 1000}}, dst: []msg{{uid: 5, short: "new", full: "new", fb: "f", size: 1060}}, want: "already_there1 copy2 pair1=5"},
		{name: "Message-Id added: what host1 has by Message-Id is not taken", src: []msg{{uid: 1, fb: "f", size: 1000}, {uid: 2, short: "a", full: "A", fb: "f", size: 1000}}, dst: []msg{{uid: 5, short: "a", full: "A", fb: "f", size: 1000}}, want: "already_there2 copy1 pair2=5"},
		{name: "Message-Id added: not of quite another size", src: []msg{{uid: 1, fb: "f", size: 1000}}, dst: []msg{{uid: 5, short: "new", full: "new", fb: "f", size: 9060}}, want: "copy1"},
		{name: "Message-Id added: not with no header at all", rules: Rules{Headless: key("none")}, src: []msg{{uid: 1, fb: "none", size: 1000}}, dst: []msg{{uid: 5, short: "new", full: "new", fb: "none", size: 1060}}, want: "copy1"},
		{name: "group: sizes changed beyond tolerance", src: []msg{{uid: 1, short: "a", full: "a1", size: 100000}, {uid: 2, short: "a", full: "a2", size: 200000}}, dst: []msg{{uid: 1, short: "a", full: "b1", size: 110000}, {uid: 2, short: "a", full: "b2", size: 220000}}, want: "already_there1 already_there2 pair1=1 pair2=2"},
		{name: "group: fallback keys before sizes", src: []msg{{uid: 1, short: "a", full: "a1", fb: "f", size: 1000}, {uid: 2, short: "a", full: "a2", fb: "g", size: 1060}}, dst: []msg{{uid: 1, short: "a", full: "b2", fb: "g", size: 1120}}, want: "already_there2 copy1 pair2=1"},
		{name: "a known void is the first of its twins", src: []msg{{uid: 1, full: "R", fb: "f"}, {uid: 2, full: "R", fb: "f"}}, dst: []msg{{uid: 5, full: "RR", fb: "f"}}, known: []Pair{{1, 5}}, want: "duplicate_on_host12 known_pair1 pair1=5"},
		{name: "fallback: same key and size, other texts", src: []msg{{uid: 1, fb: "f", text: "x"}, {uid: 2, fb: "f", text: "y"}}, dst: []msg{{uid: 5, fb: "f", text: "y"}}, want: "already_there2 copy1 pair2=5"},
		{name: "no header at all: texts decide", rules: Rules{Headless: key("none")}, src: []msg{{uid: 1, fb: "none", text: "x"}}, dst: []msg{{uid: 5, fb: "none", text: "y"}}, want: "copy1"},
		{name: "known pair", src: []msg{{uid: 1, short: "a"}}, dst: []msg{{uid: 5, short: "z"}}, known: []Pair{{1, 5}}, want: "known_pair1 pair1=5"},
		{name: "known pair deleted on host2 is copied again", src: []msg{{uid: 1, short: "a"}}, dst: []msg{{uid: 6, short: "z"}}, known: []Pair{{1, 5}}, want: "copy1"},
		{name: "flags follow", rules: Rules{ResyncFlags: true, Flags: FlagRule{FixCase: true}}, src: []msg{{uid: 1, short: "a", flags: `\SEEN \Recent x`}},
			dst: []msg{{uid: 5, short: "a", flags: `\Flagged`}}, want: `already_there1 flags5=[\Seen x] pair1=5`},
		{name: "recent alone is no difference", rules: Rules{ResyncFlags: true, Flags: FlagRule{FixCase: true}}, src: []msg{{uid: 1, short: "a", flags: `\Seen`}},
			dst: []msg{{uid: 5, short: "a", flags: `\Recent \Seen`}}, want: `already_there1 pair1=5`},
		{name: "maxsize is the largest that is copied", rules: Rules{MaxSize: limit(100), MinSize: limit(10)}, src: []msg{a, big(msg{uid: 2, short: "b"}, 101), big(msg{uid: 3, short: "c"}, 10)}, want: "copy1 too_big2 too_small3"},
		{name: "duplicates are wanted: as many as host1 has", rules: Rules{SyncDuplicates: true}, src: []msg{a, {uid: 2, short: "a", full: "A", size: 100}, {uid: 3, short: "a", full: "A", size: 100}},
			dst: []msg{{uid: 7, short: "a", full: "A", size: 100}}, want: "already_there1 copy2 copy3 pair1=7"},
		{name: "duplicates are wanted: host2 has none", rules: Rules{SyncDuplicates: true}, src: []msg{a, {uid: 2, short: "a", full: "A", size: 100}}, want: "copy1 copy2"},
		{name: "duplicates are wanted: host2 has them", rules: Rules{SyncDuplicates: true}, src: []msg{a, {uid: 2, short: "a", full: "A", size: 100}},
			dst: []msg{{uid: 7, short: "a", full: "A", size: 100}, {uid: 8, short: "a", full: "A", size: 100}, {uid: 9, short: "a", full: "A", size: 100}}, want: "already_there1 already_there2 pair1=7 pair2=8"},
		{name: "duplicates are wanted: Received only", rules: Rules{SyncDuplicates: true}, src: []msg{{uid: 1, full: "R"}, {uid: 2, full: "R"}}, dst: []msg{{uid: 5, full: "R"}}, want: "already_there1 copy2 pair1=5"},
		{name: "duplicates are wanted: exact identity", rules: Rules{SyncDuplicates: true, Exact: true}, src: []msg{{uid: 1, short: "u"}, {uid: 2, short: "u"}, {uid: 3, short: "u"}}, dst: []msg{{uid: 8, short: "u"}, {uid: 9, short: "v"}}, want: "already_there1 copy2 copy3 pair1=8"},
		{name: "the size is part of the identity", rules: Rules{Exact: true, Sized: true}, src: []msg{{uid: 1, short: "u", size: 10}, {uid: 2, short: "u", size: 11}, {uid: 3, short: "u", size: 10}}, dst: []msg{{uid: 8, short: "u", size: 11}}, want: "already_there2 copy1 duplicate_on_host13 pair2=8"},
		{name: "whatever host2 has, all is copied", rules: Rules{CopyAll: true}, src: []msg{a, {uid: 2, short: "a", full: "A"}, {uid: 3, fb: "f"}}, dst: []msg{{uid: 7, short: "a", full: "A"}, {uid: 8, fb: "f"}}, known: []Pair{{1, 7}}, want: "copy1 copy2 copy3"},
		{name: "duplicates are wanted: one of two is known", rules: Rules{SyncDuplicates: true}, src: []msg{a, {uid: 2, short: "a", full: "A", size: 100}},
			dst: []msg{{uid: 7, short: "a", full: "A", size: 100}}, known: []Pair{{2, 7}}, want: "copy1 known_pair2 pair2=7"},
		{name: "duplicates are wanted: the other is there too", rules: Rules{SyncDuplicates: true}, src: []msg{a, {uid: 2, short: "a", full: "A", size: 100}},
			dst: []msg{{uid: 7, short: "a", full: "A", size: 100}, {uid: 8, short: "a", full: "A", size: 100}}, known: []Pair{{2, 7}}, want: "already_there1 known_pair2 pair1=8 pair2=7"},
		{name: "duplicates are wanted: one of two is known, the other cannot be read", rules: Rules{SyncDuplicates: true}, src: []msg{{uid: 1, short: "a", size: 100, mute: true}, {uid: 2, short: "a", full: "A", size: 100}},
			dst: []msg{{uid: 7, short: "a", full: "A", size: 100}}, known: []Pair{{2, 7}}, want: "copy1 known_pair2 pair2=7"},
		{name: "exact identity", rules: Rules{Exact: true}, src: []msg{{uid: 1, short: "u"}, {uid: 2, short: "u"}, {uid: 3, short: "v"}}, dst: []msg{{uid: 8, short: "v"}}, want: "already_there3 copy1 duplicate_on_host12 pair3=8"},
	}
	for _, tt := range tests {
		for _, chunk := range []int{1, 2, 100} {
			t.Run(fmt.Sprintf("%s/%d", tt.name, chunk), func(t *testing.T) {
				got, _ := decideAll(t, tt.rules, tt.src, tt.dst, tt.known, chunk)
				if g := strings.Join(got, " "); g != tt.want {
					t.Errorf("got  %s\nwant %s", g, tt.want)
				}
			})
		}
	}
}

func TestNothingWithoutProof(t *testing.T) {
	t.Parallel()
	f := New(Rules{}, &FlagSets{}, nil)
	proof, ok := Prove(true, 3, 2)
	if ok {
		t.Fatal("a listing of 2 out of 3 messages was proven complete")
	}
	f.AddDest([]Row{{UID: 1, Short: key("a")}})
	f.DestDone(proof)
	f.AddSource([]Row{{UID: 1, Short: key("b")}})
	f.SourceDone()
	if s := f.Decide(); len(s.Copies) != 0 {
		t.Errorf("copies from half a listing of host2: %+v", s.Copies)
	}
	if _, ok := f.Finish(proof, proof); ok {
		t.Error("Finish spoke of host2's extra messages without proof")
	}
}

func TestFinishCountsExtra(t *testing.T) {
	t.Parallel()
	_, f := decideAll(t, Rules{}, []msg{{uid: 1, short: "a"}}, []msg{{uid: 1, short: "a"}, {uid: 2, short: "b"}}, nil, 10)
	p1, _ := Prove(true, 1, 1)
	p2, _ := Prove(true, 2, 2)
	if o, ok := f.Finish(p1, p2); !ok || len(o.Extra) != 1 {
		t.Errorf("got %+v %v, want one extra message", o, ok)
	}
}

func TestForHost2(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name          string
		rule          FlagRule
		in, permanent string
		want          string
	}{
		{"recent goes", FlagRule{}, `\Seen \Recent`, ``, `\Seen`},
		{"case", FlagRule{FixCase: true}, `\ANSWERED \forwarded Junk`, ``, `\Answered \forwarded Junk`},
		{"filter", FlagRule{Filter: true}, `\Seen Junk`, `\Seen \Flagged`, `\Seen`},
		{"wildcard", FlagRule{Filter: true}, `\Seen Junk`, `\Seen \*`, `\Seen Junk`},
		{"empty restricts nothing", FlagRule{Filter: true}, `\Seen Junk`, ``, `\Seen Junk`},
		{"doubled", FlagRule{}, `a a \Seen`, ``, `a \Seen`},
		{"doubled in another case", FlagRule{}, `\seen \Seen a A`, ``, `\seen a`},
		{"filter in another case", FlagRule{Filter: true, FixCase: true}, `\SEEN $Label1 Junk`, `\seen $label1`, `\Seen $Label1`},
	}
	for _, tt := range tests {
		flags, _ := tt.rule.ForHost2(flagsOf(tt.in), flagsOf(tt.permanent))
		got := fmt.Sprint(flags)
		if want := fmt.Sprint(flagsOf(tt.want)); got != want {
			t.Errorf("%s: got %s, want %s", tt.name, got, want)
		}
	}
}

func flagsOf(s string) []imap.Flag {
	out := []imap.Flag{}
	for _, f := range strings.Fields(s) {
		out = append(out, imap.Flag(f))
	}
	return out
}

// TestFlagRuleOnce evaluates an expression once for each set of flags, however many messages have it.
func TestFlagRuleOnce(t *testing.T) {
	t.Parallel()
	o := FlagOptions{Regex: []string{`s/$/ $sync->{user1}/`}}
	rewrite, bad := o.Compile()
	if bad != nil {
		t.Fatal(bad)
	}
	sets := &FlagSets{}
	f := New(Rules{ResyncFlags: true, Flags: FlagRule{Rewrite: rewrite}}, sets, nil)
	calls := 0
	f.UseVariables(func(string) (string, bool) { calls++; return "ann", true })
	const n = 3000
	proof, _ := Prove(true, 0, 0)
	f.DestDone(proof)
	kinds := [][]imap.Flag{{imap.FlagSeen}, {imap.FlagSeen, "a"}, nil}
	for i := range n {
		f.AddSource([]Row{{UID: imap.UID(i + 1), Short: key(fmt.Sprint(i)), Flags: sets.Intern(kinds[i%3])}})
	}
	f.SourceDone()
	copies := f.Decide().Copies
	if len(copies) != n || calls != len(kinds) {
		t.Errorf("%d copies, %d evaluations, want %d and %d", len(copies), calls, n, len(kinds))
	}
	if got := joinFlags(sets.Flags(copies[1].Flags)); got != `\Seen a ann` {
		t.Errorf("got %s", got)
	}
}
