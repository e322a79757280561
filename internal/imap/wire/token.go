package wire

import (
	"math"
	"strconv"
)

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
func isSpace(c byte) bool { return c == ' ' || c == '\t' }

// trimSpace keeps an empty slice apart from nil, unlike bytes.Trim.
func trimSpace(b []byte) []byte {
	for len(b) > 0 && isSpace(b[0]) {
		b = b[1:]
	}
	for len(b) > 0 && isSpace(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}

// equalFold compares b with the upper-case name s, ASCII letters only.
func equalFold(b []byte, s string) bool {
	if len(b) != len(s) {
		return false
	}
	for i, c := range b {
		if 'a' <= c && c <= 'z' {
			c -= 'a' - 'A'
		}
		if c != s[i] {
			return false
		}
	}
	return true
}

func isNil(b []byte) bool { return equalFold(b, "NIL") }

func (d *Decoder) eol() bool { return d.pos >= len(d.line) }

// EOL skips blanks and reports whether the line ends here.
func (d *Decoder) EOL() bool {
	d.space()
	return d.eol()
}

// space skips any number of blanks: doubled ones are the commonest slip of all (DavMail, iCloud, QQ).
func (d *Decoder) space() {
	for d.pos < len(d.line) && isSpace(d.line[d.pos]) {
		d.pos++
	}
}

// peek is the current octet, 0 at the end of the line.
func (d *Decoder) peek() byte {
	if d.eol() {
		return 0
	}
	return d.line[d.pos]
}

// accept steps over c if it comes next, after blanks.
func (d *Decoder) accept(c byte) bool {
	d.space()
	if d.peek() != c || d.eol() {
		return false
	}
	d.pos++
	return true
}

// rest takes the remainder of the line.
func (d *Decoder) rest() []byte {
	b := d.line[d.pos:]
	d.pos = len(d.line)
	return b
}

// Text is the remainder of the line after one blank (RFC 9051, text).
func (d *Decoder) Text() string {
	if isSpace(d.peek()) {
		d.pos++
	}
	return string(d.rest())
}

// atom reads up to a blank, a parenthesis or the end of the line: far more than atom of RFC 9051,
// because keywords hold 8-bit octets, colons, braces and brackets (Zimbra tags, old clients).
func (d *Decoder) atom() []byte {
	start := d.pos
	for d.pos < len(d.line) {
		switch d.line[d.pos] {
		case ' ', '\t', '(', ')':
			return d.line[start:d.pos]
		}
		d.pos++
	}
	return d.line[start:]
}

// word skips blanks and reads an atom.
func (d *Decoder) word() []byte {
	d.space()
	return d.atom()
}

// quoted reads a quoted string whose opening quote is the current octet. A backslash escapes only
// a quote or a backslash and stays before any other octet. With loose set, a quote that is not
// followed by a blank, a parenthesis or the line end does not end the string (GreenMail does not
// escape quotes in mailbox names). A string without its closing quote ends with the line.
func (d *Decoder) quoted(loose bool) []byte {
	d.pos++
	start := d.pos
	var out []byte // only when something was escaped
	for i := start; i < len(d.line); i++ {
		switch c := d.line[i]; {
		case c == '\\' && i+1 < len(d.line) && (d.line[i+1] == '"' || d.line[i+1] == '\\'):
			if i+2 == len(d.line) && d.line[i+1] == '"' {
				// The line ends in \": a name that ends in an unescaped backslash.
				out = append(append(out, d.line[start:i]...), '\\')
				d.pos = len(d.line)
				return out
			}
			out = append(append(out, d.line[start:i]...), d.line[i+1])
			i++
			start = i + 1
		case c == '"' && (!loose || endsString(d.line[i+1:])):
			d.pos = i + 1
			if out == nil {
				return d.line[start:i]
			}
			return append(out, d.line[start:i]...)
		}
	}
	d.pos = len(d.line)
	if out == nil {
		return d.line[start:]
	}
	return append(out, d.line[start:]...)
}

func endsString(next []byte) bool {
	return len(next) == 0 || isSpace(next[0]) || next[0] == '(' || next[0] == ')'
}

// astring reads a string in any form: quoted, literal or atom (RFC 9051, astring). bare tells an
// atom; it is empty when nothing comes before the next parenthesis or the end of the line.
func (d *Decoder) astring() (b []byte, bare bool) {
	d.space()
	switch d.peek() {
	case '"':
		return d.quoted(false), false
	case '{', '~':
		if size, yes := d.atLiteral(); yes {
			return d.readLiteral(size, MaxLiteral), false
		}
	}
	return d.atom(), true
}

// nstring is astring for values that may be missing (RFC 9051, nstring): ok is false for NIL and
// for nothing at all.
func (d *Decoder) nstring() (b []byte, ok bool) {
	b, bare := d.astring()
	if d.err != nil || bare && (len(b) == 0 || isNil(b)) {
		return nil, false
	}
	return b, true
}

// number reads a number of RFC 9051 (number, number64), also when it is quoted.
func (d *Decoder) number() (n uint64, ok bool) {
	b, ok := d.nstring()
	if !ok {
		return 0, false
	}
	return parseNumber(b)
}

func parseNumber(b []byte) (n uint64, ok bool) {
	if len(b) == 0 {
		return 0, false
	}
	for _, c := range b {
		if !isDigit(c) || n > (math.MaxUint64-9)/10 {
			// The last digit of the very largest numbers takes the slow way.
			v, err := strconv.ParseUint(string(b), 10, 64)
			return v, err == nil
		}
		n = n*10 + uint64(c-'0')
	}
	return n, true
}

// number32 is number for values of 32 bits; others are absent.
func (d *Decoder) number32() (n uint32, ok bool) {
	v, ok := d.number()
	if !ok || v > math.MaxUint32 {
		return 0, false
	}
	return uint32(v), true
}

// skipToken steps over one parenthesis, string, literal, atom or run of blanks.
func (d *Decoder) skipToken() {
	switch d.peek() {
	case ' ', '\t':
		d.space()
	case '(', ')':
		d.pos++
	case '"':
		d.quoted(false)
	case '{', '~':
		if size, ok := d.atLiteral(); ok {
			d.dropLiteral(size)
			return
		}
		d.atom()
	default:
		d.atom()
	}
}

// skipValue steps over one value of any shape: a list with all it holds, or a string. Nothing is
// taken when the enclosing list ends here.
func (d *Decoder) skipValue() {
	d.space()
	if d.eol() || d.peek() == ')' {
		return
	}
	depth := 0
	for !d.eol() {
		switch d.peek() {
		case '(':
			depth++
		case ')':
			depth--
		}
		d.skipToken()
		if depth <= 0 {
			return
		}
		d.space()
	}
}
