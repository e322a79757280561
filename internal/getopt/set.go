package getopt

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
)

// target is what a name, written in full and in lower case, stands for.
type target struct {
	opt     *Option
	negated bool
}

// Set is the table of all options of a program.
type Set struct {
	options []*Option
	group   string
	posix   bool

	// Filled on first use, because Negatable and New come after the registration.
	byName map[string]target
	sorted []string // names that may be abbreviated
}

// NewSet returns an empty table.
func NewSet() *Set { return &Set{} }

// Group puts the options registered from here on under this title in the help.
func (s *Set) Group(title string) { s.group = title }

// PosixlyCorrect selects what Getopt::Long does when the environment has POSIXLY_CORRECT: no
// abbreviations, no "+", values after "=" only with two dashes, and the first word that is no
// option ends the options.
func (s *Set) PosixlyCorrect() { s.posix = true }

// Options are all options in the order of registration.
func (s *Set) Options() []*Option { return s.options }

// Lookup finds an option by its canonical name or an alias, in any case; nil when there is none.
func (s *Set) Lookup(name string) *Option {
	s.index()
	t := s.byName[strings.ToLower(name)]
	if t.negated {
		return nil
	}
	return t.opt
}

// Find tells what a name or an abbreviation means on the command line: which option, and whether
// it is its negation. ok is false when it is unknown or ambiguous.
func (s *Set) Find(name string) (o *Option, negated, ok bool) {
	s.index()
	it := s.resolve(strings.ToLower(name))
	return it.opt, it.negated, it.opt != nil
}

// Bool registers a flag. Names are separated by "|", the canonical one first.
func (s *Set) Bool(v *Bool, names, help string) *Option {
	return s.add(&Option{kind: Flag,
		given:  func() bool { return v.Given },
		texts:  func() []string { return []string{boolText(v.Value)} },
		store:  func(string) string { *v = Bool{true, true}; return "" },
		negate: func() { *v = Bool{true, false} },
	}, names, help)
}

// String registers an option that takes one word; the last one given wins.
func (s *Set) String(v *String, names, help string) *Option {
	return s.add(&Option{kind: Word,
		given: func() bool { return v.Given },
		texts: func() []string { return []string{v.Value} },
		store: func(text string) string { *v = String{true, text}; return "" },
	}, names, help)
}

// Int registers an option that takes one whole number; the last one given wins.
func (s *Set) Int(v *Int, names, help string) *Option {
	return s.add(&Option{kind: Number,
		given: func() bool { return v.Given },
		texts: func() []string { return []string{strconv.FormatInt(v.Value, 10)} },
		store: func(text string) string {
			n, ok := parseInt(text)
			if !ok {
				return "number expected"
			}
			*v = Int{true, n}
			return ""
		},
	}, names, help)
}

// Float registers an option that takes one number; the last one given wins.
func (s *Set) Float(v *Float, names, help string) *Option {
	return s.add(&Option{kind: Real,
		given: func() bool { return v.Given },
		texts: func() []string { return []string{floatText(v.Value)} },
		store: func(text string) string {
			f, ok := parseFloat(text)
			if !ok {
				return "real number expected"
			}
			*v = Float{true, f}
			return ""
		},
	}, names, help)
}

// List registers an option that may be given several times and keeps every word.
func (s *Set) List(v *[]string, names, help string) *Option {
	return s.add(&Option{kind: Words,
		given: func() bool { return len(*v) > 0 },
		texts: func() []string { return append([]string(nil), *v...) },
		store: func(text string) string { *v = append(*v, text); return "" },
	}, names, help)
}

// Pairs registers an option that takes key=value and may be given several times. A key given again
// replaces the earlier value.
func (s *Set) Pairs(v *[]Pair, names, help string) *Option {
	return s.add(&Option{kind: Keyed,
		given: func() bool { return len(*v) > 0 },
		texts: func() (texts []string) {
			for _, p := range *v {
				texts = append(texts, p.Key+"="+p.Value)
			}
			return texts
		},
		store: func(text string) string { return storePair(v, text) },
	}, names, help)
}

func storePair(v *[]Pair, text string) (problem string) {
	key, value, ok := strings.Cut(text, "=")
	if !ok {
		return fmt.Sprintf("key \"%s\", requires a value", key)
	}
	for i := range *v {
		if (*v)[i].Key == key {
			(*v)[i].Value = value
			return ""
		}
	}
	*v = append(*v, Pair{key, value})
	return ""
}

func (s *Set) add(o *Option, names, help string) *Option {
	o.names, o.help, o.group = strings.Split(names, "|"), help, s.group
	s.options = append(s.options, o)
	s.byName = nil
	return o
}

// index builds the lookup tables. A name registered twice is a programmer's mistake.
func (s *Set) index() {
	if s.byName != nil {
		return
	}
	s.byName, s.sorted = make(map[string]target), nil
	for _, o := range s.options {
		for _, name := range o.names {
			name = strings.ToLower(name)
			s.enter(name, target{o, false})
			if o.neg {
				s.enter("no"+name, target{o, true})
				s.enter("no-"+name, target{o, true})
			}
		}
	}
	sort.Strings(s.sorted)
}

func (s *Set) enter(name string, t target) {
	if _, twice := s.byName[name]; twice {
		panic("getopt: option " + name + " registered twice")
	}
	s.byName[name] = t
	if !t.opt.fresh {
		s.sorted = append(s.sorted, name)
	}
}
