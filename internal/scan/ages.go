package scan

import (
	"math"
	"time"
)

// ages are the messages that --maxage and --minage want: those at least as young as the one, and at
// least as old as the other. When minage is above maxage both ends are wanted, and what lies
// between them is not, as in the reference.
type ages struct {
	young, old *limit
	either     bool // one of the two is enough
}

// limit is one end of the ages wanted, as a point in time.
type limit struct {
	at time.Time
	// exact is for fractions of days: the instant counts, not the calendar day that it falls on.
	exact bool
}

// newAges counts back from start, in days; nil is no limit.
func newAges(start time.Time, maxAge, minAge *float64) ages {
	a := ages{young: newLimit(start, maxAge), old: newLimit(start, minAge)}
	a.either = maxAge != nil && minAge != nil && *minAge > *maxAge
	return a
}

// years that every server can read.
const firstYear, lastYear = 1, 9999

func newLimit(start time.Time, days *float64) *limit {
	if days == nil {
		return nil
	}
	const farDays = 366 * (lastYear + 1)
	seconds, fraction := math.Modf(86400 * min(max(*days, -farDays), farDays))
	at := time.Unix(start.Unix()-int64(seconds), -int64(fraction*1e9)).In(start.Location())
	switch {
	case at.Year() < firstYear:
		at = time.Date(firstYear, 1, 1, 0, 0, 0, 0, time.UTC)
	case at.Year() > lastYear:
		at = time.Date(lastYear, 12, 31, 0, 0, 0, 0, time.UTC)
	}
	return &limit{at: at, exact: *days != math.Trunc(*days)}
}

func (a ages) any() bool { return a.young != nil || a.old != nil }

// exact tells whether calendar days do not decide.
func (a ages) exact() bool { return a.young != nil && a.young.exact || a.old != nil && a.old.exact }

// combine joins what the two limits say; a limit that is not given has no say.
func (a ages) combine(young, old func() bool) bool {
	switch {
	case a.young == nil && a.old == nil:
		return true
	case a.old == nil:
		return young()
	case a.young == nil:
		return old()
	case a.either:
		return young() || old()
	}
	return young() && old()
}

// arrived decides by the internal date, to the second. A message without one counts as very old.
func (a ages) arrived(t time.Time) bool {
	return a.combine(
		func() bool { return !t.IsZero() && !t.Before(a.young.at) },
		func() bool { return t.IsZero() || !t.After(a.old.at) })
}

// sent decides by the Date field of a message that SEARCH has found, more exactly than SEARCH can.
func (a ages) sent(t time.Time) bool {
	return a.combine(
		func() bool {
			if a.young.exact {
				return !t.Before(a.young.at)
			}
			return !calendarDay(t).Before(calendarDay(a.young.at))
		},
		func() bool {
			if a.old.exact {
				return !t.After(a.old.at)
			}
			return calendarDay(t).Before(calendarDay(a.old.at))
		})
}

// calendarDay is the calendar day of t in its own zone: SEARCH disregards times and zones (RFC 9051
// section 6.4.4).
func calendarDay(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// criteria is the part of a SEARCH that ages make, "" for none. Where instants count, a day more is
// searched on each side for the zones of the Date fields.
func (a ages) criteria() string {
	const date = "02-Jan-2006"
	var young, old string
	if l := a.young; l != nil {
		day := l.at
		if l.exact {
			day = day.UTC().AddDate(0, 0, -1)
		}
		young = "SENTSINCE " + clampYear(day).Format(date)
	}
	if l := a.old; l != nil {
		day := l.at
		if l.exact {
			day = day.UTC().AddDate(0, 0, 2)
		}
		old = "SENTBEFORE " + clampYear(day).Format(date)
	}
	switch {
	case young == "" || old == "":
		return young + old
	case a.either:
		return "OR " + young + " " + old
	}
	return young + " " + old
}

func clampYear(t time.Time) time.Time {
	switch {
	case t.Year() < firstYear:
		return time.Date(firstYear, 1, 1, 0, 0, 0, 0, time.UTC)
	case t.Year() > lastYear:
		return time.Date(lastYear, 12, 31, 0, 0, 0, 0, time.UTC)
	}
	return t
}
