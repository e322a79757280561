// Package pipe passes texts through commands of the shell, for --pipemess and --maxlinelengthcmd.
//
// A command is run by the shell as 2.229 runs it: its redirections stand behind the user's words, so
// that they concern the last command of a pipeline, and parentheses are needed to feed a whole one.
// It has failed when it leaves with another code than 0, is killed, or prints nothing. It knows
// no password of the environment, and is killed, with what it has started, when the run ends.
package pipe

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

const (
	// maxStderr bounds what is shown of a command's complaints.
	maxStderr = 64 << 10
	// afterDeath is how long a command's own children may keep its output open.
	afterDeath = 5 * time.Second
)

// Failure is a command that failed.
type Failure struct {
	Command string
	Octets  int64 // that it printed
	Exit    int
	Signal  int // that killed it, 0 for none
	Stderr  string
	Err     error // why it could not be run or fed, nil otherwise
}

// Error tells it in the words of 2.229.
func (f *Failure) Error() string {
	signal := ""
	if f.Signal != 0 {
		signal = fmt.Sprintf("signal %d and ", f.Signal)
	}
	text := fmt.Sprintf(`Failure: --pipemess command "%s" ended with %s"%d" characters exit value "%d" and STDERR "%s"`,
		f.Command, signal, f.Octets, f.Exit, f.Stderr)
	if f.Err != nil {
		text += ": " + f.Err.Error()
	}
	return text
}

// Unwrap returns why the command could not be run or fed.
func (f *Failure) Unwrap() error { return f.Err }

// Runner runs commands. It is safe for concurrent use.
type Runner struct {
	// Say gets a line about a command that succeeded and complained.
	Say func(text string)
	// Environ is the environment of the commands, secrets included: they are left out.
	Environ []string
}

// Run passes in through the command to out. The error is a *Failure, or that of ctx.
func (r Runner) Run(ctx context.Context, command string, in io.Reader, out io.Writer) error {
	stderr := &limited{}
	source := &reader{r: in}
	count := &counter{w: out}
	cmd, wait, err := start(ctx, command, withoutSecrets(r.Environ), source, count, stderr)
	if err == nil {
		err = wait()
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	f := &Failure{Command: command, Octets: count.n, Stderr: stderr.String(), Err: errors.Join(source.err, count.err)}
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		f.Exit, f.Signal = ended(cmd.ProcessState)
	} else if err != nil && f.Err == nil {
		f.Err = err
	}
	if f.Exit != 0 || f.Signal != 0 || f.Octets == 0 || f.Err != nil {
		return f
	}
	if f.Stderr != "" && r.Say != nil {
		r.Say(fmt.Sprintf(`STDERR of --pipemess "%s": %s`, command, f.Stderr))
	}
	return nil
}

// Try runs a command on a single space, to find out at the start whether it works at all.
func (r Runner) Try(ctx context.Context, commands ...string) error {
	text := []byte(" ")
	for _, c := range commands {
		var out bytes.Buffer
		if err := r.Run(ctx, c, bytes.NewReader(text), &out); err != nil {
			return err
		}
		text = out.Bytes()
	}
	return nil
}

// withoutSecrets leaves out what a command that handles mail has no business to know.
func withoutSecrets(environ []string) []string {
	var kept []string
	for _, e := range environ {
		name, _, _ := strings.Cut(strings.ToUpper(e), "=")
		secret := strings.Contains(name, "PASSWORD") || strings.Contains(name, "TOKEN") || strings.Contains(name, "SECRET")
		if !strings.HasPrefix(name, "IMAPSYNC_") || !secret {
			kept = append(kept, e)
		}
	}
	return kept
}

// reader keeps the error of a text that could not be read to its end: the command saw a short text.
type reader struct {
	r   io.Reader
	err error
}

func (r *reader) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		r.err = err
	}
	return n, err
}

// counter counts what a command prints, and keeps the error of who takes it.
type counter struct {
	w   io.Writer
	n   int64
	err error
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	c.err = err
	return n, err
}

// limited keeps the start of what is written to it. The buffer is not embedded: io.Copy would find its
// ReadFrom, which knows no limit.
type limited struct{ kept bytes.Buffer }

func (l *limited) Write(p []byte) (int, error) {
	l.kept.Write(p[:min(len(p), maxStderr-l.kept.Len())])
	return len(p), nil
}

func (l *limited) Bytes() []byte  { return l.kept.Bytes() }
func (l *limited) String() string { return l.kept.String() }

// devNull is the standard input of the shell itself.
func devNull() (*os.File, error) { return os.Open(os.DevNull) }
