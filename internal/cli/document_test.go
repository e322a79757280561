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
	want := optionsDocument(newOptions().Options())
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
func optionsDocument(all []*getopt.Option) string {
	var b strings.Builder
	b.WriteString(`# Options

Generated from the option table; ` + "`go test ./internal/cli -run OptionsDocument -update`" + ` rewrites it.

Every option of imapsync 2.229 is here. Names may be shortened as long as they stay unique, except those marked *new*, which 2.229
lacks; they match in full only. "no" means that ` + "`--noNAME`" + ` is accepted too. An option that is *refused* asks for behaviour that does not
exist yet: giving it ends the program with exit code 64 before any connection. One that is *without effect* is accepted, and the log says so.
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
		fmt.Fprintf(&b, "\n## %s\n\n| option | value | | what it does |\n|---|---|---|---|\n", strings.ToUpper(group[:1])+group[1:])
		for _, o := range groups[group] {
			b.WriteString(optionRow(o))
		}
	}
	return b.String()
}

func optionRow(o *getopt.Option) string {
	names := "`--" + strings.Join(o.Names(), "`, `--") + "`"
	var marks []string
	if o.IsNegatable() {
		marks = append(marks, "no")
	}
	if o.IsNew() {
		marks = append(marks, "*new*")
	}
	help := sentence(o.Help())
	if reason := o.LaterReason(); reason != "" {
		marks = append(marks, "*refused*")
		help += " Refused: " + sentence(reason)
	}
	if reason := o.NoEffectReason(); reason != "" {
		marks = append(marks, "*without effect*")
		help += " Why: " + sentence(reason)
	}
	help = strings.NewReplacer("|", `\|`, "\n", " ", "<", "&lt;").Replace(strings.TrimSpace(help))
	return fmt.Sprintf("| %s | %s | %s | %s |\n", names, o.Placeholder(), strings.Join(marks, ", "), help)
}
