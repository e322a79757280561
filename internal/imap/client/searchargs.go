package client

import (
	"strings"

	"imapsync/internal/imap"
	"imapsync/internal/imap/wire"
)

// searchArgs adds the criteria of a SEARCH as they stand, except for strings with 8-bit octets: these
// go as literals, since neither atoms nor quoted strings may hold them (RFC 3501 section 9), and
// CHARSET UTF-8 is declared when the criteria name no charset.
func searchArgs(e *wire.Encoder, criteria string) {
	if isASCII(criteria) {
		e.Raw(criteria)
		return
	}
	if word, _, _ := strings.Cut(criteria, " "); !strings.EqualFold(word, "CHARSET") {
		e.Raw("CHARSET UTF-8 ")
	}
	for criteria != "" {
		n := argEnd(criteria)
		switch arg := criteria[:n]; {
		case isASCII(arg):
			e.Raw(arg)
		case arg[0] == '"':
			e.String(unquote(arg))
		default:
			e.String(arg)
		}
		criteria = criteria[n:]
	}
}

// argEnd is the length of the first piece of s: a quoted string, a blank or parenthesis, or a word.
func argEnd(s string) int {
	const ends = ` ()"`
	switch {
	case s[0] == '"':
		if end := imap.QuotedEnd(s); end > 0 {
			return end
		}
		return len(s)
	case strings.IndexByte(ends, s[0]) >= 0:
		return 1
	}
	if n := strings.IndexAny(s, ends); n > 0 {
		return n
	}
	return len(s)
}

// unquote is what a quoted string stands for.
func unquote(s string) string {
	var b strings.Builder
	s = strings.TrimPrefix(s, `"`)
	for i := 0; i < len(s) && s[i] != '"'; i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
