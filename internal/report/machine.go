package report

import (
	"math"
	"runtime"
	"strconv"
	"time"
)

// Machine is what the run took of the computer. Negative figures and an empty load are unknown on
// this system.
type Machine struct {
	MemoryStart, MemoryEnd, MemoryPeak int64 // resident octets
	CPU                                time.Duration
	Load                               string // "0.82 0.43 0.17 7/139"
	Cores                              int
}

type machineStart struct{ memory int64 }

func startMachine() machineStart { return machineStart{residentMemory()} }

func (m machineStart) usage() Machine {
	return Machine{
		MemoryStart: m.memory,
		MemoryEnd:   residentMemory(),
		MemoryPeak:  peakMemory(),
		CPU:         cpuTime(),
		Load:        loadAverage(),
		Cores:       runtime.NumCPU(),
	}
}

// append prints the lines about memory, load and processor time.
func (m Machine) append(b []byte, spent float64, biggest int64) []byte {
	end := mebibytes(m.MemoryEnd)
	b = stat(b, "Memory consumption at the end", "%.1f MiB (*time %.1f MiB*h) (started with %.1f MiB)", end, end*spent/3600, mebibytes(m.MemoryStart))
	if m.Load == "" {
		b = stat(b, "Load end is", "unknown on %d cores", m.Cores)
	} else {
		b = stat(b, "Load end is", "%s on %d cores", m.Load, m.Cores)
	}
	if m.CPU < 0 {
		b = stat(b, "CPU time and %cpu", "unknown")
	} else {
		cpu := m.CPU.Seconds()
		percent := 0.0
		if spent > 0 {
			percent = 100 * cpu / spent
		}
		b = stat(b, "CPU time and %cpu", "%s sec %.1f %%cpu %.1f %%allcpus",
			strconv.FormatFloat(math.Round(cpu*100)/100, 'f', -1, 64), percent, percent/float64(max(1, m.Cores)))
	}
	b = stat(b, "Biggest message transferred", "%d bytes (%s)", biggest, BytesBin(float64(biggest)))
	if biggest <= 0 {
		return stat(b, "Memory/biggest message ratio", notAvailable)
	}
	return stat(b, "Memory/biggest message ratio", "%.1f", float64(m.MemoryEnd)/float64(biggest))
}

func mebibytes(octets int64) float64 { return float64(octets) / (1 << 20) }

// runtimeMemory is what the Go runtime obtained from the system, for systems where the resident
// size has no cheap source. Memory returned to the system is left out.
func runtimeMemory() int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.Sys - m.HeapReleased)
}
