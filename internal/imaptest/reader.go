package imaptest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
)

// value is what an IMAP response consists of: a string (also for atoms, numbers and literals), a
// list, or NIL.
type value struct {
	text string
	list []value
	kind valueKind
}

type valueKind uint8

const (
	atom valueKind = iota
	quoted
	literal
	list
)

func (v value) isNil() bool { return v.kind == atom && strings.EqualFold(v.text, "NIL") }

// connection sends one command at a time.
type connection struct {
	nc  net.Conn
	br  *bufio.Reader
	tag int
	// body takes the literals of BODY[]; their value is what it returns.
	body func(r io.Reader, size int64) (string, error)
}

// command sends a command and gives its untagged responses to each, word by word without the "*".
func (c *connection) command(each func([]value) error, format string, args ...any) error {
	c.tag++
	tag := "s" + strconv.Itoa(c.tag)
	text := fmt.Sprintf(format, args...)
	verb, _, _ := strings.Cut(text, " ")
	if _, err := fmt.Fprintf(c.nc, "%s %s\r\n", tag, text); err != nil {
		return fmt.Errorf("%s: %w", verb, err)
	}
	for {
		words, err := c.response()
		if err != nil {
			return fmt.Errorf("%s: %w", verb, err)
		}
		if words[0].text == tag {
			if len(words) > 1 && words[1].text == "OK" {
				return nil
			}
			answer := ""
			for _, w := range words[1:] {
				answer += " " + w.text
			}
			return fmt.Errorf("%s: the server answered%s", verb, answer)
		}
		if words[0].text != "*" || each == nil || len(words) < 2 {
			continue
		}
		if err := each(words[1:]); err != nil {
			return err
		}
	}
}

// response reads one response. Of status responses only the first words are of use; their text may
// be anything.
func (c *connection) response() ([]value, error) {
	var words []value
	for {
		b, err := c.br.ReadByte()
		switch {
		case err != nil:
			return nil, err
		case b == '\r' || b == ' ':
			continue
		case b == '\n' && len(words) > 0:
			return words, nil
		case b == '\n':
			return nil, errors.New("empty line from the server")
		}
		c.br.UnreadByte()
		v, err := c.value(words, 0)
		if err != nil {
			return nil, err
		}
		words = append(words, v)
		if len(words) == 2 {
			switch strings.ToUpper(v.text) {
			case "OK", "NO", "BAD", "BYE", "PREAUTH":
				rest, err := c.br.ReadString('\n')
				return append(words, value{text: strings.TrimSpace(rest)}), err
			}
		}
	}
}

// value reads one value; before holds those in front of it in the same list.
func (c *connection) value(before []value, depth int) (value, error) {
	b, err := c.br.ReadByte()
	if err != nil {
		return value{}, err
	}
	switch {
	case depth > 20:
		return value{}, errors.New("response too deeply nested")
	case b == '"':
		return c.quoted()
	case b == '{':
		return c.literal(before)
	case b == '(':
		v := value{kind: list}
		for {
			b, err := c.br.ReadByte()
			switch {
			case err != nil:
				return v, err
			case b == ' ':
				continue
			case b == ')':
				return v, nil
			}
			c.br.UnreadByte()
			item, err := c.value(v.list, depth+1)
			if err != nil {
				return v, err
			}
			v.list = append(v.list, item)
		}
	}
	c.br.UnreadByte()
	return c.atom()
}

// atom reads to the next separator; brackets may hold anything, as in BODY[HEADER.FIELDS (X)].
func (c *connection) atom() (value, error) {
	var text []byte
	inBrackets := false
	for {
		b, err := c.br.ReadByte()
		if err != nil {
			return value{}, err
		}
		if b == '\r' || b == '\n' || !inBrackets && (b == ' ' || b == '(' || b == ')') {
			c.br.UnreadByte()
			if len(text) == 0 {
				return value{}, fmt.Errorf("unexpected %q from the server", b)
			}
			return value{text: string(text)}, nil
		}
		inBrackets = b == '[' || inBrackets && b != ']'
		text = append(text, b)
	}
}

func (c *connection) quoted() (value, error) {
	var text []byte
	for {
		b, err := c.br.ReadByte()
		if err == nil && b == '\\' {
			b, err = c.br.ReadByte()
		} else if err == nil && b == '"' {
			return value{text: string(text), kind: quoted}, nil
		}
		if err != nil {
			return value{}, err
		}
		text = append(text, b)
	}
}

const maxLiteral = 1 << 20 // of a literal that is not a message

func (c *connection) literal(before []value) (value, error) {
	head, err := c.br.ReadString('\n')
	if err != nil {
		return value{}, err
	}
	size, err := strconv.ParseInt(strings.TrimRight(head, "}\r\n"), 10, 63)
	if err != nil {
		return value{}, fmt.Errorf("bad literal from the server: %w", err)
	}
	if n := len(before); n > 0 && before[n-1].text == "BODY[]" && c.body != nil {
		text, err := c.body(io.LimitReader(c.br, size), size)
		return value{text: text, kind: literal}, err
	}
	if size > maxLiteral {
		return value{}, fmt.Errorf("literal of %d octets from the server", size)
	}
	text := make([]byte, size)
	_, err = io.ReadFull(c.br, text)
	return value{text: string(text), kind: literal}, err
}

// astring is s as a quoted argument. Names and passwords that only a literal could carry do not occur
// where this package is used.
func astring(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}
