//go:build unix

package cli

import (
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// signalByName finds a signal by its name, with or without SIG, in any case. KILL and STOP, which
// no process can handle, are not found.
func signalByName(name string) (os.Signal, bool) {
	number := unix.SignalNum("SIG" + strings.TrimPrefix(strings.ToUpper(name), "SIG"))
	if number == 0 || number == unix.SIGKILL || number == unix.SIGSTOP {
		return nil, false
	}
	return number, true
}

// signalName is the name without SIG.
func signalName(sig os.Signal) string {
	number, ok := sig.(syscall.Signal)
	if !ok {
		return sig.String()
	}
	return strings.TrimPrefix(unix.SignalName(number), "SIG")
}

// dieOf ends the process by a signal, so that the shell sees 128 plus its number and a loop of runs
// stops at Ctrl-C. Where that is not possible it returns the exit value that means the same to a
// shell. It must be called with nobody listening to signals.
//
// QUIT is not sent: its default action would write memory, passwords included, to a core file or
// a trace to the terminal. The other signals end a Go program only while it handles them.
func dieOf(sig os.Signal) (code int) {
	number, ok := sig.(syscall.Signal)
	if !ok {
		return exitBySignal
	}
	switch number {
	case unix.SIGINT, unix.SIGTERM, unix.SIGHUP:
		signal.Reset(number)
		if unix.Kill(os.Getpid(), number) == nil {
			time.Sleep(time.Second) // it may be delivered to another thread a moment later
		}
	}
	return 128 + int(number)
}
