package cli

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// noFollow has no counterpart: making symbolic links is a privilege here.
const noFollow = 0

// stillActive is the exit code that GetExitCodeProcess gives for a running process.
const stillActive = 259

// processAlive reports whether a process exists, whoever owns it.
func processAlive(pid int) bool {
	h, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION, false, uint32(pid))
	if err != nil {
		return errors.Is(err, windows.ERROR_ACCESS_DENIED)
	}
	defer windows.CloseHandle(h)
	var code uint32
	return windows.GetExitCodeProcess(h, &code) != nil || code == stillActive
}

// askToEnd cannot be done: one console process cannot signal another of a different console.
func askToEnd(int) (name string, err error) {
	return "QUIT", errors.New("not possible on this system")
}

// killProcess ends a process at once.
func killProcess(pid int) (name string, err error) {
	p, err := os.FindProcess(pid)
	if err != nil {
		return "KILL", err
	}
	return "KILL", p.Kill()
}
