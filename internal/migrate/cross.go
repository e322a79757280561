package migrate

import (
	"fmt"
	"strings"

	"imapsync/internal/event"
	"imapsync/internal/plan"
)

// singly makes each pair of folders a piece of work of its own, to be done one after the other:
// what --skipcrossduplicates finds depends on the folders before (rule E3), and on their copies
// having been confirmed.
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
