package options

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"imapsync/integration/program"
)

// TestPidFile looks at the file while the program holds it, and after.
func TestPidFile(t *testing.T) {
	s := filled(t)
	file := filepath.Join(s.Dir, "imapsync.pid")
	run := s.Start("--simulong", "30") // ends when it is told to
	run.Await(`Are you still here ETA`)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if first, _, _ := strings.Cut(string(text), "\n"); first != strconv.Itoa(run.PID()) {
		t.Errorf("pid file: got %q, want %d", first, run.PID())
	}
	s.Run("--pidfilelocking").WantExit(8).WantLines(`^Exiting with return value 8 \(EXIT_PID_FILE_ERROR\)`)
	run.Signal(syscall.SIGTERM)
	run.Wait().WantSignal(syscall.SIGTERM).WantLines(`^Got a signal TERM`, `^Exiting with return value 6 \(EXIT_BY_SIGNAL\)`)
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Errorf("pid file after the end: got %v, want it gone", err)
	}
}

// TestAbort ends a run from another one that knows only the pid file.
func TestAbort(t *testing.T) {
	s := filled(t)
	run := s.Start("--simulong", "30")
	run.Await(`Are you still here ETA`)
	done := make(chan *program.Result, 1)
	go func() { done <- run.Wait() }() // reaped, so that --abort sees it end
	s.RunOnly("--abort").WantExit(0).WantLines(`^Sending signal QUIT to PID ` + strconv.Itoa(run.PID()))
	(<-done).WantSignal(syscall.SIGQUIT)
}

// TestAbortByFile ends a run by the appearance of a file.
func TestAbortByFile(t *testing.T) {
	s := filled(t)
	run := s.Start("--simulong", "30")
	run.Await(`Are you still here ETA`)
	file := filepath.Join(s.Dir, "imapsync.pid") + "abort" + strconv.Itoa(run.PID())
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	run.Wait().WantExit(7).WantLines(`^Asked to terminate by file `)
}

// TestVersionAndHelp are what scripts and people ask first.
func TestVersionAndHelp(t *testing.T) {
	s := filled(t)
	if got := s.RunOnly("--version").WantExit(0).Out; got != "2.229\n" {
		t.Errorf("--version: got %q, want only the number", got)
	}
	s.RunOnly("--help").WantExit(0).WantLines(`^Name:`, `^Version:`, `^Usage:`)
}
