package rawimap

import "bytes"

// Arg is one argument of a command, already in wire form.
type Arg struct {
	text    []byte
	literal bool
}

// Atom is sent as it is: atoms, lists, sequence sets.
func Atom(text string) Arg { return Arg{text: []byte(text)} }

// Literal is sent as a literal.
func Literal(body []byte) Arg { return Arg{text: body, literal: true} }

// Quote is sent as a quoted string, or as a literal where quoting is not allowed.
func Quote(text string) Arg {
	q := []byte{'"'}
	for i := range len(text) {
		switch b := text[i]; {
		case b == 0 || b == '\r' || b == '\n' || b >= 0x80:
			return Literal([]byte(text))
		case b == '"' || b == '\\':
			q = append(q, '\\', b)
		default:
			q = append(q, b)
		}
	}
	return Arg{text: append(q, '"')}
}

// Response is one response: text and literals in turn, text first.
type Response struct{ parts [][]byte }

// Text is the response up to its first literal.
func (r Response) Text() []byte { return r.parts[0] }

// Token is an atom, a string (quoted or literal) or a list.
type Token struct {
	Text   []byte
	String bool // quoted or literal
	List   []Token
	IsList bool
}

// Is reports whether the token is the atom word, in any letter case.
func (t Token) Is(word string) bool {
	return !t.IsList && !t.String && bytes.EqualFold(t.Text, []byte(word))
}

// Tokens cuts the response; a list that never closes ends with the response.
func (r Response) Tokens() []Token {
	var stack [][]Token
	var out []Token
	for i, part := range r.parts {
		if i%2 == 1 {
			out = append(out, Token{Text: part, String: true})
			continue
		}
		for len(part) > 0 {
			switch part[0] {
			case ' ':
				part = part[1:]
			case '(':
				stack, out, part = append(stack, out), nil, part[1:]
			case ')':
				part = part[1:]
				out, stack = closeList(out, stack)
			case '"':
				var t Token
				t, part = quoted(part)
				out = append(out, t)
			default:
				n := atomLength(part)
				out, part = append(out, Token{Text: part[:n]}), part[n:]
			}
		}
	}
	for len(stack) > 0 {
		out, stack = closeList(out, stack)
	}
	return out
}

func closeList(inner []Token, stack [][]Token) ([]Token, [][]Token) {
	if len(stack) == 0 {
		return inner, stack
	}
	outer := stack[len(stack)-1]
	return append(outer, Token{List: inner, IsList: true}), stack[:len(stack)-1]
}

func quoted(part []byte) (Token, []byte) {
	text := []byte{}
	for i := 1; i < len(part); i++ {
		switch part[i] {
		case '\\':
			if i++; i < len(part) {
				text = append(text, part[i])
			}
		case '"':
			return Token{Text: text, String: true}, part[i+1:]
		default:
			text = append(text, part[i])
		}
	}
	return Token{Text: text, String: true}, nil
}

// atomLength lets BODY[...] be one atom, whatever is between the brackets.
func atomLength(part []byte) int {
	if bytes.HasPrefix(part, []byte("BODY[")) {
		if end := bytes.IndexByte(part, ']'); end >= 0 {
			return end + 1
		}
	}
	if n := bytes.IndexAny(part, " ()\""); n > 0 {
		return n
	}
	return len(part)
}
