package report

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

func residentMemory() int64 { return statusField("VmRSS:") }

func peakMemory() int64 { return statusField("VmHWM:") }

// statusField reads a figure in kB from /proc/self/status; without one the runtime's own figure
// serves.
func statusField(label string) int64 {
	text, _ := os.ReadFile("/proc/self/status")
	for row := range strings.Lines(string(text)) {
		if words := strings.Fields(row); len(words) > 1 && words[0] == label {
			if kilobytes, err := strconv.ParseInt(words[1], 10, 64); err == nil {
				return kilobytes << 10
			}
		}
	}
	return runtimeMemory()
}

// loadAverage is the first four fields of /proc/loadavg.
func loadAverage() string {
	text, _ := os.ReadFile("/proc/loadavg")
	words := strings.Fields(string(text))
	return strings.Join(words[:min(4, len(words))], " ")
}

// systemMemory is free and total memory in the words of the banner.
func systemMemory() string {
	text, _ := os.ReadFile("/proc/meminfo")
	var total, free float64
	for row := range strings.Lines(string(text)) {
		words := strings.Fields(row)
		if len(words) < 2 {
			continue
		}
		kilobytes, _ := strconv.ParseFloat(words[1], 64)
		switch words[0] {
		case "MemTotal:":
			total = kilobytes
		case "MemAvailable:":
			free = kilobytes
		}
	}
	if total == 0 {
		return ""
	}
	return fmt.Sprintf(" with %.1f/%.1f free GiB of RAM", free/(1<<20), total/(1<<20))
}
