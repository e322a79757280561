package server

import (
	"strings"
	"time"

	"imapsync/internal/imap"
)

const maxSearchDepth = 50

// searchParser turns search keys into a criterion. Sequence sets are resolved at once against the
// view, which stays as it is during the command.
type searchParser struct {
	s       *session
	charset string
	modSeq  bool
	depth   int
}

// keys reads one or more keys up to the end of the command; all must match.
func (q *searchParser) keys() criterion {
	p := q.s.p
	if c := p.peek(); c == 'C' || c == 'c' {
		// Only CHARSET begins like this.
		if p.keyword() != "CHARSET" {
			p.fail("Unknown search key")
		}
		p.sp()
		q.charset = strings.ToUpper(p.astring())
		p.sp()
	}
	all := []criterion{q.key()}
	for p.err == nil && p.take(' ') {
		all = append(all, q.key())
	}
	return every(all)
}

func every(all []criterion) criterion {
	if len(all) == 1 {
		return all[0]
	}
	return func(c *candidate) bool {
		for _, k := range all {
			if !k(c) {
				return false
			}
		}
		return true
	}
}

func never(*candidate) bool { return false }

func (q *searchParser) key() criterion {
	p := q.s.p
	if q.depth++; q.depth > maxSearchDepth {
		p.fail("Search too deeply nested")
	}
	defer func() { q.depth-- }()
	switch c := p.peek(); {
	case p.err != nil:
		return never
	case c == '(':
		var all []criterion
		p.list(func() { all = append(all, q.key()) })
		if len(all) == 0 {
			p.fail("Empty search list")
		}
		return every(all)
	case c == '*' || c >= '0' && c <= '9':
		return q.inSet(false)
	}
	name := p.keyword()
	if k, ok := q.flagKey(name); ok {
		return k
	}
	if k, ok := q.dateKey(name); ok {
		return k
	}
	return q.otherKey(name)
}

func (q *searchParser) inSet(uid bool) criterion {
	set := q.s.p.set()
	if q.s.p.err != nil {
		return never
	}
	spans, err := q.s.view.resolve(set, uid)
	if err != nil {
		q.s.p.err = err
		return never
	}
	// Candidates come in ascending order, so the spans are walked once.
	k := 0
	return func(c *candidate) bool {
		for k < len(spans) && c.index >= spans[k].to {
			k++
		}
		return k < len(spans) && c.index >= spans[k].from
	}
}

// flagKey knows the keys that are flags: SEEN, UNSEEN and so on.
func (q *searchParser) flagKey(name string) (criterion, bool) {
	recent := func(c *candidate) bool { return c.m.UID >= c.s.view.recent }
	unseen := func(c *candidate) bool { return !c.m.HasFlag(imap.FlagSeen) }
	switch name {
	case "ALL":
		return func(*candidate) bool { return true }, true
	case "RECENT":
		return recent, true
	case "OLD":
		return func(c *candidate) bool { return !recent(c) }, true
	case "NEW":
		return func(c *candidate) bool { return recent(c) && unseen(c) }, true
	case "KEYWORD", "UNKEYWORD":
		q.s.p.sp()
		f := imap.Flag(q.s.p.atom())
		want := name == "KEYWORD"
		return func(c *candidate) bool { return c.m.HasFlag(f) == want }, true
	}
	bare, not := strings.CutPrefix(name, "UN")
	for _, f := range systemFlags {
		if strings.EqualFold(bare, string(f[1:])) {
			return func(c *candidate) bool { return c.m.HasFlag(f) != not }, true
		}
	}
	return nil, false
}

func (q *searchParser) dateKey(name string) (criterion, bool) {
	var matches func(t, d time.Time) bool
	base, sent := strings.CutPrefix(name, "SENT")
	switch base {
	case "BEFORE":
		matches = func(t, d time.Time) bool { return t.Before(d) }
	case "ON":
		matches = func(t, d time.Time) bool { return t.Equal(d) }
	case "SINCE":
		matches = func(t, d time.Time) bool { return !t.Before(d) }
	default:
		return nil, false
	}
	q.s.p.sp()
	d := q.s.p.date()
	if sent {
		return func(c *candidate) bool {
			t, ok := c.sent()
			return ok && matches(t, d)
		}, true
	}
	return func(c *candidate) bool { return matches(day(c.m.Date), d) }, true
}

func (q *searchParser) otherKey(name string) criterion {
	p := q.s.p
	switch name {
	case "NOT":
		p.sp()
		k := q.key()
		return func(c *candidate) bool { return !k(c) }
	case "OR":
		p.sp()
		a := q.key()
		p.sp()
		b := q.key()
		return func(c *candidate) bool { return a(c) || b(c) }
	case "UID":
		p.sp()
		return q.inSet(true)
	case "LARGER", "SMALLER":
		p.sp()
		n := int64(p.number())
		if name == "LARGER" {
			return func(c *candidate) bool { return c.m.Size > n }
		}
		return func(c *candidate) bool { return c.m.Size < n }
	case "MODSEQ":
		return q.modSeqKey()
	case "FROM", "TO", "CC", "BCC", "SUBJECT":
		p.sp()
		text := p.astring()
		return func(c *candidate) bool { return c.field(name, text) }
	case "HEADER":
		p.sp()
		field := p.astring()
		p.sp()
		text := p.astring()
		return func(c *candidate) bool { return c.field(field, text) }
	case "BODY", "TEXT":
		p.sp()
		text := p.astring()
		return func(c *candidate) bool {
			c.load(true)
			return containsFold(c.body, text) || name == "TEXT" && containsFold(c.header, text)
		}
	}
	p.fail("Unknown search key %s", name)
	return never
}

// modSeqKey is RFC 7162 section 3.1.5; the optional entry name and type make no difference here.
func (q *searchParser) modSeqKey() criterion {
	p := q.s.p
	if !q.s.has(imap.CapCondStore) {
		p.fail("Unknown search key MODSEQ")
		return never
	}
	p.sp()
	if p.peek() == '"' {
		p.str()
		p.sp()
		p.atom()
		p.sp()
	}
	n := imap.ModSeq(p.number())
	q.modSeq, q.s.condStore = true, true
	return func(c *candidate) bool { return c.m.ModSeq >= n }
}
