package stories

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"imapsync/integration/program"
)

// runLimit is how long one run may take; no story waits for anything.
const runLimit = 90 * time.Second

var commands = map[string]func(*testscript.TestScript, bool, []string){
	"await":    await,
	"empty":    empty,
	"exit":     exit,
	"fill":     fill,
	"finish":   finish,
	"flag":     flagMessage,
	"holds":    holds,
	"imapsync": imapsync,
	"program":  programOnly,
	"quota":    quota,
	"read":     readMessage,
	"remove":   removeMessage,
	"server":   server,
	"signal":   signal,
}

// running is a run beside the story.
type running struct {
	cmd  *exec.Cmd
	out  recorder
	err  recorder
	ctx  context.Context
	done chan struct{} // closed when the process has been waited for
	fail error         // of that waiting
}

// recorder keeps output and tells when there is more.
type recorder struct {
	mu     sync.Mutex
	text   bytes.Buffer
	change chan struct{}
}

func (r *recorder) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.text.Write(p)
	if r.change != nil {
		close(r.change)
		r.change = nil
	}
	return len(p), nil
}

// now is what was written so far, and a channel that is closed when there is more.
func (r *recorder) now() (string, <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.change == nil {
		r.change = make(chan struct{})
	}
	return r.text.String(), r.change
}

func imapsync(ts *testscript.TestScript, neg bool, args []string) {
	s := storyOf(ts)
	s.run(ts, neg, append(s.added(args), args...))
}

func programOnly(ts *testscript.TestScript, neg bool, args []string) {
	storyOf(ts).run(ts, neg, args)
}

// added are the options that name both accounts and keep the run in clear text and without traces,
// except those that args name.
func (s *story) added(args []string) []string {
	var out []string
	add := func(option string, values ...string) {
		if !slices.ContainsFunc(args, func(a string) bool { return a == option || strings.HasPrefix(a, option+"=") }) {
			out = append(append(out, option), values...)
		}
	}
	for _, n := range []string{"1", "2"} {
		a := s.sides["host"+n]
		add("--host"+n, a.host)
		add("--port"+n, strconv.Itoa(a.port))
		add("--user"+n, a.User)
		add("--password"+n, a.Password)
		if !slices.Contains(args, "--ssl"+n) && !slices.Contains(args, "--tls"+n) {
			add("--nossl" + n)
			add("--notls" + n)
		}
	}
	if !slices.ContainsFunc(args, func(a string) bool { return strings.HasPrefix(a, "--log") }) {
		add("--nolog")
	}
	if !slices.Contains(args, "--dockercontext") {
		add("--nodockercontext")
	}
	add("--noreleasecheck")
	return out
}

// run starts the program and waits for its end, unless the last word is "&".
func (s *story) run(ts *testscript.TestScript, neg bool, args []string) {
	beside := len(args) > 0 && args[len(args)-1] == "&"
	if beside {
		args = args[:len(args)-1]
	}
	if s.behind != nil && beside {
		ts.Fatalf("there is a run already that waits for finish")
	}
	ctx, cancel := context.WithTimeout(context.Background(), runLimit)
	words := slices.Concat(s.words, args)
	r := &running{cmd: exec.CommandContext(ctx, words[0], words[1:]...), ctx: ctx, done: make(chan struct{})}
	r.cmd.Dir, r.cmd.Env = ts.MkAbs("."), s.environment(ts)
	r.cmd.Stdout, r.cmd.Stderr = &r.out, &r.err
	if input := ts.MkAbs(stdinFile); !beside {
		if text, err := os.ReadFile(input); err == nil {
			r.cmd.Stdin = bytes.NewReader(text)
		}
	}
	ts.Check(r.cmd.Start())
	go func() {
		r.fail = r.cmd.Wait()
		close(r.done)
	}()
	ts.Defer(func() {
		cancel()
		<-r.done
	})
	if beside {
		s.behind = r
		return
	}
	s.end(ts, neg, r)
}

// stdinFile, in the working directory, is what the program reads.
const stdinFile = "stdin"

// environment is the story's: what its env commands set, and nothing of the tester's.
func (s *story) environment(ts *testscript.TestScript) []string {
	out := []string{program.RaceOptions()}
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "XDG_STATE_HOME", "TZ", "LANG",
		"IMAPSYNC_PASSWORD1", "IMAPSYNC_PASSWORD2", "POSIXLY_CORRECT", "HTTPS_PROXY", "SERVER_SOFTWARE"} {
		if value := ts.Getenv(name); value != "" {
			out = append(out, name+"="+value)
		}
	}
	return append(out, "PWD="+ts.MkAbs("."))
}

// end waits for a run and judges how it ended.
func (s *story) end(ts *testscript.TestScript, neg bool, r *running) {
	<-r.done
	out, _ := r.out.now()
	diagnostics, _ := r.err.now()
	ts.Stdout().Write([]byte(out))
	ts.Stderr().Write([]byte(diagnostics))
	var ended *exec.ExitError
	if r.fail != nil && !errors.As(r.fail, &ended) {
		ts.Fatalf("run: %v", r.fail)
	}
	if r.ctx.Err() != nil {
		ts.Fatalf("the run did not end within %v", runLimit)
	}
	s.exit = r.cmd.ProcessState.ExitCode()
	if status := r.cmd.ProcessState.Sys().(syscall.WaitStatus); status.Signaled() {
		s.exit = 128 + int(status.Signal())
	}
	switch {
	case s.exit != 0 && !neg:
		ts.Fatalf("exit code %d", s.exit)
	case s.exit == 0 && neg:
		ts.Fatalf("exit code 0, which is not expected")
	}
}

func finish(ts *testscript.TestScript, neg bool, args []string) {
	s := storyOf(ts)
	if len(args) > 0 || s.behind == nil {
		ts.Fatalf("usage: [!] finish, after imapsync ... &")
	}
	r := s.behind
	s.behind = nil
	s.end(ts, neg, r)
}

// exit compares the code of the last run; a death by signal N counts as 128+N, as shells say it.
func exit(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, args, 1, "exit CODE")
	if code := storyOf(ts).exit; strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code: got %d, want %s", code, args[0])
	}
}

func await(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, args, 1, "await PATTERN, after imapsync ... &")
	r := storyOf(ts).behind
	if r == nil {
		ts.Fatalf("there is no run to wait for")
	}
	pattern := regexp.MustCompile("(?m)" + args[0])
	for ended := false; ; {
		out, more := r.out.now()
		switch {
		case pattern.MatchString(out):
			return
		case ended:
			ts.Fatalf("the run ended without a line like %q; its output:\n%s", args[0], out)
		}
		select {
		case <-more:
		case <-r.done:
			ended = true
		}
	}
}

func signal(ts *testscript.TestScript, neg bool, args []string) {
	want(ts, neg, args, 1, "signal NAME, after imapsync ... &")
	sig, known := signals[args[0]]
	if !known {
		ts.Fatalf("no signal %s", args[0])
	}
	r := storyOf(ts).behind
	if r == nil {
		ts.Fatalf("there is no run to signal")
	}
	ts.Check(r.cmd.Process.Signal(sig))
}
