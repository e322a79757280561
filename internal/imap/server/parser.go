package server

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"imapsync/internal/imap"
)

const (
	maxLine    = 1 << 16 // octets of a command without its literals
	maxLiteral = 1 << 16 // octets of a literal that is not a message
)

// syntaxError is answered with BAD; the connection goes on.
type syntaxError string

func (e syntaxError) Error() string { return string(e) }

// parser reads commands from a connection, following the formal syntax of RFC 3501 section 9. The
// first failure sticks in err; from then on every method gives zero values, so that a command
// reads like its grammar and checks once.
type parser struct {
	br *bufio.Reader
	// proceed sends a continuation request for a synchronising literal.
	proceed func() error
	// nonSync is the largest non-synchronising literal: 0 none, math.MaxInt64 any (RFC 7888).
	nonSync int64

	// refusal answers the next literal instead of taking it.
	refusal error

	err     error
	left    int   // octets that the line may still have
	lineEnd bool  // the command's CRLF has been read
	discard int64 // octets of a refused literal that are on their way nevertheless
}

// begin prepares for the next command.
func (p *parser) begin() {
	p.refusal, p.err, p.left, p.lineEnd, p.discard = nil, nil, maxLine, false, 0
}

func (p *parser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = syntaxError(fmt.Sprintf(format, args...))
	}
}

// peek is the next octet, 0 after a failure.
func (p *parser) peek() byte {
	if p.err != nil {
		return 0
	}
	b, err := p.br.Peek(1)
	if err != nil {
		p.err = err
		return 0
	}
	return b[0]
}

func (p *parser) next() byte {
	c := p.peek()
	if p.err != nil {
		return 0
	}
	if p.left--; p.left < 0 {
		p.fail("Command line too long")
		return 0
	}
	p.br.Discard(1)
	return c
}

// take reads c if it comes next.
func (p *parser) take(c byte) bool {
	if p.peek() != c || p.err != nil {
		return false
	}
	p.next()
	return true
}

func (p *parser) expect(c byte) {
	if !p.take(c) && p.err == nil {
		p.fail("Expected %q", c)
	}
}

func (p *parser) sp() { p.expect(' ') }

// end reads the command's CRLF; a bare LF does too.
func (p *parser) end() error {
	if p.err == nil && !p.lineEnd {
		p.take('\r')
		p.expect('\n')
		p.lineEnd = p.err == nil
	}
	return p.err
}

// skip reads the rest of a command after a syntax error, literals included, so that the next
// command starts at a line's beginning.
func (p *parser) skip() error {
	for {
		if p.discard > 0 {
			if _, err := io.CopyN(io.Discard, p.br, p.discard); err != nil {
				return err
			}
			p.discard, p.lineEnd = 0, false
		}
		if p.lineEnd {
			return nil
		}
		line, err := p.restOfLine()
		if err != nil {
			return err
		}
		p.lineEnd = true
		if n, nonSync, ok := literalAtEnd(line); ok && nonSync {
			p.discard, p.lineEnd = n, false
			if n == 0 {
				continue
			}
		}
	}
}

// restOfLine reads to the next LF and returns the last octets of the line.
func (p *parser) restOfLine() ([]byte, error) {
	var tail []byte
	for {
		part, err := p.br.ReadSlice('\n')
		tail = append(tail, part[max(0, len(part)-64):]...)
		tail = tail[max(0, len(tail)-64):]
		if !errors.Is(err, bufio.ErrBufferFull) {
			return tail, err
		}
	}
}

func literalAtEnd(line []byte) (n int64, nonSync, ok bool) {
	s := strings.TrimRight(string(line), "\r\n")
	i := strings.LastIndexByte(s, '{')
	if i < 0 || !strings.HasSuffix(s, "}") {
		return 0, false, false
	}
	s, nonSync = strings.CutSuffix(s[i+1:len(s)-1], "+")
	n, err := strconv.ParseInt(s, 10, 63)
	return n, nonSync, err == nil && n >= 0
}

func isAtomChar(c byte) bool {
	return c > ' ' && c < 0x7f && strings.IndexByte(`(){%*"\]`, c) < 0
}

// chars reads one or more octets that ok accepts.
func (p *parser) chars(what string, ok func(byte) bool) string {
	var b []byte
	for {
		c := p.peek()
		if p.err != nil {
			return ""
		}
		if !ok(c) {
			break
		}
		b = append(b, p.next())
	}
	if len(b) == 0 {
		p.fail("Expected %s", what)
	}
	return string(b)
}

func (p *parser) tag() string {
	return p.chars("a tag", func(c byte) bool { return c != '+' && (isAtomChar(c) || c == ']') })
}

func (p *parser) atom() string { return p.chars("an atom", isAtomChar) }

// keyword is an atom in upper case: a verb, an item, a search key.
func (p *parser) keyword() string { return strings.ToUpper(p.atom()) }

func (p *parser) number() uint64 {
	s := p.chars("a number", func(c byte) bool { return c >= '0' && c <= '9' })
	if p.err != nil {
		return 0
	}
	n, err := strconv.ParseUint(s, 10, 63)
	if err != nil {
		p.fail("Number out of range")
	}
	return n
}

// astring is an atom (in which ']' is fine), a quoted string or a literal.
func (p *parser) astring() string {
	switch p.peek() {
	case '"', '{':
		return p.str()
	}
	return p.chars("a string", func(c byte) bool { return isAtomChar(c) || c == ']' })
}

// str is a quoted string or a literal.
func (p *parser) str() string {
	if p.peek() == '{' {
		n := p.literal(maxLiteral)
		if p.err != nil {
			return ""
		}
		b := make([]byte, n)
		if _, err := io.ReadFull(p.br, b); err != nil {
			p.err = err
			return ""
		}
		return string(b)
	}
	p.expect('"')
	var b []byte
	for p.err == nil {
		switch c := p.next(); c {
		case '"':
			return string(b)
		case '\\':
			c = p.next()
			if c != '"' && c != '\\' {
				p.fail("Bad escape in a quoted string")
			}
			b = append(b, c)
		case '\r', '\n', 0:
			p.fail("Unterminated string")
			// The line has ended here.
			p.lineEnd = p.lineEnd || c == '\n'
		default:
			b = append(b, c)
		}
	}
	return ""
}

// nstring is a string or NIL, given as ok == false.
func (p *parser) nstring() (string, bool) {
	if c := p.peek(); c == '"' || c == '{' {
		return p.str(), true
	}
	if p.keyword() != "NIL" {
		p.fail("Expected a string or NIL")
	}
	return "", false
}

// literal reads "{n}" or "{n+}" and its CRLF, asks the client to go on if it waits, and returns n.
// The caller reads the n octets from br. A literal above limit is refused.
func (p *parser) literal(limit int64) int64 {
	p.expect('{')
	n := int64(p.number())
	nonSync := p.take('+')
	p.expect('}')
	p.take('\r')
	p.expect('\n')
	if p.err == nil && p.refusal == nil && n > limit {
		p.refusal = &Refusal{"TOOBIG", "Literal too large"}
	}
	switch {
	case p.err != nil:
	case nonSync && n > p.nonSync:
		p.fail("Non-synchronizing literal not allowed here")
		p.discard = n
	case p.refusal != nil && nonSync:
		p.err, p.discard = p.refusal, n
	case p.refusal != nil:
		// The client waits for leave to send, so the command ends here.
		p.err, p.lineEnd = p.refusal, true
	case !nonSync:
		p.err = p.proceed()
	}
	if p.err != nil {
		return 0
	}
	// A line's budget is per line: MULTIAPPEND has as many lines as messages.
	p.left = maxLine
	return n
}

// list reads "(" item *(SP item) ")"; an empty list is fine.
func (p *parser) list(item func()) {
	p.expect('(')
	if p.take(')') {
		return
	}
	for p.err == nil {
		item()
		if p.take(')') {
			return
		}
		p.sp()
	}
}

// flag is a system flag or a keyword. \Recent and unknown system flags are the caller's affair.
func (p *parser) flag() imap.Flag {
	if p.take('\\') {
		return imap.Flag(`\` + p.atom())
	}
	return imap.Flag(p.atom())
}

func (p *parser) flagList() []imap.Flag {
	var flags []imap.Flag
	p.list(func() {
		if f := p.flag(); p.err == nil {
			flags = append(flags, f)
		}
	})
	return flags
}

const anyLiteral = math.MaxInt64
