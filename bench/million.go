package main

import (
	"fmt"
	"os/exec"
	"strconv"
	"strings"
)

const planMemoryGoal = 200 << 20

// million runs the Go benchmark of a plan: a million messages on both sides, nothing to copy.
func (l *lab) million() error {
	fmt.Printf("\n### %s: the plan of 1,000,000 messages that are there already\n\n", planWork)
	out, err := exec.Command("go", "test", "-run", "^$", "-bench", "^BenchmarkMillion$", "-benchtime", fmt.Sprint(min(l.pairs, 3), "x"),
		"imapsync/internal/plan").CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	for line := range strings.Lines(string(out)) {
		if !strings.HasPrefix(line, "Benchmark") {
			continue
		}
		fmt.Println("    " + strings.TrimSpace(line) + "\n")
		words := strings.Fields(line)
		for i, unit := range words {
			if unit == "held-B" {
				held, err := strconv.ParseFloat(words[i-1], 64)
				if err != nil {
					return err
				}
				l.score(held <= planMemoryGoal, fmt.Sprintf("%.0f MiB held by plan and rows (goal: ≤ %d)", held/(1<<20), planMemoryGoal>>20))
			}
		}
		return nil
	}
	return fmt.Errorf("no figures in\n%s", out)
}
