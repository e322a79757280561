package perlre

import (
	"fmt"
	"strings"
)

// byteSet is a set of bytes. Characters above 255, which no subject has, are left out of it.
type byteSet [256]bool

func (s *byteSet) addRange(lo, hi rune) {
	for c := lo; c <= min(hi, 255); c++ {
		s[c] = true
	}
}

func (s *byteSet) addSet(other byteSet) {
	for c := range s {
		s[c] = s[c] || other[c]
	}
}

func (s byteSet) not() byteSet {
	for c := range s {
		s[c] = !s[c]
	}
	return s
}

// foldCase adds the other case of every ASCII letter.
func (s *byteSet) foldCase() {
	for c := byte('a'); c <= 'z'; c++ {
		both := s[c] || s[upper(c)]
		s[c], s[upper(c)] = both, both
	}
}

func setOf(ranges ...rune) (s byteSet) {
	for i := 0; i < len(ranges); i += 2 {
		s.addRange(ranges[i], ranges[i+1])
	}
	return s
}

// Sets of the class escapes and POSIX classes. Byte strings have ASCII letters only, but \h and
// \v know the two Latin-1 characters that Perl gives them always.
var (
	setDigit  = setOf('0', '9')
	setWord   = setOf('0', '9', 'A', 'Z', 'a', 'z', '_', '_')
	setSpace  = setOf('\t', '\r', ' ', ' ')
	setHBlank = setOf('\t', '\t', ' ', ' ', 0xa0, 0xa0)
	setVBlank = setOf('\n', '\r', 0x85, 0x85)
	setLF     = setOf('\n', '\n')
)

var posixSets = map[string]byteSet{
	"alpha": setOf('A', 'Z', 'a', 'z'), "digit": setDigit, "alnum": setOf('0', '9', 'A', 'Z', 'a', 'z'),
	"upper": setOf('A', 'Z'), "lower": setOf('a', 'z'), "word": setWord, "space": setSpace,
	"blank": setOf('\t', '\t', ' ', ' '), "cntrl": setOf(0, 31, 127, 127), "graph": setOf('!', '~'),
	"print": setOf(' ', '~'), "punct": setOf('!', '/', ':', '@', '[', '`', '{', '~'),
	"xdigit": setOf('0', '9', 'A', 'F', 'a', 'f'), "ascii": setOf(0, 127),
}

// classEscape is the set of \d and its like; it returns the length taken, 0 for another escape.
func classEscape(s string) (set byteSet, length int, err error) {
	if len(s) < 2 {
		return set, 0, nil
	}
	positive := map[byte]byteSet{'d': setDigit, 'w': setWord, 's': setSpace, 'h': setHBlank, 'v': setVBlank}
	if set, ok := positive[s[1]]; ok {
		return set, 2, nil
	}
	if set, ok := positive[s[1]|0x20]; ok && s[1] < 'a' {
		return set.not(), 2, nil
	}
	if s[1] == 'N' && !strings.HasPrefix(s[2:], "{U+") {
		return setLF.not(), 2, nil
	}
	if s[1] == 'p' || s[1] == 'P' {
		return propertyEscape(s)
	}
	return set, 0, nil
}

// parseClass parses the bracketed class at the start of s and returns the length taken.
func parseClass(s string, foldCase, skipBlanks bool) (set byteSet, length int, err error) {
	i := 1
	negated := i < len(s) && s[i] == '^'
	if negated {
		i++
	}
	for first := true; ; first = false {
		if skipBlanks {
			for i < len(s) && (s[i] == ' ' || s[i] == '\t') {
				i++
			}
		}
		if i >= len(s) {
			return set, 0, reason("no closing ] of a character class")
		}
		if s[i] == ']' && !first {
			break
		}
		lo, sub, took, err := classItem(s[i:])
		if err != nil {
			return set, 0, err
		}
		i += took
		if sub != nil {
			set.addSet(*sub)
			continue
		}
		hi := lo
		if i+1 < len(s) && s[i] == '-' && s[i+1] != ']' {
			end, sub, took, err := classItem(s[i+1:])
			if err != nil {
				return set, 0, err
			}
			if sub == nil { // else the hyphen stands for itself
				if end < lo {
					return set, 0, reasonf("invalid range %q", s[i-1:i+1+took])
				}
				hi = end
				i += 1 + took
			}
		}
		set.addRange(lo, hi)
	}
	if foldCase {
		set.foldCase()
	}
	if negated {
		set = set.not()
	}
	return set, i + 1, nil
}

// classItem is one member of a class: a character, or a set such as \w and [:alpha:].
func classItem(s string) (code rune, sub *byteSet, length int, err error) {
	if len(s) > 1 && s[0] == '[' && strings.IndexByte(":=.", s[1]) >= 0 {
		if end := strings.Index(s[2:], s[1:2]+"]"); end >= 0 {
			name, negated := strings.CutPrefix(s[2:2+end], "^")
			set, ok := posixSets[name]
			if s[1] == ':' && ok {
				if negated {
					set = set.not()
				}
				return 0, &set, end + 4, nil
			}
			if s[1] != ':' || !strings.ContainsAny(name, "[]\\") {
				return 0, nil, 0, reasonf("unknown character class %q", s[:end+4])
			}
		}
	}
	if s[0] != '\\' {
		return rune(s[0]), nil, 1, nil
	}
	if len(s) == 1 {
		return 0, nil, 0, reason("the pattern ends with a backslash")
	}
	if set, took, err := classEscape(s); err != nil || took > 0 {
		return 0, &set, took, err
	}
	if s[1] == 'b' {
		return '\b', nil, 2, nil
	}
	code, took, ok, err := charEscape(s)
	if err != nil || ok {
		return code, nil, took, err
	}
	return rune(s[1]), nil, 2, nil
}

// writeSet writes set in the engine's dialect. The whole and the empty set have short forms, and
// the smaller of the set and its complement is written, which the engine searches faster.
func writeSet(out *strings.Builder, set byteSet) {
	count := 0
	for _, in := range set {
		if in {
			count++
		}
	}
	switch count {
	case 0:
		out.WriteString(`(?!)`)
		return
	case len(set):
		out.WriteString(`[\s\S]`)
		return
	}
	out.WriteByte('[')
	if count > len(set)/2 {
		out.WriteByte('^')
		set = set.not()
	}
	for lo := 0; lo < len(set); lo++ {
		if !set[lo] {
			continue
		}
		hi := lo
		for hi+1 < len(set) && set[hi+1] {
			hi++
		}
		// Bytes and private-use characters are two ranges for the engine.
		if lo < 0x80 && hi >= 0x80 {
			hi = 0x7f
		}
		fmt.Fprintf(out, `\u%04x`, runeOf[lo])
		if hi > lo {
			fmt.Fprintf(out, `-\u%04x`, runeOf[hi])
		}
		lo = hi
	}
	out.WriteByte(']')
}
