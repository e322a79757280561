package wire

import (
	"strings"
	"time"
)

// ParseDate reads an INTERNALDATE (RFC 9051, date-time). Besides that form it reads the other usual
// ways to write an instant: the mail form of RFC 5322 with or without its weekday, with named zones
// and old short years, the form of asctime, and ISO 8601. Without a zone the time is UTC. A date that
// is none (day 0, 31 June), or a year of more than four digits, is not ok.
func ParseDate(s string) (t time.Time, ok bool) {
	if t, ok = fixedDate(s); ok {
		return t, true
	}
	words := strings.FieldsFunc(comment(s), func(r rune) bool { return r == ' ' || r == '\t' || r == ',' })
	var p dateParts
	for _, w := range words {
		if !p.word(w) {
			return time.Time{}, false
		}
	}
	return p.time()
}

// fixedDate reads the one form that nearly all servers use, "07-Feb-1994 21:52:25 -0800", without
// allocating. Not ok says nothing about other forms.
func fixedDate(s string) (time.Time, bool) {
	if len(s) != 26 || s[2] != '-' || s[6] != '-' || s[11] != ' ' || s[14] != ':' || s[17] != ':' || s[20] != ' ' ||
		s[21] != '+' && s[21] != '-' {
		return time.Time{}, false
	}
	var p dateParts
	const short = "JanFebMarAprMayJunJulAugSepOctNovDec"
	month := strings.Index(short, s[3:6])
	dayText := s[0:2]
	if dayText[0] == ' ' {
		dayText = dayText[1:]
	}
	if month < 0 || month%3 != 0 || !p.setDay(dayText) || !p.setYear(s[7:11]) {
		return time.Time{}, false
	}
	p.month = month/3 + 1
	var okH, okM, okS bool
	p.hour, okH = small(s[12:14], 2)
	p.min, okM = small(s[15:17], 2)
	p.sec, okS = small(s[18:20], 2)
	p.hasT = true
	if !okH || !okM || !okS || p.hour > 23 || p.min > 59 || p.sec > 60 || !p.offset(s[21:]) {
		return time.Time{}, false
	}
	return p.time()
}

// zones holds the zones in use, in quarters of an hour from -14:00, because a zone costs an
// allocation and a large mailbox has a date per message.
var zones = func() (table [113]*time.Location) {
	for i := range table {
		table[i] = time.FixedZone("", (i-56)*900)
	}
	table[56] = time.UTC
	return table
}()

func zoneOf(seconds int) *time.Location {
	if i := seconds/900 + 56; seconds%900 == 0 && i >= 0 && i < len(zones) {
		return zones[i]
	}
	return time.FixedZone("", seconds)
}

// comment drops a trailing comment such as "(PST)", which repeats the zone in words.
func comment(s string) string {
	s = strings.TrimSpace(s)
	if i := strings.IndexByte(s, '('); i > 0 && strings.HasSuffix(s, ")") {
		return s[:i]
	}
	return s
}

// dateParts collects a date word by word; the shape of each word tells what it is.
type dateParts struct {
	day, month, year      int
	hour, min, sec, nsec  int
	zone                  *time.Location
	hasDay, hasYear, hasT bool
}

func (p *dateParts) word(w string) bool {
	switch {
	case (w[0] == '+' || w[0] == '-') && p.hasT:
		return p.offset(w)
	case isDigit(w[0]) && strings.ContainsAny(beforeColon(w), "-/"):
		return p.dashed(w)
	case isDigit(w[0]) && strings.Contains(w, ":"):
		return p.clock(w)
	case isDigit(w[0]):
		return p.number(w)
	}
	if m := monthNumber(w); m > 0 && p.month == 0 {
		p.month = m
		return true
	}
	if isWeekday(w) && !p.hasT {
		return true
	}
	return p.namedZone(w)
}

// beforeColon tells 1994-02-07T21:52 from 21:52-0800.
func beforeColon(w string) string {
	w, _, _ = strings.Cut(w, ":")
	return w
}

// dashed reads 7-Feb-1994 or 1994-02-07, the latter perhaps with T and a time.
func (p *dateParts) dashed(w string) bool {
	date, clock, iso := strings.Cut(w, "T")
	f := strings.FieldsFunc(date, func(r rune) bool { return r == '-' || r == '/' })
	if len(f) != 3 || p.hasDay || p.month != 0 {
		return false
	}
	if len(f[0]) == 4 {
		month, ok := small(f[1], 2)
		if !ok || month == 0 {
			return false
		}
		p.month = month
		return p.setYear(f[0]) && p.setDay(f[2]) && (!iso || p.clock(clock))
	}
	p.month = monthNumber(f[1])
	return p.month > 0 && !iso && p.setDay(f[0]) && p.setYear(f[2])
}

// number reads a day or a year standing alone.
func (p *dateParts) number(w string) bool {
	if !p.hasDay {
		return p.setDay(w)
	}
	return !p.hasYear && p.setYear(w)
}

func (p *dateParts) setDay(w string) bool {
	n, ok := small(w, 2)
	p.day, p.hasDay = n, true
	return ok
}

// setYear follows RFC 5322 section 4.3 for years of two and three digits.
func (p *dateParts) setYear(w string) bool {
	n, ok := small(w, 4)
	switch {
	case len(w) == 2 && n < 50:
		n += 2000
	case len(w) == 2 || len(w) == 3:
		n += 1900
	case len(w) == 1:
		return false
	}
	p.year, p.hasYear = n, true
	return ok && n > 0
}

// clock reads 21:52, 21:52:25 or 21:52:25.5, perhaps with a zone attached.
func (p *dateParts) clock(w string) bool {
	if p.hasT {
		return false
	}
	p.hasT = true
	if i := strings.IndexAny(w, "+-Zz"); i > 0 {
		if w[i] == 'Z' || w[i] == 'z' {
			if i != len(w)-1 {
				return false
			}
			p.zone = time.UTC
		} else if !p.offset(w[i:]) {
			return false
		}
		w = w[:i]
	}
	w, fraction, _ := strings.Cut(w, ".")
	for i, scale := 0, 100_000_000; i < len(fraction); i, scale = i+1, scale/10 {
		if !isDigit(fraction[i]) {
			return false
		}
		p.nsec += int(fraction[i]-'0') * scale
	}
	f := strings.Split(w, ":")
	if len(f) != 2 && len(f) != 3 {
		return false
	}
	var okH, okM bool
	okS := true
	p.hour, okH = small(f[0], 2)
	p.min, okM = small(f[1], 2)
	if len(f) == 3 {
		p.sec, okS = small(f[2], 2)
	}
	return okH && okM && okS && p.hour < 24 && p.min < 60 && p.sec <= 60
}

// offset reads +0100 or +01:00.
func (p *dateParts) offset(w string) bool {
	digits := w[1:]
	if len(digits) == 5 && digits[2] == ':' {
		digits = digits[:2] + digits[3:]
	}
	n, ok := small(digits, 4)
	if !ok || len(digits) != 4 || p.zone != nil || n%100 >= 60 {
		return false
	}
	seconds := (n/100)*3600 + (n%100)*60
	if w[0] == '-' {
		seconds = -seconds
	}
	p.zone = zoneOf(seconds)
	return true
}

// namedZones are those of RFC 5322 section 4.3 whose meaning is sure, in hours.
var namedZones = map[string]int{"UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "EST": -5, "EDT": -4, "CST": -6,
	"CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}

func (p *dateParts) namedZone(w string) bool {
	hours, ok := namedZones[strings.ToUpper(w)]
	if !ok || p.zone != nil || !p.hasT {
		return false
	}
	p.zone = zoneOf(hours * 3600)
	return true
}

func (p *dateParts) time() (time.Time, bool) {
	if !p.hasDay || !p.hasYear || !p.hasT || p.month == 0 {
		return time.Time{}, false
	}
	zone := p.zone
	if zone == nil {
		zone = time.UTC
	}
	midnight := time.Date(p.year, time.Month(p.month), p.day, 0, 0, 0, 0, time.UTC)
	if p.month > 12 || midnight.Day() != p.day || midnight.Month() != time.Month(p.month) {
		return time.Time{}, false // day 0, 31 June: Domino and damaged messages
	}
	return time.Date(p.year, time.Month(p.month), p.day, p.hour, p.min, p.sec, p.nsec, zone), true
}

// small reads a number of at most max digits.
func small(w string, max int) (int, bool) {
	if len(w) == 0 || len(w) > max {
		return 0, false
	}
	n := 0
	for i := range len(w) {
		if !isDigit(w[i]) {
			return 0, false
		}
		n = n*10 + int(w[i]-'0')
	}
	return n, true
}

const monthNames = "january february march april may june july august september october november december"

func monthNumber(w string) int { return nameIndex(monthNames, w) }

func isWeekday(w string) bool {
	return nameIndex("monday tuesday wednesday thursday friday saturday sunday", w) > 0
}

// nameIndex is the place, from 1, of the name that w is the whole or at least three letters of.
func nameIndex(names, w string) int {
	w = strings.ToLower(strings.TrimSuffix(w, "."))
	if len(w) < 3 {
		return 0
	}
	for i, name := range strings.Fields(names) {
		if strings.HasPrefix(name, w) {
			return i + 1
		}
	}
	return 0
}
