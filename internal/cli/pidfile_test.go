package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"imapsync/internal/fault"
)

// lines collects what is printed.
type lines struct{ all []string }

func (l *lines) add(line string) { l.all = append(l.all, line) }

// take returns the lines so far, without the folder's name, and forgets them.
func (l *lines) take(folder string) []string {
	var got []string
	for _, line := range l.all {
		if folder != "" {
			line = strings.ReplaceAll(line, folder, "DIR")
		}
		got = append(got, line)
	}
	l.all = nil
	return got
}

const ownPID, otherPID = 111, 222

func newPIDFile(t *testing.T, alive bool) (*pidFile, *lines) {
	t.Helper()
	var l lines
	return &pidFile{
		path:  filepath.Join(t.TempDir(), "run.pid"),
		pid:   ownPID,
		alive: func(int) bool { return alive },
		print: l.add,
	}, &l
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestPIDFileWriteAndRemove(t *testing.T) {
	p, l := newPIDFile(t, false)
	p.log = "LOG/a.txt"
	if err := p.write(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(p.path)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(text), "111\nLOG/a.txt\n"; got != want {
		t.Errorf("content: got %q, want %q", got, want)
	}
	p.remove()
	p.remove()
	if fileExists(p.path) {
		t.Error("the file is still there")
	}
	want := []string{
		`PID file is DIR/run.pid ( to change it, use --pidfile filepath ; to avoid it use --pidfile "" )`,
		"Writing my PID 111 in DIR/run.pid",
		"Writing also my logfile name in DIR/run.pid : LOG/a.txt",
		"Removing pidfile DIR/run.pid",
	}
	if diff := cmp.Diff(want, l.take(filepath.Dir(p.path))); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

func TestPIDFileOfAnotherStays(t *testing.T) {
	p, _ := newPIDFile(t, true)
	if err := p.write(); err != nil {
		t.Fatal(err)
	}
	write(t, p.path, "222\n")
	p.remove()
	if !fileExists(p.path) {
		t.Error("a file that holds the PID of another process was removed")
	}
}

func TestPIDFileExisting(t *testing.T) {
	p, l := newPIDFile(t, true)
	write(t, p.path, "222\n")
	if err := p.write(); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(l.take(""), "\n"); !strings.Contains(got, "already exists, overwriting it ( use --pidfilelocking to avoid concurrent runs )") {
		t.Errorf("got lines %s", got)
	}
	p.written, p.locking = false, true
	err := p.write()
	if fault.KindOf(err) != fault.PIDFile {
		t.Fatalf("with locking: got %v, want an error of kind PIDFile", err)
	}
	if want := p.path + " already exists, another imapsync may be curently running. Aborting imapsync."; err.Error() != want {
		t.Errorf("got %q, want %q", err, want)
	}
	p.remove()
	if !fileExists(p.path) {
		t.Error("the file of the other run was removed")
	}
}

func TestPIDFileNotWritable(t *testing.T) {
	p, l := newPIDFile(t, true)
	p.path = filepath.Join(p.path, "missing", "run.pid")
	if err := p.write(); err != nil {
		t.Errorf("default name: got %v, want only a warning", err)
	}
	if got := strings.Join(l.take(""), "\n"); !strings.Contains(got, "Warning: could not write") {
		t.Errorf("default name: got lines %s", got)
	}
	p.isChosen = true
	if err := p.write(); stopCode(err) != 8 {
		t.Errorf("--pidfile: got %v, exit value %d, want 8", err, stopCode(err))
	}
}

func TestDropStale(t *testing.T) {
	for _, test := range []struct {
		name, text string
		alive      bool
		want       []string
		gone       bool
	}{
		{"none", "", false, []string{"File DIR/run.pid does not exist"}, true},
		{"alive", "222\n", true, []string{"Another imapsync process 222 is running as says pidfile DIR/run.pid"}, false},
		{"dead", "222\nlog\n", false, []string{
			"Removing old DIR/run.pid since its PID 222 is not running anymore (oo-killed?)", "Removed old DIR/run.pid"}, true},
		{"no number", "hello\n", false, []string{"File DIR/run.pid does not contain a process number"}, false},
		{"zero", "0\n", false, []string{"File DIR/run.pid does not contain a process number"}, false},
		{"group", "-5\n", false, []string{"File DIR/run.pid does not contain a process number"}, false},
		{"too big", "4194305\n", false, []string{"File DIR/run.pid does not contain a process number"}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			p, l := newPIDFile(t, test.alive)
			if test.text != "" {
				write(t, p.path, test.text)
			}
			p.dropStale()
			if diff := cmp.Diff(test.want, l.take(filepath.Dir(p.path))); diff != "" {
				t.Errorf("lines (-want +got):\n%s", diff)
			}
			if got := !fileExists(p.path); got != test.gone {
				t.Errorf("gone: got %t, want %t", got, test.gone)
			}
		})
	}
}

func TestDropStaleKeepsFolders(t *testing.T) {
	p, l := newPIDFile(t, false)
	p.path = t.TempDir()
	p.dropStale()
	if diff := cmp.Diff([]string{"File DIR is not a regular file"}, l.take(p.path)); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

func TestProcessAlive(t *testing.T) {
	if !processAlive(os.Getpid()) {
		t.Error("this process: got dead")
	}
	if processAlive(maxPID - 1) {
		t.Skip("a process really has the largest number")
	}
}

func FuzzReadPIDFile(f *testing.F) {
	f.Add("12\nLOG/x.txt\n")
	f.Add("-1\n")
	f.Add("4194304\r\nC:\\log.txt\r\n")
	f.Add("999999999999999999999999\n")
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(t.TempDir(), "pid")
		write(t, path, text)
		pid, _, err := readPIDFile(path)
		if err == nil && (pid <= 0 || pid > maxPID) {
			t.Errorf("%q: got %d, which is no process", text, pid)
		}
		if err == nil && !strings.HasPrefix(strings.TrimLeft(text, "0"), fmt.Sprint(pid)) {
			t.Errorf("%q: got %d", text, pid)
		}
	})
}
