package cli

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"imapsync/internal/demo"
	"imapsync/internal/getopt"
	"imapsync/internal/report"
	"imapsync/internal/selfcheck"
)

// testOptions let the program try itself.
type testOptions struct {
	Tests, Debug getopt.Bool
	Unit         []string
	Live, Live6  getopt.Bool
}

func (o *testOptions) register(fs *getopt.Set) {
	fs.Group("tests")
	fs.Bool(&o.Tests, "tests", "Try the program itself: known answers of its parts, then a sync between two servers inside it. Exit value 254 when something is wrong.").Negatable()
	fs.Bool(&o.Debug, "testsdebug|tests_debug", "Like --tests, without the sync.").Negatable().Hidden()
	fs.List(&o.Unit, "testsunit", "Like --tests, only the check of this name. Can be repeated.").Hidden()
	fs.Bool(&o.Live, "testslive", "Run this command line between two sample accounts on servers inside the program; needs no network. Options about accounts that are given stay as they are.").Negatable()
	fs.Bool(&o.Live6, "testslive6", "Like --testslive, over IPv6.").Negatable()
}

// asked tells whether the program is to try its parts instead of running.
func (o *testOptions) asked() bool { return o.Tests.Value || o.Debug.Value || len(o.Unit) > 0 }

// selfTest prints a line for each check, as test programs do, and returns the exit value.
func (p *program) selfTest(ctx context.Context, o testOptions) int {
	checks := o.chosen(ctx, p)
	failed := 0
	for i, c := range checks {
		err := c.Run()
		if err == nil {
			fmt.Fprintf(p.stdout, "ok %d - %s\n", i+1, c.Name)
			continue
		}
		failed++
		fmt.Fprintf(p.stdout, "not ok %d - %s\n%s", i+1, c.Name, commented(err.Error()))
	}
	fmt.Fprintf(p.stdout, "1..%d\n", len(checks))
	code := exitOK
	if failed > 0 || len(checks) == 0 {
		fmt.Fprintf(p.stdout, "# %d of %d checks failed\n", failed, len(checks))
		code = exitTests
	}
	printLines(p.stdout, []string{report.ExitLine(code, int64(failed), 0, os.Getpid())})
	return code
}

// chosen are the checks that the options ask for. Names may begin with "tests_", as those of the
// reference do.
func (o testOptions) chosen(ctx context.Context, p *program) []selfcheck.Check {
	all := selfcheck.All()
	switch {
	case o.Tests.Value:
		return append(all, selfcheck.Check{Name: "demo", Run: func() error { return p.quietDemo(ctx) }})
	case o.Debug.Value:
		return all
	}
	var chosen []selfcheck.Check
	for _, name := range o.Unit {
		name = strings.TrimPrefix(name, "tests_")
		i := slices.IndexFunc(all, func(c selfcheck.Check) bool { return c.Name == name })
		if i < 0 {
			fmt.Fprintf(p.stdout, "testsunit warning: there is no check %q; there are: %s\n", name, checkNames(all))
			continue
		}
		chosen = append(chosen, all[i])
	}
	return chosen
}

func checkNames(all []selfcheck.Check) string {
	names := make([]string, len(all))
	for i, c := range all {
		names[i] = c.Name
	}
	return strings.Join(names, " ")
}

// commented makes every line a comment of the test output.
func commented(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString("# " + strings.TrimRight(line, "\n") + "\n")
	}
	return b.String()
}

// quietDemo syncs between two servers inside the program and compares. The error holds what was
// printed.
func (p *program) quietDemo(ctx context.Context) error {
	var out bytes.Buffer
	quiet := *p
	quiet.stdout, quiet.stderr = &out, &out
	if err := demo.Run(ctx, demo.Options{}, quiet.demoRun, &out); err != nil {
		return fmt.Errorf("%w\n%s", err, out.String())
	}
	return nil
}

// live starts the servers of --testslive and fills in the options about the accounts that the user
// left open. stop ends the servers; it is never nil.
func (o *options) live() (stop func(), err error) {
	stop = func() {}
	addr := "127.0.0.1"
	switch {
	case o.tests.Live6.Value:
		addr = "::1"
	case !o.tests.Live.Value:
		return stop, nil
	}
	dir, err := os.MkdirTemp("", "imapsync-testslive-")
	if err != nil {
		return stop, err
	}
	servers, err := demo.StartOn(dir, addr)
	if err != nil {
		_ = os.RemoveAll(dir)
		return stop, fmt.Errorf("the servers of --testslive cannot listen on %s: %w", addr, err)
	}
	demo.Fill(servers.Host1.Account)
	for i, h := range []demo.Host{servers.Host1, servers.Host2} {
		n := fmt.Sprint(i + 1)
		if o.given("host" + n) {
			continue
		}
		o.give("host"+n, h.Addr)
		o.give("port"+n, fmt.Sprint(h.Port))
		o.give("ssl"+n, "1")
		o.give("sslargs"+n, "SSL_ca_file="+servers.CAFile)
		o.giveUnset("user"+n, h.User)
		o.giveUnset("passfile"+n, h.PassFile)
	}
	return func() {
		_ = servers.Close()
		_ = os.RemoveAll(dir)
	}, nil
}
