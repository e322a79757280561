package perlre

import (
	"strings"
	"testing"
	"time"
)

func TestCut(t *testing.T) {
	for expr, want := range map[string]Parts{
		`s,(.{10239}),$1\r\n,g`: {Kind: 's', Left: `(.{10239})`, Right: `$1\r\n`, Flags: "g"},
		`tr [\x80-\xff] [X]`:    {Kind: 't', Left: `\x80-\xff`, Right: "X"},
		`y/a/b/d`:               {Kind: 't', Left: "a", Right: "b", Flags: "d"},
		`m{a}ism`:               {Kind: 'm', Left: "a", Flags: "ism"},
		`/a\/b/`:                {Kind: 'm', Left: "a/b"},
		`s'a'$b'`:               {Kind: 's', Left: "a", Right: "$b", Plain: true},
	} {
		if got, err := Cut(expr); err != nil || got != want {
			t.Errorf("%s: got %+v %v, want %+v", expr, got, err, want)
		}
	}
	if _, err := Cut("s/a"); err == nil || !strings.Contains(err.Error(), "s/a") {
		t.Errorf("got %v, want an error that shows the expression", err)
	}
	if p, _ := Cut("s/a/b/gi"); !p.HasFlag('g') || p.HasFlag('m') {
		t.Error("flags are not told")
	}
}

func TestBytewise(t *testing.T) {
	for expr, want := range map[string]bool{"tr/a/b/": true, "y/a//d": true, "tr/a/b/s": false, "s/a/b/g": false, "m/a/": false} {
		s, err := ParseSubst(expr)
		if err != nil || s.Bytewise() != want {
			t.Errorf("%s: got %v %v, want %v", expr, s.Bytewise(), err, want)
		}
	}
}

// TestLongSubjectsGetMoreTime has a search that takes longer than the limit of short subjects.
func TestLongSubjectsGetMoreTime(t *testing.T) {
	s, err := ParseSubst(`s/a\z/b/`, Timeout(time.Second))
	if err != nil {
		t.Fatal(err)
	}
	if s.search.forSubject(longSubject) != s.search {
		t.Error("a short subject gets more time")
	}
	if long := s.search.forSubject(longSubject + 1); long.timeout != patience*time.Second || long.forSubject(longSubject+1) != long {
		t.Errorf("got %v", long.timeout)
	}
	text := strings.Repeat("x", longSubject) + "a"
	if got, err := s.ApplyString(text); err != nil || !strings.HasSuffix(got, "xb") {
		t.Errorf("got an end %q, %v", got[len(got)-2:], err)
	}
}
