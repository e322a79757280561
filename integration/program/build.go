package program

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"imapsync/integration/dovecot"
)

// BinaryVariable names a ready command, so that several test binaries need not each build one.
const BinaryVariable = "IMAPSYNC_BINARY"

var built struct {
	once    sync.Once
	dir     string
	command []string
	err     error
}

// Main runs the tests of a package and removes what they shared: the servers and the built
// command. Call it from TestMain.
func Main(m *testing.M) {
	code := m.Run()
	dovecot.Stop()
	if built.dir != "" {
		os.RemoveAll(built.dir)
	}
	os.Exit(code)
}

// Command gives the words that start the built command, after it was built.
func Command(t testing.TB) []string {
	t.Helper()
	built.once.Do(func() {
		if built.command = strings.Fields(os.Getenv(BinaryVariable)); len(built.command) > 0 {
			return
		}
		if built.dir, built.err = os.MkdirTemp("", "imapsync-test"); built.err != nil {
			return
		}
		binary := filepath.Join(built.dir, "imapsync")
		if runtime.GOOS == "windows" {
			binary += ".exe"
		}
		built.command, built.err = []string{binary}, Build(binary, raceEnabled)
	})
	if built.err != nil {
		t.Fatal(built.err)
	}
	return built.command
}

// RaceOptions is the setting of the race detector for a command's environment. By default a command
// built with it waits for a second before it ends, in case another goroutine is just reporting.
func RaceOptions() string {
	options := os.Getenv("GORACE")
	if !strings.Contains(options, "atexit_sleep_ms") {
		options = strings.TrimSpace(options + " atexit_sleep_ms=20")
	}
	return "GORACE=" + options
}

// Build compiles the command to a file.
func Build(file string, race bool) error {
	args := []string{"build", "-o", file}
	if race {
		args = append(args, "-race")
	}
	if out, err := exec.Command("go", append(args, "imapsync/cmd/imapsync")...).CombinedOutput(); err != nil {
		return fmt.Errorf("build the command: %w\n%s", err, out)
	}
	return nil
}
