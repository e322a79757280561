package perlre

import "strings"

// Parts is an operator cut as Perl's lexer cuts it, for a caller that does well-known expressions
// by faster means and must know them whatever their delimiters are.
type Parts struct {
	Kind  byte   // 's', 'm' or 't'
	Left  string // the pattern or list, escapes of the delimiter taken off
	Right string // the replacement, "" for m//
	Flags string
	Plain bool // delimited by ', which means that strings have no escapes and no variables
}

// Cut takes an operator apart without compiling it. The error is a [*SyntaxError].
func Cut(expr string) (Parts, error) {
	op, err := parseOperator(expr)
	if err != nil {
		return Parts{}, syntaxError(expr, err)
	}
	return Parts{Kind: op.kind, Left: op.left, Right: op.right, Flags: op.flags, Plain: op.literal}, nil
}

// HasFlag reports whether the flag was given.
func (p Parts) HasFlag(flag byte) bool { return strings.IndexByte(p.Flags, flag) >= 0 }

// Bytewise reports whether what becomes of a byte depends on that byte alone, so that a long text
// may be given in pieces: a tr/// without the flag s.
func (s *Subst) Bytewise() bool { return s.translit != nil && !s.translit.squeeze }
