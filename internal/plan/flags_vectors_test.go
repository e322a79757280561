package plan

import (
	"strings"
	"testing"

	"imapsync/internal/getopt"
	"imapsync/internal/imap"
	"imapsync/internal/vectors"
)

// ruleOf is the rule of a case; ok is false when an expression is bad. What a case does not say is on.
func ruleOf(in vectors.Value) (r FlagRule, ok bool) {
	o := FlagOptions{Regex: in.Field("regexflag").Strs()}
	rewrite, bad := o.Compile()
	on := func(name string) bool { return !in.Has(name) || in.Field(name).Bool() }
	return FlagRule{Rewrite: rewrite, FixCase: on("flagscase"), Filter: on("filterflags")}, len(bad) == 0
}

func TestVectorsFlags(t *testing.T) {
	for _, c := range vectors.Load(t, "flags", "flagscase", "ucsecond", "flags_filter", "flags_for_host2", "sync_flags") {
		flags := c.In.Field("flags")
		var got any
		switch c.Fn {
		case "flagscase":
			got = fixFlagCase(flags.Str())
		case "ucsecond":
			got = upperSecond(c.In.Field("string").Str())
		case "flags_filter":
			got = keepAllowed(flags.Str(), flagsOf(c.In.Field("allowed").Str()))
		case "flags_for_host2":
			rule, ok := ruleOf(c.In)
			if !ok {
				rule.Rewrite = nil
			}
			var allowed []imap.Flag
			if permanent := c.In.Field("permanentflags2").Str(); permanent != "" {
				allowed = flagsOf(permanent)
			}
			if !flags.IsNull() {
				got, _ = rule.text(flags.Str(), allowed)
			}
		case "sync_flags":
			got = storeOf(c.In)
		}
		vectors.Check(t, c, got)
	}
}

// storeOf is the argument of the STORE for one message that is on both sides, nil without one.
func storeOf(in vectors.Value) any {
	rule, _ := ruleOf(in)
	sets := &FlagSets{}
	f := New(Rules{ResyncFlags: true, Flags: rule}, sets, flagsOf(in.Field("permanentflags2").Str()))
	one, _ := Prove(true, 1, 1)
	f.AddDest([]Row{{UID: 1, Short: key("a"), Flags: sets.Intern(flagsOf(in.Field("flags2").Str()))}})
	f.DestDone(one)
	f.AddSource([]Row{{UID: 1, Short: key("a"), Flags: sets.Intern(flagsOf(in.Field("flags1").Str()))}})
	f.SourceDone()
	changes := f.Decide().Changes
	if len(changes) == 0 || in.Field("dry").Bool() {
		return nil
	}
	return "FLAGS.SILENT (" + joinFlags(sets.Flags(changes[0].Flags)) + ")"
}

func TestVectorsRegexflags(t *testing.T) {
	for _, c := range vectors.Load(t, "regexflags", "regexflags") {
		vectors.Check(t, c, rewritten(FlagOptions{Regex: c.In.Field("regexflag").Strs()}, c.In))
	}
}

func TestVectorsBuggyFlags(t *testing.T) {
	for _, c := range vectors.Load(t, "buggy_flags", "filterbuggyflags") {
		o := FlagOptions{Regex: c.In.Field("regexflag").Strs(), FilterBuggy: getopt.Bool{Given: true, Value: true}}
		vectors.Check(t, c, rewritten(o, c.In))
	}
}

func rewritten(o FlagOptions, in vectors.Value) any {
	rewrite, bad := o.Compile()
	if bad != nil {
		return nil
	}
	flags, err := rewriteFlags(in.Field("flags").Str(), rewrite)
	if err != nil {
		return nil
	}
	return flags
}

func FuzzFlagRule(f *testing.F) {
	f.Add(`\Seen \RECENT Junk`, `\Seen`)
	f.Add("\\Recent\t\\recentx \xff\u00a0", `\*`)
	f.Fuzz(func(t *testing.T, flags, permanent string) {
		rule := FlagRule{FixCase: true, Filter: true}
		list, err := rule.ForHost2([]imap.Flag{imap.Flag(flags)}, flagsOf(permanent))
		if err != nil {
			t.Fatal(err)
		}
		for _, flag := range list {
			if !flag.Sendable() || strings.ContainsAny(string(flag), " \r\n") {
				t.Errorf("%q gives %q", flags, flag)
			}
		}
		again, _ := rule.ForHost2(list, flagsOf(permanent))
		if joinFlags(again) != joinFlags(list) {
			t.Errorf("%q gives %q, and that %q", flags, list, again)
		}
	})
}
