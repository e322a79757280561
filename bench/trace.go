package main

import (
	"fmt"
	"slices"

	"imapsync/bench/tap"
)

// trace shows the talk of both sides in order of time, in round trips since the first line.
func (t talk) trace(name string) {
	type line struct {
		tap.Line
		side int
	}
	var all []line
	for i, c := range t {
		for _, l := range c.Said {
			all = append(all, line{l, i + 1})
		}
	}
	if len(all) == 0 {
		return
	}
	slices.SortStableFunc(all, func(a, b line) int { return a.At.Compare(b.At) })
	fmt.Printf("\n%s, what was said when, in round trips:\n\n", name)
	for _, l := range all {
		arrow := "<"
		if l.Up {
			arrow = ">"
		}
		fmt.Printf("    %5.1f host%d %s %.110s\n", l.At.Sub(all[0].At).Seconds()/roundTrip.Seconds(), l.side, arrow, l.Text)
	}
}
