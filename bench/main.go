// Bench measures the command between two real servers: time, processor, peak memory, commands and
// round trips, beside a bare relay that marks the limit and beside other programs of this machine,
// the reference among them. See README.md for the method and for what the figures do not say.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == measureVerb {
		measureChild(os.Args[2:])
		return
	}
	var c config
	works := flag.String("work", "", "works to do, with commas between: "+strings.Join(workNames(), ", ")+" (default all)")
	links := flag.String("link", "", "links to use: loop, wan, weak, count (default those of each work)")
	flag.StringVar(&c.binary, "binary", "bin/imapsync", "the command to measure")
	flag.IntVar(&c.pairs, "pairs", 7, "rounds, in each of which every program runs once")
	flag.IntVar(&c.slowPairs, "slow-pairs", 2, "rounds in which the reference takes part, and over slow links others that wait at each message")
	flag.StringVar(&c.only, "programs", "", "only those whose names begin so, with commas between")
	flag.BoolVar(&c.trace, "trace", false, "with -link count: show what our runs begin with, and when, in round trips")
	flag.Parse()
	c.reference = referenceCommand()
	c.full = os.Getenv("BENCH_FULL") != ""
	err := c.choose(*works, *links)
	ok := false
	if err == nil {
		ok, err = c.run()
	}
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
	pairs     int
	slowPairs int
	works     []string   // nil: all
	links     []linkKind // nil: those of each work
	only      string
	trace     bool
	full      bool // the reference does everything
}

func (c *config) choose(works, links string) error {
	for name := range strings.FieldsFuncSeq(works, isComma) {
		if !slices.Contains(workNames(), name) {
			return fmt.Errorf("no such work: %q", name)
		}
		c.works = append(c.works, name)
	}
	for name := range strings.FieldsFuncSeq(links, isComma) {
		if !slices.Contains(linkKinds, linkKind(name)) {
			return fmt.Errorf("no such link: %q", name)
		}
		c.links = append(c.links, linkKind(name))
	}
	if c.pairs < 1 || c.slowPairs < 0 {
		return errors.New("-pairs begins with 1")
	}
	var err error
	c.binary, err = filepath.Abs(c.binary)
	return err
}

func isComma(r rune) bool { return r == ',' || r == ' ' }

func (c *config) wants(name string) bool { return c.works == nil || slices.Contains(c.works, name) }

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

func (c *config) run() (bool, error) {
	l, err := newLab(*c)
	if err != nil {
		return false, err
	}
	defer l.close()
	go l.closeWhenAsked()
	if c.reference == nil {
		fmt.Println("no reference program: IMAPSYNC_REFERENCE is not set and no imapsync is in the PATH")
	}
	for _, w := range works {
		if !c.wants(w.name) {
			continue
		}
		if err := l.work(w); err != nil {
			return false, fmt.Errorf("%s: %w", w.name, err)
		}
	}
	if c.wants(planWork) {
		if err := l.million(); err != nil {
			return false, err
		}
	}
	fmt.Printf("\n%d of %d goals are met\n", l.met, l.goals)
	return l.met == l.goals, nil
}
