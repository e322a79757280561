package perlre

import (
	"strings"
	"time"
)

// DefaultTimeout bounds the search for one match; in a subject above 1 MiB it may take 12 times as long.
const DefaultTimeout = 5 * time.Second

// Option changes how an expression is parsed.
type Option func(*settings)

type settings struct {
	timeout time.Duration
	lookup  func(name string) (value string, ok bool)
}

// Timeout replaces [DefaultTimeout].
func Timeout(d time.Duration) Option { return func(s *settings) { s.timeout = d } }

// Variables names what $sync->{name} may stand for in a replacement. lookup is asked when the
// expression is parsed, where an unknown name is a [SyntaxError], and at each Apply for the value.
func Variables(lookup func(name string) (value string, ok bool)) Option {
	return func(s *settings) { s.lookup = lookup }
}

func newSettings(options []Option) settings {
	s := settings{timeout: DefaultTimeout}
	for _, option := range options {
		option(&s)
	}
	return s
}

// Subst is a compiled operator that changes text: s/// or tr///. An m// is allowed, as in the
// reference, and changes nothing.
type Subst struct {
	expr     string
	search   *program         // nil for tr///
	translit *transliteration // nil for the others
	template node             // nil for m//
	all      bool
	discard  bool // flag r: the result is not kept
	lookup   func(name string) (string, bool)
}

// ParseSubst compiles expr, a whole s///, tr///, y/// or m// operator. The error is a
// [*SyntaxError].
func ParseSubst(expr string, options ...Option) (*Subst, error) {
	s, err := parseSubst(expr, newSettings(options))
	if err != nil {
		return nil, syntaxError(expr, err)
	}
	return s, nil
}

func parseSubst(expr string, with settings) (*Subst, error) {
	op, err := parseOperator(expr)
	if err != nil {
		return nil, err
	}
	s := &Subst{expr: expr, lookup: with.lookup}
	if op.kind == 't' {
		s.translit, err = newTransliteration(op)
		return s, err
	}
	pattern := op.left
	if !op.literal {
		if pattern, err = expandSource(op.left); err != nil {
			return nil, err
		}
	}
	if s.search, err = compile(pattern, op.flags, with.timeout); err != nil || op.kind == 'm' {
		return s, err
	}
	s.all = strings.Contains(op.flags, "g")
	s.discard = strings.Contains(op.flags, "r")
	in := scope{names: s.search.names, lookup: with.lookup}
	switch {
	case strings.Contains(op.flags, "e"):
		s.template, err = parseCode(op.right, in)
	case op.literal:
		s.template = textNode(strings.ReplaceAll(op.right, `\\`, `\`))
	default:
		s.template, err = parseTemplate(op.right, in, true)
	}
	return s, err
}

// String is the expression as it was written.
func (s *Subst) String() string { return s.expr }

// Bind returns a copy of s that takes the values of its variables from lookup: what a run knows
// differs from folder to folder, the compiled expression does not.
func (s *Subst) Bind(lookup func(name string) (value string, ok bool)) *Subst {
	bound := *s
	bound.lookup = lookup
	return &bound
}

// Apply returns what becomes of b: b itself when nothing matches, else new memory. The error is
// [ErrTimeout] or [ErrTooComplex], and concerns b only.
func (s *Subst) Apply(b []byte) ([]byte, error) {
	out, _, err := s.apply(b)
	return out, err
}

// ApplyString is Apply for short texts such as folder names and flags.
func (s *Subst) ApplyString(text string) (string, error) {
	out, err := s.Apply([]byte(text))
	return string(out), err
}

// apply also returns how many places matched.
func (s *Subst) apply(b []byte) (result []byte, count int, err error) {
	if s.translit != nil {
		result, count = s.translit.apply(b)
		return result, count, nil
	}
	if s.template == nil {
		ok, err := s.search.match(b)
		if ok {
			count = 1
		}
		return b, count, err
	}
	var out []byte
	done := 0 // how much of b is in out
	err = s.search.each(b, s.all, func(c *captures) {
		if count == 0 {
			out = make([]byte, 0, len(b)+len(b)/8+64)
		}
		c.lookup = s.lookup
		count++
		out = append(out, b[done:max(done, c.spans[0].start)]...)
		out = s.template(out, c)
		done = max(done, c.spans[0].end)
	})
	if err != nil {
		return nil, 0, err
	}
	if count == 0 || s.discard {
		return b, count, nil
	}
	return append(out, b[done:]...), count, nil
}
