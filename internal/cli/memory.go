package cli

import (
	"context"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// Memory the program keeps to, in octets, as long as what it must hold fits (rule E11). The
// collector works harder near the limit. A plan of millions of messages needs more: the limit then
// follows what is live, so that the collector is not busy all the time.
const (
	memoryLimit = 44 << 20
	memoryRoom  = 16 << 20
	memoryLook  = 250 * time.Millisecond
)

// limitMemory sets the limit and keeps adapting it until ctx ends. A limit given by GOMEMLIMIT is
// the user's and stays.
func limitMemory(ctx context.Context, getenv func(string) string) {
	if getenv("GOMEMLIMIT") != "" {
		return
	}
	debug.SetMemoryLimit(memoryLimit)
	go func() {
		tick := time.NewTicker(memoryLook)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				debug.SetMemoryLimit(limitFor(liveMemory()))
			}
		}
	}()
}

// limitFor leaves room for half of what is live to be garbage.
func limitFor(live int64) int64 { return max(memoryLimit, live*3/2+memoryRoom) }

func liveMemory() int64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return int64(sample[0].Value.Uint64())
}
