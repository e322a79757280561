package main

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"

	"imapsync/integration/dovecot"
)

// lab is two servers, the programs to measure, and the score.
type lab struct {
	config
	pair   *dovecot.Pair
	dir    string
	serial int // of accounts on the second server

	goals, met int
}

func newLab(c config) (*lab, error) {
	parent := ""
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		parent = "/dev/shm" // takes the disk out of the comparison
	}
	dir, err := os.MkdirTemp(parent, "bench")
	if err != nil {
		return nil, err
	}
	l := &lab{config: c, dir: dir}
	if out, err := exec.Command("go", "build", "-o", l.limitProgram(), "imapsync/bench/limit").CombinedOutput(); err != nil {
		l.close()
		return nil, fmt.Errorf("build the limit program: %w\n%s", err, out)
	}
	if l.pair, err = dovecot.Up(dovecot.Options{Dir: parent, SDBox: true, Fsync: true}); err != nil {
		l.close()
		return nil, err
	}
	return l, nil
}

// closeWhenAsked ends the bench on a signal: what it leaves behind would be memory.
func (l *lab) closeWhenAsked() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	<-signals
	l.close()
	os.Exit(2)
}

func (l *lab) limitProgram() string { return filepath.Join(l.dir, "limit") }

func (l *lab) close() {
	if l.pair != nil {
		l.pair.Down()
	}
	os.RemoveAll(l.dir)
}

// work does one work over its links; the account goes afterwards, for it is memory.
func (l *lab) work(w work) error {
	kinds := w.links
	if l.links != nil {
		kinds = l.links
	}
	if err := l.fill(w.name, w.account()); err != nil {
		return err
	}
	defer os.RemoveAll(l.pair.First.Home(w.name))
	for _, kind := range kinds {
		if err := l.over(w, kind); err != nil {
			return err
		}
	}
	return nil
}

func (l *lab) over(w work, kind linkKind) error {
	k, err := l.open(kind)
	if err != nil {
		return err
	}
	defer k.Close()
	t, err := l.race(w, k)
	if err != nil {
		return err
	}
	t.print()
	l.judge(t)
	return nil
}

// newRun prepares a run to a new account, with a directory for the program.
func (l *lab) newRun(w work, k *link) (run, error) {
	l.serial++
	user2 := fmt.Sprintf("to%d", l.serial)
	dir := filepath.Join(l.dir, user2)
	return run{user1: w.name, user2: user2, port1: k.port1, port2: k.port2, dir: dir, home: dir}, os.Mkdir(dir, 0o700)
}

// remove frees the memory that a run's copy takes.
func (l *lab) remove(r run) {
	os.RemoveAll(r.dir)
	os.RemoveAll(l.pair.Second.Home(r.user2))
}

// start runs a program once and measures it.
func (l *lab) start(p program, r run) (figures, error) {
	command, err := p.command(r)
	if err != nil {
		return figures{}, err
	}
	logFile := filepath.Join(r.dir, "out")
	f, err := measure(command, r.dir, logFile,
		[]string{"HOME=" + r.home, "XDG_STATE_HOME=" + r.home, "IMAPSYNC_PASSWORD1=", "IMAPSYNC_PASSWORD2="})
	if err == nil && f.Exit != 0 {
		text, _ := os.ReadFile(logFile)
		err = fmt.Errorf("%s: exit code %d\n%s", command[0], f.Exit, tail(text, 3000))
	}
	return f, err
}
