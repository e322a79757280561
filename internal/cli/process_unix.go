//go:build unix

package cli

import (
	"errors"

	"golang.org/x/sys/unix"
)

// noFollow keeps a pidfile in a shared directory from being a link, laid by another user, to a file
// of ours.
const noFollow = unix.O_NOFOLLOW

// processAlive reports whether a process exists, whoever owns it.
func processAlive(pid int) bool {
	err := unix.Kill(pid, 0)
	return err == nil || errors.Is(err, unix.EPERM)
}

// askToEnd asks a process to finish what it has in hand.
func askToEnd(pid int) (name string, err error) { return "QUIT", unix.Kill(pid, unix.SIGQUIT) }

// killProcess ends a process at once.
func killProcess(pid int) (name string, err error) { return "KILL", unix.Kill(pid, unix.SIGKILL) }
