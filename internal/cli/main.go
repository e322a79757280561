package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"imapsync/internal/report"
)

// verb is a command named by the first word. What follows is its own.
type verb struct {
	name, help string
	run        func(p *program, ctx context.Context, args []string) int
}

// verbs is the table of all of them. A first word that is none of these belongs to a command line
// of 2.229.
func verbs() []verb {
	return []verb{
		{"demo", "Run two servers inside this program, sample mail, a sync and a comparison.", (*program).demo},
		{"version", "Print the version of this program.", (*program).version},
	}
}

// Main runs the command line args, program name excluded, and returns the exit value. Ending by a
// signal ends the process inside. It may run once per process, because it listens to the process's
// signals.
func Main(ctx context.Context, args, environ []string, stdin io.Reader, stdout, stderr io.Writer) int {
	p := &program{
		environ: environ, stdin: stdin, stdout: stdout, stderr: stderr,
		now: time.Now, fileExists: fileExists,
	}
	if len(args) > 0 {
		for _, v := range verbs() {
			if v.name == args[0] {
				return v.run(p, ctx, args[1:])
			}
		}
	}
	return p.sync(ctx, args)
}

// program is what surrounds the process; tests replace it.
type program struct {
	environ        []string
	stdin          io.Reader
	stdout, stderr io.Writer
	now            func() time.Time
	fileExists     func(path string) bool
}

// getenv is the value of an environment variable, "" when it is not there.
func (p *program) getenv(name string) string {
	value, _ := p.lookupEnv(name)
	return value
}

func (p *program) lookupEnv(name string) (value string, ok bool) {
	for _, entry := range slices.Backward(p.environ) {
		if value, ok := strings.CutPrefix(entry, name+"="); ok {
			return value, true
		}
	}
	return "", false
}

// sync runs a command line of 2.229.
func (p *program) sync(ctx context.Context, args []string) int {
	o := newOptions()
	if _, ok := p.lookupEnv("POSIXLY_CORRECT"); ok {
		o.PosixlyCorrect()
	}
	toStdout, toStderr, ok := o.parse(args)
	printLines(p.stderr, toStderr)
	printLines(p.stdout, toStdout)
	if !ok {
		return exitUsage
	}
	if o.start.Version.Value {
		fmt.Fprintln(p.stdout, report.ReferenceVersion)
		return exitOK
	}
	if o.start.DebugEnv.Value {
		printLines(p.stdout, p.environment())
	}
	if len(args) == 0 {
		p.shortHelp()
		return exitOK
	}
	if o.start.Help.Value {
		p.fullHelp(o)
		return exitOK
	}
	if o.tests.asked() {
		return p.selfTest(ctx, o.tests)
	}
	stop, err := o.live()
	defer stop()
	if err != nil {
		printLines(p.stdout, []string{err.Error(), report.ExitLine(exitTests, 1, int64(o.migrate.Limit()), os.Getpid())})
		return exitTests
	}
	return newSession(p, o, args).run(ctx)
}

// environment lists the variables, sorted, without the values of those that hold secrets.
func (p *program) environment() []string {
	lines := []string{"Environment variables listing:"}
	for _, entry := range slices.Sorted(slices.Values(p.environ)) {
		name, value, _ := strings.Cut(entry, "=")
		for _, word := range []string{"PASS", "SECRET", "TOKEN", "CREDENTIAL"} {
			if strings.Contains(strings.ToUpper(name), word) {
				value = "MASKED"
			}
		}
		lines = append(lines, name+" => "+value)
	}
	return append(lines, "Environment variables listing end")
}

func printLines(w io.Writer, lines []string) {
	for _, line := range lines {
		fmt.Fprintln(w, line)
	}
}
