package migrate

import (
	"fmt"
	"strings"

	"imapsync/internal/event"
	"imapsync/internal/plan"
)

// turns makes folders wait for each other: what --skipcrossduplicates finds depends on the folders
// before (rule E3), and on their copies having been confirmed. A folder is listed ahead of its turn.
type turns []chan struct{}

// listedAhead is how many folders are begun at once; all but the first of them wait.
const listedAhead = 3

func newTurns(n int) turns {
	t := make(turns, n)
	for i := range t {
		t[i] = make(chan struct{})
	}
	return t
}

// await waits for the end of all pairs before the pair i.
func (t turns) await(i int) {
	if t != nil && i > 0 {
		<-t[i-1]
	}
}

// done ends the pair i, which has had its turn.
func (t turns) done(i int) {
	if t != nil {
		t.await(i)
		close(t[i])
	}
}

// singly makes each pair of folders a piece of work of its own.
func (r *run) singly() [][]int {
	out := make([][]int, len(r.plan.Pairs))
	for i := range out {
		out[i] = []int{i}
	}
	return out
}

// tellCross names the folders that have a message which is not copied for that reason.
func (w *work) tellCross(s plan.Skip) {
	if s.Reason != plan.CrossDuplicate {
		return
	}
	level := event.Debug
	if w.cfg.Messages.DebugCrossDuplicates.Value {
		level = event.Info
	}
	names := make([]string, len(s.Others))
	for i, n := range s.Others {
		names[i] = string(n)
	}
	w.sink.Emit(event.Note{Level: level, Text: fmt.Sprintf("Host1: found that msg %s/%d is also in Host2 folders %s",
		w.pair.Src, s.UID, strings.Join(names, " "))})
}
