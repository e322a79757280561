package cli

import (
	"fmt"
	"slices"
	"strings"
)

// usage is what a command line comes to before anything is done.
type usage struct {
	notes   []string // for the log, once it is open
	refused []string // the run is refused with exit value 64
}

// parse reads args into o. When it returns false the words could not be understood: diagnostics
// go to stderr and the rest to stdout, as in the reference.
func (o *options) parse(args []string) (stdout, stderr []string, ok bool) {
	for i := 0; i+1 < len(args); i++ {
		if strings.HasSuffix(args[i], "-delete") && strings.HasPrefix(args[i+1], "2") {
			return []string{"May be you mean --delete2 instead of --delete 2"}, nil, false
		}
	}
	extra, problems := o.Parse(args)
	if len(problems) > 0 {
		stderr = append(problems, "Run imapsync --help to see the options.")
	}
	// GNU parallel gives an empty word when a column is empty.
	if len(extra) > 0 && extra[0] != "" && extra[0] != "0" {
		stdout = []string{
			fmt.Sprintf("Found %d extra arguments : [%s]", len(extra), strings.Join(o.MaskExtra(args), " ")),
			"It usually means a quoting issue in the command line or some misspelling options.",
		}
	}
	return stdout, stderr, len(problems) == 0 && stdout == nil
}

// complete fills in presets and implications, and finds everything that is wrong with the values
// before anything is connected.
func (o *options) complete() usage {
	var u usage
	implied := o.openNames()
	lines, setBy := o.applyPresets()
	u.notes = append(u.notes, lines...)
	o.trim()
	notes, problems := o.settle()
	u.notes = append(u.notes, notes...)
	o.prune.Expunge1Implied = implied["expunge1"]
	u.refused = append(u.refused, problems...)

	for _, opt := range o.Options() {
		isTheUsers := setBy[opt.Name()] == "" && !implied[opt.Name()]
		if opt.NoEffectReason() != "" && opt.Given() && isTheUsers {
			u.note("Option --%s has no effect: %s", opt.Name(), opt.NoEffectReason())
		}
	}
	u.refused = append(u.refused, o.start.problems()...)
	return u
}

func (u *usage) note(format string, args ...any) {
	u.notes = append(u.notes, sentence(fmt.Sprintf(format, args...)))
}

func (u *usage) refuse(format string, args ...any) {
	u.refused = append(u.refused, sentence(fmt.Sprintf(format, args...)))
}

func sentence(s string) string { return strings.TrimSuffix(s, ".") + "." }

// openNames are the options that the user left open: what they get comes from others.
func (o *options) openNames() map[string]bool {
	open := map[string]bool{}
	for _, opt := range o.Options() {
		if !opt.Given() {
			open[opt.Name()] = true
		}
	}
	return open
}

// problems are the values of the start options that cannot be.
func (o *startOptions) problems() []string {
	var bad []string
	for _, list := range [][]string{o.SigExit, o.SigReconnect, o.SigIgnore} {
		for _, name := range list {
			if _, ok := signalByName(name); !ok {
				bad = append(bad, fmt.Sprintf("There is no signal %q here; names are like TERM and INT.", name))
			}
		}
	}
	if o.SimuLong.Value < 0 {
		bad = append(bad, "--simulong: the number of seconds cannot be negative.")
	}
	slices.Sort(bad)
	return slices.Compact(bad)
}
