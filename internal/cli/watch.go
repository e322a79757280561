package cli

import (
	"context"
	"fmt"
	"os"
	"time"

	"imapsync/internal/report"
)

// byFile is why a run ends when its abort file appeared.
type byFile struct{ path string }

// Error says it as the reference does.
func (b byFile) Error() string { return "Asked to terminate by file " + b.path }

// abortFilePath is the file whose appearance ends the run of process pid. Without a pidfile it is
// in the current directory.
func abortFilePath(pidPath string, pid int) string { return fmt.Sprintf("%sabort%d", pidPath, pid) }

// watchAbortFile ends the run when the file appears, which is looked for at every tick. It returns
// when ctx ends.
func watchAbortFile(ctx context.Context, path string, tick <-chan time.Time, leave func(cause error)) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick:
			if _, err := os.Lstat(path); err == nil {
				leave(byFile{path})
				return
			}
		}
	}
}

// removeAbortFile takes the file away, so that a later process of the same number is not ended by
// it.
func removeAbortFile(path string, print func(line string)) {
	print(report.RemovingLine(path))
	if err := os.Remove(path); err != nil {
		print(fmt.Sprintf("Could not remove %s: %v", path, err))
	}
}

// simulateWork prints a line every 0.2 seconds for the given time, for whoever tests what is around
// a run (--simulong).
func simulateWork(ctx context.Context, seconds float64, wait func(context.Context, time.Duration), print func(line string)) {
	ticks := int(5 * seconds)
	for left := ticks - 1; left >= 0 && ctx.Err() == nil; left-- {
		print(fmt.Sprintf("Are you still here ETA: %d/%d msgs left", left, ticks))
		wait(ctx, 200*time.Millisecond)
	}
}
