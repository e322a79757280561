package pipe

import (
	"context"
	"io"
	"os"
	"os/exec"
	"syscall"
)

// start runs the command by cmd.exe, its text on the standard input.
func start(ctx context.Context, command string, environ []string, in io.Reader, out, stderr io.Writer) (*exec.Cmd, func() error, error) {
	cmd := exec.CommandContext(ctx, "cmd.exe")
	// cmd.exe has quoting rules of its own: the user's words go to it as they are.
	cmd.SysProcAttr = &syscall.SysProcAttr{CmdLine: `cmd.exe /s /c "` + command + `"`}
	cmd.Env = environ
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, out, stderr
	cmd.WaitDelay = afterDeath
	if err := cmd.Start(); err != nil {
		return nil, nil, err
	}
	return cmd, cmd.Wait, nil
}

func ended(s *os.ProcessState) (code, signal int) { return s.ExitCode(), 0 }
