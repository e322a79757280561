// Bench measures the command between two real servers: time and peak memory, beside the reference
// program when there is one and beside a bare relay that marks the limit. See README.md for the
// method and for what the figures do not say.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == measureVerb {
		measureChild(os.Args[2:])
		return
	}
	var c config
	flag.StringVar(&c.binary, "binary", "bin/imapsync", "the command to measure")
	flag.IntVar(&c.runs, "runs", 3, "runs of each, of which the median counts")
	flag.IntVar(&c.messages, "n", 10000, "small messages")
	flag.StringVar(&c.only, "only", "", "loopback, wan or big: that part alone")
	flag.Parse()
	c.reference = referenceCommand()
	c.full = os.Getenv("BENCH_FULL") != ""
	ok, err := run(c)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	}
	if !ok {
		os.Exit(1)
	}
}

type config struct {
	binary    string
	reference []string // nil: there is none
	runs      int
	messages  int
	only      string
	full      bool // the reference does all messages over the slow link too
}

// referenceCommand is IMAPSYNC_REFERENCE (with absolute paths), or an imapsync in the PATH. The
// latter must be a script: this program's own command may be installed under the same name.
func referenceCommand() []string {
	if words := strings.Fields(os.Getenv("IMAPSYNC_REFERENCE")); len(words) > 0 {
		return words
	}
	path, err := exec.LookPath("imapsync")
	if err != nil {
		return nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer file.Close()
	start := make([]byte, 2)
	if _, err := io.ReadFull(file, start); err != nil || string(start) != "#!" {
		return nil
	}
	return []string{path}
}

func run(c config) (bool, error) {
	binary, err := filepath.Abs(c.binary)
	if err != nil {
		return false, err
	}
	l, err := newLab(binary, c)
	if err != nil {
		return false, err
	}
	defer l.close()
	if c.reference == nil {
		fmt.Println("no reference program: IMAPSYNC_REFERENCE is not set and no imapsync is in the PATH; its columns are left out")
	}
	for _, part := range []struct {
		name string
		run  func() error
	}{{"loopback", l.loopback}, {"wan", l.wan}, {"big", l.big}} {
		if c.only != "" && c.only != part.name {
			continue
		}
		if err := part.run(); err != nil {
			return false, fmt.Errorf("%s: %w", part.name, err)
		}
	}
	if l.goals == 0 && c.only != "" {
		return false, errors.New("no such part: " + c.only)
	}
	fmt.Printf("\n%d of %d goals are met\n", l.met, l.goals)
	return l.met == l.goals, nil
}
