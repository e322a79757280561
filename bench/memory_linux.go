package main

import (
	"os"
	"syscall"
)

// peakMemory is in KiB in Linux's wait4.
func peakMemory(state *os.ProcessState) int64 {
	if usage, ok := state.SysUsage().(*syscall.Rusage); ok {
		return usage.Maxrss << 10
	}
	return 0
}
