package vectors

import (
	"regexp"
	"slices"
	"strings"
)

// emptyPattern finds substitutions without a pattern, which mean something else in every message:
// Perl takes the last pattern that matched, be it one of the reference's own.
func emptyPattern(c Case) bool {
	return slices.ContainsFunc(c.In.Field("regexflag").Strs(), regexp.MustCompile(`^s(//|,,|##|\{\}|\(\)|\[\])`).MatchString)
}

// keptInOtherLetters finds flags that host2 keeps under other letters: flags have no letter case.
func keptInOtherLetters(c Case) bool {
	field := "allowed"
	if c.Fn == "flags_for_host2" && c.In.Field("filterflags").Bool() {
		field = "permanentflags2"
	} else if c.Fn != "flags_filter" {
		return false
	}
	kept := strings.Fields(c.In.Field(field).Str())
	return slices.ContainsFunc(strings.Fields(c.In.Field("flags").Str()), func(flag string) bool {
		usual := len(flag) > 1 && flag[0] == '\\' && c.In.Field("flagscase").Bool()
		return !slices.Contains(kept, flag) && !usual &&
			slices.ContainsFunc(kept, func(k string) bool { return strings.EqualFold(k, flag) })
	})
}

// sameAsSets finds flags of both sides that are the same but for \Recent, repetitions, letter case and
// what host2 does not keep.
func sameAsSets(c Case) bool {
	if c.Fn != "sync_flags" || c.Out.IsNull() || c.In.Has("regexflag") {
		return false
	}
	set := func(field string) []string {
		words := strings.Fields(strings.ToLower(c.In.Field(field).Str()))
		words = slices.DeleteFunc(words, func(w string) bool { return w == `\recent` })
		slices.Sort(words)
		return slices.Compact(words)
	}
	want, kept := set("flags1"), set("permanentflags2")
	if len(kept) > 0 && !slices.Contains(kept, `\*`) {
		want = slices.DeleteFunc(want, func(w string) bool { return !slices.Contains(kept, w) })
	}
	return slices.Equal(want, set("flags2"))
}

// repeated finds flags to be set that name one twice.
func repeated(c Case) bool {
	words := strings.Fields(strings.Trim(strings.TrimPrefix(strings.ToLower(c.Out.Str()), "flags.silent "), "()"))
	slices.Sort(words)
	return c.Fn == "sync_flags" && len(slices.Compact(slices.Clone(words))) < len(words)
}

// loosePermanentFlags finds answers to SELECT that the reference does not understand, or takes with
// their blanks.
func loosePermanentFlags(c Case) bool {
	text := strings.Join(c.In.Field("lines").Strs(), "\n")
	return c.Fn == "permanentflags" && (strings.Contains(text, "PERMANENTFLAGS  ") || strings.Contains(c.Out.Str(), "  ") ||
		strings.TrimSpace(c.Out.Str()) != c.Out.Str())
}
