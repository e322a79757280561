package perlre

import (
	"fmt"
	"strconv"
	"strings"
)

// openGroup translates what an opening parenthesis begins. Named groups become numbered ones:
// the engine would number them after all others.
func (t *translator) openGroup() error {
	if len(t.stack) >= maxDepth {
		return reasonf("more than %d groups within each other", maxDepth)
	}
	rest := t.src[t.pos:]
	switch {
	case strings.HasPrefix(rest, "(*FAIL)"), strings.HasPrefix(rest, "(*F)"):
		t.atom(`(?!)`, strings.IndexByte(rest, ')')+1)
		return nil
	case strings.HasPrefix(rest, "(*"):
		return reason("verbs such as (*SKIP) are not supported")
	case !strings.HasPrefix(rest, "(?"):
		if t.flags.n {
			t.group("(?:", 1)
		} else {
			t.groups++
			t.group("(", 1)
		}
		return nil
	}
	for _, plain := range []string{"(?:", "(?=", "(?!", "(?<=", "(?<!", "(?>"} {
		if strings.HasPrefix(rest, plain) {
			t.group(plain, len(plain))
			t.flags.look = t.flags.look || strings.ContainsAny(plain, "=!")
			return nil
		}
	}
	for _, named := range []struct{ open, shut string }{{"(?<", ">"}, {"(?P<", ">"}, {"(?'", "'"}} {
		if after, ok := strings.CutPrefix(rest, named.open); ok {
			name, _, ok := strings.Cut(after, named.shut)
			if !ok || !isName(name) {
				return reasonf("a group's name is not valid in %q", rest[:min(len(rest), 20)])
			}
			t.groups++
			if _, twice := t.names[name]; !twice {
				t.names[name] = t.groups
			}
			t.group("(", len(named.open)+len(name)+1)
			return nil
		}
	}
	switch {
	case strings.HasPrefix(rest, "(?P="):
		name, _, _ := strings.Cut(rest[4:], ")")
		return t.namedReference(name, len(name)+5)
	case strings.HasPrefix(rest, "(?("):
		return t.conditional()
	case strings.HasPrefix(rest, "(?{"), strings.HasPrefix(rest, "(??{"):
		return reason("code in a pattern is not supported")
	case strings.HasPrefix(rest, "(?|"):
		return reason("branch reset (?|...) is not supported")
	case len(rest) > 2 && strings.IndexByte("R&0123456789P+", rest[2]) >= 0,
		len(rest) > 3 && rest[2] == '-' && isDigit(rest[3]):
		return reason("recursion is not supported")
	}
	return t.inlineFlags(rest)
}

func (t *translator) group(text string, n int) {
	t.out.WriteString(text)
	t.pos += n
	t.stack = append(t.stack, t.flags)
	t.prev = afterNothing
}

// inlineFlags translates (?flags), (?flags:, (?^flags) and (?^flags:.
func (t *translator) inlineFlags(rest string) error {
	end := strings.IndexAny(rest, ":)")
	if end < 0 {
		return reason("a group is not closed")
	}
	word := rest[2:end]
	on, off, _ := strings.Cut(word, "-")
	flags := t.flags
	if plain, reset := strings.CutPrefix(on, "^"); reset {
		flags, on = flagSet{look: flags.look}, plain
		if strings.Contains(word, "-") {
			return reasonf("unknown flags in %q", rest[:end+1])
		}
	}
	if strings.Trim(on, "imsxnadlup") != "" || strings.Trim(off, "imsxn") != "" {
		return reasonf("unknown flags in %q", rest[:end+1])
	}
	if strings.Contains(on, "x") {
		flags.x, flags.xx = false, false
	}
	flags.set(on)
	flags.clear(off)
	fold := "-i"
	if flags.i {
		fold = "i"
	}
	if rest[end] == ':' {
		t.group("(?"+fold+":", end+1)
		t.flags = flags
		return nil
	}
	// Flags by themselves are no atom: what can be repeated stays what it was.
	fmt.Fprintf(&t.out, "(?%s)", fold)
	t.pos += end + 1
	t.flags = flags
	t.prev = afterNothing
	return nil
}

// conditional translates (?(1)yes|no), (?(<name>)yes|no) and (?(?=look)yes|no).
func (t *translator) conditional() error {
	rest := t.src[t.pos:]
	for _, look := range []string{"?=", "?!", "?<=", "?<!"} {
		if strings.HasPrefix(rest[3:], look) {
			t.group("(?", 2)
			return nil
		}
	}
	condition, _, ok := strings.Cut(rest[3:], ")")
	if !ok {
		return reason("a group is not closed")
	}
	if n, err := strconv.Atoi(condition); err == nil && n > 0 && isDigit(condition[0]) {
		t.highest = max(t.highest, n)
		t.group(fmt.Sprintf("(?(%d)", n), len(condition)+4)
		return nil
	}
	name := strings.Trim(condition, "<>'")
	n, known := t.names[name]
	if len(name)+2 != len(condition) || !known {
		return reasonf("the condition %q is not supported", condition)
	}
	t.group(fmt.Sprintf("(?(%d)", n), len(condition)+4)
	return nil
}

func isName(s string) bool {
	for i := range len(s) {
		if !isWord(s[i]) {
			return false
		}
	}
	return s != "" && !isDigit(s[0])
}

// escape translates an escape outside a class.
func (t *translator) escape() error {
	rest := t.src[t.pos:]
	if len(rest) == 1 {
		return reason("the pattern ends with a backslash")
	}
	if set, took, err := classEscape(rest); err != nil {
		return err
	} else if took > 0 {
		t.set(set, took)
		return nil
	}
	switch c := rest[1]; c {
	case 'A', 'Z', 'z', 'G', 'B', 'b':
		if (c == 'b' || c == 'B') && strings.HasPrefix(rest[2:], "{") {
			return reasonf(`\%c{} is not supported`, c)
		}
		t.atom(rest[:2], 2)
		return nil
	case 'K':
		if t.flags.look {
			return reason(`\K inside a look-around`)
		}
		t.keep = true
		t.atom(`(?<`+keepGroup+`>)`, 2)
		t.prev = afterNothing // Perl forbids to repeat it
		return nil
	case 'R':
		t.atom(fmt.Sprintf(`(?>\r\n|[\n-\r\u%04x])`, runeOf[0x85]), 2)
		return nil
	case 'X':
		t.atom(`(?>\r\n|[\s\S])`, 2)
		return nil
	case 'C':
		return reason(`\C is not supported`)
	case 'g', 'k':
		return t.reference(rest)
	}
	if n, took := decimal(rest[1:]); took > 0 && rest[1] != '0' {
		// From \10 on it is an octal number unless so many groups were opened before.
		if n <= 9 || n <= t.groups || rest[1] > '7' {
			return t.numberedReference(n, took+1)
		}
	}
	code, took, ok, err := charEscape(rest)
	if err != nil {
		return err
	}
	if !ok {
		code, took = rune(rest[1]), 2
	}
	t.literal(code, took)
	return nil
}

func decimal(s string) (n, length int) {
	for length < len(s) && length < 6 && isDigit(s[length]) {
		n = n*10 + int(s[length]-'0')
		length++
	}
	return n, length
}

// reference translates \g1 \g{1} \g{-1} \g{name} \k<name> \k'name' \k{name}.
func (t *translator) reference(rest string) error {
	if rest[1] == 'g' {
		digits := strings.TrimPrefix(rest[2:], "-")
		if n, took := decimal(digits); took > 0 {
			return t.relativeReference(n, len(rest)-len(digits) > 2, len(rest)-len(digits)+took)
		}
	}
	if len(rest) < 3 {
		return reasonf("%q without a group", rest[:2])
	}
	shut, ok := map[byte]string{'{': "}", '<': ">", '\'': "'"}[rest[2]]
	name, _, closed := strings.Cut(rest[3:], shut)
	if !ok || !closed || rest[1] == 'g' && shut != "}" {
		return reasonf("%q without a group", rest[:2])
	}
	took := len(name) + 4
	name = strings.TrimSpace(name)
	digits := strings.TrimPrefix(name, "-")
	if n, length := decimal(digits); rest[1] == 'g' && length > 0 && length == len(digits) {
		return t.relativeReference(n, digits != name, took)
	}
	return t.namedReference(name, took)
}

func (t *translator) relativeReference(n int, backwards bool, took int) error {
	if backwards {
		n = t.groups + 1 - n
	}
	if n < 1 {
		return reason("a reference to a group that is not there")
	}
	return t.numberedReference(n, took)
}

func (t *translator) numberedReference(n, took int) error {
	t.highest = max(t.highest, n)
	t.atom(fmt.Sprintf(`\k<%d>`, n), took)
	return nil
}

func (t *translator) namedReference(name string, took int) error {
	n, ok := t.names[name]
	if !ok {
		return reasonf("no group is named %q", name)
	}
	return t.numberedReference(n, took)
}
