package message

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// ParseDate reads a Date header, or another date that programs have put there, in the forms that the
// reference knows; the first form found anywhere in text counts. Without a zone in figures it is
// UTC, named zones included. ok is false when there is no date, or one that no calendar has: the
// reference gives such a thing to host2, which refuses the message (docs/differences.md row 18).
func ParseDate(text string) (t time.Time, ok bool) {
	for _, form := range dateForms {
		if parts := form.pattern.FindStringSubmatch(text); parts != nil {
			return form.read(parts)
		}
	}
	return time.Time{}, false
}

// dateForm is a way to write dates. Its groups are named after what they hold: d, mon, m, y, clock,
// ampm, zone.
type dateForm struct {
	pattern *regexp.Regexp
	clock   string // when the form has none
	new     bool   // two figures of a year are of this century
}

const (
	letters3 = `[[:word:]]{3}`
	hhmmss   = `(?P<clock>\d\d:\d\d:\d\d)`
	inDigits = `(?P<zone>[+-]\d{4})`
)

// dateForms are in the order of the reference: a text may have several.
var dateForms = []dateForm{
	// An internal date: 24-Aug-2010 16:00:00 +0200.
	{pattern: regexp.MustCompile(`(?s)(?P<d>\d?\d)-(?P<mon>...)-(?P<y>\d{4})\s` + hhmmss + `(?:\s` + inDigits + `)?`)},
	// RFC 5322 and what comes near: Tue, 24, Aug 97 16.00 +0200.
	{pattern: regexp.MustCompile(`(?P<d>\d{1,2}),?\s+(?P<mon>[[:word:]]{3,})\s+(?P<y>\d{2,4})\s+(?P<clock>\d{1,2}[:.]\d{1,2}(?:[:.]\d{1,2})?)\s*` + inDigits + `?`)},
	// asctime: Wed Jan 24 11:58:38 MST 2007.
	{pattern: regexp.MustCompile(`(?s).{3}\s(?P<mon>...)\s+(?P<d>\d{1,2})\s(?P<clock>\d{1,2}:\d{1,2}:\d{1,2})\s(?:` + letters3 + `)?\s?(?P<y>\d{4})`)},
	// 2015/07/10 11:05:59
	{pattern: regexp.MustCompile(`(?P<y>\d{4})/(?P<m>\d\d)/(?P<d>\d\d)\s` + hhmmss)},
	// 02/06/09 22:18:08, the month first
	{pattern: regexp.MustCompile(`(?P<m>\d\d)/(?P<d>\d\d)/(?P<y>\d\d)\s` + hhmmss), new: true},
	// Saturday, December 14, 2002 05:00 PM
	{pattern: regexp.MustCompile(`[[:word:]]{6,},\s(?P<mon>` + letters3 + `)[[:word:]]+\s+(?P<d>\d{1,2}),\s(?P<y>\d{4})\s(?P<clock>\d\d:\d\d)\s(?P<ampm>AM|PM)`)},
	// Dec 16 2004 02:01:49 -0500
	{pattern: regexp.MustCompile(`(?P<mon>` + letters3 + `)\s(?P<d>\d{1,2})\s(?P<y>\d{4})\s` + hhmmss + `\s` + inDigits)},
	// 21-Jun-2001
	{pattern: regexp.MustCompile(`(?P<d>\d{1,2})-(?P<mon>` + letters3 + `)-(?P<y>\d{4})`), clock: "11:11:11"},
}

// read makes a date of what was found.
func (f dateForm) read(parts []string) (time.Time, bool) {
	found := map[string]string{"clock": f.clock, "zone": "+0000"}
	for i, name := range f.pattern.SubexpNames() {
		if name != "" && parts[i] != "" {
			found[name] = parts[i]
		}
	}
	month, ok := monthOf(found["mon"], found["m"])
	day, _ := strconv.Atoi(found["d"])
	year, known := yearOf(found["y"], f.new)
	clock := strings.Split(strings.ReplaceAll(found["clock"], ".", ":"), ":")
	if !ok || !known || len(clock) < 2 {
		return time.Time{}, false
	}
	if len(clock) == 2 {
		clock = append(clock, "00")
	}
	hour, _ := strconv.Atoi(clock[0])
	if found["ampm"] == "PM" && hour < 12 {
		hour += 12
	}
	written := fmt.Sprintf("%02d-%s-%04d %02d:%02s:%02s %s", day, month, year, hour, clock[1], clock[2], found["zone"])
	t, err := time.Parse("02-Jan-2006 15:04:05 -0700", written)
	return t, err == nil
}

// monthOf reads a month's name or number.
func monthOf(name, number string) (string, bool) {
	if n, err := strconv.Atoi(number); err == nil && n >= 1 && n <= 12 {
		return time.Month(n).String()[:3], true
	}
	for m := time.January; m <= time.December; m++ {
		if len(name) >= 3 && strings.EqualFold(name[:3], m.String()[:3]) {
			return m.String()[:3], true
		}
	}
	return "", false
}

// yearOf completes two figures: 70 to 99 are of the last century, but not with thisOne. Three figures are no year.
func yearOf(text string, thisOne bool) (int, bool) {
	year, err := strconv.Atoi(text)
	switch {
	case err != nil || len(text) == 3:
		return 0, false
	case len(text) == 2 && year >= 70 && !thisOne:
		return 1900 + year, true
	case len(text) == 2:
		return 2000 + year, true
	}
	return year, true
}

// HeaderDate reads the first Date field of the header that text begins with. value is the field as
// it is written, "" when there is none.
func HeaderDate(text []byte) (t time.Time, value string, ok bool) {
	fields(text, func(name, v []byte) bool {
		if !equalFold(name, "Date") {
			return true
		}
		value = strings.Join(strings.Fields(string(v)), " ")
		t, ok = ParseDate(value)
		return false
	})
	return t, value, ok
}
