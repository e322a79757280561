package vectors

import (
	"regexp"
	"strings"
	"time"
)

// strictDate is an internal date with a space or nothing for the first digit of its day.
var strictDate = regexp.MustCompile(`^[ 0-3]?[0-9]-[A-Z][a-z]{2}-[0-9]{4} [0-9:]{8} [-+][0-9]{4}$`)

// otherInternalDate reports an internal date that the reference does not read although it is one in
// another form (no zone, small letters, the form of mail, a leap second), or of which it makes an
// instant although there is none (day 0, an unknown month or zone, the year 0 or 1).
func otherInternalDate(c Case) bool {
	date := c.In.Field("date").Str()
	switch {
	case c.Out.IsNull():
		return date != ""
	case c.Out.IsObject():
		return strings.Contains(date, ":60 ")
	case !strictDate.MatchString(date):
		return true
	}
	t, err := time.Parse("_2-Jan-2006 15:04:05 -0700", strings.TrimPrefix(strings.TrimSpace(date), "0"))
	return err != nil || t.Year() < 100
}
