package cli

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

const storyFiles = "../../integration/stories/testdata/*.txtar"

// TestEveryOptionHasAStory reads the command lines of the stories as the program does, and names
// the options that none of them gives.
func TestEveryOptionHasAStory(t *testing.T) {
	files, err := filepath.Glob(storyFiles)
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	told := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(txtar.Parse(text).Comment)) {
			args, runs := commandLine(line)
			if !runs {
				continue
			}
			o := newOptions()
			o.Parse(args)
			for _, opt := range o.Options() {
				told[opt.Name()] = told[opt.Name()] || opt.Given()
				if opt.IsNew() && opt.Given() && !onlyHere(string(text), line) {
					t.Errorf("%s: --%s is new, and neither the line has [ours] nor the story \"# ours: reason\"", filepath.Base(file), opt.Name())
				}
			}
		}
	}
	var missing []string
	for _, opt := range newOptions().Options() {
		if !told[opt.Name()] {
			missing = append(missing, "--"+opt.Name())
		}
	}
	if len(missing) > 0 {
		t.Errorf("%d options without a story in %s: %s", len(missing), filepath.Dir(storyFiles), strings.Join(missing, " "))
	}
	if len(files) < 100 {
		t.Errorf("there are %d stories, want at least 100", len(files))
	}
}

// onlyHere tells whether a line of a story is not for the reference.
func onlyHere(story, line string) bool {
	return strings.HasPrefix(line, "[ours]") || strings.Contains(story, "\n# ours: ") || strings.HasPrefix(story, "# ours: ")
}

// commandLine gives the arguments of a story's line that runs the program; what quotes and
// variables become does not matter for the names of options.
func commandLine(line string) (args []string, runs bool) {
	words := storyWords(line)
	for len(words) > 0 && (words[0] == "!" || strings.HasPrefix(words[0], "[")) {
		words = words[1:]
	}
	if len(words) == 0 || words[0] != "imapsync" && words[0] != "program" {
		return nil, false
	}
	return slices.DeleteFunc(words[1:], func(w string) bool { return w == "&" }), true
}

// storyWords cuts a line as testscript does: single quotes keep blanks, two of them are one.
func storyWords(line string) []string {
	var words []string
	var word strings.Builder
	inWord, quoted := false, false
	line = strings.TrimRight(line, "\n")
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\'' && quoted && i+1 < len(line) && line[i+1] == '\'':
			word.WriteByte(c)
			i++
		case c == '\'':
			quoted, inWord = !quoted, true
		case quoted:
			word.WriteByte(c)
		case c == ' ' || c == '\t':
			if inWord {
				words = append(words, word.String())
			}
			word.Reset()
			inWord = false
		case c == '#' && !inWord:
			return words
		default:
			word.WriteByte(c)
			inWord = true
		}
	}
	if inWord {
		words = append(words, word.String())
	}
	return words
}
