//go:build !windows

package pipe

import (
	"context"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// start runs the command with its text on descriptor 3 and its outputs on 4 and 5, which the words
// behind it redirect. wait returns when the command has ended and everything it printed is taken.
func start(ctx context.Context, command string, environ []string, in io.Reader, out, stderr io.Writer) (*exec.Cmd, func() error, error) {
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", command+" <&3 >&4 2>&5 3<&- 4>&- 5>&-")
	cmd.Env = environ
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = afterDeath
	var mine, theirs []*os.File
	closeAll := func(files []*os.File) {
		for _, f := range files {
			f.Close()
		}
	}
	pair := func(theirsReads bool) (err error) {
		r, w, err := os.Pipe()
		if err != nil {
			return err
		}
		if theirsReads {
			r, w = w, r
		}
		mine, theirs = append(mine, r), append(theirs, w)
		return nil
	}
	for _, reads := range []bool{true, false, false, false} {
		if err := pair(reads); err != nil {
			closeAll(append(mine, theirs...))
			return nil, nil, err
		}
	}
	null, err := devNull()
	if err != nil {
		closeAll(append(mine, theirs...))
		return nil, nil, err
	}
	// What other commands than the last one print is shown, and is no part of the text.
	cmd.Stdin, cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = null, theirs[3], theirs[3], theirs[:3]
	err = cmd.Start()
	closeAll(append(theirs, null))
	if err != nil {
		closeAll(mine)
		return nil, nil, err
	}
	var copies sync.WaitGroup
	copies.Go(func() {
		_, _ = io.Copy(mine[0], in) // a command need not read everything; who reads in keeps its errors
		mine[0].Close()
	})
	stray := &limited{}
	copies.Go(func() { drain(out, mine[1]) })
	copies.Go(func() { drain(stderr, mine[2]) })
	copies.Go(func() { drain(stray, mine[3]) })
	return cmd, func() error {
		err := cmd.Wait()
		// Children that live on keep the pipes open; they are not waited for.
		deadline := time.Now().Add(afterDeath)
		for _, f := range mine {
			_ = f.SetDeadline(deadline)
		}
		copies.Wait()
		closeAll(mine[1:])
		_, _ = stderr.Write(stray.Bytes())
		return err
	}, nil
}

// drain reads everything, also when to takes no more: a command that cannot write would never end.
func drain(to io.Writer, from io.Reader) {
	if _, err := io.Copy(to, from); err != nil {
		_, _ = io.Copy(io.Discard, from)
	}
}

func ended(s *os.ProcessState) (code, signal int) {
	status, ok := s.Sys().(syscall.WaitStatus)
	if ok && status.Signaled() {
		return 0, int(status.Signal())
	}
	return s.ExitCode(), 0
}
