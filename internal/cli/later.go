package cli

import "imapsync/internal/getopt"

// later is an option of 2.229 whose behaviour does not exist. Giving it is refused, because a run
// that silently did something else would be worse than none; a value that asks for nothing is fine.
type later struct {
	kind     getopt.Kind
	names    string
	neg      bool
	hidden   bool
	help     string
	what     string   // the rest of "Option --name is refused: "
	harmless []string // values that ask for nothing; a flag's default list is its negation
}

// laterOptions are all of them, by the package that will own them.
var laterOptions = []struct {
	group   string
	options []later
}{
	{"run", laterRun},
}

// registerLater puts them into the table with destinations of their own: nothing reads the values
// but presets, implications, and the refusal.
func registerLater(fs *getopt.Set) {
	for _, owner := range laterOptions {
		fs.Group(owner.group)
		for _, l := range owner.options {
			o := l.register(fs).Later(l.what, l.harmless...)
			if l.neg {
				o.Negatable()
			}
			if l.hidden {
				o.Hidden()
			}
		}
	}
}

func (l later) register(fs *getopt.Set) *getopt.Option {
	switch l.kind {
	case getopt.Flag:
		return fs.Bool(new(getopt.Bool), l.names, l.help)
	case getopt.Word:
		return fs.String(new(getopt.String), l.names, l.help)
	case getopt.Number:
		return fs.Int(new(getopt.Int), l.names, l.help)
	case getopt.Real:
		return fs.Float(new(getopt.Float), l.names, l.help)
	case getopt.Keyed:
		return fs.Pairs(new([]getopt.Pair), l.names, l.help)
	case getopt.Words:
	}
	return fs.List(new([]string), l.names, l.help)
}

// either are the values of a flag that changes nothing by itself, only together with another
// option that is refused.
var either = []string{"0", "1"}

// confirmed is the value of a flag that is on by default.
var confirmed = []string{"1"}

const (
	noTests = "the program has no tests of its own; its sources have them, see make test."
)

var laterRun = []later{
	{getopt.Real, "debugsleep", false, true, "Pause at certain points for this number of seconds.", "nothing waits for it.", []string{"0"}},
	{getopt.Flag, "tests", true, false, "Run the tests of 2.229.", noTests, nil},
	{getopt.Flag, "testsdebug|tests_debug", true, true, "Run some tests of 2.229.", noTests, nil},
	{getopt.Words, "testsunit", false, true, "Run these tests of 2.229.", noTests, nil},
	{getopt.Flag, "testslive", true, false, "Copy between two accounts of the author of 2.229; see imapsync demo.", "those accounts are not ours; imapsync demo shows a real run without a network.", nil},
	{getopt.Flag, "testslive6", true, false, "Like --testslive over IPv6; see imapsync demo.", "those accounts are not ours; imapsync demo shows a real run without a network.", nil},
	{getopt.Flag, "memorystress", true, true, "Use a lot of memory, for tests of 2.229.", noTests, nil},
}
