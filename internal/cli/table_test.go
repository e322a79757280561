package cli

import (
	"bufio"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"imapsync/internal/getopt"
)

// reference is an option as 2.229 has it.
type reference struct {
	name, kind, aliases, value string
	neg, hidden                bool
}

// referenceOptions reads the table of the 218 options, 225 names, of 2.229.
func referenceOptions(t testing.TB) []reference {
	t.Helper()
	f, err := os.Open("testdata/options-2.229.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []reference
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		fields := strings.Split(lines.Text(), "\t")
		if strings.HasPrefix(fields[0], "#") {
			continue
		}
		for i := range fields {
			if fields[i] == "-" {
				fields[i] = ""
			}
		}
		all = append(all, reference{fields[0], fields[1], fields[4], fields[5], fields[2] == "neg", fields[3] == "hidden"})
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestEveryOptionOfTheReference(t *testing.T) {
	o := newOptions()
	got := map[string]string{}
	for _, opt := range o.Options() {
		if !opt.IsNew() {
			got[opt.Name()] = describe(opt.Kind().String(), opt.IsNegatable(), opt.IsHidden(), strings.Join(opt.Names()[1:], ","))
		}
	}
	want := map[string]string{}
	names := 0
	for _, r := range referenceOptions(t) {
		want[r.name] = describe(r.kind, r.neg, r.hidden, r.aliases)
		names += 1 + len(strings.FieldsFunc(r.aliases, func(c rune) bool { return c == ',' }))
	}
	if names != 225 {
		t.Errorf("the table has %d names, want 225", names)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("options (-2.229 +here):\n%s", diff)
	}
}

func describe(kind string, neg, hidden bool, aliases string) string {
	words := []string{kind}
	if neg {
		words = append(words, "negatable")
	}
	if hidden {
		words = append(words, "hidden")
	}
	return strings.Join(append(words, aliases), " ")
}

// TestEveryAbbreviation checks rule E13: whatever 2.229 makes of any prefix of any name, we make of
// it, the names that 2.229 lacks notwithstanding. The judge is a table of its names alone.
func TestEveryAbbreviation(t *testing.T) {
	here, there := newOptions().Set, getopt.NewSet()
	spellings := map[string]bool{}
	for _, r := range referenceOptions(t) {
		opt := there.Bool(new(getopt.Bool), strings.TrimSuffix(r.name+"|"+strings.ReplaceAll(r.aliases, ",", "|"), "|"), "")
		for _, name := range strings.FieldsFunc(r.name+","+r.aliases, func(c rune) bool { return c == ',' }) {
			addPrefixes(spellings, name)
			if r.neg {
				opt.Negatable()
				addPrefixes(spellings, "no"+name)
				addPrefixes(spellings, "no-"+name)
			}
		}
	}
	for spelling := range spellings {
		want, wantNeg, wantOK := there.Find(spelling)
		got, gotNeg, gotOK := here.Find(spelling)
		switch {
		case wantOK != gotOK, wantNeg != gotNeg:
			t.Errorf("--%s: got meaning %t, negated %t; want %t, %t", spelling, gotOK, gotNeg, wantOK, wantNeg)
		case wantOK && got.Name() != want.Name():
			t.Errorf("--%s: got --%s, want --%s", spelling, got.Name(), want.Name())
		}
	}
	if len(spellings) < 2500 {
		t.Errorf("only %d spellings were tried", len(spellings))
	}
}

func addPrefixes(to map[string]bool, name string) {
	for n := 1; n <= len(name); n++ {
		to[name[:n]] = true
	}
}

// TestNoOptionIsIgnored checks that each option is owned by code that reads it, or told
// to be without effect.
func TestNoOptionIsIgnored(t *testing.T) {
	noEffect := map[string]bool{}
	for _, n := range noEffectOptions {
		noEffect[strings.Split(n.names, "|")[0]] = true
	}
	for _, opt := range newOptions().Options() {
		switch name := opt.Name(); {
		case noEffect[name] && opt.NoEffectReason() == "":
			t.Errorf("--%s: its table's reason is lost", name)
		case opt.Help() == "":
			t.Errorf("--%s has no help", name)
		}
	}
}

func TestHelpGroupsAreKnown(t *testing.T) {
	for _, opt := range newOptions().Options() {
		if group := strings.TrimPrefix(opt.Group(), "Options/"); !opt.IsHidden() && !slices.Contains(helpGroups, group) {
			t.Errorf("--%s: help does not print its group %q", opt.Name(), group)
		}
	}
}
