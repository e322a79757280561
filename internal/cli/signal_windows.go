package cli

import (
	"os"
	"strings"
	"syscall"
)

// windowsSignals are the only events that the Go runtime translates here: Ctrl-C and Ctrl-Break as
// INT, the closing of the console, logging off and shutting down as TERM.
var windowsSignals = map[string]os.Signal{"INT": os.Interrupt, "TERM": syscall.SIGTERM}

// signalByName finds a signal by its name, with or without SIG, in any case.
func signalByName(name string) (os.Signal, bool) {
	sig, ok := windowsSignals[strings.TrimPrefix(strings.ToUpper(name), "SIG")]
	return sig, ok
}

// signalName is the name without SIG.
func signalName(sig os.Signal) string {
	for name, known := range windowsSignals {
		if known == sig {
			return name
		}
	}
	return sig.String()
}

// dieOf cannot end the process by a signal here; it returns the exit value that stands for it.
func dieOf(os.Signal) (code int) { return exitBySignal }
