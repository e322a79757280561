package perlre

// captures is one match, as a replacement sees it.
type captures struct {
	subject []byte
	spans   []span // by group; 0 is what will be replaced
	lookup  func(name string) (string, bool)
}

type span struct{ start, end int } // start < 0: the group took no part

// group is the text of a group, and whether it took part.
func (c *captures) group(n int) ([]byte, bool) {
	if n >= len(c.spans) || c.spans[n].start < 0 {
		return nil, false
	}
	return c.subject[c.spans[n].start:c.spans[n].end], true
}

// variable is a value the run knows, empty when it knows none of that name.
func (c *captures) variable(name string) string {
	if c.lookup == nil {
		return ""
	}
	value, _ := c.lookup(name)
	return value
}

// last is the number of the last group that took part ($+), 0 for none.
func (c *captures) last() int {
	for n := len(c.spans) - 1; n > 0; n-- {
		if c.spans[n].start >= 0 {
			return n
		}
	}
	return 0
}

// node appends a part of a replacement to dst.
type node func(dst []byte, c *captures) []byte

func textNode(s string) node {
	return func(dst []byte, _ *captures) []byte { return append(dst, s...) }
}

func groupNode(n int) node {
	return func(dst []byte, c *captures) []byte {
		text, _ := c.group(n)
		return append(dst, text...)
	}
}

func joinNodes(nodes []node) node {
	if len(nodes) == 1 {
		return nodes[0]
	}
	return func(dst []byte, c *captures) []byte {
		for _, n := range nodes {
			dst = n(dst, c)
		}
		return dst
	}
}

// foldNode is inner under one of the escapes L U F l u Q. Letters are ASCII letters, as always
// for byte strings.
func foldNode(escape byte, inner node) node {
	return func(dst []byte, c *captures) []byte {
		start := len(dst)
		dst = inner(dst, c)
		text := dst[start:]
		switch escape {
		case 'L', 'F':
			fold(text, lower)
		case 'U':
			fold(text, upper)
		case 'l':
			fold(text[:min(1, len(text))], lower)
		case 'u':
			fold(text[:min(1, len(text))], upper)
		case 'Q':
			plain := append([]byte(nil), text...)
			dst = dst[:start]
			for _, b := range plain {
				if !isWord(b) {
					dst = append(dst, '\\')
				}
				dst = append(dst, b)
			}
		}
		return dst
	}
}

func fold(text []byte, f func(byte) byte) {
	for i, b := range text {
		text[i] = f(b)
	}
}

func lower(b byte) byte {
	if b >= 'A' && b <= 'Z' {
		return b + 'a' - 'A'
	}
	return b
}

func upper(b byte) byte {
	if b >= 'a' && b <= 'z' {
		return b - 'a' + 'A'
	}
	return b
}
