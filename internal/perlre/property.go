package perlre

import (
	"strings"
	"sync"
	"unicode"
)

// propertyEscape is the set of \pL, \p{Name} and \P{Name} over the first 256 characters, since
// Perl gives bytes their Latin-1 meaning there. It returns the length taken.
func propertyEscape(s string) (set byteSet, length int, err error) {
	name, length := "", 3
	if len(s) < 3 {
		return set, 0, reason(`\p without a name`)
	}
	if s[2] == '{' {
		end := strings.IndexByte(s, '}')
		if end < 0 {
			return set, 0, reason(`no closing } of \p{`)
		}
		name, length = strings.TrimSpace(s[3:end]), end+1
	} else {
		name = s[2:3]
	}
	name, negated := strings.CutPrefix(name, "^")
	set, ok := property(name)
	if !ok {
		return set, 0, reasonf("unknown property %q", s[:length])
	}
	if negated != (s[1] == 'P') {
		set = set.not()
	}
	return set, length, nil
}

// perlProperties are names of Perl's that Unicode's tables do not have.
var perlProperties = map[string]func(rune) bool{
	"any": func(rune) bool { return true }, "all": func(rune) bool { return true },
	"alpha": unicode.IsLetter, "alphabetic": unicode.IsLetter,
	"digit": unicode.IsDigit, "upper": unicode.IsUpper, "uppercase": unicode.IsUpper,
	"lower": unicode.IsLower, "lowercase": unicode.IsLower, "title": unicode.IsTitle,
	"space": unicode.IsSpace, "spaceperl": unicode.IsSpace, "xposixspace": unicode.IsSpace,
	"cntrl": unicode.IsControl, "control": unicode.IsControl,
	"alnum":  func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) },
	"word":   func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' },
	"ascii":  func(r rune) bool { return r < 128 },
	"latin1": func(r rune) bool { return r > 127 }, "l&": unicode.IsLetter,
	"blank": func(r rune) bool { return setHBlank[r] }, "horizspace": func(r rune) bool { return setHBlank[r] },
	"vertspace": func(r rune) bool { return setVBlank[r] },
	"graph":     func(r rune) bool { return r > ' ' && r < 127 || r > 0xa0 },
	"print":     func(r rune) bool { return r >= ' ' && r < 127 || r >= 0xa0 },
	"assigned":  func(rune) bool { return true },
}

// unicodeTables is Unicode's categories, scripts and properties by loosely written name.
var unicodeTables = sync.OnceValue(func() map[string]*unicode.RangeTable {
	tables := map[string]*unicode.RangeTable{}
	for _, group := range []map[string]*unicode.RangeTable{unicode.Properties, unicode.Scripts, unicode.Categories} {
		for name, table := range group {
			tables[looseName(name)] = table
		}
	}
	for alias, name := range unicode.CategoryAliases {
		tables[looseName(alias)] = unicode.Categories[name]
	}
	return tables
})

func looseName(name string) string {
	return strings.NewReplacer(" ", "", "_", "", "-", "").Replace(strings.ToLower(name))
}

func property(name string) (set byteSet, ok bool) {
	if kind, value, pair := strings.Cut(strings.ReplaceAll(name, ":", "="), "="); pair {
		switch looseName(kind) {
		case "gc", "generalcategory", "category", "sc", "script", "scx", "scriptextensions":
			name = value
		default:
			return set, false
		}
	}
	name = looseName(name)
	if rest, is := strings.CutPrefix(name, "is"); is {
		name = rest
	}
	if posix, is := strings.CutPrefix(name, "posix"); is {
		set, ok = posixSets[posix]
		return set, ok
	}
	name = strings.TrimPrefix(name, "xposix")
	has, ok := perlProperties[name]
	if !ok {
		table, found := unicodeTables()[name]
		if !found {
			return set, false
		}
		has = func(r rune) bool { return unicode.Is(table, r) }
	}
	for c := range set {
		set[c] = has(rune(c))
	}
	return set, true
}
