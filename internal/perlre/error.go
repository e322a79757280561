package perlre

import (
	"errors"
	"fmt"
)

// ErrTimeout says that a match was given up because it took too long; other subjects may do well.
var ErrTimeout = errors.New("matching takes too long")

// ErrTooComplex says that a match was given up because backtracking needed too much memory.
var ErrTooComplex = errors.New("matching needs too much memory")

// SyntaxError says why an expression cannot be used.
type SyntaxError struct {
	Expr   string // as the user wrote it
	Reason string
}

// Error shows the expression and the reason.
func (e *SyntaxError) Error() string { return fmt.Sprintf("bad expression %q: %s", e.Expr, e.Reason) }

// reason is a parser's finding; the exported functions wrap it in a SyntaxError.
type reason string

func (r reason) Error() string { return string(r) }

func reasonf(format string, args ...any) error { return reason(fmt.Sprintf(format, args...)) }

func syntaxError(expr string, err error) error {
	return &SyntaxError{Expr: expr, Reason: err.Error()}
}
