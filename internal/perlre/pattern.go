package perlre

import (
	"fmt"
	"strconv"
	"strings"
)

// maxDepth bounds the nesting of groups, which the engine's compiler visits by recursion.
const maxDepth = 250

// maxRepeat is Perl's own limit of a repeat count.
const maxRepeat = 65534

// flagSet is the flags of a pattern that change from group to group.
type flagSet struct {
	i, m, s, x, xx, n bool
	look              bool // inside a look-around
}

func (f *flagSet) set(flags string) {
	f.i = f.i || strings.Contains(flags, "i")
	f.m = f.m || strings.Contains(flags, "m")
	f.s = f.s || strings.Contains(flags, "s")
	f.xx = f.xx || strings.Count(flags, "x") > 1
	f.x = f.x || strings.Contains(flags, "x")
	f.n = f.n || strings.Contains(flags, "n")
}

func (f *flagSet) clear(flags string) {
	for _, c := range flags {
		switch c {
		case 'i':
			f.i = false
		case 'm':
			f.m = false
		case 's':
			f.s = false
		case 'x':
			f.x, f.xx = false, false
		case 'n':
			f.n = false
		}
	}
}

// What stands before the current place, for the rules of quantifiers.
const (
	afterNothing    = iota // the start of an alternative
	afterAtom              // something that can be repeated
	afterQuantifier        // something that is repeated already
)

// translator turns a Perl pattern into the engine's dialect (options None and Multiline).
type translator struct {
	src  string
	pos  int
	out  strings.Builder
	prev int

	flags flagSet
	stack []flagSet // of the groups around the current place

	groups  int
	names   map[string]int
	highest int  // greatest group referred to
	keep    bool // \K is used
}

// translated is the result of translate.
type translated struct {
	pattern string
	groups  int
	names   map[string]int
	keep    bool
	fold    bool // flag i at the start
}

// translate translates the pattern src, as Perl's pattern compiler sees it.
func translate(src, flags string) (translated, error) {
	t := &translator{src: src, names: map[string]int{}}
	t.flags.set(flags)
	fold := t.flags.i
	for t.skipIgnored(); t.pos < len(t.src); t.skipIgnored() {
		if err := t.next(); err != nil {
			return translated{}, err
		}
	}
	if len(t.stack) > 0 {
		return translated{}, reason("a group is not closed")
	}
	if t.highest > t.groups {
		return translated{}, reasonf("there is no group %d", t.highest)
	}
	return translated{t.out.String(), t.groups, t.names, t.keep, fold}, nil
}

// skipIgnored skips comments, and with flag x blanks.
func (t *translator) skipIgnored() {
	for t.pos < len(t.src) {
		rest := t.src[t.pos:]
		switch {
		case strings.HasPrefix(rest, "(?#") && strings.Contains(rest, ")"):
			t.pos += strings.IndexByte(rest, ')') + 1
		case t.flags.x && isSpace(rest[0]):
			t.pos++
		case t.flags.x && rest[0] == '#':
			end := strings.IndexByte(rest, '\n')
			if end < 0 {
				end = len(rest)
			}
			t.pos += end
		default:
			return
		}
	}
}

// next translates one construct.
func (t *translator) next() error {
	c := t.src[t.pos]
	switch c {
	case '\\':
		return t.escape()
	case '[':
		set, took, err := parseClass(t.src[t.pos:], t.flags.i, t.flags.xx)
		if err != nil {
			return err
		}
		t.set(set, took)
		return nil
	case '(':
		return t.openGroup()
	case ')':
		if len(t.stack) == 0 {
			return reason("a ) without its (")
		}
		t.flags = t.stack[len(t.stack)-1]
		t.stack = t.stack[:len(t.stack)-1]
		t.atom(")", 1)
		return nil
	case '|':
		t.out.WriteByte('|')
		t.pos++
		t.prev = afterNothing
		return nil
	case '.':
		if t.flags.s {
			t.set(byteSet{}.not(), 1)
		} else {
			t.set(setLF.not(), 1)
		}
		return nil
	case '^':
		if t.flags.m {
			// Perl does not see a line after the subject's last LF, the engine does.
			t.atom(`(?:^(?!(?<=\n)\z))`, 1)
		} else {
			t.atom(`\A`, 1)
		}
		return nil
	case '$':
		if t.flags.m {
			t.atom(`$`, 1)
		} else {
			t.atom(`\Z`, 1)
		}
		return nil
	case '*', '+', '?':
		return t.quantify(string(c), 1)
	case '{':
		if least, most, took, ok := repeatCount(t.src[t.pos:]); ok && t.prev != afterNothing {
			return t.repeat(least, most, took)
		}
	}
	t.literal(rune(c), 1)
	return nil
}

// atom writes text for the next n bytes of the pattern.
func (t *translator) atom(text string, n int) {
	t.out.WriteString(text)
	t.pos += n
	t.prev = afterAtom
}

func (t *translator) set(set byteSet, n int) {
	writeSet(&t.out, set)
	t.pos += n
	t.prev = afterAtom
}

// literal writes one character. Above 255 it becomes one that no subject has.
func (t *translator) literal(code rune, n int) {
	switch {
	case code > 255:
		t.atom(`\ufffd`, n)
	case code < 128 && isWord(byte(code)):
		t.atom(string(code), n)
	default:
		t.atom(fmt.Sprintf(`\u%04x`, runeOf[code]), n)
	}
}

func (t *translator) quantify(text string, n int) error {
	switch t.prev {
	case afterNothing:
		return reasonf("the quantifier %q follows nothing", text)
	case afterQuantifier:
		return reason("nested quantifiers")
	}
	t.out.WriteString(text)
	t.pos += n
	t.skipIgnored()
	if t.pos < len(t.src) && (t.src[t.pos] == '?' || t.src[t.pos] == '+') {
		t.out.WriteByte(t.src[t.pos])
		t.pos++
	}
	t.prev = afterQuantifier
	return nil
}

func (t *translator) repeat(least, most string, n int) error {
	if least == "" {
		least = "0"
	}
	low, err1 := strconv.Atoi(least)
	high, err2 := low, error(nil)
	if most != "" {
		high, err2 = strconv.Atoi(most)
	}
	if err1 != nil || err2 != nil || low > maxRepeat || high > maxRepeat {
		return reasonf("a repeat count above %d", maxRepeat)
	}
	text := t.src[t.pos : t.pos+n]
	switch {
	case low > high && most != "":
		// Perl takes this for something that never matches.
		return t.quantify("{0}(?!)", n)
	case !strings.Contains(text, ","):
		return t.quantify(fmt.Sprintf("{%d}", low), n)
	case most == "":
		return t.quantify(fmt.Sprintf("{%d,}", low), n)
	}
	return t.quantify(fmt.Sprintf("{%d,%d}", low, high), n)
}

// repeatCount recognises {n}, {n,}, {,m} and {n,m}, with blanks inside; any other brace is text.
func repeatCount(s string) (least, most string, length int, ok bool) {
	end := strings.IndexByte(s, '}')
	if end < 0 {
		return "", "", 0, false
	}
	least, most, _ = strings.Cut(s[1:end], ",")
	least, most = strings.Trim(least, " \t"), strings.Trim(most, " \t")
	for _, c := range least + most {
		if c < '0' || c > '9' {
			return "", "", 0, false
		}
	}
	return least, most, end + 1, least+most != ""
}
