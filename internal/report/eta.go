package report

import (
	"fmt"
	"math"
	"time"
)

// dateLayout is strftime's "%A %d %B %Y-%m-%d %H:%M:%S %z %Z".
const dateLayout = "Monday 02 January 2006-01-02 15:04:05 -0700 MST"

// FormatDate gives t the form of every date of the log, in t's own zone:
// "Sunday 22 November 2026-11-22 17:36:07 +0000 UTC".
func FormatDate(t time.Time) string { return t.Format(dateLayout) }

// Remaining estimates the seconds still needed when spent seconds brought rate messages forward,
// and processed of total are behind us. It follows time_remaining of the reference: a rate below
// one counts as one, nothing to do takes no time.
func Remaining(total, processed, rate int64, spent float64) float64 {
	if total == 0 {
		return 0
	}
	return spent / float64(max(1, rate)) * float64(total-processed)
}

// ETA is the estimate users see after every message. The date is now plus remaining seconds.
func ETA(now time.Time, remaining float64, total, processed int64) string {
	if math.IsNaN(remaining) || math.Abs(remaining) > maxSeconds {
		remaining = math.Copysign(maxSeconds, remaining)
	}
	end := now.Add(time.Duration(remaining * float64(time.Second)))
	return fmt.Sprintf("ETA: %s  %.0f s  %d/%d msgs left", FormatDate(end), remaining, total-processed, total)
}

// maxSeconds keeps estimates inside a time.Duration: a hundred years.
const maxSeconds = 100 * 365 * 24 * 3600
