package perlre

import (
	"strconv"
	"strings"
)

// scope is what names in a replacement can mean.
type scope struct {
	names  map[string]int // named groups
	lookup func(name string) (string, bool)
}

// parseTemplate turns the text of a replacement, or of a "..." in code, into a node.
func parseTemplate(s string, in scope, backref bool) (node, error) {
	var folds foldStack
	plain := 0 // start of the text not yet added
	flush := func(end int) {
		if end > plain {
			folds.text(s[plain:end])
		}
	}
	for i := 0; i < len(s); {
		c := s[i]
		if c != '\\' && c != '$' && c != '@' {
			i++
			continue
		}
		flush(i)
		took, err := 1, error(nil)
		switch c {
		case '\\':
			took, err = templateEscape(s, i, &folds, backref)
		case '$':
			var n node
			if n, took, err = variable(s[i:], in); err == nil {
				folds.add(n)
			}
		case '@':
			if i+1 < len(s) && (isWord(s[i+1]) || strings.IndexByte(":'{$@+-", s[i+1]) >= 0) {
				err = reasonf("%q is an array; write \\@ for the character", s[i:i+2])
			}
			folds.text("@")
		}
		if err != nil {
			return nil, err
		}
		i += took
		plain = i
	}
	flush(len(s))
	return folds.finish(), nil
}

// templateEscape handles the escape at s[i] and returns how much of s it took.
func templateEscape(s string, i int, folds *foldStack, backref bool) (int, error) {
	if i+1 == len(s) {
		folds.text(`\`)
		return 1, nil
	}
	c := s[i+1]
	switch {
	case strings.IndexByte("lLuUEQF", c) >= 0:
		return folds.escape(s, i), nil
	case backref && c >= '1' && c <= '9' && (i+2 == len(s) || !isDigit(s[i+2])):
		folds.add(groupNode(int(c - '0'))) // \1 is an old spelling of $1
		return 2, nil
	case c == 'b':
		folds.text("\b")
		return 2, nil
	}
	code, took, ok, err := charEscape(s[i:])
	if err != nil {
		return 0, err
	}
	if !ok {
		if c == 'N' {
			return 0, reason(`\N is only known as \N{U+...}`)
		}
		folds.text(s[i+1 : i+2])
		return 2, nil
	}
	folds.text(string(appendChar(nil, code)))
	return took, nil
}

// variable parses the variable at the start of s and returns the length taken.
func variable(s string, in scope) (node, int, error) {
	name, took, braced := variableName(s)
	if name == "" {
		return nil, 0, reasonf("%q is not a variable; write \\$ for the character", s[:min(len(s), 2)])
	}
	rest := s[took:]
	switch {
	case name == "+" && strings.HasPrefix(rest, "{"):
		group, after, ok := strings.Cut(rest[1:], "}")
		n, known := in.names[strings.TrimSpace(group)]
		if !ok || !known {
			return nil, 0, reasonf("no group is named %q", group)
		}
		return groupNode(n), len(s) - len(after), nil
	case name == "sync":
		return in.known(s, took)
	case !braced && (strings.HasPrefix(rest, "[") || strings.HasPrefix(rest, "{")),
		strings.HasPrefix(rest, "->[") || strings.HasPrefix(rest, "->{"):
		return nil, 0, reasonf("%q takes an element; write ${%s} to have the bracket as text", "$"+name+rest[:1], name)
	}
	switch name {
	case "&":
		return groupNode(0), took, nil
	case "`":
		return func(dst []byte, c *captures) []byte { return append(dst, c.subject[:c.spans[0].start]...) }, took, nil
	case "'":
		return func(dst []byte, c *captures) []byte { return append(dst, c.subject[c.spans[0].end:]...) }, took, nil
	case "+":
		return func(dst []byte, c *captures) []byte {
			if n := c.last(); n > 0 {
				return groupNode(n)(dst, c)
			}
			return dst
		}, took, nil
	}
	if n, err := strconv.Atoi(name); err == nil && n > 0 {
		return groupNode(n), took, nil
	}
	return nil, 0, reasonf("the variable $%s is not known", name)
}

// variableName reads $name, ${name}, $1 or a punctuation variable.
func variableName(s string) (name string, took int, braced bool) {
	if len(s) < 2 {
		return "", 0, false
	}
	if s[1] == '{' {
		inner, _, ok := strings.Cut(s[2:], "}")
		if !ok {
			return "", 0, false
		}
		return strings.TrimSpace(inner), len(inner) + 3, true
	}
	end := 1
	for end < len(s) && isWord(s[end]) && (isDigit(s[1]) == isDigit(s[end]) || !isDigit(s[1])) {
		end++
	}
	if end == 1 {
		if strings.IndexByte("&`'+", s[1]) < 0 {
			return "", 0, false
		}
		end = 2
	}
	return s[1:end], end, false
}

// known parses the rest of $sync->{name}, one of the values a run lets expressions see.
func (in scope) known(s string, took int) (node, int, error) {
	rest := strings.TrimPrefix(s[took:], "->")
	inner, after, ok := strings.Cut(strings.TrimPrefix(rest, "{"), "}")
	if !ok || !strings.HasPrefix(rest, "{") {
		return nil, 0, reason("$sync must be followed by ->{name}")
	}
	name := strings.Trim(inner, ` '"`)
	if in.lookup != nil {
		if _, ok := in.lookup(name); ok {
			return func(dst []byte, c *captures) []byte { return append(dst, c.variable(name)...) }, len(s) - len(after), nil
		}
	}
	return nil, 0, reasonf("the variable $sync->{%s} is not known", name)
}
