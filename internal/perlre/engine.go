package perlre

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dlclark/regexp2/v2"
)

const (
	// keepGroup is the name of the empty group that marks \K.
	keepGroup = "keep"
	// stackLimit bounds backtracking, in words: 128 MiB. The engine's own limit stops at
	// headers of a few thousand lines.
	stackLimit = 16 << 20
	// pooledRunes is the longest converted subject kept for the next one.
	pooledRunes = 256 << 10
)

// runeOf maps bytes to the characters that the engine sees: ASCII as it is, the others into a
// private-use area, in order, so that ranges work and no letter rule of Unicode touches them.
var runeOf = func() (table [256]rune) {
	for b := range table {
		table[b] = rune(b)
		if b >= 0x80 {
			table[b] = 0xe000 + rune(b)
		}
	}
	return table
}()

// program is a compiled pattern.
type program struct {
	find    *regexp2.Regexp
	timeout time.Duration
	groups  int
	names   map[string]int
	keep    int // number of the group that marks \K, 0 without one

	// patient is the same with more time, for long subjects; nil in itself.
	patient func() *program

	// nonEmpty finds matches that end after the place where the search begins. Perl asks for
	// such a one after an empty match, and may find it at the same place.
	nonEmpty func() (*regexp2.Regexp, error)
}

// A search through a subject above longSubject may take patience times as long: a busy machine needs
// seconds for a pattern that only looks at each byte of a long message.
const (
	longSubject = 1 << 20
	patience    = 12
)

func compile(pattern, flags string, timeout time.Duration) (*program, error) {
	p, err := compileFor(pattern, flags, timeout)
	if err != nil {
		return nil, err
	}
	p.patient = sync.OnceValue(func() *program {
		if long, err := compileFor(pattern, flags, patience*timeout); err == nil {
			return long
		}
		return p
	})
	return p, nil
}

// forSubject is p with as much time as a subject of so many bytes gets.
func (p *program) forSubject(size int) *program {
	if size > longSubject && p.patient != nil {
		return p.patient()
	}
	return p
}

func compileFor(pattern, flags string, timeout time.Duration) (*program, error) {
	t, err := translate(pattern, flags)
	if err != nil {
		return nil, err
	}
	find, err := compileEngine(t.pattern, t.fold, timeout)
	if err != nil {
		return nil, err
	}
	p := &program{find: find, timeout: timeout, groups: t.groups, names: t.names}
	if t.keep {
		p.keep = find.GroupNumberFromName(keepGroup)
	}
	p.nonEmpty = sync.OnceValues(func() (*regexp2.Regexp, error) {
		return compileEngine("(?:"+t.pattern+`)(?!\G)`, t.fold, timeout)
	})
	return p, nil
}

func compileEngine(pattern string, fold bool, timeout time.Duration) (*regexp2.Regexp, error) {
	options := regexp2.Multiline
	if fold {
		options |= regexp2.IgnoreCase
	}
	re, err := regexp2.Compile(pattern, options, regexp2.OptionMaxBacktrackingStackSize(stackLimit))
	if err != nil {
		// The engine's text ends with the translated pattern, which the user has not written.
		why, _, _ := strings.Cut(strings.TrimPrefix(err.Error(), "error parsing regexp: "), " in `")
		return nil, reason(why)
	}
	re.MatchTimeout = timeout
	return re, nil
}

// match reports whether the pattern is found in subject.
func (p *program) match(subject []byte) (bool, error) {
	p = p.forSubject(len(subject))
	runes, release := toRunes(subject)
	defer release()
	ok, err := p.find.MatchRunes(runes)
	return ok, engineError(err)
}

// each calls yield for every match in order, as Perl's s///g does, or for the first one. The
// captures are valid during the call only. The timeout is that of one search; all together may
// take the one of short subjects once more for every MiB.
func (p *program) each(subject []byte, all bool, yield func(*captures)) error {
	forMiB := p.timeout
	p = p.forSubject(len(subject))
	runes, release := toRunes(subject)
	defer release()
	var late atomic.Bool
	if all {
		limit := p.timeout + forMiB*time.Duration(len(subject)>>20)
		defer time.AfterFunc(limit, func() { late.Store(true) }).Stop()
	}
	c := &captures{subject: subject, spans: make([]span, p.groups+1)}
	re := p.find
	for from, more := 0, true; more; {
		more = false
		var failed error
		err := re.FindRunesMatches(runes, from, func(m regexp2.MatchView) bool {
			p.fill(c, m)
			yield(c)
			from = c.spans[0].end
			empty := c.spans[0].start == c.spans[0].end
			switch {
			case !all:
				return false
			case late.Load():
				failed = ErrTimeout
				return false
			case empty:
				re, failed = p.nonEmpty()
				more = failed == nil
				return false
			case re != p.find:
				re, more = p.find, true
				return false
			}
			return true
		})
		if failed != nil {
			return failed
		}
		if err != nil {
			return engineError(err)
		}
	}
	return nil
}

func (p *program) fill(c *captures, m regexp2.MatchView) {
	for n := range c.spans {
		c.spans[n] = span{-1, -1}
		if start, length, ok := m.GroupRange(n); ok {
			c.spans[n] = span{start, start + length}
		}
	}
	if p.keep > 0 {
		if start, _, ok := m.GroupRange(p.keep); ok {
			c.spans[0].start = min(start, c.spans[0].end)
		}
	}
}

// engineError makes one of our two errors of the engine's; a timeout's own text would show the
// whole subject.
func engineError(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, regexp2.ErrBacktrackingStackLimit):
		return ErrTooComplex
	}
	return ErrTimeout
}

var runePool = sync.Pool{New: func() any { return new([]rune) }}

// toRunes converts subject; release gives the memory back.
func toRunes(subject []byte) (runes []rune, release func()) {
	buffer := runePool.Get().(*[]rune)
	if cap(*buffer) < len(subject) {
		*buffer = make([]rune, len(subject))
	}
	runes = (*buffer)[:len(subject)]
	for i, b := range subject {
		runes[i] = runeOf[b]
	}
	return runes, func() {
		if cap(*buffer) <= pooledRunes {
			runePool.Put(buffer)
		}
	}
}
