package transfer

import (
	"context"
	"math"
	"sync"
	"time"

	"imapsync/internal/event"
)

// defaultMaxSleep bounds the pause after one message, in seconds, unless --maxsleep says otherwise;
// SIGUSR1 goes to and fro between it and no pause at all.
const defaultMaxSleep = 2.0

// longestPause keeps a pause inside a time.Duration, in seconds.
const longestPause = 24 * 3600

// Rate keeps a run below an average number of messages and octets a second, all connections taken
// together. The average is that of 2.229: it counts from the start of the folder loop, so time
// without copies is credit, and the octets of --maxbytesafter are free. A pause is never longer than
// --maxsleep for each message it follows, so a rate that asks for more is exceeded.
//
// All methods are safe for concurrent use. A nil *Rate does not limit.
type Rate struct {
	messages float64 // a second, 0: no limit
	octets   float64 // a second, 0: no limit
	after    float64 // octets that are free

	now func() time.Time

	mu        sync.Mutex // protects what follows
	maxSleep  float64    // seconds
	mayToggle bool       // a pause exists that SIGUSR1 can switch
	begin     time.Time
	sent      int64
	volume    int64
	next      time.Time     // when the next message may go
	toggled   chan struct{} // closed when the pauses are switched
}

// NewRate compiles o. It limits nothing when no rate was asked for.
func NewRate(o Options) *Rate {
	r := &Rate{
		messages:  max(0, o.MaxMessagesPerSecond.Value),
		octets:    max(0, float64(o.MaxBytesPerSecond.Value)),
		after:     max(0, float64(o.MaxBytesAfter.Value)),
		maxSleep:  max(0, o.MaxSleep.Or(defaultMaxSleep)),
		now:       time.Now,
		toggled:   make(chan struct{}),
		mayToggle: o.MaxSleep.Given,
	}
	r.mayToggle = r.mayToggle || r.limits()
	r.begin = r.now()
	return r
}

func (r *Rate) limits() bool { return r != nil && (r.messages > 0 || r.octets > 0) }

// Start begins the average: the folder loop starts.
func (r *Rate) Start() {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.begin, r.next = r.now(), time.Time{}
}

// Toggle switches the pauses off, or on again for at most 2 seconds a message, and wakes whoever waits.
// It returns the new bound in seconds; ok is false when there is no limit to switch.
func (r *Rate) Toggle() (maxSleep float64, ok bool) {
	if r == nil {
		return 0, false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.mayToggle {
		return 0, false
	}
	r.maxSleep = max(0, defaultMaxSleep-r.maxSleep)
	r.next = time.Time{}
	close(r.toggled)
	r.toggled = make(chan struct{})
	return r.maxSleep, true
}

// pause is how long a run must rest after n messages, the last of all those sent, to keep to its
// averages, in seconds. It follows sleep_if_needed of the reference but for the rounding.
func (r *Rate) pause(n int64, spent float64) float64 {
	var needed float64
	if r.messages > 0 {
		needed = float64(r.sent)/r.messages - spent
	}
	if r.octets > 0 {
		needed = max(needed, (float64(r.volume)-r.after)/r.octets-spent)
	}
	return max(0, min(needed, r.maxSleep*float64(n), longestPause))
}

// reserve takes the turn for n messages of so many octets together. They may go after the wait; the
// pause that they cost is what later ones wait for.
func (r *Rate) reserve(n int, octets int64) (wait, pause time.Duration, toggled <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	start := now
	if r.next.After(now) {
		start = r.next
	}
	r.sent += int64(n)
	r.volume += octets
	seconds := math.Round(r.pause(int64(n), start.Sub(r.begin).Seconds())*100) / 100
	pause = time.Duration(seconds * float64(time.Second))
	r.next = start.Add(pause)
	return start.Sub(now), pause, r.toggled
}

// batch bounds a batch to what may go in one second, so that the rate is even.
func (r *Rate) batch() (messages int, octets int64) {
	messages, octets = batchMessages, batchOctets
	if !r.limits() {
		return messages, octets
	}
	if r.messages > 0 {
		messages = max(1, int(min(r.messages, batchMessages)))
	}
	if r.octets > 0 {
		octets = int64(max(1, min(r.octets, batchOctets)))
	}
	return messages, octets
}

// paused tells how long the run rests after what is sent now.
func (c *Copier) paused(pause time.Duration) {
	if pause > 0 {
		c.sink.Emit(event.Paused{Pause: pause})
	}
}

// pace waits until items may be sent, taking answers meanwhile.
func (a *appender) pace(ctx context.Context, items []*item) {
	r := a.c.cfg.Rate
	if !r.limits() {
		return
	}
	var octets int64
	for _, it := range items {
		if it.text != nil {
			octets += it.text.size() // announced sizes may be wrong
		} else {
			octets += it.size
		}
	}
	wait, pause, toggled := r.reserve(len(items), octets)
	defer a.c.paused(pause)
	if wait <= 0 {
		return
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	for {
		var answered <-chan struct{}
		if len(a.inFlight) > 0 {
			answered = a.inFlight[0].cmd.Done()
		}
		select {
		case <-answered:
			a.answer(ctx)
		case <-timer.C:
			return
		case <-toggled:
			return
		case <-a.c.stop:
			return
		case <-ctx.Done():
			return
		}
	}
}
