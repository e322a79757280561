package cli

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"

	"imapsync/internal/demo"
)

// demo carries out the verb of that name: two servers inside the program, sample mail, a real run,
// a second one, a comparison.
func (p *program) demo(ctx context.Context, args []string) int {
	var o demo.Options
	fs := flag.NewFlagSet("demo", flag.ContinueOnError)
	fs.SetOutput(p.stderr)
	fs.BoolVar(&o.Keep, "keep", false, "leave the servers up at the end and print a command line to try")
	fs.Usage = func() {
		fmt.Fprintln(p.stderr, "Usage: imapsync demo [--keep]\n"+
			"Runs two IMAP servers inside this program, fills one with sample mail, syncs it to the other twice\n"+
			"and compares the accounts. Needs no network.")
		fs.PrintDefaults()
	}
	if fs.Parse(args) != nil {
		return exitUsage
	}
	if fs.NArg() > 0 {
		fs.Usage()
		return exitUsage
	}
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt)
	defer stop()
	if err := demo.Run(ctx, o, p.demoRun, p.stdout); err != nil {
		fmt.Fprintln(p.stderr, "The demo failed:", err)
		return exitTests
	}
	return exitOK
}

// demoLines begin the lines of a run that the demo shows; the rest is shown when it goes wrong.
var demoLines = []string{"Transfer time", "Folders synced", "Messages transferred", "Messages skipped",
	"Total bytes transferred", "The sync ", "Detected ", "Exiting with"}

// demoRun runs one command line of the demo.
func (p *program) demoRun(ctx context.Context, args []string) int {
	var out bytes.Buffer
	run := *p
	run.stdout, run.stderr = &out, &out
	code := run.sync(ctx, args)
	for line := range strings.Lines(out.String()) {
		wanted := slices.ContainsFunc(demoLines, func(start string) bool { return strings.HasPrefix(line, start) })
		if wanted || code != exitOK {
			fmt.Fprint(p.stdout, "  ", line)
		}
	}
	return code
}
