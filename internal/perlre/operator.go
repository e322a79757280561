package perlre

import "strings"

// operator is an expression cut into its parts, the parts as Perl's lexer hands them on.
type operator struct {
	kind        byte // 's', 'm' or 't'
	left, right string
	literal     bool // delimited by ', which means no escapes and no variables in strings
	flags       string
}

var closers = map[byte]byte{'(': ')', '[': ']', '{': '}', '<': '>'}

func isSpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }
func isDigit(c byte) bool { return c >= '0' && c <= '9' }
func isWord(c byte) bool {
	return c == '_' || isDigit(c) || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// parseOperator cuts expr. Blanks, comments after blanks, and what may end a Perl statement are allowed.
func parseOperator(expr string) (operator, error) {
	s := skipBlank(expr)
	var op operator
	switch {
	case strings.HasPrefix(s, "/"):
		op.kind = 'm'
	case strings.HasPrefix(s, "tr"):
		op.kind, s = 't', s[2:]
	case strings.HasPrefix(s, "y"):
		op.kind, s = 't', s[1:]
	case strings.HasPrefix(s, "s"), strings.HasPrefix(s, "m"):
		op.kind, s = s[0], s[1:]
	default:
		return op, reason("not one of s///, tr///, y///, m// and //")
	}
	if s != "" && isWord(s[0]) {
		return op, reason("not one of s///, tr///, y///, m// and //")
	}
	s = skipBlank(s)
	if s == "" {
		return op, reason("no delimiter")
	}
	open := s[0]
	op.literal = open == '\''
	if open == '?' && op.kind == 'm' {
		return op, reason("m?? (match once) is not supported")
	}
	var err error
	if op.left, s, err = cutPart(s, op.kind != 't'); err != nil {
		return op, err
	}
	if op.kind != 'm' {
		if _, bracket := closers[open]; bracket {
			if s = skipBlank(s); s == "" {
				return op, reason("no second part")
			}
		} else {
			s = string(open) + s
		}
		if op.right, s, err = cutPart(s, false); err != nil {
			return op, err
		}
	}
	end := 0
	for end < len(s) && isWord(s[end]) {
		end++
	}
	op.flags = s[:end]
	if rest := strings.Trim(s[end:], ";, \t\r\n"); rest != "" && rest[0] != '#' {
		return op, reasonf("%q follows the expression", rest)
	}
	return op, checkFlags(op)
}

// skipBlank skips blanks, and the comments that follow them.
func skipBlank(s string) string {
	for s != "" && isSpace(s[0]) {
		s = strings.TrimLeft(s, " \t\n\v\f\r")
		if strings.HasPrefix(s, "#") {
			_, after, _ := strings.Cut(s, "\n")
			s = "\n" + after
			if after == "" {
				s = ""
			}
		}
	}
	return s
}

// cutPart takes one delimited part off s. A backslash before the delimiter goes away, except in
// a pattern between brackets, where it must stay to take the bracket's meaning away.
func cutPart(s string, pattern bool) (part, rest string, err error) {
	open := s[0]
	shut, bracket := closers[open]
	if !bracket {
		shut = open
	}
	if open == '\\' {
		return "", "", reason("the delimiter is a backslash")
	}
	var out strings.Builder
	depth := 1
	for i := 1; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '\\' && i+1 < len(s):
			i++
			if s[i] != open && s[i] != shut || pattern && bracket {
				out.WriteByte(c)
			}
			c = s[i]
		case c == shut:
			if depth--; depth == 0 {
				return out.String(), s[i+1:], nil
			}
		case c == open:
			depth++
		}
		out.WriteByte(c)
	}
	return "", "", reasonf("no closing %q", string(shut))
}

func checkFlags(op operator) error {
	known := map[byte]string{'s': "msixnpodalgcer", 'm': "msixnpodalgc", 't': "cdsr"}[op.kind]
	for i := range len(op.flags) {
		if !strings.Contains(known, op.flags[i:i+1]) {
			return reasonf("unknown flag %q", op.flags[i:i+1])
		}
	}
	if strings.Count(op.flags, "e") > 1 {
		return reason("the flag ee is not supported")
	}
	return nil
}
