package scan

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"imapsync/internal/imap"
)

// Search criteria go to the server as the user gave them; what a key means is the server's business.
// What is checked here is that they are one argument list on one line: nothing in them may begin
// another command, or make the server wait for more.

// checkCriteria finds what would not arrive at the server as criteria.
func checkCriteria(s string) error {
	if i := strings.IndexFunc(s, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }); i >= 0 {
		return fmt.Errorf("there is a control character in it (%q)", s[i])
	}
	if !utf8.ValidString(s) {
		return errors.New("it is not UTF-8 text")
	}
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '"':
			end := imap.QuotedEnd(s[i:])
			if end < 0 {
				return errors.New("a quote is not closed")
			}
			i += end - 1
		case '(':
			depth++
		case ')':
			if depth--; depth < 0 {
				return errors.New("a parenthesis is closed that was not opened")
			}
		case '{':
			return errors.New(`a brace outside of quotes would announce more data; write "{"`)
		}
	}
	if depth > 0 {
		return errors.New("a parenthesis is not closed")
	}
	return checkReturn(s)
}

// checkReturn demands that an answer in the form of RETURN names the messages that were found (RFC 4731
// section 3.1): their number alone, or the first of them, would pass for an empty selection.
func checkReturn(s string) error {
	word, rest, _ := strings.Cut(strings.TrimSpace(s), "(")
	if !strings.EqualFold(strings.TrimSpace(word), "RETURN") {
		return nil
	}
	list, _, _ := strings.Cut(rest, ")")
	wanted := strings.Fields(strings.ToUpper(list))
	if len(wanted) > 0 && !slices.Contains(wanted, "ALL") {
		return errors.New("RETURN without ALL would not name the messages that are found")
	}
	return nil
}

// cutCharset cuts criteria behind the CHARSET they may begin with (RFC 9051 section 6.4.4).
func cutCharset(s string) (charset, keys string) {
	words := strings.SplitN(s, " ", 3)
	if len(words) == 3 && strings.EqualFold(words[0], "CHARSET") {
		return words[0] + " " + words[1] + " ", words[2]
	}
	return "", s
}

// SearchError is a SEARCH that the server refused, or did not answer.
type SearchError struct {
	Option   string // that gave criteria, "" for ages alone
	Criteria string // as sent
	Err      error
}

// Error names the search and the server's words.
func (e *SearchError) Error() string { return fmt.Sprintf("SEARCH %s: %v", e.Criteria, e.Err) }

// Unwrap returns the server's answer.
func (e *SearchError) Unwrap() error { return e.Err }

// Hint says what can be done about it.
func (e *SearchError) Hint() string {
	if e.Option == "" {
		return "The server could not search by date; with --noabletosearch1 or --noabletosearch2 the dates of arrival are compared instead."
	}
	return "The search is that of " + e.Option + ", in the words of IMAP (RFC 9051 section 6.4.4), for instance: UNSEEN SUBJECT \"holiday\""
}
