package event

import "time"

// Paused tells that the copy rests so that the run keeps below the rates the user set
// (--maxmessagespersecond, --maxbytespersecond).
type Paused struct{ Pause time.Duration }

func (Paused) event() {}
