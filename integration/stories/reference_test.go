package stories

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"imapsync/integration/dovecot"
)

// referenceVariable names the file of imapsync 2.229, whose agreement with the stories is wanted.
const referenceVariable = "IMAPSYNC_REFERENCE"

const agreementFile = "../../docs/agreement.md"

// TestReference runs the stories on the reference, in place of TestStories. A story that fails there
// must say "# differs: reason" in its first lines; "# ours: reason" leaves a story out. With -update
// the result becomes docs/agreement.md.
func TestReference(t *testing.T) {
	file := os.Getenv(referenceVariable)
	if file == "" {
		t.Skip("skipped: ", referenceVariable, " names no file of imapsync 2.229")
	}
	file, err := filepath.Abs(file)
	if err != nil {
		t.Fatal(err)
	}
	all, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	agreement := &agreement{notes: map[string]note{}, failed: map[string]string{}}
	p := params(dovecot.Start(t), []string{"perl", file}, true)
	p.Dir = ""
	for _, story := range all {
		n, err := readNote(story)
		if err != nil {
			t.Fatal(err)
		}
		agreement.notes[n.story] = n
		if n.ours == "" {
			p.Files = append(p.Files, story)
		}
	}
	t.Run("stories", func(t *testing.T) { testscript.RunT(watcher{T: t, agreement: agreement}, p) })
	t.Log("\n" + agreement.table())
	for _, line := range agreement.unexpected() {
		t.Error(line)
	}
	if *update {
		if err := os.WriteFile(agreementFile, []byte(agreement.document()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// note is what the first lines of a story say about the reference.
type note struct{ story, title, ours, differs string }

func readNote(file string) (note, error) {
	f, err := os.Open(file)
	if err != nil {
		return note{}, err
	}
	defer f.Close()
	n := note{story: strings.TrimSuffix(filepath.Base(file), ".txtar")}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		text, comment := strings.CutPrefix(lines.Text(), "#")
		if !comment {
			break
		}
		text = strings.TrimSpace(text)
		if reason, ok := strings.CutPrefix(text, "ours:"); ok {
			n.ours = strings.TrimSpace(reason)
		} else if reason, ok := strings.CutPrefix(text, "differs:"); ok {
			n.differs = strings.TrimSpace(reason)
		} else if n.title == "" {
			n.title = text
		}
	}
	return n, nil
}

// agreement is how the stories went on the reference.
type agreement struct {
	notes map[string]note

	mu     sync.Mutex
	failed map[string]string // what failed, by story
}

// group are the names of the stories, sorted, for which is holds.
func (a *agreement) group(is func(n note, failed bool) bool) []note {
	var out []note
	for name, n := range a.notes {
		if _, failed := a.failed[name]; is(n, failed) {
			out = append(out, n)
		}
	}
	slices.SortFunc(out, func(a, b note) int { return strings.Compare(a.story, b.story) })
	return out
}

func (a *agreement) table() string {
	agree := a.group(func(n note, failed bool) bool { return n.ours == "" && n.differs == "" && !failed })
	differ := a.group(func(n note, failed bool) bool { return n.differs != "" })
	ours := a.group(func(n note, failed bool) bool { return n.ours != "" })
	return fmt.Sprintf("%d stories, %d agree, %d differ as documented, %d have no counterpart, %d unexpected",
		len(a.notes), len(agree), len(differ), len(ours), len(a.unexpected()))
}

func (a *agreement) unexpected() []string {
	var out []string
	for _, n := range a.group(func(n note, failed bool) bool { return failed && n.differs == "" }) {
		out = append(out, fmt.Sprintf("%s: the reference does something else, and the story does not say so:\n%s", n.story, a.failed[n.story]))
	}
	return out
}

func (a *agreement) document() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Agreement with 2.229\n\nThe stories of `integration/stories/testdata` were run on imapsync 2.229 itself between the same servers: the same command\n"+
		"lines, the accounts afterwards, the exit codes, and the lines of the output compared. `make stories-reference` does it again\n"+
		"and rewrites this page.\n\n%s.\n\n## Stories where 2.229 does something else\n\n| story | what it tells | difference |\n|---|---|---|\n", a.table())
	for _, n := range a.group(func(n note, failed bool) bool { return n.differs != "" }) {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", n.story, n.title, n.differs)
	}
	b.WriteString("\n## Stories without a counterpart\n\n| story | what it tells | why |\n|---|---|---|\n")
	for _, n := range a.group(func(n note, failed bool) bool { return n.ours != "" }) {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", n.story, n.title, n.ours)
	}
	b.WriteString("\n## Stories that agree\n\n")
	for _, n := range a.group(func(n note, failed bool) bool { return n.ours == "" && n.differs == "" && !failed }) {
		fmt.Fprintf(&b, "- `%s`: %s\n", n.story, n.title)
	}
	return b.String()
}

// watcher is the test that testscript sees: a story that fails is noted, not failed.
type watcher struct {
	*testing.T
	agreement *agreement
	story     string
}

// Run is testing.T's with a watcher for the story.
func (w watcher) Run(name string, f func(testscript.T)) {
	w.T.Run(name, func(t *testing.T) { f(watcher{t, w.agreement, name}) })
}

// Log keeps what is told about the story; testscript does it after FailNow.
func (w watcher) Log(args ...any) {
	text := fmt.Sprintln(args...)
	w.T.Log(text)
	w.agreement.mu.Lock()
	defer w.agreement.mu.Unlock()
	if before, failed := w.agreement.failed[w.story]; failed {
		w.agreement.failed[w.story] = before + text
	}
}

// Fatal notes a failure and ends the story.
func (w watcher) Fatal(args ...any) {
	w.Log(args...)
	w.FailNow()
}

// FailNow notes a failure and ends the story.
func (w watcher) FailNow() {
	w.agreement.mu.Lock()
	w.agreement.failed[w.story] += ""
	w.agreement.mu.Unlock()
	w.T.SkipNow()
}

// Verbose asks for short logs: the step that failed.
func (w watcher) Verbose() bool { return false }
