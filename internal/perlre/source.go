package perlre

import "strings"

// expandSource does what Perl does with a pattern in program text before it compiles it: the
// case and quoting escapes act on the text, and variables, which would be put in, are refused.
func expandSource(s string) (string, error) {
	var folds foldStack
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == '\\' && i+1 < len(s):
			if strings.IndexByte("lLuUEQF", s[i+1]) >= 0 {
				i += folds.escape(s, i)
				continue
			}
			folds.text(s[i : i+2])
			i += 2
			continue
		case c == '$' && !anchorAt(s, i):
			return "", reasonf("%q in a pattern is a variable; write \\$ for the character", s[i:min(i+2, len(s))])
		case c == '@' && i+1 < len(s) && (isWord(s[i+1]) || strings.IndexByte(":'{$@", s[i+1]) >= 0):
			return "", reasonf("%q in a pattern is an array; write \\@ for the character", s[i:i+2])
		}
		folds.text(s[i : i+1])
		i++
	}
	return string(folds.finish()(nil, nil)), nil
}

// anchorAt reports whether the dollar at i is the end anchor and not the start of a variable.
func anchorAt(s string, i int) bool {
	return i+1 == len(s) || strings.IndexByte("()| \t\r\n", s[i+1]) >= 0
}

// foldStack gathers text and inserted values under the escapes \L \U \F \Q, which last until \E,
// and \l \u, which concern the first character of what follows up to the next \E.
type foldStack struct {
	open  []byte   // the escapes in force, outermost first
	parts [][]node // what each of them covers so far; one more than open
}

func (f *foldStack) add(n node) {
	if len(f.parts) == 0 {
		f.parts = [][]node{nil}
	}
	last := len(f.parts) - 1
	f.parts[last] = append(f.parts[last], n)
}

func (f *foldStack) text(s string) { f.add(textNode(s)) }

// escape handles the escape at s[i] and returns how much of s it took.
func (f *foldStack) escape(s string, i int) int {
	c := s[i+1]
	if c == 'E' {
		for len(f.open) > 0 {
			if was := f.pop(); was != 'l' && was != 'u' {
				break
			}
		}
		return 2
	}
	took := 2
	// \L\u means \u\L, and so does \U\l, or the second would be undone by the first.
	if rest := s[i:]; strings.HasPrefix(rest, `\L\u`) || strings.HasPrefix(rest, `\U\l`) {
		f.push(rest[3])
		took = 4
	}
	if strings.IndexByte("LUF", c) >= 0 {
		for strings.ContainsAny(string(f.open), "LUF") {
			f.pop()
		}
	}
	f.push(c)
	return took
}

func (f *foldStack) push(c byte) {
	if len(f.parts) == 0 {
		f.parts = [][]node{nil}
	}
	f.open = append(f.open, c)
	f.parts = append(f.parts, nil)
}

func (f *foldStack) pop() byte {
	last := len(f.open) - 1
	c, inner := f.open[last], joinNodes(f.parts[last+1])
	f.open, f.parts = f.open[:last], f.parts[:last+1]
	f.add(foldNode(c, inner))
	return c
}

func (f *foldStack) finish() node {
	for len(f.open) > 0 {
		f.pop()
	}
	if len(f.parts) == 0 {
		return joinNodes(nil)
	}
	return joinNodes(f.parts[0])
}
