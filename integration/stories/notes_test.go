package stories

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestNotes looks at the first lines of every story: what it tells, and why it asks for two things.
func TestNotes(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		n, err := readNote(file)
		if err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		branches := strings.Contains(string(text), "\n[ours]") || strings.Contains(string(text), "\n[reference]")
		switch {
		case !strings.HasSuffix(n.title, ".") && !strings.HasSuffix(n.title, "?"):
			t.Errorf("%s: the first line is no sentence about what an administrator does: %q", n.story, n.title)
		case n.ours != "" && (n.differs != "" || branches):
			t.Errorf("%s: a story without a counterpart does not differ from it", n.story)
		case branches && n.differs == "":
			t.Errorf("%s: lines for one of the programs only, and no line \"# differs: reason\"", n.story)
		case !strings.Contains(n.story, "_"):
			t.Errorf("%s: a story is called group_subject", n.story)
		}
	}
}
