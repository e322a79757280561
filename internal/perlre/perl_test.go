package perlre

import (
	"os"
	"strconv"
	"strings"
	"testing"
)

// TestPerl compares with what Perl gave, for expressions of users, corners of the language, and
// some made by chance.
func TestPerl(t *testing.T) {
	table, err := os.ReadFile("testdata/perl.txt")
	if err != nil {
		t.Fatal(err)
	}
	for n, row := range strings.Split(strings.TrimSpace(string(table)), "\n") {
		if strings.HasPrefix(row, "#") {
			continue
		}
		var columns [3]string
		for i, text := range strings.Split(row, "\t") {
			if columns[i], err = strconv.Unquote(text); err != nil && text != "error" {
				t.Fatalf("line %d: %q: %v", n+1, text, err)
			}
		}
		expr, subject, want := columns[0], columns[1], columns[2]
		s, err := ParseSubst(expr)
		if strings.HasSuffix(row, "\terror") {
			if err == nil {
				t.Errorf("line %d: %q is understood, Perl refuses it", n+1, expr)
			}
			continue
		}
		if err != nil {
			t.Errorf("line %d: %v", n+1, err)
			continue
		}
		got, err := s.ApplyString(subject)
		if err != nil || got != want {
			t.Errorf("line %d: %q on %q: got %q %v, want %q", n+1, expr, subject, got, err, want)
		}
	}
}

// TestRefused lists what Perl takes and this package does not: code, variables, rarities.
func TestRefused(t *testing.T) {
	for expr, reason := range map[string]string{
		`s/a/system("ls")/e`:      "not supported",
		"s/a/`ls`/e":              "not supported",
		`s/a/die/ee`:              "ee",
		`s/a(?{1})/b/`:            "code in a pattern",
		`s/a(??{1})/b/`:           "code in a pattern",
		`s/a/b/; die`:             "follows the expression",
		`s/$x/b/`:                 "variable",
		`s/a$\n/b/`:               "variable",
		`s/a/$b/`:                 "not known",
		`s/a/@{[ 1 ]}/`:           "array",
		`s/(a)/$1[0]/`:            "${1}",
		`s/a/$sync->{password1}/`: "not known",
		`s/a/$sync/`:              "$sync must",
		`s/(a|b(?1))/x/`:          "recursion",
		`s/(?|a|b)/x/`:            "branch reset",
		`s/a(*SKIP)b/x/`:          "verbs",
		`m?a?`:                    "once",
		`1`:                       "not one of",
		`s\a\b\`:                  "backslash",
	} {
		_, err := ParseSubst(expr)
		if err == nil || !strings.Contains(err.Error(), reason) {
			t.Errorf("%s: got %v, want a reason with %q", expr, err, reason)
		}
	}
	if _, err := ParseSubst("s/" + strings.Repeat("(", 1000) + strings.Repeat(")", 1000) + "/x/"); err == nil {
		t.Error("1000 levels of groups are accepted")
	}
}
