package vectors

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// FolderVariable names the environment variable that replaces the module's own cases.
const FolderVariable = "IMAPSYNC_VECTORS"

// Case is one recorded call of the reference.
type Case struct {
	Topic string // the file's name without .json
	Name  string // unique in the topic
	Fn    string // the behaviour the case is about
	In    Value  // what was given; a field that was not given is absent
	Out   Value  // what came out; null is "nothing"

	PerlOnly bool   // needs the execution of Perl code: for information only
	Note     string // why, when PerlOnly
}

// Load reads the cases of topic, and ends the test when it cannot. With fns, only the cases of
// these behaviours come back.
func Load(t testing.TB, topic string, fns ...string) []Case {
	t.Helper()
	folder, err := Folder()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(folder, topic+".json"))
	if err != nil {
		t.Fatal(err)
	}
	cases, err := parse(topic, text)
	if err != nil {
		t.Fatalf("%s/%s.json: %v", folder, topic, err)
	}
	if len(fns) > 0 {
		cases = slices.DeleteFunc(cases, func(c Case) bool { return !slices.Contains(fns, c.Fn) })
	}
	return cases
}

// Folder is where the topics are: the folder of the environment variable, else testdata/vectors
// beside go.mod.
func Folder() (string, error) {
	if folder := os.Getenv(FolderVariable); folder != "" {
		return folder, nil
	}
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(dir, "testdata", "vectors"), nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", fmt.Errorf("no go.mod above the working directory")
		}
		dir = parent
	}
}

func parse(topic string, text []byte) ([]Case, error) {
	var file struct {
		Cases []struct {
			Name, Fn string
			In, Out  Value
			PerlOnly bool `json:"perl_only"`
			Note     string
		}
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, err
	}
	if len(file.Cases) == 0 {
		return nil, fmt.Errorf("no cases")
	}
	cases := make([]Case, len(file.Cases))
	for i, c := range file.Cases {
		cases[i] = Case{Topic: topic, Name: c.Name, Fn: c.Fn, In: c.In, Out: c.Out, PerlOnly: c.PerlOnly, Note: c.Note}
	}
	return cases, nil
}
