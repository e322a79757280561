package cli

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"

	"imapsync/internal/report"
)

// version is the program's own version: a tag, or the commit of a build from a checkout.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" && len(setting.Value) >= 12 {
			return setting.Value[:12]
		}
	}
	return "devel"
}

// version carries out the verb of that name. --version is not the same: scripts expect the
// reference's release from it.
func (p *program) version(_ context.Context, args []string) int {
	if len(args) > 0 {
		fmt.Fprintln(p.stderr, "imapsync version takes no arguments.")
		return exitUsage
	}
	fmt.Fprintf(p.stdout, "imapsync %s, runs the command lines of imapsync %s\nbuilt with %s for %s/%s\n",
		version(), report.ReferenceVersion, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return exitOK
}
