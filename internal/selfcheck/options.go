package selfcheck

import (
	"errors"
	"fmt"
	"strings"

	"imapsync/internal/getopt"
)

// commandLine is a small option table.
type commandLine struct {
	*getopt.Set
	dry    getopt.Bool
	host   getopt.String
	port   getopt.Int
	folder []string
	secret getopt.String
}

func newCommandLine() *commandLine {
	c := &commandLine{Set: getopt.NewSet()}
	c.Bool(&c.dry, "dry", "").Negatable()
	c.String(&c.host, "host1", "")
	c.Int(&c.port, "port1", "")
	c.List(&c.folder, "folder", "")
	c.String(&c.secret, "password1", "").Secret()
	return c
}

func optionSpellings() error {
	for words, want := range map[string]string{
		"--dry --host1 a --port1 1_43":             "true a 143 []",
		"-DRY --no-dry +host1=a=b --fold x --fo=y": "false a=b 0 [x y]",
		"--nodry --ho --port1 --port1 7":           "false --port1 7 []",
	} {
		c := newCommandLine()
		c.Parse(strings.Fields(words))
		if err := differs(words, fmt.Sprint(c.dry.Value, " ", c.host.Value, " ", c.port.Value, " ", c.folder), want); err != nil {
			return err
		}
	}
	return nil
}

func optionMistakes() error {
	for words, want := range map[string]string{
		"--bogus":     "Unknown option: bogus",
		"--port1 abc": `Value "abc" invalid for option port1 (number expected)`,
		"--host1":     "Option host1 requires an argument",
		"--dry=1":     "Option dry does not take an argument",
	} {
		_, problems := newCommandLine().Parse(strings.Fields(words))
		if err := differs(words, strings.Join(problems, "|"), want); err != nil {
			return err
		}
	}
	return nil
}

func secretsMasked() error {
	for _, words := range []string{"--password1 kept-quiet", "--password1=kept-quiet", "-PASS kept-quiet"} {
		if shown := strings.Join(newCommandLine().Mask(strings.Fields(words)), " "); strings.Contains(shown, "quiet") {
			return errors.New("a secret shows in " + shown)
		}
	}
	return nil
}
