package cli

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// runVariable makes the test binary be the program.
const runVariable = "IMAPSYNC_TEST_RUN"

func TestMain(m *testing.M) {
	if os.Getenv(runVariable) != "" {
		os.Exit(Main(context.Background(), os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// command prepares the program to run in a folder of its own. Its temporary directory is there too.
func command(t *testing.T, folder string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, args...)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), runVariable+"=1", "TMPDIR="+folder)
	return cmd
}

// story is one command line and what must come of it.
type story struct {
	args  []string
	env   []string
	stdin string

	exit   int
	stdout []string // each matches a part; ^ and $ are those of lines
	stderr []string
	never  []string // matches nothing of both
}

// tell runs the story and returns its standard output.
func (s story) tell(t *testing.T, folder string) string {
	t.Helper()
	cmd := command(t, folder, s.args...)
	cmd.Env = append(cmd.Env, s.env...)
	cmd.Stdin = strings.NewReader(s.stdin)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	code := 0
	var exit *exec.ExitError
	if err := cmd.Run(); errors.As(err, &exit) {
		code = exit.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}
	line := strings.Join(s.args, " ")
	if code != s.exit {
		t.Errorf("%s: exit value: got %d, want %d\n%s%s", line, code, s.exit, &stdout, &stderr)
	}
	for _, pattern := range s.stdout {
		if !regexp.MustCompile("(?m)" + pattern).Match(stdout.Bytes()) {
			t.Errorf("%s: nothing on stdout matches %q:\n%s", line, pattern, &stdout)
		}
	}
	for _, pattern := range s.stderr {
		if !regexp.MustCompile("(?m)" + pattern).Match(stderr.Bytes()) {
			t.Errorf("%s: nothing on stderr matches %q:\n%s", line, pattern, &stderr)
		}
	}
	for _, pattern := range s.never {
		if found := regexp.MustCompile("(?m)" + pattern).FindString(stdout.String() + stderr.String()); found != "" {
			t.Errorf("%s: %q is printed, which matches %q", line, found, pattern)
		}
	}
	return stdout.String()
}

// split makes words of a line; none of them holds a blank.
func split(line string) []string { return strings.Fields(line) }
