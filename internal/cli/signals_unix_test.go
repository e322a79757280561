//go:build unix

package cli

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// running is the program at work, doing nothing for a minute.
type running struct {
	cmd    *exec.Cmd
	stdout *bufio.Reader
	seen   strings.Builder
	folder string
}

func startRunning(t *testing.T, args ...string) *running {
	t.Helper()
	r := &running{folder: t.TempDir()}
	r.cmd = command(t, r.folder, append([]string{"--simulong", "60", "--nodockercontext", "--nolog", "--pidfile", "run.pid"}, args...)...)
	pipe, err := r.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.cmd.Process.Kill() })
	r.stdout = bufio.NewReader(pipe)
	r.waitFor(t, "Are you still here")
	return r
}

// waitFor reads the output up to a line that holds text.
func (r *running) waitFor(t *testing.T, text string) {
	t.Helper()
	for {
		line, err := r.stdout.ReadString('\n')
		r.seen.WriteString(line)
		if strings.Contains(line, text) {
			return
		}
		if err != nil {
			t.Fatalf("no line with %q before %v:\n%s", text, err, r.seen.String())
		}
	}
}

func (r *running) signal(t *testing.T, sig syscall.Signal) {
	t.Helper()
	if err := r.cmd.Process.Signal(sig); err != nil {
		t.Fatal(err)
	}
}

// end reads the rest of the output and gives how the process ended.
func (r *running) end(t *testing.T) (output string, status syscall.WaitStatus) {
	t.Helper()
	rest, err := io.ReadAll(r.stdout)
	if err != nil {
		t.Fatal(err)
	}
	r.seen.Write(rest)
	_ = r.cmd.Wait() // how it ended is the status
	return r.seen.String(), r.cmd.ProcessState.Sys().(syscall.WaitStatus)
}

func wantLines(t *testing.T, output string, want ...string) {
	t.Helper()
	for _, line := range want {
		if !strings.Contains(output, line) {
			t.Errorf("the output lacks %q:\n%s", line, output)
		}
	}
}

func TestDiesOfTheSignal(t *testing.T) {
	for _, sig := range []syscall.Signal{unix.SIGTERM, unix.SIGQUIT} {
		r := startRunning(t)
		r.signal(t, sig)
		output, status := r.end(t)
		if status.Signaled() && status.Signal() != sig || !status.Signaled() && status.ExitStatus() != 128+int(sig) {
			t.Errorf("%v: a shell sees %v, want 128 + %d", sig, status, int(sig))
		}
		if sig == unix.SIGTERM && !status.Signaled() {
			t.Errorf("%v: the process did not die of it: %v", sig, status)
		}
		name := signalName(sig)
		wantLines(t, output,
			"Got a signal "+name, ". Asked to terminate\n",
			"You should resynchronize those accounts by running a sync again,\n",
			"Killing myself with signal "+name+"\n",
			"Exiting with return value 6 (EXIT_BY_SIGNAL) 0/50 nb_errors/max_errors PID ",
			"Removing pidfile run.pid\n")
		if fileExists(filepath.Join(r.folder, "run.pid")) {
			t.Errorf("%v: the pidfile is still there", sig)
		}
	}
}

func TestCtrlCTwice(t *testing.T) {
	r := startRunning(t)
	r.signal(t, unix.SIGINT)
	r.waitFor(t, "For now only one signal INT within 2 seconds.")
	r.signal(t, unix.SIGINT)
	output, status := r.end(t)
	if !status.Signaled() || status.Signal() != unix.SIGINT {
		t.Errorf("ended with %v, want INT", status)
	}
	wantLines(t, output, "Got two signals INT within 2 seconds. Exiting...\n", "Exiting with return value 6 (EXIT_BY_SIGNAL)")
}

func TestHUPAndUSR1DoNotEnd(t *testing.T) {
	r := startRunning(t)
	r.signal(t, unix.SIGUSR1)
	r.signal(t, unix.SIGHUP)
	r.waitFor(t, "Received 1 HUP signals so far. Thanks!")
	r.waitFor(t, "Are you still here")
	r.signal(t, unix.SIGTERM)
	r.end(t)
}

func TestAbortOfARun(t *testing.T) {
	r := startRunning(t)
	abort := command(t, r.folder, "--abort", "--pidfile", "run.pid", "--nolog", "--nodockercontext")
	ended := make(chan struct{})
	go func() { // it must be reaped to be gone for --abort
		r.end(t)
		close(ended)
	}()
	output, err := abort.Output()
	if err != nil {
		t.Fatalf("--abort: %v\n%s", err, output)
	}
	<-ended
	wantLines(t, string(output), "In abort\n", "Sending signal QUIT to PID ", " ended.\n")
	wantLines(t, r.seen.String(), "Got a signal QUIT")
}

func TestAbortByFileOfARun(t *testing.T) {
	r := startRunning(t)
	abort := command(t, r.folder, "--abortbyfile", "--pidfile", "run.pid", "--nolog", "--nodockercontext")
	if output, err := abort.CombinedOutput(); err != nil {
		t.Fatalf("--abortbyfile: %v\n%s", err, output)
	}
	output, status := r.end(t)
	if status.ExitStatus() != exitByFile {
		t.Errorf("ended with %v, want exit value %d", status, exitByFile)
	}
	wantLines(t, output, "Asked to terminate by file run.pidabort", "You should resynchronize",
		"Exiting with return value 7 (EXIT_BY_FILE)", "Removing pidfile run.pid\n", "Removing pidfile run.pidabort")
	left, err := os.ReadDir(r.folder)
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
