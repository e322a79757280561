package imap

import (
	"strconv"
	"strings"
)

// ParseUIDSet reads a set of UIDs (RFC 9051, sequence-set), in the order written; "*" becomes a
// Last of 0, and a range written backwards is turned. ok is false for anything else, for an empty
// set and for a UID of 0.
func ParseUIDSet(s string) (set UIDSet, ok bool) {
	for part := range strings.SplitSeq(s, ",") {
		first, last, isRange := strings.Cut(part, ":")
		a, okA := setNumber(first)
		b, okB := a, okA
		if isRange {
			b, okB = setNumber(last)
		}
		if !okA || !okB {
			return nil, false
		}
		if a == 0 || b != 0 && b < a {
			a, b = b, a
		}
		if a == 0 {
			// "*" alone means the highest UID, which a response has no reason to leave open.
			return nil, false
		}
		set = append(set, UIDRange{First: a, Last: b})
	}
	return set, true
}

// setNumber is a UID, or 0 for "*".
func setNumber(s string) (UID, bool) {
	if s == "*" {
		return 0, true
	}
	if strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseUint(s, 10, 32)
	return UID(n), err == nil && n > 0
}
