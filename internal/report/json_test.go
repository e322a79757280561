package report

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"imapsync/internal/fault"
	"imapsync/internal/plan"
)

func sampleJSON(t *testing.T) string {
	t.Helper()
	var out strings.Builder
	j := NewJSON(&out)
	j.now = clock()
	for _, e := range sample() {
		j.Emit(e)
	}
	_, s := sampleStatistics()
	j.Summary(s, 114)
	if err := j.Flush(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestJSON(t *testing.T) {
	golden(t, "run.jsonl", sampleJSON(t))
}

// TestJSONDocumented holds docs/json.md to the truth: every type has a heading and every field is
// named below it.
func TestJSONDocumented(t *testing.T) {
	doc, err := os.ReadFile(filepath.Join("..", "..", "docs", "json.md"))
	if err != nil {
		t.Fatal(err)
	}
	rows := bufio.NewScanner(strings.NewReader(sampleJSON(t)))
	rows.Buffer(nil, 1<<20)
	for rows.Scan() {
		var fields map[string]any
		if err := json.Unmarshal(rows.Bytes(), &fields); err != nil {
			t.Fatalf("%s: %v", rows.Text(), err)
		}
		kind := fields["type"].(string)
		_, section, found := strings.Cut(string(doc), "\n### `"+kind+"`\n")
		if !found {
			t.Errorf("docs/json.md has no heading for %s", kind)
			continue
		}
		section, _, _ = strings.Cut(section, "\n### ")
		delete(fields, "type")
		delete(fields, "time")
		for name, value := range fields {
			checkDocumented(t, section, kind, name, value)
		}
	}
}

// TestReasons wants words for every reason of the engine, in the log and in the contract.
func TestReasons(t *testing.T) {
	doc, err := os.ReadFile(filepath.Join("..", "..", "docs", "json.md"))
	if err != nil {
		t.Fatal(err)
	}
	for r := plan.ReasonNone + 1; r.String() != "unknown"; r++ {
		if reasonText(r) == reasonText(plan.ReasonNone) {
			t.Errorf("%s has no words", r)
		}
		if !strings.Contains(string(doc), "`"+r.String()+"`") {
			t.Errorf("docs/json.md does not tell of %s", r)
		}
	}
	for g := plan.GuardNone + 1; g.String() != "unknown"; g++ {
		if !strings.Contains(string(doc), "`"+g.String()+"`") {
			t.Errorf("docs/json.md does not tell of %s", g)
		}
	}
	for k := plan.KeptNot + 1; k.String() != "unknown"; k++ {
		if keptText(k) == keptText(plan.KeptNot) {
			t.Errorf("%s has no words", k)
		}
		if !strings.Contains(string(doc), "`"+k.String()+"`") {
			t.Errorf("docs/json.md does not tell of %s", k)
		}
	}
	for k := fault.Unclassified; k.String() != "unknown"; k++ {
		if !strings.Contains(string(doc), "`"+k.String()+"`") {
			t.Errorf("docs/json.md does not tell of %s", k)
		}
	}
}

func checkDocumented(t *testing.T, section, kind, name string, value any) {
	t.Helper()
	if !strings.Contains(section, "`"+name+"`") {
		t.Errorf("docs/json.md: %s does not tell of %s", kind, name)
	}
	inner, _ := value.(map[string]any)
	if name == "types" || name == "left_behind" {
		inner = nil // keys are names of error types and reasons
	}
	for n, v := range inner {
		checkDocumented(t, section, kind, n, v)
	}
}
