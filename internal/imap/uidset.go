package imap

import (
	"iter"
	"slices"
	"strconv"
	"strings"
)

// UIDRange is a closed range of UIDs; Last 0 stands for "*".
type UIDRange struct{ First, Last UID }

// UIDSet is an ordered set of UIDs as ranges. The zero value is the empty set.
// It is not safe for concurrent writing.
type UIDSet []UIDRange

// AllUIDs is "1:*", every message of a mailbox.
var AllUIDs = UIDSet{{First: 1, Last: 0}}

// UIDs makes the set of the given UIDs, in any order, merging neighbours.
func UIDs(uids ...UID) UIDSet {
	sorted := slices.Clone(uids)
	slices.Sort(sorted)
	var s UIDSet
	for _, u := range sorted {
		s.Add(u)
	}
	return s
}

// UIDsFrom is "u:*". Beware: it also names the last message when none has a UID of u or more.
func UIDsFrom(u UID) UIDSet { return UIDSet{{First: u, Last: 0}} }

// Add appends u, which should not be lower than those added before: a neighbour of the last
// range extends it, a UID already at the end is ignored.
func (s *UIDSet) Add(u UID) {
	if n := len(*s); n > 0 {
		last := &(*s)[n-1]
		if last.Last == u {
			return
		}
		if last.Last != 0 && last.Last+1 == u {
			last.Last = u
			return
		}
	}
	*s = append(*s, UIDRange{u, u})
}

// Empty reports whether the set names nothing.
func (s UIDSet) Empty() bool { return len(s) == 0 }

// Len counts the UIDs of a set without "*".
func (s UIDSet) Len() int {
	n := 0
	for _, r := range s {
		n += int(r.Last-r.First) + 1
	}
	return n
}

// All yields the UIDs of a set without "*", in order.
func (s UIDSet) All() iter.Seq[UID] {
	return func(yield func(UID) bool) {
		for _, r := range s {
			for u := uint64(r.First); u <= uint64(r.Last); u++ {
				if !yield(UID(u)) {
					return
				}
			}
		}
	}
}

// Contains reports whether u is in a set whose ranges ascend.
func (s UIDSet) Contains(u UID) bool {
	i, _ := slices.BinarySearchFunc(s, u, func(r UIDRange, u UID) int {
		if r.Last != 0 && r.Last < u {
			return -1
		}
		return 1
	})
	return i < len(s) && s[i].First <= u
}

// String is the sequence-set of RFC 9051 section 9, for instance "1:3,7,9:*".
func (s UIDSet) String() string {
	var b strings.Builder
	for i, r := range s {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.FormatUint(uint64(r.First), 10))
		switch {
		case r.Last == 0:
			b.WriteString(":*")
		case r.Last != r.First:
			b.WriteByte(':')
			b.WriteString(strconv.FormatUint(uint64(r.Last), 10))
		}
	}
	return b.String()
}

// SetOctets bounds the UID set of one command line: some servers refuse lines above 1,000 octets.
const SetOctets = 900

// Split cuts the set into sets whose text stays within max octets (at least one range each),
// because servers limit the length of a command line.
func (s UIDSet) Split(max int) []UIDSet {
	var out []UIDSet
	start, length := 0, 0
	for i, r := range s {
		n := len(UIDSet{r}.String()) + 1
		if i > start && length+n > max {
			out = append(out, s[start:i])
			start, length = i, 0
		}
		length += n
	}
	if start < len(s) {
		out = append(out, s[start:])
	}
	return out
}
