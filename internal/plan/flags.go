package plan

import (
	"slices"
	"strings"

	"imapsync/internal/imap"
	"imapsync/internal/perlre"
)

// FlagRule turns the flags of host1 into those asked of host2. It works on the flags as one text, a
// blank between them, because that is what user expressions are written for; the steps and their
// order are those of the reference.
type FlagRule struct {
	Rewrite []*perlre.Subst // --filterbuggyflags, then the presets' and the user's --regexflag
	FixCase bool            // --flagscase: \SEEN becomes \Seen
	Filter  bool            // --filterflags: keep only what PERMANENTFLAGS allows
}

// Bind returns the rule with the values of the variables that expressions may hold: those of one
// folder.
func (r FlagRule) Bind(lookup func(name string) (value string, ok bool)) FlagRule {
	bound := slices.Clone(r.Rewrite)
	for i, s := range bound {
		bound[i] = s.Bind(lookup)
	}
	r.Rewrite = bound
	return r
}

// ForHost2 returns the flags to set on host2: \Recent and what no command can express are left out,
// and each flag comes once. Letter case makes no difference between flags (RFC 9051 section 9), and
// host1's letters are sent. permanent is the PERMANENTFLAGS of a read-write SELECT; the list
// restricts nothing when it holds \*, is empty or was not sent. An error says which expression
// failed; the flags are then what the other steps make of them.
func (r FlagRule) ForHost2(flags, permanent []imap.Flag) ([]imap.Flag, error) {
	text, err := r.text(joinFlags(flags), Restriction(permanent))
	words := asciiFields(text)
	out := make([]imap.Flag, 0, len(words))
	for _, w := range words {
		if f := imap.Flag(w); f.Sendable() && !slices.ContainsFunc(out, f.Is) {
			out = append(out, f)
		}
	}
	return out, err
}

// text is the pipeline. allowed nil allows everything.
func (r FlagRule) text(flags string, allowed []imap.Flag) (string, error) {
	flags = dropRecent(flags)
	rewritten, err := rewriteFlags(flags, r.Rewrite)
	if err == nil {
		flags = rewritten
	}
	if r.FixCase {
		flags = fixFlagCase(flags)
	}
	if r.Filter && allowed != nil {
		flags = keepAllowed(flags, allowed)
	}
	return flags, err
}

// rewriteFlags applies the expressions in order.
func rewriteFlags(flags string, rewrite []*perlre.Subst) (string, error) {
	var err error
	for _, s := range rewrite {
		if flags, err = s.ApplyString(flags); err != nil {
			return "", &FlagError{Expr: s.String(), Err: err}
		}
	}
	return flags, nil
}

// FlagError tells that an expression of --regexflag could not be carried out on some flags.
type FlagError struct {
	Expr string
	Err  error
}

// Error names the expression.
func (e *FlagError) Error() string { return "regexflag '" + e.Expr + "': " + e.Err.Error() }

// Unwrap gives the cause.
func (e *FlagError) Unwrap() error { return e.Err }

// dropRecent removes every \Recent with the blank behind it, like the reference also inside a word.
func dropRecent(flags string) string {
	const recent = `\recent`
	for from := 0; ; {
		i := strings.Index(asciiLower(flags[from:]), recent)
		if i < 0 {
			return flags
		}
		from += i
		end := from + len(recent)
		if end < len(flags) && isASCIISpace(rune(flags[end])) {
			end++
		}
		flags = flags[:from] + flags[end:]
	}
}

// fixFlagCase gives the five standard flags their usual letters. White space between flags becomes one
// blank.
func fixFlagCase(flags string) string {
	words := splitLikePerl(flags)
	for i, w := range words {
		if usual := imap.Flag(upperSecond(asciiLower(w))); slices.Contains(standardFlags, usual) {
			words[i] = string(usual)
		}
	}
	return strings.Join(words, " ")
}

// upperSecond makes the second octet an upper case letter.
func upperSecond(s string) string {
	if len(s) < 2 || s[1] < 'a' || s[1] > 'z' {
		return s
	}
	return s[:1] + string(s[1]-'a'+'A') + s[2:]
}

// keepAllowed leaves out what is not among the allowed flags.
func keepAllowed(flags string, allowed []imap.Flag) string {
	kept := slices.DeleteFunc(asciiFields(flags), func(w string) bool { return !slices.ContainsFunc(allowed, imap.Flag(w).Is) })
	return strings.Join(kept, " ")
}

// Restriction returns the flags host2 keeps, nil when it keeps any.
func Restriction(permanent []imap.Flag) []imap.Flag {
	if len(permanent) == 0 || slices.Contains(permanent, imap.FlagWildcard) {
		return nil
	}
	return permanent
}

// SameFlags compares as sets, without \Recent and without letter case, so that a \Recent on host2, a
// doubled flag or a server that keeps keywords in its own letters does not cause a STORE at every
// run.
func SameFlags(want, have []imap.Flag) bool {
	return slices.Equal(canonical(want), canonical(have))
}

func canonical(flags []imap.Flag) []imap.Flag {
	out := make([]imap.Flag, 0, len(flags))
	for _, f := range flags {
		if !f.Is(imap.FlagRecent) {
			out = append(out, imap.Flag(asciiLower(string(f))))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

var standardFlags = []imap.Flag{imap.FlagAnswered, imap.FlagFlagged, imap.FlagDeleted, imap.FlagSeen, imap.FlagDraft}

func joinFlags(flags []imap.Flag) string {
	words := make([]string, len(flags))
	for i, f := range flags {
		words[i] = string(f)
	}
	return strings.Join(words, " ")
}

// Flags are octets, not characters: only ASCII blanks separate them, and only ASCII letters have a
// case.

func isASCIISpace(r rune) bool { return r == ' ' || '\t' <= r && r <= '\r' }

func asciiFields(s string) []string { return strings.FieldsFunc(s, isASCIISpace) }

// splitLikePerl is split /\s+/: blanks in front make an empty first word.
func splitLikePerl(s string) []string {
	words := asciiFields(s)
	if len(words) > 0 && isASCIISpace(rune(s[0])) {
		words = append([]string{""}, words...)
	}
	return words
}

func asciiLower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
