package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"imapsync/bench/tap"
)

// maxTraced lines are shown: what follows is mail.
const maxTraced = 100

// traced is a command of one side, or several with the same verb that went out together.
type traced struct {
	tap.Line
	verb        string
	side, times int
}

// trace shows what a program asked of both sides and when, in round trips since its first command.
func (t talk) trace(name string) {
	var all []traced
	for i, c := range t {
		for _, l := range c.Said {
			words := strings.Fields(l.Text)
			last := len(all) - 1
			if last >= 0 && all[last].side == i+1 && all[last].verb == words[1] && l.At.Sub(all[last].At) < roundTrip/10 {
				all[last].times++
				continue
			}
			all = append(all, traced{l, words[1], i + 1, 1})
		}
	}
	if len(all) == 0 {
		return
	}
	slices.SortStableFunc(all, func(a, b traced) int { return a.At.Compare(b.At) })
	fmt.Printf("\n%s, what it asked when, in round trips (signed in at %s and %s):\n\n", name,
		trips(t[0].SignedIn.Sub(all[0].At)), trips(t[1].SignedIn.Sub(all[0].At)))
	for _, l := range all[:min(len(all), maxTraced)] {
		more := ""
		if l.times > 1 {
			more = fmt.Sprintf(" (and %d like it)", l.times-1)
		}
		fmt.Printf("    %5s host%d %.100s%s\n", trips(l.At.Sub(all[0].At)), l.side, l.Text, more)
	}
}

func trips(d time.Duration) string { return fmt.Sprintf("%.1f", d.Seconds()/roundTrip.Seconds()) }
