package message

import (
	"regexp"
	"strconv"
	"strings"

	"imapsync/internal/perlre"
)

// newFilter makes the filter of one message from an expression whose variables have values.
type newFilter func(expr *perlre.Subst) filter

var (
	wrapPattern     = regexp.MustCompile(`^\(\.\{([0-9]{1,6})\}\)$`)
	truncatePattern = regexp.MustCompile(`^\.\{([0-9]{1,9})\}\\K\.\*$`)
	headPattern     = regexp.MustCompile(`^\\A((?:[A-Za-z0-9 :,;=<>!~%&"_-]|\\[^A-Za-z0-9])*)$`)
	// octetPattern is a pattern that matches one octet whatever stands around it.
	octetPattern = regexp.MustCompile(`^(?:` + plainOctet + `|\\[swd]|\[\^?(?:` + plainOctet + `|-)+\])$`)
	syncVariable = regexp.MustCompile(`\$sync\s*->\s*\{[^}]*\}`)
)

const plainOctet = `[A-Za-z0-9:,;=<>!~%&"_]|\\[0-7]{3}|\\x[0-9A-Fa-f]{2}|\\[rnt]|\\[^A-Za-z0-9\]\[^-]`

// recognize finds the native form of an expression, nil when there is none: recipes of the presets
// and of the documentation, which run on every message of an account, and on big ones.
func recognize(s *perlre.Subst) newFilter {
	p, err := perlre.Cut(s.String())
	if err != nil || p.Plain || strings.Trim(p.Flags, "gimsx") != "" && p.Kind == 's' {
		return nil
	}
	if p.Kind == 't' {
		if s.Bytewise() {
			return func(expr *perlre.Subst) filter { return byPieces{expr} }
		}
		return nil
	}
	if p.Kind != 's' {
		return nil
	}
	for _, form := range []func(perlre.Parts, *perlre.Subst) newFilter{isDisarm, isWrap, isHead, isEnd, isTruncate, isOctet} {
		if f := form(p, s); f != nil {
			return f
		}
	}
	return nil
}

func isDisarm(p perlre.Parts, _ *perlre.Subst) newFilter {
	sameFlags := len(p.Flags) == len(disarmFlags) && strings.Trim(p.Flags, disarmFlags) == "" &&
		p.HasFlag('i') && p.HasFlag('m') && p.HasFlag('s')
	if p.Left != disarmLeft || p.Right != disarmRight || !sameFlags {
		return nil
	}
	return func(*perlre.Subst) filter { return &disarm{} }
}

func isWrap(p perlre.Parts, s *perlre.Subst) newFilter {
	found := wrapPattern.FindStringSubmatch(p.Left)
	rest, starts := strings.CutPrefix(p.Right, "$1")
	if found == nil || !starts || !p.HasFlag('g') || strings.ContainsAny(rest, "$@") || !endsVariable(rest) {
		return nil
	}
	octets, _ := strconv.Atoi(found[1])
	run := strings.Repeat("a", octets)
	out, err := s.ApplyString(run)
	text, kept := strings.CutPrefix(out, run)
	if octets == 0 || err != nil || !kept {
		return nil
	}
	return func(*perlre.Subst) filter { return &wrap{octets: octets, text: text, any: p.HasFlag('s')} }
}

// endsVariable reports whether rest cannot belong to the variable before it.
func endsVariable(rest string) bool {
	return rest == "" || strings.IndexByte(`\ |,;.<>/!`, rest[0]) >= 0
}

func isHead(p perlre.Parts, _ *perlre.Subst) newFilter {
	found := headPattern.FindStringSubmatch(p.Left)
	if found == nil || strings.Contains(syncVariable.ReplaceAllString(p.Right, ""), "$") {
		return nil
	}
	return func(expr *perlre.Subst) filter { return &atHead{expr: expr, octets: len(found[1])} }
}

func isEnd(p perlre.Parts, s *perlre.Subst) newFilter {
	switch p.Left {
	case `(?<![\n])\z`, `(?<!\n)\z`:
		text, err := s.ApplyString("")
		if err != nil || strings.ContainsAny(p.Right, "$@") {
			return nil
		}
		return func(*perlre.Subst) filter { return &endLine{text: text} }
	case `\r\n\z`:
		if p.Right == "" {
			return func(*perlre.Subst) filter { return &dropCRLF{} }
		}
	case `(\x00)+\Z`, `\x00+\Z`, `(\000)+\Z`, `\000+\Z`:
		if p.Right == "" {
			return func(*perlre.Subst) filter { return &dropNULs{} }
		}
	}
	return nil
}

func isTruncate(p perlre.Parts, _ *perlre.Subst) newFilter {
	found := truncatePattern.FindStringSubmatch(p.Left)
	if found == nil || p.Right != "" || !p.HasFlag('s') {
		return nil
	}
	octets, _ := strconv.ParseInt(found[1], 10, 64)
	return func(*perlre.Subst) filter { return &truncate{left: octets} }
}

func isOctet(p perlre.Parts, s *perlre.Subst) newFilter {
	if !octetPattern.MatchString(p.Left) || strings.ContainsAny(p.Right, "$@") {
		return nil
	}
	hit := octets(p)
	if hit == nil {
		return nil
	}
	var table [256]string
	for c := range table {
		if !hit[c] {
			continue
		}
		out, err := s.Apply([]byte{byte(c)})
		if err != nil {
			return nil
		}
		table[c] = string(out)
	}
	return func(*perlre.Subst) filter { return &byTable{table: &table, hit: hit, once: !p.HasFlag('g')} }
}

// octets are those that a pattern of one octet matches.
func octets(p perlre.Parts) *[256]bool {
	m, err := perlre.ParsePattern(`\A(?:`+p.Left+`)\z`, strings.ReplaceAll(p.Flags, "g", ""))
	if err != nil {
		return nil
	}
	var hit [256]bool
	for c := range hit {
		if hit[c], err = m.Match([]byte{byte(c)}); err != nil {
			return nil
		}
	}
	return &hit
}

// recognizeMatch finds the octets that a question is about, nil when it is about more than one at
// a time.
func recognizeMatch(expr string) *[256]bool {
	p, err := perlre.Cut(expr)
	if err != nil || p.Kind != 'm' || p.Plain || strings.Trim(p.Flags, "gimsx") != "" || !octetPattern.MatchString(p.Left) {
		return nil
	}
	return octets(p)
}
