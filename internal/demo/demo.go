package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// Options of the demo.
type Options struct {
	// Keep leaves the servers up after the comparison, until the context ends, and prints a command
	// line to try.
	Keep bool
}

// Runner runs one command line of the program, its name excluded, and returns the exit value.
type Runner func(ctx context.Context, args []string) (exit int)

// ErrDifferent is returned when the run ended well, but the accounts are not equal.
var ErrDifferent = errors.New("the accounts differ")

// Run shows the whole demo and reports on w. It returns nil if both runs ended with 0, the second
// one copied nothing, host1 was left as it was, and both accounts hold the same.
func Run(ctx context.Context, o Options, run Runner, w io.Writer) (err error) {
	dir, err := os.MkdirTemp("", "imapsync-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	s, err := Start(dir)
	if err != nil {
		return fmt.Errorf("starting the servers: %w", err)
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	Fill(s.Host1.Account)
	if err := s.show(ctx, run, w); err != nil || !o.Keep {
		return err
	}
	fmt.Fprintf(w, "\nThe servers stay up until you stop this program. Try, in another terminal:\n\n  imapsync %s\n", quoted(s.Args()))
	<-ctx.Done()
	return nil
}

// Args is the command line, program name excluded, that copies host1 to host2.
func (s *Servers) Args() []string {
	args := []string{"--nolog"}
	for i, h := range []*Host{&s.Host1, &s.Host2} {
		n := strconv.Itoa(i + 1)
		args = append(args, "--host"+n, h.Addr, "--port"+n, strconv.Itoa(h.Port), "--ssl"+n,
			"--sslargs"+n, "SSL_ca_file="+s.CAFile, "--user"+n, h.User, "--passfile"+n, h.PassFile)
	}
	return args
}

// show is the demo between start and stop.
func (s *Servers) show(ctx context.Context, run Runner, w io.Writer) error {
	before, err := contentsOf(s.Host1.Account)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "Two IMAP servers with TLS on 127.0.0.1: host1 on port %d with a sample account, host2 on port %d, empty.\n", s.Host1.Port, s.Host2.Port)
	first, err := s.copy(ctx, run, w, "first")
	if err != nil {
		return err
	}
	second, err := s.copy(ctx, run, w, "second")
	if err != nil {
		return err
	}
	after, err := contentsOf(s.Host1.Account)
	if err != nil {
		return err
	}
	points := append(compare(before, second), unchanged("second run copied and changed nothing", same(first, second)),
		unchanged("host1 is as it was", same(before, after)))
	return report(w, points)
}

// copy runs the program once and looks at host2.
func (s *Servers) copy(ctx context.Context, run Runner, w io.Writer, which string) (contents, error) {
	fmt.Fprintf(w, "The %s run: imapsync %s\n", which, quoted(s.Args()))
	if exit := run(ctx, s.Args()); exit != 0 {
		return contents{}, fmt.Errorf("the %s run ended with exit value %d", which, exit)
	}
	return contentsOf(s.Host2.Account)
}

func unchanged(name string, ok bool) point {
	p := point{name: name}
	if !ok {
		p.wrong = []string{"it was changed"}
	}
	return p
}

const shownDifferences = 5

// report writes a line per point.
func report(w io.Writer, points []point) error {
	differences := 0
	fmt.Fprintln(w, "\nThe two accounts, compared:")
	for _, p := range points {
		verdict := "equal"
		if p.count == "" {
			verdict = "yes"
		}
		if len(p.wrong) > 0 {
			verdict = "DIFFERENT"
		}
		fmt.Fprintf(w, "  %-38s %-28s %s\n", p.name, p.count, verdict)
		for i, line := range p.wrong {
			if i == shownDifferences {
				fmt.Fprintf(w, "      and %d more\n", len(p.wrong)-i)
				break
			}
			fmt.Fprintf(w, "      %s\n", line)
		}
		differences += len(p.wrong)
	}
	if differences > 0 {
		return ErrDifferent
	}
	fmt.Fprintln(w, "Everything is there, once, and unchanged.")
	return nil
}

// quoted joins arguments for a shell.
func quoted(args []string) string {
	out := make([]string, len(args))
	for i, a := range args {
		out[i] = a
		if strings.ContainsAny(a, " \\\"'$&();<>|*?`~#") {
			out[i] = "'" + strings.ReplaceAll(a, "'", `'\''`) + "'"
		}
	}
	return strings.Join(out, " ")
}
