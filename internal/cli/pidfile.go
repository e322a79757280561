package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"imapsync/internal/account"
	"imapsync/internal/fault"
	"imapsync/internal/report"
)

const pidFileName = "imapsync.pid"

// maxPID is the largest process number that Linux gives; a larger number in a file is no PID.
const maxPID = 1 << 22

var pidText = regexp.MustCompile(`^-?\d+$`)

// pidFile is the file that tells others which process runs. Its first line is the process number,
// its second the log file's name.
type pidFile struct {
	path     string // "" for none
	isChosen bool   // the user gave its name
	locking  bool
	pid      int
	log      string // name of the log file, "" for none

	alive func(pid int) bool
	print func(line string)

	mu      sync.Mutex // protects written: a signal may remove the file while a run writes it
	written bool
}

// pidFilePath is --pidfile, else imapsync.pid in the temporary directory, else, in a container,
// none.
func pidFilePath(o startOptions, tmpdir string, docker bool) string {
	if o.PIDFile.Given {
		return o.PIDFile.Value
	}
	if docker {
		return ""
	}
	return filepath.Join(tmpdir, pidFileName)
}

// dropStale removes the file of a process that is gone, as after kill -9.
func (p *pidFile) dropStale() {
	if p.path == "" {
		p.print("No variable pid_filename")
		return
	}
	info, err := os.Lstat(p.path)
	if errors.Is(err, fs.ErrNotExist) {
		p.print(fmt.Sprintf("File %s does not exist", p.path))
		return
	}
	if err != nil || !info.Mode().IsRegular() {
		p.print(fmt.Sprintf("File %s is not a regular file", p.path))
		return
	}
	pid, _, err := readPIDFile(p.path)
	switch {
	case err != nil:
		p.print(fmt.Sprintf("File %s does not contain a process number", p.path))
	case p.alive(pid):
		p.print(fmt.Sprintf("Another imapsync process %d is running as says pidfile %s", pid, p.path))
	default:
		p.print(fmt.Sprintf("Removing old %s since its PID %d is not running anymore (oo-killed?)", p.path, pid))
		if err := os.Remove(p.path); err != nil {
			p.print(fmt.Sprintf("Could not remove old %s: %v", p.path, err))
			return
		}
		p.print("Removed old " + p.path)
	}
}

// write makes the file ours. An error is a [fault.Error] of kind PIDFile: the file exists and
// --pidfilelocking was given, or it cannot be written. The default file in a directory that all
// users share may belong to another user: that is only told.
func (p *pidFile) write() error {
	if p.path == "" {
		p.print(`PID file is unset ( to set it, use --pidfile filepath ; to avoid it use --pidfile "" )`)
		return nil
	}
	p.print(fmt.Sprintf(`PID file is %s ( to change it, use --pidfile filepath ; to avoid it use --pidfile "" )`, p.path))
	flags := os.O_WRONLY | os.O_CREATE | os.O_TRUNC | noFollow
	if p.locking {
		flags = os.O_WRONLY | os.O_CREATE | os.O_EXCL | noFollow
	} else if _, err := os.Stat(p.path); err == nil {
		p.print(p.path + " already exists, overwriting it ( use --pidfilelocking to avoid concurrent runs )")
	}
	f, err := os.OpenFile(p.path, flags, 0o644)
	switch {
	case errors.Is(err, fs.ErrExist):
		return failure(fault.PIDFile, account.NoSide,
			p.path+" already exists, another imapsync may be curently running. Aborting imapsync.", err)
	case err != nil && !p.isChosen && !p.locking:
		p.print(fmt.Sprintf("Warning: could not write %s, so --abort will not find this run: %v", p.path, err))
		return nil
	case err != nil:
		return failure(fault.PIDFile, account.NoSide, fmt.Sprintf("Could not open %s for writing. Check permissions or disk space: %v", p.path, err), err)
	}
	text := fmt.Sprintf("%d\n", p.pid)
	p.print(fmt.Sprintf("Writing my PID %d in %s", p.pid, p.path))
	if p.log != "" {
		text += p.log + "\n"
		p.print(fmt.Sprintf("Writing also my logfile name in %s : %s", p.path, p.log))
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Close()); err != nil {
		return failure(fault.PIDFile, account.NoSide, fmt.Sprintf("Could not write %s: %v", p.path, err), err)
	}
	p.mu.Lock()
	p.written = true
	p.mu.Unlock()
	return nil
}

// remove takes the file away if it still says that it is ours: runs without locking overwrite one
// another's file.
func (p *pidFile) remove() {
	p.mu.Lock()
	written := p.written
	p.written = false
	p.mu.Unlock()
	if !written {
		return
	}
	if pid, _, err := readPIDFile(p.path); err != nil || pid != p.pid {
		return
	}
	p.print(report.RemovingLine(p.path))
	if err := os.Remove(p.path); err != nil {
		p.print(fmt.Sprintf("Could not remove %s: %v", p.path, err))
	}
}

// readPIDFile reads both lines; a file without log line gives "".
func readPIDFile(path string) (pid int, log string, err error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return 0, "", err
	}
	lines := strings.Split(string(data), "\n")
	first := strings.TrimRight(lines[0], "\r")
	if !pidText.MatchString(first) {
		return 0, "", fmt.Errorf("%s: %q is no process number", path, first)
	}
	pid, err = strconv.Atoi(first)
	// A negative number would mean a whole process group to kill(2).
	if err != nil || pid <= 0 || pid > maxPID {
		return 0, "", fmt.Errorf("%s: %q is no process number", path, first)
	}
	if len(lines) > 1 {
		log = strings.TrimRight(lines[1], "\r")
	}
	return pid, log, nil
}
