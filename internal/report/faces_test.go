package report

import (
	"strings"
	"testing"

	"imapsync/internal/getopt"
)

func TestFaces(t *testing.T) {
	on := getopt.Bool{Given: true, Value: true}
	const copied, object, error, final = "msg INBOX/2 {152}", `{"type":"copied"`, "could not append", "++++ Statistics"
	for _, test := range []struct {
		name              string
		opts              Options
		terminal          bool
		stdout, notStdout []string
		log, notLog       []string
	}{
		{name: "plain", stdout: []string{copied, error, final}, notStdout: []string{object, "\x1b["}, log: []string{copied, error, final}},
		{name: "terminal", terminal: true, stdout: []string{copied, error, final}, log: []string{copied, final}, notLog: []string{"\x1b["}},
		{name: "quiet", opts: Options{Quiet: on}, terminal: true, stdout: []string{error, final}, notStdout: []string{copied, "\x1b["}, log: []string{copied, final}},
		{name: "json", opts: Options{JSON: on}, terminal: true, stdout: []string{object, `"exit":114`}, notStdout: []string{copied + " ", final, "\x1b["}, log: []string{copied, final}, notLog: []string{object}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var stdout, log terminal
			f := NewFaces(test.opts, "h1", "h2", Output{Stdout: &stdout, Terminal: test.terminal, Log: &log})
			for _, e := range sample() {
				f.Emit(e)
			}
			_, s := sampleStatistics()
			f.Print(s.Block())
			f.Summary(s, 114)
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
			check(t, "stdout", stdout.text(), test.stdout, test.notStdout)
			check(t, "log", log.text(), test.log, test.notLog)
		})
	}
}

func check(t *testing.T, place, got string, wanted, unwanted []string) {
	t.Helper()
	for _, want := range wanted {
		if !strings.Contains(got, want) {
			t.Errorf("%s: %q is missing in:\n%s", place, want, got)
		}
	}
	for _, not := range unwanted {
		if strings.Contains(got, not) {
			t.Errorf("%s: %q is in:\n%s", place, not, got)
		}
	}
}

func TestFacesWithoutLog(t *testing.T) {
	var stdout terminal
	f := NewFaces(Options{Quiet: getopt.Bool{Given: true, Value: true}}, "", "", Output{Stdout: &stdout})
	f.Print("a line")
	if err := f.Close(); err != nil || stdout.text() != "a line\n" {
		t.Errorf("got %q %v, want the line", stdout.text(), err)
	}
}

// TestFacesFullDisk lets the log fail: the output goes on, and the error is told at the end.
func TestFacesFullDisk(t *testing.T) {
	var stdout terminal
	f := NewFaces(Options{}, "", "", Output{Stdout: &stdout, Log: failing{}})
	f.Print("a line")
	if err := f.Close(); err == nil || stdout.text() != "a line\n" {
		t.Errorf("got %q %v, want the line and an error", stdout.text(), err)
	}
}
