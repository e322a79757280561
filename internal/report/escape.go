package report

import (
	"fmt"
	"strings"

	"imapsync/internal/imap"
	"imapsync/internal/imap/utf7"
)

// oneLine shows s on one line: line ends and other control characters become escapes, line ends at
// the end go away.
func oneLine(s string) string { return visible(strings.TrimRight(s, " \t\r\n")) }

// visible shows control characters as escapes. A name keeps its blanks.
func visible(s string) string {
	if !strings.ContainsFunc(s, control) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if control(r) {
			b.WriteString(escape(r))
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// appendText adds a text of several lines, control characters other than tabs and line ends
// escaped.
func appendText(b []byte, s string) []byte {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	if !strings.ContainsFunc(s, func(r rune) bool { return r != '\n' && control(r) }) {
		return append(b, s...)
	}
	for _, r := range s {
		if r != '\n' && control(r) {
			b = append(b, escape(r)...)
		} else {
			b = append(b, string(r)...)
		}
	}
	return b
}

// control is true for C0, DEL and C1, which terminals obey, but not for the tab of the dry text.
func control(r rune) bool { return r < ' ' && r != '\t' || r >= 0x7f && r <= 0x9f }

func escape(r rune) string {
	switch r {
	case '\n':
		return `\n`
	case '\r':
		return `\r`
	}
	return fmt.Sprintf(`\x%02x`, r)
}

// folderName is the form users know from the listings: [raw], or [raw] = [decoded] when the
// modified UTF-7 hides other letters.
func folderName(name imap.MailboxName) string {
	raw := visible(string(name))
	if decoded := visible(utf7.Decode(string(name))); decoded != raw {
		return "[" + raw + "] = [" + decoded + "]"
	}
	return "[" + raw + "]"
}
