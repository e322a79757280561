package cli

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"

	"golang.org/x/term"
)

// console asks on stdout and reads from stdin: from a terminal without echo, from anything else one
// line at a time, so that a pipe may hold both passwords.
type console struct {
	in  io.Reader
	out io.Writer // the log too, which sees the question and never the answer

	lines *bufio.Reader
}

func newConsole(in io.Reader, out io.Writer) *console {
	return &console{in: in, out: out, lines: bufio.NewReader(in)}
}

// prompt implements prompter. When ctx ends first the terminal's echo is switched on again; the
// read that still waits gets whatever the user types next, and is of no use to anybody.
func (c *console) prompt(ctx context.Context, text string) (string, error) {
	if _, err := io.WriteString(c.out, text); err != nil {
		return "", err
	}
	read := func() (string, error) { return c.pipeLine() }
	if f, ok := c.in.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		before, err := term.GetState(int(f.Fd()))
		if err != nil {
			return "", err
		}
		defer term.Restore(int(f.Fd()), before)
		read = func() (string, error) {
			line, err := term.ReadPassword(int(f.Fd()))
			return string(line), err
		}
	}
	type answer struct {
		line string
		err  error
	}
	done := make(chan answer, 1)
	go func() {
		line, err := read()
		done <- answer{line, err}
	}()
	select {
	case <-ctx.Done():
		return "", context.Cause(ctx)
	case a := <-done:
		if a.err != nil {
			return "", a.err
		}
		_, err := io.WriteString(c.out, "\nGot it\n")
		return a.line, err
	}
}

var errNoAnswer = errors.New("standard input has ended")

func (c *console) pipeLine() (string, error) {
	if _, err := c.lines.Peek(1); errors.Is(err, io.EOF) {
		return "", errNoAnswer
	}
	return readLine(c.lines)
}
