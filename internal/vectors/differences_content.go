package vectors

import (
	"strings"
	"time"
)

const internalDate = `"02-Jan-2006 15:04:05 -0700"`

// noInternalDate reports an output of good_date that RFC 9051 does not allow in APPEND, such as
// "24-June-2010 ...": host2 refuses the message.
func noInternalDate(c Case) bool {
	out := c.Out.Str()
	if !strings.HasPrefix(out, `"`) {
		return false
	}
	_, err := time.Parse(internalDate, out)
	return err != nil
}

// otherLetters reports a date whose month is not written as in RFC 9051, which is the same date.
func otherLetters(c Case) bool {
	t, err := time.Parse(internalDate, c.Out.Str())
	return err == nil && t.Format(internalDate) != c.Out.Str()
}

// noTruncation reports a length that the reference's function takes and its option does not.
func noTruncation(c Case) bool {
	length := c.In.Field("length").Str()
	return c.Fn == "truncmess" && length != "" && strings.Trim(length, "0123456789") != ""
}
