package program

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// RunLimit is how long one run may take before it is killed and the test fails.
const RunLimit = 3 * time.Minute

// Run starts the command with the scene's accounts and the given options, and waits for its end.
// --nolog is among the options unless one of args begins with --log.
func (s *Scene) Run(args ...string) *Result {
	s.t.Helper()
	return s.Start(args...).Wait()
}

// RunOnly starts the command with nothing but args and the places of its files.
func (s *Scene) RunOnly(args ...string) *Result {
	s.t.Helper()
	return s.StartOnly(args...).Wait()
}

// Start is Run without waiting.
func (s *Scene) Start(args ...string) *Running {
	s.t.Helper()
	return s.StartOnly(append(s.Hosts(), args...)...)
}

// StartOnly is RunOnly without waiting.
func (s *Scene) StartOnly(args ...string) *Running {
	s.t.Helper()
	words := slices.Concat(Command(s.t), s.places(), args)
	if !strings.Contains(strings.Join(args, " "), "--log") {
		words = append(words, "--nolog")
	}
	ctx, cancel := context.WithTimeout(context.Background(), RunLimit)
	cmd := exec.CommandContext(ctx, words[0], words[1:]...)
	cmd.Dir, cmd.Env = s.Dir, s.environment()
	r := &Running{t: s.t, cmd: cmd, cancel: cancel, ctx: ctx, changed: make(chan struct{}, 1)}
	read, write, err := os.Pipe()
	if err != nil {
		s.t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = write, write
	if err := cmd.Start(); err != nil {
		s.t.Fatalf("start %q: %v", words[0], err)
	}
	write.Close()
	r.reader.Go(func() { r.collect(read) })
	s.t.Cleanup(cancel)
	return r
}

// Running is a command on its way.
type Running struct {
	t      testing.TB
	cmd    *exec.Cmd
	ctx    context.Context
	cancel context.CancelFunc
	reader sync.WaitGroup

	mu      sync.Mutex
	out     strings.Builder
	ended   bool
	changed chan struct{}
}

func (r *Running) collect(from io.ReadCloser) {
	defer from.Close()
	lines := bufio.NewReader(from)
	for {
		line, err := lines.ReadString('\n')
		r.mu.Lock()
		r.out.WriteString(line)
		r.ended = err != nil
		r.mu.Unlock()
		select {
		case r.changed <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

// PID is the number of the process.
func (r *Running) PID() int { return r.cmd.Process.Pid }

// Kill ends the process at once, as kill -9 does. It may be called from any goroutine.
func (r *Running) Kill() { r.cmd.Process.Kill() }

// Signal sends a signal; the process may have ended.
func (r *Running) Signal(sig os.Signal) { r.cmd.Process.Signal(sig) }

// Await waits until the output matches an expression, and fails the test if the command ends first.
func (r *Running) Await(expression string) {
	r.t.Helper()
	re := regexp.MustCompile("(?m)" + expression)
	for {
		r.mu.Lock()
		out, ended := r.out.String(), r.ended
		r.mu.Unlock()
		if re.MatchString(out) {
			return
		}
		if ended {
			r.t.Fatalf("the command ended without a line like %q; its output:\n%s", expression, out)
		}
		select {
		case <-r.changed:
		case <-r.ctx.Done():
			r.t.Fatalf("no line like %q within %v; output so far:\n%s", expression, RunLimit, out)
		}
	}
}

// Wait waits for the end of the command.
func (r *Running) Wait() *Result {
	r.t.Helper()
	r.reader.Wait()
	err := r.cmd.Wait()
	if r.ctx.Err() != nil {
		r.t.Fatalf("the command did not end within %v; its output:\n%s", RunLimit, r.out.String())
	}
	r.cancel()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		r.t.Fatal(err)
	}
	status := r.cmd.ProcessState.Sys().(syscall.WaitStatus)
	result := &Result{t: r.t, Out: r.out.String(), Exit: r.cmd.ProcessState.ExitCode()}
	if status.Signaled() {
		result.Signal = status.Signal()
	}
	return result
}

// Result is how a run ended.
type Result struct {
	Out    string         // standard output and standard error
	Exit   int            // -1 when a signal ended it
	Signal syscall.Signal // 0 when it left by itself

	t testing.TB
}

// WantExit fails the test for another exit code.
func (r *Result) WantExit(code int) *Result {
	r.t.Helper()
	if r.Exit != code {
		r.t.Fatalf("exit code: got %d (signal %v), want %d; output:\n%s", r.Exit, r.Signal, code, r.Out)
	}
	return r
}

// WantSignal fails the test unless the process died of a signal, or left with the code by which
// shells tell it: a program may avoid the memory dump that QUIT makes.
func (r *Result) WantSignal(sig syscall.Signal) *Result {
	r.t.Helper()
	if r.Signal != sig && r.Exit != 128+int(sig) {
		r.t.Fatalf("signal: got %v (exit %d), want %v; output:\n%s", r.Signal, r.Exit, sig, r.Out)
	}
	return r
}

// WantLines fails the test for every expression that matches no line.
func (r *Result) WantLines(expressions ...string) *Result {
	r.t.Helper()
	for _, e := range expressions {
		if !regexp.MustCompile("(?m)" + e).MatchString(r.Out) {
			r.t.Errorf("no line like %q in the output", e)
		}
	}
	if r.t.Failed() {
		r.t.Logf("output:\n%s", r.Out)
	}
	return r
}

// WantNoLine fails the test when a line matches.
func (r *Result) WantNoLine(expression string) *Result {
	r.t.Helper()
	if line := regexp.MustCompile("(?m)^.*" + expression + ".*$").FindString(r.Out); line != "" {
		r.t.Errorf("there is a line like %q: %s", expression, line)
	}
	return r
}

// Transferred fails the test unless the totals say that n messages were copied without an error.
func (r *Result) Transferred(n string) *Result {
	r.t.Helper()
	return r.WantExit(0).WantLines(`^Messages transferred +: `+n+`\b`, `^Detected 0 errors`)
}
