package main

import "fmt"

// goal is a bound for one program's line of one table.
type goal struct {
	work    string
	kind    linkKind
	program string
	what    string
	bound   float64
	atLeast bool
	value   func(t *table, r *row) (float64, bool)
}

// goals hold for imapsync unless they say otherwise. Those for memory are in judge: they hold everywhere.
var goals = []goal{
	{work: "w1", kind: loop, what: "× limit", bound: 1.3, value: timesLimit},
	{work: "w2", kind: loop, what: "× limit", bound: 1.3, value: timesLimit},
	{work: "w5", kind: loop, what: "× limit", bound: 1.4, value: timesLimit},
	{work: "w1", kind: wan, what: "× limit", bound: 1.1, value: timesLimit},
	{work: "m200", kind: wan, what: "× limit", bound: 1.1, value: timesLimit},
	{work: "f50", kind: wan, what: "× limit", bound: 1.5, value: timesLimit},
	{work: "w1", kind: loop, what: "s of CPU", bound: 0.6, value: cpu},
	{work: "w2", kind: loop, what: "s of CPU", bound: 0.6, value: cpu},
	{work: "s1k", kind: weak, what: "times faster than the reference", bound: 15, atLeast: true, value: faster(reference)},
	{work: "f50", kind: weak, what: "times faster than the reference", bound: 15, atLeast: true, value: faster(reference)},
	{work: "s200", kind: counted, what: "round trips from sign-in to first APPEND", bound: 5, value: toFirstAppend},
	{work: "f50", kind: counted, what: "round trips from sign-in to first APPEND", bound: 5, value: toFirstAppend},
	{work: "rerun100k", kind: loop, what: "times faster than mbsync", bound: 1, atLeast: true, value: faster(mbsync)},
	{work: "rerun100k", kind: counted, what: "round trips after sign-in on the longer side", bound: 12, value: turns},
	{work: "rerun10k", kind: loop, program: oursStateless, what: "× the reading of both sides' Message-Ids", bound: 1.5, value: timesLimit},
}

const memoryGoal = 64 // MiB

func timesLimit(t *table, r *row) (float64, bool) {
	limit := t.limit()
	if limit == nil {
		return 0, false
	}
	s, ok := r.ratio(limit)
	return s.median, ok
}

func faster(other string) func(t *table, r *row) (float64, bool) {
	return func(t *table, r *row) (float64, bool) {
		o := t.row(other)
		if o == nil {
			return 0, false
		}
		s, ok := o.ratio(r)
		return s.median, ok
	}
}

func cpu(_ *table, r *row) (float64, bool) {
	s, ok := r.spread(processor)
	return s.median, ok
}

// peak is the worst of all runs, not a median: a bound must hold always.
func peak(_ *table, r *row) (float64, bool) {
	s, ok := r.spread(memory)
	return s.high, ok && s.high > 0
}

func toFirstAppend(_ *table, r *row) (float64, bool) {
	n := r.talk.toFirstAppend()
	return n, n >= 0
}

func turns(_ *table, r *row) (float64, bool) {
	return float64(max(r.talk[0].TurnsLater, r.talk[1].TurnsLater)), true
}

// judge holds a table against its goals.
func (l *lab) judge(t *table) {
	fmt.Println()
	for _, g := range goals {
		if g.program == "" {
			g.program = ours
		}
		if g.work == t.work.name && g.kind == t.kind {
			l.hold(t, g)
		}
	}
	for _, program := range []string{ours, oursStateless} {
		if t.kind != counted {
			l.hold(t, goal{program: program, what: "MiB at most", bound: memoryGoal, value: peak})
		}
	}
}

func (l *lab) hold(t *table, g goal) {
	r := t.row(g.program)
	if r == nil {
		return
	}
	value, ok := g.value(t, r)
	if !ok {
		return // nobody to compare with, or this system does not tell
	}
	met, relation := value <= g.bound, "≤"
	if g.atLeast {
		met, relation = value >= g.bound, "≥"
	}
	l.score(met, fmt.Sprintf("%s: %.2f %s (goal: %s %.4g)", g.program, value, g.what, relation, g.bound))
}

func (l *lab) score(met bool, text string) {
	l.goals++
	word := "MISSED"
	if met {
		l.met++
		word = "met"
	}
	fmt.Printf("- %s: %s\n", word, text)
}
