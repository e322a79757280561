package server

import (
	"slices"
	"strings"

	"imapsync/internal/imap"
)

// listing is a LIST, LSUB or XLIST command (RFC 3501 section 6.3.8, RFC 5258, RFC 5819, RFC 6154).
type listing struct {
	verb     string
	patterns []string
	// selection options
	subscribed, recursive, specialOnly bool
	// return options
	withSubscribed bool
	statusItems    []string
}

// node is a line of a listing in the making.
type node struct {
	name       string // on the wire
	path       string // empty for a parent that exists only in names
	exists     bool
	subscribed bool
	use        string
	children   bool
	subBelow   bool // a subscribed name lies below
}

func (s *session) list(c *command) error {
	l := listing{verb: c.verb}
	separatorOnly := false
	s.p.sp()
	extended := c.verb == "LIST" && s.has(imap.CapListExtended)
	if extended && s.p.peek() == '(' {
		s.p.list(func() { s.listSelection(&l) })
		s.p.sp()
	}
	reference := s.p.astring()
	s.p.sp()
	if extended && s.p.peek() == '(' {
		s.p.list(func() { l.patterns = append(l.patterns, reference+s.listPattern()) })
	} else {
		pattern := s.listPattern()
		// An empty pattern asks for the separator (RFC 3501 section 6.3.8).
		separatorOnly = pattern == "" && c.verb != "LSUB"
		l.patterns = append(l.patterns, reference+pattern)
	}
	if c.verb == "LIST" && s.p.peek() == ' ' && (extended || s.has(imap.CapListStatus)) {
		s.p.sp()
		if s.p.keyword() != "RETURN" {
			s.p.fail("Expected RETURN")
		}
		s.p.sp()
		s.p.list(func() { s.listReturn(&l) })
	}
	if err := s.p.end(); err != nil {
		return err
	}
	if separatorOnly {
		b := append([]byte(c.verb+` (\Noselect) `), s.separator()...)
		s.raw(append(b, ` ""`...))
		return nil
	}
	nodes, err := s.nodes()
	if err != nil {
		return err
	}
	for _, n := range nodes {
		s.listNode(&l, n)
	}
	return nil
}

func (s *session) listSelection(l *listing) {
	switch o := s.p.keyword(); o {
	case "SUBSCRIBED":
		l.subscribed = true
	case "RECURSIVEMATCH":
		l.recursive = true
	case "SPECIAL-USE":
		l.specialOnly = true
	case "REMOTE":
	default:
		s.p.fail("Unknown LIST selection option %s", o)
	}
}

func (s *session) listReturn(l *listing) {
	switch o := s.p.keyword(); o {
	case "SUBSCRIBED":
		l.withSubscribed = true
	case "CHILDREN", "SPECIAL-USE": // always given
	case "STATUS":
		if !s.has(imap.CapListStatus) {
			s.p.fail("Unknown LIST return option %s", o)
		}
		s.p.sp()
		l.statusItems = s.statusItems()
	default:
		s.p.fail("Unknown LIST return option %s", o)
	}
}

// listPattern is list-mailbox: like an astring, with wildcards.
func (s *session) listPattern() string {
	if c := s.p.peek(); c == '"' || c == '{' {
		return s.p.str()
	}
	return s.p.chars("a pattern", func(c byte) bool { return isAtomChar(c) || c == ']' || c == '*' || c == '%' })
}

func (s *session) separator() string { return string(appendString(nil, string(s.srv.cfg.Separator))) }

// nodes gives all names of the account with their parents, sorted, INBOX first.
func (s *session) nodes() ([]*node, error) {
	infos, err := s.account.Mailboxes()
	if err != nil {
		return nil, err
	}
	byName := make(map[string]*node, len(infos))
	add := func(name string) *node {
		n := byName[name]
		if n == nil {
			n = &node{name: name}
			byName[name] = n
		}
		return n
	}
	sep := string(s.srv.cfg.Separator)
	for _, info := range infos {
		n := add(s.wireName(info.Path))
		n.path, n.exists, n.subscribed, n.use = info.Path, info.Exists, info.Subscribed, info.Use
		for name := n.name; ; {
			i := strings.LastIndex(name, sep)
			if i <= 0 {
				break
			}
			name = name[:i]
			parent := add(name)
			parent.children = parent.children || info.Exists
			parent.subBelow = parent.subBelow || info.Subscribed
		}
	}
	nodes := make([]*node, 0, len(byName))
	for _, n := range byName {
		nodes = append(nodes, n)
	}
	slices.SortFunc(nodes, func(a, b *node) int {
		if (a.name == inbox) != (b.name == inbox) {
			if a.name == inbox {
				return -1
			}
			return 1
		}
		return strings.Compare(a.name, b.name)
	})
	return nodes, nil
}

func (l *listing) matches(name string, sep byte) bool {
	for _, p := range l.patterns {
		if matchPattern(p, name, sep) || name == inbox && matchPattern(strings.ToUpper(p), name, sep) {
			return true
		}
	}
	return false
}

// listNode writes the line of n if the command asks for it.
func (s *session) listNode(l *listing, n *node) {
	if !l.matches(n.name, s.srv.cfg.Separator) {
		return
	}
	childInfo := false
	switch {
	case l.verb == "LSUB":
		// A parent stands in for its subscribed children only where "%" hides them.
		if !n.subscribed && !(n.subBelow && strings.HasSuffix(l.patterns[0], "%")) {
			return
		}
	case l.subscribed:
		childInfo = l.recursive && n.subBelow
		if !n.subscribed && !childInfo {
			return
		}
	case !n.exists && !n.children:
		return // only subscribed
	}
	if l.specialOnly && n.use == "" {
		return
	}
	b := append([]byte(l.verb), " ("...)
	b = append(b, strings.Join(s.attributes(l, n), " ")...)
	b = append(b, ") "...)
	b = append(b, s.separator()...)
	b = append(b, ' ')
	b = appendAString(b, n.name)
	if childInfo {
		b = append(b, ` ("CHILDINFO" ("SUBSCRIBED"))`...)
	}
	s.raw(b)
	if l.statusItems != nil && n.exists {
		if mb, err := s.account.Mailbox(n.path); err == nil {
			s.statusLine(n.name, mb.Status(), l.statusItems)
		}
	}
}

// xlistUse gives the attributes of XLIST, which preceded RFC 6154, where they differ.
var xlistUse = map[string]string{`\All`: `\AllMail`, `\Junk`: `\Spam`, `\Flagged`: `\Starred`}

func (s *session) attributes(l *listing, n *node) []string {
	var attrs []string
	switch {
	case l.verb == "LSUB":
		if !n.subscribed {
			attrs = append(attrs, `\Noselect`)
		}
		return attrs
	case !n.exists && l.subscribed:
		attrs = append(attrs, `\NonExistent`)
	case !n.exists:
		attrs = append(attrs, `\Noselect`)
	}
	if (l.subscribed || l.withSubscribed) && n.subscribed {
		attrs = append(attrs, `\Subscribed`)
	}
	if s.has(capChildren) {
		if n.children {
			attrs = append(attrs, `\HasChildren`)
		} else {
			attrs = append(attrs, `\HasNoChildren`)
		}
	}
	switch {
	case l.verb == "XLIST":
		if n.name == inbox {
			attrs = append(attrs, `\Inbox`)
		}
		if old, ok := xlistUse[n.use]; ok {
			attrs = append(attrs, old)
		} else if n.use != "" {
			attrs = append(attrs, n.use)
		}
	case n.use != "" && s.has(imap.CapSpecialUse):
		attrs = append(attrs, n.use)
	}
	return attrs
}
