package report

import (
	"fmt"
	"os"
	"os/user"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"imapsync/internal/event"
)

// ReferenceVersion is the release whose command lines this program runs.
const ReferenceVersion = "2.229"

// Start is what the caller knows about the start of a run.
type Start struct {
	Version string // of this program
	Time    time.Time
	LogFile string   // "" for none
	Command []string // program and arguments, passwords already masked
	TempDir string
}

// Host is what the system tells about this process.
type Host struct {
	Name          string
	System        string // "linux"
	Memory        string // " with 3.1/7.7 free GiB of RAM", "" when unknown
	Load          string // "" when unknown
	Cores         int
	PID, PPID     int
	Directory     string
	Executable    string
	RealUser      string // "alice (uid 1000)"
	EffectiveUser string
}

// ThisHost asks the system. What it does not tell is called unknown.
func ThisHost() Host {
	return Host{
		Name:          orUnknown(os.Hostname()),
		System:        runtime.GOOS,
		Memory:        systemMemory(),
		Load:          loadAverage(),
		Cores:         runtime.NumCPU(),
		PID:           os.Getpid(),
		PPID:          os.Getppid(),
		Directory:     orUnknown(os.Getwd()),
		Executable:    orUnknown(os.Executable()),
		RealUser:      userName(os.Getuid(), "uid"),
		EffectiveUser: userName(os.Geteuid(), "euid"),
	}
}

func orUnknown(text string, err error) string {
	if err != nil {
		return "unknown"
	}
	return text
}

// userName is -1 for the id on Windows, where only the name means something.
func userName(id int, label string) string {
	name := "unknown"
	if id < 0 {
		if u, err := user.Current(); err == nil {
			name = u.Username
		}
		return name
	}
	if u, err := user.LookupId(strconv.Itoa(id)); err == nil {
		name = u.Username
	}
	return fmt.Sprintf("%s (%s %d)", name, label, id)
}

// Banner emits the lines that open every log, in the order of the reference.
func Banner(sink event.Sink, s Start, h Host) {
	for _, text := range bannerLines(s, h) {
		sink.Emit(event.Note{Text: text})
	}
}

func bannerLines(s Start, h Host) []string {
	load := h.Load
	if load == "" {
		load = "unknown"
	}
	logFile := "No log file because of option --nolog"
	if s.LogFile != "" {
		logFile = "Log file is " + s.LogFile + " ( to change it, use --logfile path ; or use --nolog to turn off logging )"
	}
	return []string{
		HereIs(s.Version, h),
		"with " + runtime.Version(),
		"Transfer started at " + FormatDate(s.Time),
		fmt.Sprintf("PID is %d my PPID is %d", h.PID, h.PPID),
		logFile,
		fmt.Sprintf("Load is %s on %d cores", load, h.Cores),
		"Current directory is " + h.Directory,
		"Real user id is " + h.RealUser,
		"Effective user id is " + h.EffectiveUser,
		"Command line used, run by " + h.Executable + ":",
		strings.Join(s.Command, " "),
		"Temp directory is " + s.TempDir + " ( to change it use --tmpdir dirpath )",
	}
}

// HereIs is the first line of the banner and of the end of the help text.
func HereIs(version string, h Host) string {
	return fmt.Sprintf("Here is imapsync %s (Go %s) on host %s, a %s system%s.", ReferenceVersion, version, h.Name, h.System, h.Memory)
}

// ModuleVersions emits the versions of the libraries built into the program (--modulesversion).
func ModuleVersions(sink event.Sink) {
	info, ok := debug.ReadBuildInfo()
	if !ok || len(info.Deps) == 0 {
		return
	}
	text := "Modules version list ( use --no-modulesversion to turn off printing this modules list ):"
	for _, m := range info.Deps {
		text += fmt.Sprintf("\n%-45s %s", m.Path, m.Version)
	}
	sink.Emit(event.Note{Text: text})
}
