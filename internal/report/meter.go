package report

import (
	"time"

	"imapsync/internal/event"
)

// meter counts what rates and estimates need. Its owner serialises the calls.
type meter struct {
	start       time.Time // of the folder loop, zero before it
	total       int64     // messages of host1, -1 when unknown
	transferred int64
	bytes       int64
	processed   int64 // transferred, skipped for whatever reason, failed
}

func newMeter() meter { return meter{total: -1} }

func (m *meter) observe(e event.Event, now time.Time) {
	switch e := e.(type) {
	case event.LoopStarted:
		m.start = now
		if e.Messages1 >= 0 {
			m.total = e.Messages1
		}
	case event.TotalSizes:
		if e.When == event.Before && e.Complete1 {
			m.total = e.Host1.Messages
		}
	case event.Copied:
		m.transferred++
		m.bytes += e.Size
		m.processed++
	case event.Skipped:
		m.processed++
	}
}

// rates are messages and octets a second since the loop started.
func (m *meter) rates(now time.Time) (messages, bytes float64) {
	spent := now.Sub(m.start).Seconds()
	if m.start.IsZero() || spent <= 0 {
		return 0, 0
	}
	return float64(m.transferred) / spent, float64(m.bytes) / spent
}

// remaining is the estimate in seconds. All that was processed counts for the speed: dividing by
// the transferred ones alone, as the reference does, exaggerates wildly when most are there already.
func (m *meter) remaining(now time.Time) (seconds float64, known bool) {
	if m.total < 0 || m.start.IsZero() {
		return 0, false
	}
	return Remaining(m.total, m.processed, m.processed, now.Sub(m.start).Seconds()), true
}

// eta is the text of the estimate, "" while the total is unknown.
func (m *meter) eta(now time.Time) string {
	seconds, known := m.remaining(now)
	if !known {
		return ""
	}
	return ETA(now, seconds, m.total, m.processed)
}
