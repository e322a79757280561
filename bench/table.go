package main

import (
	"fmt"
	"slices"
	"strings"
)

// row is one program's runs, by round.
type row struct {
	program
	runs   []*figures // nil where it had a rest
	talk   talk       // of the last run
	failed bool
	note   string
}

// table is one work over one link.
type table struct {
	work work
	kind linkKind
	rows []*row
}

// spread is the median of some values, with the least and the greatest.
type spread struct{ low, median, high float64 }

func spreadOf(values []float64) (s spread, ok bool) {
	if len(values) == 0 {
		return s, false
	}
	slices.Sort(values)
	middle := values[len(values)/2]
	if len(values)%2 == 0 {
		middle = (middle + values[len(values)/2-1]) / 2
	}
	return spread{values[0], middle, values[len(values)-1]}, true
}

func (s spread) String() string {
	if s.low == s.high {
		return fmt.Sprintf("%.2f", s.median)
	}
	return fmt.Sprintf("%.2f (%.2f–%.2f)", s.median, s.low, s.high)
}

func (r *row) spread(of func(figures) float64) (spread, bool) {
	var values []float64
	for _, f := range r.runs {
		if f != nil {
			values = append(values, of(*f))
		}
	}
	return spreadOf(values)
}

func seconds(f figures) float64   { return f.Seconds }
func processor(f figures) float64 { return f.CPU }

// memory is in MiB.
func memory(f figures) float64 { return float64(f.RSS) / (1 << 20) }

// ratio compares the rounds in which both ran: what else the machine did then met both.
func (r *row) ratio(other *row) (spread, bool) {
	var values []float64
	for i, f := range r.runs {
		if f != nil && other.runs[i] != nil {
			values = append(values, f.Seconds/other.runs[i].Seconds)
		}
	}
	return spreadOf(values)
}

// row finds a program that did the work.
func (t *table) row(name string) *row {
	for _, r := range t.rows {
		if r.name == name && !r.failed {
			return r
		}
	}
	return nil
}

// limit is the row that others are measured by: the fastest variant of the limit program, for
// reruns the reading of Message-Ids; nil when there is none.
func (t *table) limit() (best *row) {
	if t.work.rerun {
		return t.row("read msgid")
	}
	least := 0.0
	for _, r := range t.rows {
		s, ok := r.spread(seconds)
		if ok && !r.failed && strings.HasPrefix(r.name, "limit") && (best == nil || s.median < least) {
			best, least = r, s.median
		}
	}
	return best
}

// print writes Markdown, for docs/performance.md.
func (t *table) print() {
	fmt.Printf("\n### %s: %s; %s\n\n", t.work.name, t.work.what, t.kind.what())
	if t.kind == counted {
		t.printTalk()
		return
	}
	fmt.Println("| program | rounds | seconds | × limit | × imapsync | CPU s | peak MiB | |")
	fmt.Println("|---|--:|--:|--:|--:|--:|--:|---|")
	limit, own := t.limit(), t.row(ours)
	for _, r := range t.rows {
		cells := []string{r.name, fmt.Sprint(r.count())}
		add := func(s spread, ok bool) {
			text := ""
			if ok {
				text = s.String()
			}
			cells = append(cells, text)
		}
		add(r.spread(seconds))
		for _, other := range []*row{limit, own} {
			if other == nil || other == r {
				cells = append(cells, "")
				continue
			}
			add(r.ratio(other))
		}
		cpu, _ := r.spread(processor)
		peak, _ := r.spread(memory)
		note := r.note
		if r == limit {
			note = strings.TrimSpace("the limit " + note)
		}
		cells = append(cells, fmt.Sprintf("%.2f", cpu.median), fmt.Sprintf("%.1f", peak.high), note)
		fmt.Println("| " + strings.Join(cells, " | ") + " |")
	}
}

func (r *row) count() (n int) {
	for _, f := range r.runs {
		if f != nil {
			n++
		}
	}
	return n
}

func (t *table) printTalk() {
	fmt.Println("| program | connections | commands | turns after sign-in | waiting literals | sign-in to first APPEND | octets up | octets down | |")
	fmt.Println("|---|--:|--:|--:|--:|--:|--:|--:|---|")
	for _, r := range t.rows {
		a, b := r.talk[0], r.talk[1]
		first := ""
		if n := r.talk.toFirstAppend(); n >= 0 {
			first = fmt.Sprintf("%.1f", n)
		}
		fmt.Printf("| %s | %d, %d | %d, %d | %d, %d | %d, %d | %s | %d, %d | %d, %d | %s |\n", r.name, a.Connections, b.Connections,
			a.Commands, b.Commands, a.TurnsLater, b.TurnsLater, a.SyncLiterals, b.SyncLiterals, first, a.Up, b.Up, a.Down, b.Down, r.note)
	}
}
