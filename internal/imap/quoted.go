package imap

// QuotedEnd is the length of the quoted string that s begins with (RFC 9051 section 4.3), -1 when it does
// not end.
func QuotedEnd(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return -1
}
