package cli

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"imapsync/internal/getopt"
)

var update = flag.Bool("update", false, "rewrite the generated documents")

// TestOptionsDocument keeps docs/options.md equal to the option table.
func TestOptionsDocument(t *testing.T) {
	file := filepath.Join("..", "..", "docs", "options.md")
	want := optionsDocument(newOptions().Options(), referenceOptions(t))
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("docs/options.md is out of date; go test ./internal/cli -run OptionsDocument -update rewrites it (-want +got):\n%s", diff)
	}
}

// TestExitCodesDocument looks for every exit value in docs/exit-codes.md.
func TestExitCodesDocument(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "exit-codes.md"))
	if err != nil {
		t.Fatal(err)
	}
	codes := []int{exitOK, exitCatchAll, exitBySignal, exitByFile, exitUsage}
	for _, row := range exitCodes {
		codes = append(codes, row[:]...)
	}
	for _, code := range codes {
		if !strings.Contains(string(text), "\n| "+strconv.Itoa(code)+" |") {
			t.Errorf("docs/exit-codes.md has no row for %d", code)
		}
	}
}

// optionsDocument lists all options by the groups of --help.
func optionsDocument(all []*getopt.Option, reference []reference) string {
	var b strings.Builder
	b.WriteString(`# Options

Generated from the option table; ` + "`go test ./internal/cli -run OptionsDocument -update`" + ` rewrites it.

Every option of imapsync 2.229 is here. Names may be shortened as long as they stay unique, except those marked *new*, which 2.229
lacks; they match in full only. "no" means that ` + "`--noNAME`" + ` is accepted too. A *safer* one does less harm than in 2.229: the number is the
row of differences.md that says what it does otherwise, and why. One that is *without effect* is accepted, and the log says so.
`)
	groups := map[string][]*getopt.Option{}
	for _, o := range all {
		group := strings.TrimPrefix(o.Group(), "Options/")
		groups[group] = append(groups[group], o)
	}
	for _, group := range helpGroups {
		if len(groups[group]) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n## %s\n\n| option | value | default | | what it does |\n|---|---|---|---|---|\n", strings.ToUpper(group[:1])+group[1:])
		for _, o := range groups[group] {
			b.WriteString(optionRow(o, reference))
		}
	}
	return b.String()
}

// defaultOf is the default of an option of the reference, as it writes it: 1 and 0 for flags.
func defaultOf(name string, reference []reference) string {
	for _, r := range reference {
		if r.name == name {
			return strings.NewReplacer("|", `\|`).Replace(r.value)
		}
	}
	return ""
}

func optionRow(o *getopt.Option, reference []reference) string {
	names := "`--" + strings.Join(o.Names(), "`, `--") + "`"
	var marks []string
	if o.IsNegatable() {
		marks = append(marks, "no")
	}
	if o.IsNew() {
		marks = append(marks, "*new*")
	}
	help := sentence(o.Help())
	if row := saferRows[o.Name()]; row > 0 {
		marks = append(marks, fmt.Sprintf("*safer: [%d](differences.md)*", row))
	}
	if reason := o.NoEffectReason(); reason != "" {
		marks = append(marks, "*without effect*")
		help += " Why: " + sentence(reason)
	}
	help = strings.NewReplacer("|", `\|`, "\n", " ", "<", "&lt;").Replace(strings.TrimSpace(help))
	value := o.Placeholder()
	if value == "" {
		value = "flag"
	}
	return fmt.Sprintf("| %s | %s | %s | %s | %s |\n", names, value, defaultOf(o.Name(), reference), strings.Join(marks, ", "), help)
}

// TestSaferRows checks that every mark is about an option there is and a row there is.
func TestSaferRows(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "differences.md"))
	if err != nil {
		t.Fatal(err)
	}
	o := newOptions()
	for name, row := range saferRows {
		if o.Lookup(name) == nil {
			t.Errorf("--%s: there is no such option", name)
		}
		if !strings.Contains(string(text), fmt.Sprintf("\n| %d |", row)) {
			t.Errorf("--%s: docs/differences.md has no row %d", name, row)
		}
	}
}
