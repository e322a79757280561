package vectors

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// withoutCounterpart are the recorded behaviours that are inner helpers of the reference: nothing a
// user can observe depends on them alone. "*" means all of a topic but those named.
var withoutCounterpart = map[string][]string{
	"numbers":      {"*"},
	"version":      {"version_from_rcs", "is_a_release_number", "check_last_release"},
	"date_text":    {"date_from_rcs", "fractional_of_floor"},
	"regex_match":  {"load_and_delay", "match_a_pid_number", "hashsync"}, // names of files behind the web page
	"file_names":   {"cache_dir_fix_win", "match_a_cache_file"},
	"header_parse": {"decompose_header"},
	"final_report": {"list_keys_in_2_not_in_1"}, // a difference of sets, counted folder by folder here
	// The seconds since a moment: what they serve, rates and estimates, is tested with them.
	"time_remaining": {"timesince"},
}

// topicCount is how many recorded topics there are, with the quirks of servers.
const topicCount = 47

// TestEveryTopicIsRead looks for the tests that read each topic, and each behaviour of it.
func TestEveryTopicIsRead(t *testing.T) {
	if os.Getenv(FolderVariable) != "" {
		t.Skip("other cases of the same topics")
	}
	folder, err := Folder()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil || len(files) != topicCount {
		t.Fatalf("got %d topics, %v; want %d", len(files), err, topicCount)
	}
	read := readBehaviours(t, filepath.Join(folder, "..", ".."))
	for _, file := range files {
		topic := strings.TrimSuffix(filepath.Base(file), ".json")
		fns, whole := read[topic]
		for _, fn := range behaviours(t, file) {
			excused := slices.Contains(withoutCounterpart[topic], fn) || slices.Contains(withoutCounterpart[topic], "*")
			if !excused && (!whole || len(fns) > 0 && !slices.Contains(fns, fn)) {
				t.Errorf("%s: no test reads the cases of %s", topic, fn)
			}
		}
	}
}

// behaviours are the values of fn in a file, "" for cases without one.
func behaviours(t *testing.T, file string) []string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var topic struct{ Cases []struct{ Fn string } }
	if err := json.Unmarshal(text, &topic); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	var fns []string
	for _, c := range topic.Cases {
		if !slices.Contains(fns, c.Fn) {
			fns = append(fns, c.Fn)
		}
	}
	return fns
}

var (
	loading = regexp.MustCompile(`vectors\.Load\(\w+, "(\w+)"((?:, "\w+")*)`)
	byHand  = regexp.MustCompile(`"(\w+)\.json"`)
	quoted  = regexp.MustCompile(`\w+`)
)

// readBehaviours finds what the tests below root load: by topic the behaviours, none for all.
func readBehaviours(t *testing.T, root string) map[string][]string {
	t.Helper()
	read := map[string][]string{}
	whole := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range loading.FindAllStringSubmatch(string(text), -1) {
			fns := quoted.FindAllString(m[2], -1)
			whole[m[1]] = whole[m[1]] || len(fns) == 0
			read[m[1]] = append(read[m[1]], fns...)
		}
		for _, m := range byHand.FindAllStringSubmatch(string(text), -1) {
			whole[m[1]] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for topic := range whole {
		if whole[topic] {
			read[topic] = nil
		}
	}
	return read
}
