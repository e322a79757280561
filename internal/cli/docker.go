package cli

import (
	"os"

	"imapsync/internal/getopt"
)

const dockerMark = "/.dockerenv"

// inDocker tells whether the program runs in a container, by the option or by the file that Docker
// makes, and the line about it.
func inDocker(option getopt.Bool, exists func(path string) bool) (docker bool, line string) {
	switch {
	case option.Given && option.Value:
		return true, "Docker context detected with the option --dockercontext"
	case !option.Given && exists(dockerMark):
		return true, "Docker context detected with the file " + dockerMark
	}
	return false, ""
}

func fileExists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
