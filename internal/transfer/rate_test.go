package transfer

import (
	"fmt"
	"math"
	"sync"
	"testing"
	"time"

	"imapsync/internal/getopt"
	"imapsync/internal/vectors"
)

// newTestRate has a clock that the test moves.
func newTestRate(o Options) (r *Rate, clock *time.Time) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	r = NewRate(o)
	r.now = func() time.Time { return now }
	r.Start()
	return r, &now
}

func float(f float64) getopt.Float { return getopt.Float{Given: true, Value: f} }
func whole(i int64) getopt.Int     { return getopt.Int{Given: true, Value: i} }

// TestRateAverage sends as fast as the limiter lets and looks at the time it took.
func TestRateAverage(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		options Options
		n, size int64
		want    float64 // seconds between the first and the last message
	}{
		{"no limit", Options{}, 1000, 1000, 0},
		{"negative is no limit", Options{MaxMessagesPerSecond: float(-4), MaxBytesPerSecond: whole(-1)}, 1000, 1000, 0},
		{"messages", Options{MaxMessagesPerSecond: float(4)}, 401, 1000, 100},
		{"bytes", Options{MaxBytesPerSecond: whole(1000)}, 101, 500, 50},
		{"the slower of both", Options{MaxMessagesPerSecond: float(4), MaxBytesPerSecond: whole(1000)}, 101, 500, 50},
		{"bytes after some are free", Options{MaxBytesPerSecond: whole(1000), MaxBytesAfter: whole(25000)}, 101, 500, 25},
		{"pauses are bounded", Options{MaxMessagesPerSecond: float(0.1)}, 11, 1, 20},
		{"by what the user says", Options{MaxMessagesPerSecond: float(0.1), MaxSleep: float(10)}, 11, 1, 100},
		{"no pauses", Options{MaxMessagesPerSecond: float(4), MaxSleep: float(0)}, 100, 1, 0},
		{"a negative bound is none", Options{MaxMessagesPerSecond: float(4), MaxSleep: float(-3)}, 100, 1, 0},
		{"a bound beyond all time", Options{MaxMessagesPerSecond: float(1e-300), MaxSleep: float(1e300)}, 2, 1, longestPause},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, clock := newTestRate(tt.options)
			begin := *clock
			for range tt.n {
				if !r.limits() {
					break
				}
				wait, _, _ := r.reserve(1, tt.size)
				*clock = clock.Add(wait)
			}
			if got := clock.Sub(begin).Seconds(); math.Abs(got-tt.want) > 0.02+tt.want/50 {
				t.Errorf("got %v s, want %v s", got, tt.want)
			}
		})
	}
}

// TestRateCredit has a long pause without copies, after which the average is caught up with.
func TestRateCredit(t *testing.T) {
	t.Parallel()
	r, clock := newTestRate(Options{MaxMessagesPerSecond: float(1)})
	*clock = clock.Add(10 * time.Second)
	for i := range 10 {
		if wait, pause, _ := r.reserve(1, 1); wait != 0 || pause != 0 {
			t.Errorf("message %d: got wait %v, pause %v, want none", i+1, wait, pause)
		}
	}
	if _, pause, _ := r.reserve(1, 1); pause != time.Second {
		t.Errorf("message 11: got pause %v, want 1s", pause)
	}
}

// TestRateSharedByLanes has several who send at the same time: together they keep to the rate.
func TestRateSharedByLanes(t *testing.T) {
	t.Parallel()
	r, _ := newTestRate(Options{MaxMessagesPerSecond: float(2)})
	var mu sync.Mutex
	var longest time.Duration
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 10 {
				wait, _, _ := r.reserve(1, 1)
				mu.Lock()
				longest = max(longest, wait)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if want := 19500 * time.Millisecond; longest != want {
		t.Errorf("40 messages at 2 a second: the last waits %v, want %v", longest, want)
	}
}

func TestRateBatch(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		options  Options
		messages int
		octets   int64
	}{
		{Options{}, batchMessages, batchOctets},
		{Options{MaxMessagesPerSecond: float(4)}, 4, batchOctets},
		{Options{MaxMessagesPerSecond: float(0.5)}, 1, batchOctets},
		{Options{MaxMessagesPerSecond: float(1e9)}, batchMessages, batchOctets},
		{Options{MaxBytesPerSecond: whole(20000)}, batchMessages, 20000},
	} {
		if messages, octets := NewRate(tt.options).batch(); messages != tt.messages || octets != tt.octets {
			t.Errorf("%+v: got %d messages, %d octets, want %d, %d", tt.options, messages, octets, tt.messages, tt.octets)
		}
	}
}

func TestRateToggle(t *testing.T) {
	t.Parallel()
	if _, ok := NewRate(Options{}).Toggle(); ok {
		t.Error("without a limit there is something to toggle")
	}
	if _, ok := (*Rate)(nil).Toggle(); ok {
		t.Error("without a rate there is something to toggle")
	}
	r, _ := newTestRate(Options{MaxMessagesPerSecond: float(1), MaxSleep: float(3)})
	_, _, toggled := r.reserve(1, 1)
	for i, want := range []float64{0, 2, 0} {
		if got, ok := r.Toggle(); !ok || got != want {
			t.Errorf("toggle %d: got %v %v, want %v", i+1, got, ok, want)
		}
	}
	select {
	case <-toggled:
	default:
		t.Error("who waits was not woken")
	}
	if wait, pause, _ := r.reserve(1, 1); wait != 0 || pause != 0 {
		t.Errorf("with pauses off: got wait %v, pause %v", wait, pause)
	}
}

func TestVectorsThrottle(t *testing.T) {
	for _, c := range vectors.Load(t, "time_remaining", "sleep_max_messages", "sleep_max_bytes", "sleep_if_needed") {
		r := NewRate(Options{
			MaxMessagesPerSecond: float(c.In.Field("maxmessagespersecond").Float()),
			MaxBytesPerSecond:    whole(int64(c.In.Field("maxbytespersecond").Float())),
			MaxBytesAfter:        whole(c.In.Field("maxbytesafter").Int()),
			MaxSleep:             getopt.Float{Given: c.In.Has("maxsleep"), Value: c.In.Field("maxsleep").Float()},
		})
		spent := c.In.Field("time_spent").Float()
		switch c.Fn {
		case "sleep_max_messages", "sleep_max_bytes":
			r.maxSleep = math.MaxFloat64
			r.sent, r.volume = c.In.Field("nb_transferred").Int(), c.In.Field("total_bytes").Int()
			vectors.Check(t, c, r.pause(1, spent))
		case "sleep_if_needed":
			r.sent, r.volume = c.In.Field("nb_msg_transferred").Int(), c.In.Field("total_bytes_transferred").Int()
			vectors.Check(t, c, pauseShown(r, spent))
		}
	}
}

// pauseShown is the pause as the reference returns and prints it.
func pauseShown(r *Rate, spent float64) any {
	if !r.limits() {
		return map[string]any{"printed": "", "ret": nil}
	}
	text := fmt.Sprintf("%.2f", r.pause(1, spent))
	if text == "0.00" {
		return map[string]any{"printed": "", "ret": "0"}
	}
	return map[string]any{"printed": "sleeping " + text + " s\n", "ret": text}
}
