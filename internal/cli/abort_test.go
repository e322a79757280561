package cli

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// victim is a process that ends after a number of signals.
type victim struct {
	endsAfter int
	refuses   error
	got       []string
	waited    time.Duration
}

func (v *victim) alive(int) bool { return len(v.got) < v.endsAfter }

func (v *victim) signal(name string) func(int) (string, error) {
	return func(int) (string, error) {
		if v.refuses == nil {
			v.got = append(v.got, name)
		}
		return name, v.refuses
	}
}

func (v *victim) wait(_ context.Context, d time.Duration) { v.waited += d }

func (v *victim) other(path string, l *lines) *other {
	return &other{pidPath: path, alive: v.alive, ask: v.signal("QUIT"), kill: v.signal("KILL"), wait: v.wait, print: l.add}
}

func TestAbort(t *testing.T) {
	for _, test := range []struct {
		name, pidfile string
		victim        victim
		want          []string
		waited        time.Duration
	}{
		{"no pidfile", "", victim{}, []string{"In abort", "In abort: Can not read pidfile DIR/run.pid"}, 0},
		{"not running", "222\n", victim{}, []string{"In abort", "Can not send signal kill ZERO to PID 222."}, 0},
		{"ends", "222\n", victim{endsAfter: 1},
			[]string{"In abort", "Sending signal QUIT to PID 222 ", "Process PID 222 ended."}, 0},
		{"must be killed", "222\n", victim{endsAfter: 2},
			[]string{"In abort", "Sending signal QUIT to PID 222 ", "Sending signal KILL to PID 222 ", "Process PID 222 ended."}, 3 * time.Second},
		{"stays", "222\n", victim{endsAfter: 3},
			[]string{"In abort", "Sending signal QUIT to PID 222 ", "Sending signal KILL to PID 222 ",
				"Process PID 222 seems still there. Can not do much."}, 4 * time.Second},
		{"not ours", "222\n", victim{endsAfter: 1, refuses: os.ErrPermission},
			[]string{"In abort", "Sending signal QUIT to PID 222 ", "Signal QUIT was not sent: permission denied",
				"Sending signal KILL to PID 222 ", "Signal KILL was not sent: permission denied",
				"Process PID 222 seems still there. Can not do much."}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			var l lines
			path := filepath.Join(t.TempDir(), "run.pid")
			if test.pidfile != "" {
				write(t, path, test.pidfile)
			}
			test.victim.other(path, &l).abort(t.Context())
			if diff := cmp.Diff(test.want, l.take(filepath.Dir(path))); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
			if test.victim.waited != test.waited {
				t.Errorf("waited %v, want %v", test.victim.waited, test.waited)
			}
		})
	}
}

func TestAbortByFile(t *testing.T) {
	var l lines
	path := filepath.Join(t.TempDir(), "run.pid")
	write(t, path, "222\n")
	(&victim{}).other(path, &l).abortByFile()
	if !fileExists(path + "abort222") {
		t.Errorf("no file %sabort222; lines: %q", path, l.all)
	}

	ctx, leave := context.WithCancelCause(t.Context())
	tick := make(chan time.Time, 1)
	tick <- time.Time{}
	watchAbortFile(ctx, abortFilePath(path, 222), tick, leave)
	var file byFile
	if cause := context.Cause(ctx); !errors.As(cause, &file) {
		t.Fatalf("the run of process 222 goes on: %v", cause)
	}
	if got, want := file.Error(), "Asked to terminate by file "+path+"abort222"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := causeCode(ctx); got != exitByFile {
		t.Errorf("exit value: got %d, want %d", got, exitByFile)
	}
	removeAbortFile(file.path, l.add)
	if fileExists(file.path) {
		t.Error("the abort file is still there")
	}
}

func TestWatchAbortFileEndsWithTheRun(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	watchAbortFile(ctx, "none", nil, func(error) { t.Error("asked to leave") })
}

func TestTail(t *testing.T) {
	folder := t.TempDir()
	path, log := filepath.Join(folder, "run.pid"), filepath.Join(folder, "log.txt")
	write(t, path, "222\n"+log+"\n")
	write(t, log, "one\n")
	var l lines
	v := &victim{endsAfter: 1}
	o := v.other(path, &l)
	o.wait = func(context.Context, time.Duration) { // the other run writes on, then ends
		write(t, log, "one\ntwo\n")
		v.got = append(v.got, "ended")
	}
	var out bytes.Buffer
	done, err := o.tail(t.Context(), &out, ownPID)
	if !done || err != nil {
		t.Fatalf("got %t, %v", done, err)
	}
	if got, want := out.String(), "one\ntwo\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := l.all[len(l.all)-1], "Tail -f finished. Now finishing myself processus 111"; got != want {
		t.Errorf("last line: got %q, want %q", got, want)
	}
	if done, _ := (&other{pidPath: folder + "/none"}).tail(t.Context(), &out, ownPID); done {
		t.Error("without a pidfile: got done")
	}
}

func TestSimulateWork(t *testing.T) {
	var l lines
	v := &victim{}
	simulateWork(t.Context(), 0.7, v.wait, l.add)
	want := []string{"Are you still here ETA: 2/3 msgs left", "Are you still here ETA: 1/3 msgs left", "Are you still here ETA: 0/3 msgs left"}
	if got := strings.Join(l.all, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("got %s", got)
	}
	if v.waited != 600*time.Millisecond {
		t.Errorf("waited %v, want 600ms", v.waited)
	}
}
