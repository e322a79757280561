// Package architecture checks that imports go downwards only, so that the drawing in
// ARCHITECTURE.md stays true without anybody remembering it.
package architecture

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "imapsync/"

// layers are the project's packages from the bottom up: a package imports packages of lower
// layers only. A package that is missing here fails the test: say where it belongs.
var layers = [][]string{
	{"imap", "imap/utf7", "account", "perlre", "getopt"},
	{"fault"},
	{"provider", "imap/wire", "sasl"},
	{"folder", "message"},
	{"plan"},
	{"event"},
	{"imap/client", "imap/server", "state", "pipe"},
	{"endpoint", "demo"},
	{"scan", "transfer", "prune"},
	{"migrate"},
	{"fleet"},
	{"report", "dashboard"},
	{"selfcheck"},
	{"cli"},
}

// testOnly are imported by tests, never by the program.
var testOnly = []string{"imaptest", "vectors"}

// pure packages turn values into values: no files, network, processes, logs or clock.
var pure = []string{"imap", "imap/utf7", "account", "perlre", "getopt", "fault", "provider", "folder", "message", "plan", "event"}

// impure is what a pure package must not reach, even through others.
var impure = []string{"net", "net/http", "os/exec", "crypto/tls", "database/sql", "os/signal"}

// impureDirect is what it must not import itself; the regular expression engine reaches log.
var impureDirect = []string{"os", "log", "log/slog"}

// only lists who may import a package directly; everybody else must not.
var only = map[string][]string{
	"imapsync/internal/imap/wire":         {"imap/client", "imap/server", "imaptest"},
	"github.com/dlclark/regexp2/v2":       {"perlre"},
	"github.com/klauspost/compress/flate": {"imap/client", "imap/server", "imaptest"},
	"github.com/vbauerster/mpb/v8":        {"report"},
	"os/signal":                           {"cli"},
	"modernc.org/sqlite":                  {"state"},
}

// never lists what a package must not import directly, whatever its layer.
var never = map[string][]string{
	// A connection knows nothing of migrations.
	"imap/client": {"imapsync/internal/account", "imapsync/internal/fault", "imapsync/internal/folder", "imapsync/internal/getopt"},
	"imap/wire":   {"imapsync/internal/account", "imapsync/internal/fault"},
	"imap/server": {"imapsync/internal/account", "imapsync/internal/fault"},
}

type pkg struct {
	ImportPath string
	Dir        string
	GoFiles    []string
	Imports    []string
	Deps       []string
}

func (p pkg) name() string { return strings.TrimPrefix(p.ImportPath, module+"internal/") }

// list asks the go command for the packages of the program.
func list(t *testing.T) []pkg {
	t.Helper()
	out, err := exec.Command("go", "list", "-e", "-json=ImportPath,Dir,GoFiles,Imports,Deps", module+"internal/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var packages []pkg
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}

func layerOf(name string) int {
	return slices.IndexFunc(layers, func(l []string) bool { return slices.Contains(l, name) })
}

func TestImportsGoDown(t *testing.T) {
	for _, p := range list(t) {
		own := layerOf(p.name())
		if slices.Contains(testOnly, p.name()) {
			continue
		}
		if own < 0 {
			t.Errorf("package %s is in no layer of this test", p.name())
			continue
		}
		for _, i := range p.Imports {
			other, ours := strings.CutPrefix(i, module+"internal/")
			switch {
			case strings.HasPrefix(i, module+"integration"), strings.HasPrefix(i, module+"bench"), slices.Contains(testOnly, other):
				t.Errorf("%s imports %s, which is for tests", p.name(), i)
			case ours && layerOf(other) >= own:
				t.Errorf("%s imports %s, which is not below it", p.name(), other)
			}
			if users, limited := only[i]; limited && !slices.Contains(users, p.name()) {
				t.Errorf("%s imports %s, which only %v may", p.name(), i, users)
			}
			if slices.Contains(never[p.name()], i) {
				t.Errorf("%s must not import %s", p.name(), i)
			}
		}
	}
}

func TestPurePackagesStayPure(t *testing.T) {
	for _, p := range list(t) {
		if !slices.Contains(pure, p.name()) {
			continue
		}
		for _, dep := range p.Deps {
			if slices.Contains(impure, dep) {
				t.Errorf("pure package %s reaches %s", p.name(), dep)
			}
		}
		for _, i := range p.Imports {
			if slices.Contains(impureDirect, i) {
				t.Errorf("pure package %s imports %s", p.name(), i)
			}
		}
		for _, file := range p.GoFiles {
			for _, use := range clockUses(t, filepath.Join(p.Dir, file)) {
				t.Errorf("pure package %s reads the clock: %s in %s", p.name(), use, file)
			}
		}
	}
}

// clockUses finds time.Now and its relatives in a file.
func clockUses(t *testing.T, file string) []string {
	t.Helper()
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	ast.Inspect(tree, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok && x.Name == "time" &&
				slices.Contains([]string{"Now", "Since", "Until", "Sleep", "After", "NewTimer", "NewTicker"}, s.Sel.Name) {
				found = append(found, "time."+s.Sel.Name)
			}
		}
		return true
	})
	return found
}
