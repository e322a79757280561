// Package documents checks that what the documents name exists: tests, files, make targets.
package documents

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const root = "../.."

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestDifferencesAreProven looks for every test that docs/differences.md names.
func TestDifferencesAreProven(t *testing.T) {
	row := regexp.MustCompile(`^\| (\d+) \|.*\| (now[^|]*|later) \|(.*)\|$`)
	rows := 0
	for line := range strings.Lines(read(t, "docs/differences.md")) {
		m := row.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil {
			continue
		}
		rows++
		if m[2] != "later" && strings.TrimSpace(m[3]) == "" {
			t.Errorf("row %s is in force and names no test", m[1])
		}
		for _, proof := range strings.Split(m[3], ";") {
			folder, tests, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(proof), "`"), "`")
			for _, name := range regexp.MustCompile(`Test\w+`).FindAllString(tests, -1) {
				if !hasTest(t, folder, name) {
					t.Errorf("row %s names %s, which %s does not have", m[1], name, folder)
				}
			}
		}
	}
	if rows < 23 {
		t.Errorf("got %d rows, want at least 23", rows)
	}
}

func hasTest(t *testing.T, folder, name string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "func "+name+"(") {
			return true
		}
	}
	return false
}

// TestCitedRowsExist looks for the rows that comments cite.
func TestCitedRowsExist(t *testing.T) {
	differences := read(t, "docs/differences.md")
	cited := regexp.MustCompile(`differences\.md\s+(?://\s+)?row (\d+)`)
	for _, pattern := range []string{"internal/*/*.go", "internal/*/*/*.go", "integration/*/*.go"} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range cited.FindAllStringSubmatch(string(text), -1) {
				if !strings.Contains(differences, "\n| "+m[1]+" |") {
					t.Errorf("%s cites row %s, which does not exist", file, m[1])
				}
			}
		}
	}
}

// TestLinksLead follows the links of all documents to files of the project.
func TestLinksLead(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#:]+)\)`)
	for _, name := range []string{"README.md", "ARCHITECTURE.md", "docs/differences.md", "docs/exit-codes.md", "bench/README.md"} {
		for _, m := range link.FindAllStringSubmatch(read(t, name), -1) {
			if _, err := os.Stat(filepath.Join(root, filepath.Dir(name), m[1])); err != nil {
				t.Errorf("%s links to %s: %v", name, m[1], err)
			}
		}
	}
}

// TestFilesOfTheStory looks for the file names in ARCHITECTURE.md.
func TestFilesOfTheStory(t *testing.T) {
	for _, m := range regexp.MustCompile("`((?:\\w+/)*\\w+\\.go)`").FindAllStringSubmatch(read(t, "ARCHITECTURE.md"), -1) {
		found := false
		for _, prefix := range []string{"internal/*/", "internal/", "internal/imap/*/"} {
			files, err := filepath.Glob(filepath.Join(root, prefix+m[1]))
			if err != nil {
				t.Fatal(err)
			}
			found = found || len(files) > 0
		}
		if !found {
			t.Errorf("ARCHITECTURE.md names %s, which does not exist", m[1])
		}
	}
}

// TestMakeTargets looks for the targets that the documents name.
func TestMakeTargets(t *testing.T) {
	makefile := read(t, "Makefile")
	for _, name := range []string{"README.md", "ARCHITECTURE.md", "bench/README.md"} {
		for _, m := range regexp.MustCompile("(?m)(?:`|^    |= )make ([a-z]+)").FindAllStringSubmatch(read(t, name), -1) {
			if !strings.Contains(makefile, "\n"+m[1]+":") {
				t.Errorf("%s names make %s, which does not exist", name, m[1])
			}
		}
	}
}
