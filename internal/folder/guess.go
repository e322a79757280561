package folder

import (
	"strings"

	"imapsync/internal/imap"
)

// guessSeparator takes the most frequent of the usual separators in names, "/" when there is none.
// Of equally frequent ones the first of the list below wins; the reference leaves that open.
func guessSeparator(names []imap.MailboxName) string {
	best, most := "/", 0
	for _, candidate := range []struct {
		sep   string
		count func(string) int
	}{
		{"/", func(s string) int { return strings.Count(s, "/") }},
		{".", func(s string) int { return strings.Count(s, ".") }},
		{`\`, singleBackslashes},
		{`\\`, func(s string) int { return strings.Count(s, `\\`) }},
	} {
		n := 0
		for _, name := range names {
			n += candidate.count(string(name))
		}
		if n > most {
			best, most = candidate.sep, n
		}
	}
	return best
}

// singleBackslashes counts the backslashes that stand between two other characters.
func singleBackslashes(s string) int {
	n := 0
	for i := 1; i < len(s)-1; i++ {
		if s[i] == '\\' && s[i-1] != '\\' && s[i+1] != '\\' {
			n++
		}
	}
	return n
}

// guessPrefix finds the "INBOX." or "INBOX/", in whatever letters, that all names but INBOX begin
// with; empty when one begins otherwise. Of several the last counts, as in the reference.
func guessPrefix(names []imap.MailboxName) string {
	const inbox = len("INBOX")
	guess := ""
	for _, name := range names {
		if name.IsInbox() {
			continue
		}
		if len(name) < inbox || !name[:inbox].IsInbox() {
			return ""
		}
		if len(name) > inbox && (name[inbox] == '.' || name[inbox] == '/') {
			guess = string(name[:inbox+1])
		}
	}
	return guess
}
