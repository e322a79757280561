package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"imapsync/internal/account"
	"imapsync/internal/fault"
)

// Patience of --abort, as in the reference: a run gets 3 seconds to finish what it has in hand.
const (
	afterAsking  = 3 * time.Second
	afterKilling = time.Second
	lookAgain    = 100 * time.Millisecond
)

// other is another run, named by its pidfile, and what may be done to it.
type other struct {
	pidPath string

	alive func(pid int) bool
	ask   func(pid int) (name string, err error)
	kill  func(pid int) (name string, err error)
	wait  func(context.Context, time.Duration)
	print func(line string)
}

// abort ends the other run (--abort). Whether it could is only told: the exit value is 0 in the
// reference whatever happens.
func (o *other) abort(ctx context.Context) {
	o.print("In abort")
	pid, ok := o.readPID()
	if !ok {
		return
	}
	if !o.alive(pid) {
		o.print(fmt.Sprintf("Can not send signal kill ZERO to PID %d.", pid))
		return
	}
	steps := []struct {
		signal func(int) (string, error)
		pause  time.Duration
	}{{o.ask, afterAsking}, {o.kill, afterKilling}}
	for _, step := range steps {
		name, err := step.signal(pid)
		o.print(fmt.Sprintf("Sending signal %s to PID %d ", name, pid))
		if err != nil {
			o.print(fmt.Sprintf("Signal %s was not sent: %v", name, err))
			continue
		}
		for waited := time.Duration(0); waited < step.pause && o.alive(pid); waited += lookAgain {
			o.wait(ctx, lookAgain)
		}
		if !o.alive(pid) {
			o.print(fmt.Sprintf("Process PID %d ended.", pid))
			return
		}
	}
	o.print(fmt.Sprintf("Process PID %d seems still there. Can not do much.", pid))
}

// abortByFile asks the other run to end by making the file it looks for (--abortbyfile).
func (o *other) abortByFile() {
	o.print("In abort")
	pid, ok := o.readPID()
	if !ok {
		return
	}
	name := abortFilePath(o.pidPath, pid)
	o.print("touching " + name)
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|noFollow, 0o644)
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		o.print(fmt.Sprintf("Could not touch %s: %v", name, err))
	}
}

func (o *other) readPID() (pid int, ok bool) {
	pid, _, err := readPIDFile(o.pidPath)
	if err != nil {
		o.print("In abort: Can not read pidfile " + o.pidPath)
		return 0, false
	}
	return pid, true
}

// tail copies the other run's log to w until that run has ended (--tail). The error is a
// [fault.Error] of kind PIDFile; done is false when there is nothing to follow.
func (o *other) tail(ctx context.Context, w io.Writer, self int) (done bool, err error) {
	pid, log, err := readPIDFile(o.pidPath)
	if errors.Is(err, fs.ErrNotExist) || log == "" {
		return false, nil
	}
	if err != nil {
		return false, failure(fault.PIDFile, account.NoSide, err.Error(), err)
	}
	f, err := os.Open(log)
	if err != nil {
		return false, nil
	}
	defer f.Close()
	o.print(fmt.Sprintf("Doing a tail -f on %s for processus pid %d until it is finished.", log, pid))
	for {
		alive := o.alive(pid) // asked first, so that what it wrote before its end is copied
		if _, err := io.Copy(w, f); err != nil {
			return true, failure(fault.PIDFile, account.NoSide, fmt.Sprintf("Could not follow %s: %v", log, err), err)
		}
		if !alive || ctx.Err() != nil {
			break
		}
		o.wait(ctx, time.Second)
	}
	o.print(fmt.Sprintf("Tail -f finished. Now finishing myself processus %d", self))
	return true, nil
}

// pause waits, or until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
