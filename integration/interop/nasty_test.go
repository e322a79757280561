package interop

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"imapsync/integration/accounts"
	"imapsync/integration/fixtures"
	"imapsync/integration/program"
)

// TestNasty copies what old accounts contain. Whatever the destination accepts is there, octet by
// octet; what is not there is named in the log. Nothing is there that host1 does not have.
func TestNasty(t *testing.T) {
	for name, direction := range program.Directions {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := program.NewScene(t, direction)
			for _, line := range s.LoadLoosely(s.Account1, fixtures.Nasty(12, 200)) {
				t.Log("host1 refused: ", line)
			}
			result := s.Run("--errorsmax", "1000")
			if !strings.Contains(result.Out, "\nExiting with return value ") {
				t.Fatalf("the run did not end by itself (exit %d, signal %v):\n%s", result.Exit, result.Signal, result.Out)
			}
			judgeNasty(t, s, result)
			if t.Failed() {
				t.Logf("output:\n%s", result.Out)
			}
			s.Run("--errorsmax", "1000").WantLines(`^Messages transferred +: 0\b`)
		})
	}
}

func judgeNasty(t *testing.T, s *program.Scene, result *program.Result) {
	t.Helper()
	source, copied := s.State(s.Account1), s.State(s.Account2)
	there := map[string]map[string]int{} // folder -> content -> count
	for _, f := range copied {
		there[f.Raw] = contents(f)
	}
	mapping := mappingOf(result.Out)
	for _, f := range source {
		raw, mapped := mapping[f.Raw]
		if !f.Selectable {
			continue
		}
		if !mapped {
			t.Errorf("folder %q: the log does not say where it goes", f.Raw)
			continue
		}
		on2 := there[raw]
		for content := range contents(f) {
			if on2[content] == 0 && !explained(result.Out, f, content) {
				t.Errorf("folder %q -> %q: %s is neither on host2 nor named in the log", f.Raw, raw, find(f, content))
			}
		}
		if len(f.Messages) == 0 && on2 == nil {
			t.Errorf("folder %q -> %q: the empty folder was not created", f.Raw, raw)
		}
	}
	all := map[string]bool{}
	for _, f := range source {
		for content := range contents(f) {
			all[content] = true
		}
	}
	for _, f := range copied {
		for content, n := range contents(f) {
			if !all[content] {
				t.Errorf("folder %q on host2: %s is not on host1", f.Raw, find(f, content))
			}
			if n > 1 && !twinOn(source, content) {
				t.Errorf("folder %q on host2: %s is there %d times", f.Raw, find(f, content), n)
			}
		}
	}
}

func contents(f accounts.Folder) map[string]int {
	out := map[string]int{}
	for _, m := range f.Messages {
		out[m.SHA256]++
	}
	return out
}

func twinOn(s accounts.State, content string) bool {
	n := 0
	for _, f := range s {
		n = max(n, contents(f)[content])
	}
	return n > 1
}

func find(f accounts.Folder, content string) accounts.Message {
	for _, m := range f.Messages {
		if m.SHA256 == content {
			return m
		}
	}
	return accounts.Message{}
}

// folderLine is how the log announces a folder and where it goes; a name that is not ASCII is
// followed by its decoded form.
var folderLine = regexp.MustCompile(`(?m)^Folder +\d+/\d+ \[(.*?)\](?: = \[.*?\])? +-> \[(.*?)\](?: = \[.*\])? *$`)

func mappingOf(log string) map[string]string {
	out := map[string]string{}
	for _, m := range folderLine.FindAllStringSubmatch(log, -1) {
		out[m[1]] = m[2]
	}
	return out
}

// explained reports whether the log names the message (folder/UID) or its folder in an error.
func explained(log string, f accounts.Folder, content string) bool {
	for line := range strings.Lines(log) {
		if strings.Contains(line, "copied to") || strings.HasPrefix(line, "Folder ") {
			continue
		}
		for _, m := range f.Messages {
			if m.SHA256 == content && strings.Contains(line, f.Raw+"/"+strconv.Itoa(m.UID)+" ") {
				return true
			}
		}
		if strings.Contains(line, "Could not create folder") && strings.Contains(line, "["+f.Raw+"]") {
			return true
		}
	}
	return false
}
