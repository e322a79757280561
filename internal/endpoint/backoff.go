package endpoint

import (
	"math/rand/v2"
	"time"
)

// Waits before the tries of one reconnection. The reference tries at once each time, which a server
// that restarts or throttles never survives.
const (
	firstWait   = 5 * time.Second
	waitFactor  = 5
	longestWait = 5 * time.Minute
)

// retryWait is the wait before a try, counted from 0, given what the try before it ended with: none
// before the first, then 5 s, 25 s, 125 s and so on up to 5 minutes, each varied by a fifth so that
// connections lost together do not return together. A wait that the server asks for is kept in full.
func retryWait(try int, previous error) time.Duration {
	asked := serverWait(previous)
	if try == 0 {
		return asked
	}
	wait := firstWait
	for i := 1; i < try && wait < longestWait; i++ {
		wait *= waitFactor
	}
	wait = min(wait, longestWait)
	wait += time.Duration((rand.Float64() - 0.5) * 0.4 * float64(wait))
	return max(wait, asked)
}
