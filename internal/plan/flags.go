package plan

import (
	"slices"
	"strings"

	"imapsync/internal/imap"
)

// FlagRule turns the flags of host1 into those asked of host2: the pipeline of the reference
// without user expressions.
type FlagRule struct {
	FixCase bool // --flagscase: \SEEN becomes \Seen
	Filter  bool // --filterflags: keep only what PERMANENTFLAGS allows
}

// ForHost2 returns the flags to set on host2: \Recent and what no command can express are dropped, the five standard flags get
// their usual letters, and flags that host2 does not keep are left out. Letter case makes no
// difference between flags (RFC 9051 section 9), and host1's letters are sent. permanent is the
// PERMANENTFLAGS of a read-write SELECT; the list restricts nothing when it holds \*, is empty or was not sent.
func (r FlagRule) ForHost2(flags, permanent []imap.Flag) []imap.Flag {
	allowed := Restriction(permanent)
	out := make([]imap.Flag, 0, len(flags))
	for _, f := range flags {
		if !f.Sendable() {
			continue
		}
		if r.FixCase {
			f = standardCase(f)
		}
		if r.Filter && allowed != nil && !slices.ContainsFunc(allowed, f.Is) {
			continue
		}
		if !slices.ContainsFunc(out, f.Is) {
			out = append(out, f)
		}
	}
	return out
}

// Restriction returns the flags host2 keeps, nil when it keeps any.
func Restriction(permanent []imap.Flag) []imap.Flag {
	if len(permanent) == 0 || slices.Contains(permanent, imap.FlagWildcard) {
		return nil
	}
	return permanent
}

// sameFlags compares as sets, without \Recent and without letter case, so that a \Recent on host2, a
// doubled flag or a server that keeps keywords in its own letters does not cause a STORE at every run.
func sameFlags(want, have []imap.Flag) bool {
	return slices.Equal(canonical(want), canonical(have))
}

func canonical(flags []imap.Flag) []imap.Flag {
	out := make([]imap.Flag, 0, len(flags))
	for _, f := range flags {
		if !f.Is(imap.FlagRecent) {
			out = append(out, imap.Flag(strings.ToLower(string(f))))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

var standardFlags = []imap.Flag{imap.FlagAnswered, imap.FlagFlagged, imap.FlagDeleted, imap.FlagSeen, imap.FlagDraft}

func standardCase(f imap.Flag) imap.Flag {
	if !strings.HasPrefix(string(f), `\`) {
		return f
	}
	for _, s := range standardFlags {
		if f.Is(s) {
			return s
		}
	}
	return f
}
