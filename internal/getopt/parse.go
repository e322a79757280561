package getopt

import (
	"fmt"
	"sort"
	"strings"
)

// Parse reads args, stores the values, and returns the words left over and what could not be
// understood, in the words of the reference. Parsing goes on after a problem. The words after "--"
// are extras.
func (s *Set) Parse(args []string) (extra, problems []string) {
	s.scan(args, func(it item) {
		switch {
		case it.problem != "":
			problems = append(problems, it.problem)
		case it.opt == nil:
			extra = append(extra, args[it.at])
		case it.negated:
			it.opt.negate()
		default:
			if problem := it.opt.store(it.value); problem != "" {
				problems = append(problems, it.wrong(problem))
			}
		}
	})
	return extra, problems
}

// item is one thing found on a command line: a problem, an extra word (opt nil) or an option.
type item struct {
	at      int // index of the word
	problem string

	opt     *Option
	name    string // completed, in lower case
	negated bool
	value   string
	valueAt int // index of the word that holds the value, which is at when it follows "="; -1 for none
}

// wrong words the problem of a value as Getopt::Long does.
func (it item) wrong(problem string) string {
	if it.opt.kind == Keyed {
		return fmt.Sprintf("Option %s, %s", it.name, problem)
	}
	return fmt.Sprintf("Value \"%s\" invalid for option %s (%s)", it.value, it.name, problem)
}

// scan walks over args and calls visit for each thing found, in order. It stores nothing.
func (s *Set) scan(args []string, visit func(item)) {
	s.index()
	for i := 0; i < len(args); i++ {
		word := args[i]
		if word == "--" {
			visitRest(i+1, len(args), visit)
			return
		}
		body, dashes, ok := s.split(word)
		if !ok {
			if s.posix {
				visitRest(i, len(args), visit)
				return
			}
			visit(item{at: i})
			continue
		}
		name, inline, hasInline := body, "", false
		if eq := strings.IndexByte(body, '='); eq > 0 && (dashes || !s.posix) {
			name, inline, hasInline = body[:eq], body[eq+1:], true
		}
		it := s.resolve(strings.ToLower(name))
		it.at, it.valueAt = i, -1
		switch {
		case it.problem != "":
		case it.opt.kind == Flag:
			if hasInline {
				it.problem = fmt.Sprintf("Option %s does not take an argument", it.name)
			}
		case hasInline && inline != "":
			it.value, it.valueAt = inline, i
		case hasInline || i+1 == len(args):
			it.problem = fmt.Sprintf("Option %s requires an argument", it.name)
		default: // the next word whatever it is, even if it looks like an option
			i++
			it.value, it.valueAt = args[i], i
		}
		visit(it)
	}
}

func visitRest(from, to int, visit func(item)) {
	for i := from; i < to; i++ {
		visit(item{at: i})
	}
}

// split takes the prefix off a word. A lone "-" is no option.
func (s *Set) split(word string) (body string, dashes, ok bool) {
	switch {
	case strings.HasPrefix(word, "--"):
		return word[2:], true, true
	case word == "-":
		return "", false, false
	case strings.HasPrefix(word, "-"), strings.HasPrefix(word, "+") && !s.posix:
		return word[1:], false, true
	}
	return "", false, false
}

// resolve finds what a name or an abbreviation stands for. An exact name wins over longer ones;
// the aliases of one option never make it ambiguous.
func (s *Set) resolve(name string) item {
	if t, ok := s.byName[name]; ok {
		return item{opt: t.opt, negated: t.negated, name: name}
	}
	if s.posix {
		return item{problem: "Unknown option: " + name}
	}
	hits := s.completions(name)
	if len(hits) == 0 {
		return item{problem: "Unknown option: " + name}
	}
	first := s.byName[hits[0]]
	for _, hit := range hits[1:] {
		if s.byName[hit] != first {
			return item{problem: fmt.Sprintf("Option %s is ambiguous (%s)", name, strings.Join(hits, ", "))}
		}
	}
	full := hits[0]
	if len(hits) > 1 { // Getopt::Long then speaks of the canonical name
		full = strings.ToLower(first.opt.Name())
		if first.negated {
			full = "no" + full
		}
	}
	return item{opt: first.opt, negated: first.negated, name: full}
}

// completions are the sorted names that start with prefix, those of new options left out.
func (s *Set) completions(prefix string) []string {
	from := sort.SearchStrings(s.sorted, prefix)
	to := from
	for to < len(s.sorted) && strings.HasPrefix(s.sorted[to], prefix) {
		to++
	}
	return s.sorted[from:to]
}
