package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"
)

// measureVerb makes this program run another one and tell its figures. A process of its own does
// that, because Linux counts the memory of the parent at the time of the fork to the child's peak:
// the parent must be small.
const measureVerb = "measure-child"

// patience is what a program gets before it counts as stuck.
const patience = time.Hour

// figures are what one run took.
type figures struct {
	Seconds float64
	CPU     float64 // user and system, seconds
	RSS     int64   // peak resident set of the largest process, octets; 0 when the system cannot tell
	Exit    int
}

// measure runs a command with its output in a file. A command that fails is no error.
func measure(command []string, dir, logFile string, environment []string) (figures, error) {
	self, err := os.Executable()
	if err != nil {
		return figures{}, err
	}
	cmd := exec.Command(self, append([]string{measureVerb, logFile}, command...)...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), environment...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return figures{}, fmt.Errorf("measure %s: %w", command[0], err)
	}
	var f figures
	if err := json.Unmarshal(out, &f); err != nil {
		return figures{}, err
	}
	return f, nil
}

// measureChild is the other process: log file, then the command.
func measureChild(args []string) {
	if err := runAndTell(args[0], args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func runAndTell(logFile string, command []string) error {
	out, err := os.Create(logFile)
	if err != nil {
		return err
	}
	defer out.Close()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Stdout, cmd.Stderr = out, out
	start := time.Now()
	err = cmd.Run()
	took := time.Since(start)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return err
	}
	state := cmd.ProcessState
	return json.NewEncoder(os.Stdout).Encode(figures{
		Seconds: took.Seconds(),
		CPU:     (state.UserTime() + state.SystemTime()).Seconds(),
		RSS:     peakMemory(state),
		Exit:    state.ExitCode(),
	})
}

func tail(text []byte, n int) []byte {
	if len(text) > n {
		return text[len(text)-n:]
	}
	return text
}
