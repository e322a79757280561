package main

import (
	"slices"
	"testing"
)

func runsOf(seconds ...float64) (runs []*figures) {
	for _, s := range seconds {
		if s == 0 {
			runs = append(runs, nil)
			continue
		}
		runs = append(runs, &figures{Seconds: s})
	}
	return runs
}

// TestRatio takes rounds in pairs: the median of ratios is not the ratio of medians, and a round in
// which one had a rest does not count.
func TestRatio(t *testing.T) {
	a := &row{runs: runsOf(2, 30, 4, 9)}
	b := &row{runs: runsOf(1, 10, 4, 0)}
	got, ok := a.ratio(b)
	if want := (spread{1, 2, 3}); !ok || got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	if _, ok := a.ratio(&row{runs: runsOf(0, 0, 0, 0)}); ok {
		t.Error("got a ratio to what never ran")
	}
}

func TestSpread(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   spread
	}{
		{[]float64{3}, spread{3, 3, 3}},
		{[]float64{3, 1}, spread{1, 2, 3}},
		{[]float64{5, 1, 2}, spread{1, 2, 5}},
	} {
		if got, ok := spreadOf(c.values); !ok || got != c.want {
			t.Errorf("%v: got %v, want %v", c.values, got, c.want)
		}
	}
	if _, ok := spreadOf(nil); ok {
		t.Error("got a median of nothing")
	}
}

// TestLimit picks the fastest variant that did the work.
func TestLimit(t *testing.T) {
	table := table{rows: []*row{
		{program: program{name: ours}, runs: runsOf(1)},
		{program: program{name: "limit, 1 x 1"}, runs: runsOf(4)},
		{program: program{name: "limit, 1 x 20"}, runs: runsOf(3)},
		{program: program{name: "limit, 4 x 20"}, runs: runsOf(2), failed: true},
		{program: program{name: "read msgid"}, runs: runsOf(5)},
	}}
	if got := table.limit(); got != table.rows[2] {
		t.Errorf("got %v", got)
	}
	if table.work.rerun = true; table.limit() != table.rows[4] {
		t.Errorf("got %v for a rerun", table.limit())
	}
}

// TestGoals looks for the tables that the goals speak of.
func TestGoals(t *testing.T) {
	for _, g := range goals {
		if !slices.ContainsFunc(works, func(w work) bool { return w.name == g.work && slices.Contains(w.links, g.kind) }) {
			t.Errorf("nobody does %s over %s", g.work, g.kind)
		}
	}
}

// TestMixed checks that mixed mail is as it is said to be.
func TestMixed(t *testing.T) {
	a := mixed(2000)
	var sizes []int
	total := 0
	for _, f := range a {
		for m := range f.Messages {
			sizes = append(sizes, len(m.Raw))
			total += len(m.Raw)
		}
	}
	slices.Sort(sizes)
	if len(a) != 20 || len(sizes) != 2000 {
		t.Errorf("got %d folders and %d messages", len(a), len(sizes))
	}
	median, mean, biggest := sizes[1000], total/2000, sizes[1999]
	t.Logf("median %d, mean %d, biggest %d, together %d octets", median, mean, biggest, total)
	if median < 12_000 || median > 18_000 || mean < 70_000 || mean > 120_000 || biggest < 20<<20 {
		t.Errorf("median %d, mean %d, biggest %d", median, mean, biggest)
	}
}
