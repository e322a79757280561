package main

import (
	"fmt"
	"slices"
	"sort"
	"time"

	"imapsync/integration/fixtures"
)

const (
	oneWay   = 25 * time.Millisecond // 50 ms of round trip
	linkRate = 100e6 / 8             // 100 Mbit/s each way
	fewer    = 1000                  // messages for the reference over the slow link
	bigSize  = 200e6
	small    = 4096

	goalLoopback = 4.0
	goalWAN      = 20.0
	goalMemory   = 64 << 20
)

// row is one program's runs.
type row struct {
	contender
	runs []figures
}

func (r row) seconds() float64 {
	return median(r.runs, func(f figures) float64 { return f.Seconds })
}

// peak is the worst of all runs, not a median: a bound must hold always.
func (r row) peak() int64 {
	var worst int64
	for _, f := range r.runs {
		worst = max(worst, f.RSS)
	}
	return worst
}

func median(runs []figures, of func(figures) float64) float64 {
	values := make([]float64, len(runs))
	for i, f := range runs {
		values[i] = of(f)
	}
	sort.Float64s(values)
	return values[len(values)/2]
}

// race runs the programs in turn, so that what else the machine does meets them alike.
func (l *lab) race(title string, k link, user1 string, runs int, contenders ...contender) ([]row, error) {
	fmt.Printf("\n%s\n  %-10s %9s %9s %9s %9s %9s\n", title, "", "seconds", "fastest", "slowest", "cpu s", "peak MiB")
	rows := make([]row, len(contenders))
	for i, c := range contenders {
		rows[i].contender = c
	}
	for range runs {
		for i := range rows {
			f, err := l.once(rows[i].contender, k, user1)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", rows[i].name, err)
			}
			rows[i].runs = append(rows[i].runs, f)
		}
	}
	for _, r := range rows {
		bySeconds := func(a, b figures) int { return int(1e6 * (a.Seconds - b.Seconds)) }
		fmt.Printf("  %-10s %9.2f %9.2f %9.2f %9.2f %9.1f\n", r.name, r.seconds(),
			slices.MinFunc(r.runs, bySeconds).Seconds, slices.MaxFunc(r.runs, bySeconds).Seconds,
			median(r.runs, func(f figures) float64 { return f.CPU }), float64(r.peak())/(1<<20))
	}
	return rows, nil
}

func (l *lab) loopback() error {
	if err := l.fill("small", fixtures.Many("INBOX", l.messages, small)); err != nil {
		return err
	}
	contenders := []contender{l.ours(), l.limit()}
	if l.reference != nil {
		contenders = append(contenders, l.theReference())
	}
	rows, err := l.race(fmt.Sprintf("%d messages of %d octets, loopback", l.messages, small), l.direct(), "small", l.runs, contenders...)
	if err != nil {
		return err
	}
	l.againstLimit(rows)
	if len(rows) > 2 {
		l.goal("times faster than the reference", rows[2].seconds()/rows[0].seconds(), goalLoopback)
	}
	l.memoryGoal(rows[0])
	return nil
}

func (l *lab) wan() error {
	if err := l.fill("small", nil); err != nil {
		return err
	}
	if n, _, err := inbox(l.pair.First, "small"); err != nil {
		return err
	} else if n == 0 {
		if err := l.fill("small", fixtures.Many("INBOX", l.messages, small)); err != nil {
			return err
		}
	}
	k, err := l.distant()
	if err != nil {
		return err
	}
	defer k.close()
	line := fmt.Sprintf("%v round trip, 100 Mbit/s", 2*oneWay)
	rows, err := l.race(fmt.Sprintf("%d messages of %d octets, %s", l.messages, small, line), k, "small", l.runs, l.ours(), l.limit())
	if err != nil {
		return err
	}
	l.againstLimit(rows)
	l.memoryGoal(rows[0])
	if l.reference == nil {
		return nil
	}
	return l.wanReference(k, line, rows[0])
}

// wanReference gives the reference as much work as there is time for. It needs about 0.18 s a
// message on this line, half an hour for ten thousand: by default it does fewer, and what is said
// then is only what was measured.
func (l *lab) wanReference(k link, line string, all row) error {
	if l.full {
		rows, err := l.race(fmt.Sprintf("the same by the reference, %s", line), k, "small", 1, l.theReference())
		if err != nil {
			return err
		}
		l.goal("times faster than the reference", rows[0].seconds()/all.seconds(), goalWAN)
		return nil
	}
	if err := l.fill("fewer", fixtures.Many("INBOX", fewer, small)); err != nil {
		return err
	}
	rows, err := l.race(fmt.Sprintf("%d messages of %d octets, %s (BENCH_FULL=1: all %d by the reference too)", fewer, small, line,
		l.messages), k, "fewer", 1, l.ours(), l.theReference())
	if err != nil {
		return err
	}
	fmt.Printf("  the reference took %.1f times as long for %d messages as imapsync for %d\n",
		rows[1].seconds()/all.seconds(), fewer, l.messages)
	l.goal(fmt.Sprintf("times faster than the reference (%d messages each)", fewer), rows[1].seconds()/rows[0].seconds(), goalWAN)
	return nil
}

func (l *lab) big() error {
	if err := l.fill("big", fixtures.Big(bigSize)); err != nil {
		return err
	}
	contenders := []contender{l.ours(), l.limit()}
	if l.reference != nil {
		contenders = append(contenders, l.theReference())
	}
	rows, err := l.race(fmt.Sprintf("one message of %.0f MB, loopback", bigSize/1e6), l.direct(), "big", l.runs, contenders...)
	if err != nil {
		return err
	}
	l.againstLimit(rows)
	l.memoryGoal(rows[0])
	return nil
}

func (l *lab) againstLimit(rows []row) {
	fmt.Printf("  imapsync took %.2f times as long as the limit program\n", rows[0].seconds()/rows[1].seconds())
}

func (l *lab) goal(what string, got, atLeast float64) {
	l.score(got >= atLeast, fmt.Sprintf("%.1f %s (goal: at least %.0f)", got, what, atLeast))
}

func (l *lab) memoryGoal(r row) {
	if r.peak() == 0 {
		fmt.Println("  peak memory is not measured on this system")
		return
	}
	l.score(r.peak() < goalMemory, fmt.Sprintf("peak memory %.1f MiB (goal: less than %d)", float64(r.peak())/(1<<20), goalMemory>>20))
}

func (l *lab) score(met bool, text string) {
	l.goals++
	word := "MISSED"
	if met {
		l.met++
		word = "met"
	}
	fmt.Printf("  %-6s %s\n", word, text)
}
