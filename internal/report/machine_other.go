//go:build !linux

package report

// Without /proc the resident size and the load have no source that needs neither cgo nor a second
// process, so the runtime's figure stands for the memory and the load is unknown.

func residentMemory() int64 { return runtimeMemory() }

func peakMemory() int64 { return runtimeMemory() }

func loadAverage() string { return "" }

func systemMemory() string { return "" }
