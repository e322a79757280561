package plan

import "testing"

func TestLimit(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Limit{
		"0": {Given: true}, "500": {Given: true, N: 500}, "10%": {Given: true, Percent: true, N: 10}, "100%": {Given: true, Percent: true, N: 100},
	} {
		if got, err := ParseLimit(text); err != nil || got != want {
			t.Errorf("%s: got %+v, %v, want %+v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "%", "-1", "-5%", "101%", "ten", "10 %", "1e3", "5%%", "99999999999999999999"} {
		if got, err := ParseLimit(text); err == nil {
			t.Errorf("%q: got %+v, want an error", text, got)
		}
	}
	for _, c := range []struct {
		limit           string
		n, total, spent int64
		want            bool
	}{
		{"", 1000, 1000, 1000, true}, {"0", 1, 10, 0, false}, {"0", 0, 10, 0, true}, {"10", 10, 10, 0, true}, {"10", 11, 100, 0, false},
		{"10", 5, 100, 6, false}, {"10", 4, 100, 6, true}, {"10%", 10, 100, 99, true}, {"10%", 11, 100, 0, false}, {"100%", 7, 7, 0, true}, {"0%", 1, 100, 0, false},
	} {
		var l Limit
		if c.limit != "" {
			l, _ = ParseLimit(c.limit)
		}
		if got := l.Allows(c.n, c.total, c.spent); got != c.want {
			t.Errorf("--maxdeletions %s, %d of %d, %d before: got %t, want %t", c.limit, c.n, c.total, c.spent, got, c.want)
		}
	}
}

func TestMismatch(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		s    Smell
		want bool
	}{
		{"few", Smell{Removals: 100, Total2: 100, Total1: 100, Unmatched1: 100}, false},
		{"not most of the folder", Smell{Removals: 101, Total2: 202, Total1: 100, Unmatched1: 100}, false},
		{"nothing matches", Smell{Removals: 101, Total2: 101, Total1: 100, Unmatched1: 100}, true},
		{"half of host1 matches", Smell{Removals: 101, Total2: 151, Total1: 100, Unmatched1: 50}, false},
		{"most of host1 does not match", Smell{Removals: 101, Total2: 150, Total1: 100, Unmatched1: 51}, true},
		{"host1's folder was emptied", Smell{Removals: 5000, Total2: 5000}, false},
		{"host1 is empty", Smell{Removals: 101, Total2: 101, Empty1: true}, true},
		{"host1 is empty, few", Smell{Removals: 50, Total2: 50, Empty1: true}, false},
	} {
		if got := c.s.Mismatch(); got != c.want {
			t.Errorf("%s: got %t, want %t", c.name, got, c.want)
		}
	}
}

func FuzzParseLimit(f *testing.F) {
	for _, text := range []string{"0", "500", "10%", "%", "-1", "1e9"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		l, err := ParseLimit(text)
		if err == nil && (!l.Given || l.N < 0 || !l.Percent && l.N < 1<<62 && l.Allows(l.N+1, 1, 0)) {
			t.Errorf("%q: got %+v", text, l)
		}
	})
}
