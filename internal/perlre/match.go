package perlre

// Match is a compiled question about a text.
type Match struct {
	expr   string
	search *program
	subst  *Subst // a changing operator, true when it would change or find something
}

// ParseMatch compiles expr, a whole match operator such as m{...}i or /.../. A changing operator
// is allowed, as in the reference: it is true when it finds something. The error is a
// [*SyntaxError].
func ParseMatch(expr string, options ...Option) (*Match, error) {
	s, err := parseSubst(expr, newSettings(options))
	if err != nil {
		return nil, syntaxError(expr, err)
	}
	return &Match{expr: expr, subst: s}, nil
}

// ParsePattern compiles a bare pattern with flags out of "imsx", as options without delimiters
// take it. Variables and \Q are unknown there: Perl handles those only in program text.
func ParsePattern(pattern, flags string, options ...Option) (*Match, error) {
	if err := checkFlags(operator{kind: 'm', flags: flags}); err != nil {
		return nil, syntaxError(pattern, err)
	}
	p, err := compile(pattern, flags, newSettings(options).timeout)
	if err != nil {
		return nil, syntaxError(pattern, err)
	}
	return &Match{expr: pattern, search: p}, nil
}

// String is the expression as it was written.
func (m *Match) String() string { return m.expr }

// Match reports whether b matches. The error is [ErrTimeout] or [ErrTooComplex], and concerns b
// only.
func (m *Match) Match(b []byte) (bool, error) {
	if m.search != nil {
		return m.search.match(b)
	}
	_, count, err := m.subst.apply(b)
	return count > 0, err
}

// MatchString is Match for short texts such as folder names.
func (m *Match) MatchString(text string) (bool, error) { return m.Match([]byte(text)) }
