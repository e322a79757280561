package perlre

import (
	"bytes"
	"strconv"
	"strings"
)

// value is what a piece of code gives.
type value struct {
	text    []byte
	defined bool
}

func (v value) truth() bool { return len(v.text) > 0 && string(v.text) != "0" }

func text(s string) value { return value{[]byte(s), true} }

func boolean(b bool) value {
	if b {
		return text("1")
	}
	return text("")
}

// code is a compiled piece of the language of the flag e:
//
//	code    = or [ "?" code ":" code ]
//	or      = and { ( "||" | "//" ) and }
//	and     = same { "&&" same }
//	same    = joined [ ( "eq" | "ne" ) joined ]
//	joined  = sum, sums joined by "."; sum = factors with "+" or "-" between
//	primary = "(" code ")" | "!" primary | number | '...' | "..." | q() | qq() | variable |
//	          function "(" code ")" | function primary
//
// with the functions defined, lc, uc, lcfirst, ucfirst, length.
type code func(c *captures) value

type codeParser struct {
	s  string
	in scope
	// depth bounds the recursion over brackets and conditions.
	depth int
}

// parseCode compiles the replacement of s///e.
func parseCode(s string, in scope) (node, error) {
	p := &codeParser{s: s, in: in}
	run, err := p.code()
	if err != nil {
		return nil, err
	}
	p.blank()
	p.take(";")
	if p.blank(); p.s != "" {
		return nil, reasonf("the code %q is not supported", p.s)
	}
	return func(dst []byte, c *captures) []byte { return append(dst, run(c).text...) }, nil
}

func (p *codeParser) blank() { p.s = strings.TrimLeft(p.s, " \t\r\n") }

// take skips blanks and takes the token if it comes next. A word must end there.
func (p *codeParser) take(token string) bool {
	p.blank()
	rest, ok := strings.CutPrefix(p.s, token)
	if !ok || isWord(token[0]) && rest != "" && isWord(rest[0]) {
		return false
	}
	p.s = rest
	return true
}

func (p *codeParser) code() (code, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, reason("code with too many levels")
	}
	defer func() { p.depth-- }()
	condition, err := p.or()
	if err != nil || !p.take("?") {
		return condition, err
	}
	yes, err := p.code()
	if err != nil {
		return nil, err
	}
	if !p.take(":") {
		return nil, reason("a ? without its :")
	}
	no, err := p.code()
	if err != nil {
		return nil, err
	}
	return func(c *captures) value {
		if condition(c).truth() {
			return yes(c)
		}
		return no(c)
	}, nil
}

func (p *codeParser) or() (code, error) {
	left, err := p.and()
	for err == nil {
		var enough func(value) bool
		switch {
		case p.take("||"):
			enough = value.truth
		case p.take("//"):
			enough = func(v value) bool { return v.defined }
		default:
			return left, nil
		}
		first := left
		var second code
		second, err = p.and()
		left = func(c *captures) value {
			if v := first(c); enough(v) {
				return v
			}
			return second(c)
		}
	}
	return nil, err
}

func (p *codeParser) and() (code, error) {
	left, err := p.same()
	for err == nil && p.take("&&") {
		first := left
		var second code
		second, err = p.same()
		left = func(c *captures) value {
			if v := first(c); !v.truth() {
				return v
			}
			return second(c)
		}
	}
	return left, err
}

func (p *codeParser) same() (code, error) {
	left, err := p.joined()
	if err != nil {
		return nil, err
	}
	equal := p.take("eq")
	if !equal && !p.take("ne") {
		return left, nil
	}
	right, err := p.joined()
	return func(c *captures) value { return boolean(bytes.Equal(left(c).text, right(c).text) == equal) }, err
}

// joined parses the operators . + -, which bind alike and from the left.
func (p *codeParser) joined() (code, error) {
	left, err := p.primary()
	for err == nil {
		var op func(a, b value) value
		switch {
		case p.take("."):
			op = func(a, b value) value { return value{append(bytes.Clone(a.text), b.text...), true} }
		case p.take("+"):
			op = func(a, b value) value { return number(a, b, 1) }
		case p.take("-"):
			op = func(a, b value) value { return number(a, b, -1) }
		default:
			return left, nil
		}
		first := left
		var second code
		second, err = p.primary()
		left = func(c *captures) value { return op(first(c), second(c)) }
	}
	return nil, err
}

// number adds integers, as found at the start of the texts.
func number(a, b value, sign int64) value {
	return text(strconv.FormatInt(integer(a)+sign*integer(b), 10))
}

func integer(v value) int64 {
	s := strings.TrimLeft(string(v.text), " \t\r\n")
	end := 0
	for end < len(s) && (isDigit(s[end]) || end == 0 && s[end] == '-') {
		end++
	}
	n, _ := strconv.ParseInt(s[:end], 10, 64)
	return n
}

var functions = map[string]func(value) value{
	"defined": func(v value) value { return boolean(v.defined) },
	"length":  func(v value) value { return text(strconv.Itoa(len(v.text))) },
	"lc":      folded('L'), "uc": folded('U'), "lcfirst": folded('l'), "ucfirst": folded('u'),
}

func folded(escape byte) func(value) value {
	return func(v value) value {
		inner := func(dst []byte, _ *captures) []byte { return append(dst, v.text...) }
		return value{foldNode(escape, inner)(nil, nil), true}
	}
}

func (p *codeParser) primary() (code, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, reason("code with too many levels")
	}
	defer func() { p.depth-- }()
	switch {
	case p.take("("):
		inner, err := p.code()
		if err == nil && !p.take(")") {
			err = reason("a ( without its )")
		}
		return inner, err
	case p.take("!"):
		inner, err := p.primary()
		return func(c *captures) value { return boolean(!inner(c).truth()) }, err
	case strings.HasPrefix(p.s, "$"):
		return p.variable()
	case p.s != "" && isDigit(p.s[0]):
		end := 0
		for end < len(p.s) && isDigit(p.s[end]) {
			end++
		}
		digits := strings.TrimLeft(p.s[:end-1], "0") + p.s[end-1:end]
		p.s = p.s[end:]
		return func(*captures) value { return text(digits) }, nil
	case strings.HasPrefix(p.s, `"`):
		return p.quoted(0, true)
	case strings.HasPrefix(p.s, `'`):
		return p.quoted(0, false)
	}
	end := 0
	for end < len(p.s) && isWord(p.s[end]) {
		end++
	}
	word := p.s[:end]
	switch f, known := functions[word]; {
	case word == "q" || word == "qq":
		return p.quoted(end, word == "qq")
	case known:
		p.s = p.s[end:]
		inner, err := p.primary()
		return func(c *captures) value { return f(inner(c)) }, err
	}
	return nil, reasonf("the code %q is not supported", p.s)
}

// variable parses a capture or another variable; only captures can be undefined.
func (p *codeParser) variable() (code, error) {
	n, took, err := variable(p.s, p.in)
	if err != nil {
		return nil, err
	}
	name, _, _ := variableName(p.s)
	p.s = p.s[took:]
	group, err := strconv.Atoi(name)
	if err != nil {
		return func(c *captures) value { return value{n(nil, c), true} }, nil
	}
	return func(c *captures) value {
		text, defined := c.group(group)
		return value{text, defined}
	}, nil
}

// quoted parses a string whose delimiter stands after skip bytes, and blanks.
func (p *codeParser) quoted(skip int, interpolate bool) (code, error) {
	s := skipBlank(p.s[skip:])
	if s == "" {
		return nil, reason("a string without its delimiter")
	}
	inner, rest, err := cutPart(s, false)
	if err != nil {
		return nil, err
	}
	p.s = rest
	if !interpolate {
		inner = strings.ReplaceAll(inner, `\\`, `\`)
		return func(*captures) value { return text(inner) }, nil
	}
	n, err := parseTemplate(inner, p.in, false)
	return func(c *captures) value { return value{n(nil, c), true} }, err
}
