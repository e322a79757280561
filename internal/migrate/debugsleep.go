package migrate

import (
	"strconv"
	"time"

	"imapsync/internal/event"
)

// debugSleep pauses for whoever wants to look at a run, or disturb it, at known moments.
func (r *run) debugSleep() {
	if r.set.pause <= 0 {
		return
	}
	r.sink.Emit(event.Note{Text: "Info: sleeping " + strconv.FormatFloat(r.set.pause.Seconds(), 'f', -1, 64) + "s"})
	timer := time.NewTimer(r.set.pause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.soft.Done():
	}
}
