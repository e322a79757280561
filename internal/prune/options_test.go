package prune

import (
	"testing"

	"imapsync/internal/getopt"
)

func TestCompile(t *testing.T) {
	t.Parallel()
	yes, no := getopt.Bool{Given: true, Value: true}, getopt.Bool{Given: true}
	word := func(s string) getopt.String { return getopt.String{Given: true, Value: s} }
	for _, c := range []struct {
		name  string
		opts  Options
		check func(Policy) bool
	}{
		{"nothing", Options{}, func(p Policy) bool {
			return !p.Writes1() && !p.Removes2() && !p.Folders && !p.ExpungeAll2 && !p.EmptyFolders
		}},
		{"delete1 expunges its own", Options{Delete1: yes}, func(p Policy) bool { return p.Source && p.ExpungeOurs && p.AfterEach && !p.ExpungeAll1 }},
		{"delete1, expunge1 implied", Options{Delete1: yes, Expunge1: yes, Expunge1Implied: true}, func(p Policy) bool { return p.ExpungeOurs && !p.ExpungeAll1 }},
		{"delete1, expunge1 by name", Options{Delete1: yes, Expunge1: yes}, func(p Policy) bool { return p.ExpungeOurs && p.ExpungeAll1 }},
		{"delete1, noexpunge1", Options{Delete1: yes, Expunge1: no}, func(p Policy) bool { return !p.ExpungeOurs && p.AfterEach && !p.ExpungeAll1 }},
		{"delete2", Options{Delete2: yes}, func(p Policy) bool { return p.Extra && p.Duplicates && p.Expunge2 && !p.ExpungeAll2 }},
		{"delete2, twins stay", Options{Delete2: yes, Delete2Duplicates: no}, func(p Policy) bool { return p.Extra && !p.Duplicates }},
		{"only marked", Options{Delete2: yes, UIDExpunge2: no}, func(p Policy) bool { return !p.Expunge2 }},
		{"folders by a filter", Options{Delete2Folders: no, Delete2FoldersOnly: word("Old")}, func(p Policy) bool { return p.Folders }},
		{"a limit", Options{MaxDeletions: word("5%")}, func(p Policy) bool { return p.Limit.Given && p.Limit.Percent && p.Limit.N == 5 }},
	} {
		p, errs := c.opts.Compile()
		if len(errs) > 0 || !c.check(p) {
			t.Errorf("%s: got %+v, %v", c.name, p, errs)
		}
	}
	bad := Options{MaxDeletions: word("many"), Delete2FoldersOnly: word("("), Delete2FoldersButNot: word("s/a/b/")}
	if _, errs := bad.Compile(); len(errs) != 3 {
		t.Errorf("got %v, want three problems together", errs)
	}
}
