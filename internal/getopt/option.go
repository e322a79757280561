package getopt

import (
	"fmt"
	"strconv"
	"strings"
)

// Kind says what an option takes.
type Kind uint8

// The kinds of options.
const (
	Flag   Kind = iota // no value
	Word               // one string, the last one wins
	Number             // one whole number
	Real               // one number
	Words              // strings, in command line order
	Keyed              // key=value pairs, in command line order
)

var kindNames = [...]string{"flag", "str", "int", "flo", "str*", "k=v"}

// String is the kind's name as the option table of the documentation writes it.
func (k Kind) String() string { return kindNames[k] }

// Option is one registered option. Its methods that change it return it, so that a registration
// reads as one line.
type Option struct {
	names  []string // canonical first, as documented
	help   string
	arg    string
	group  string
	kind   Kind
	neg    bool
	hidden bool
	fresh  bool // 2.229 has no such name
	secret bool

	noEffect string

	given  func() bool
	texts  func() []string
	store  func(text string) (problem string)
	negate func()
}

// Negatable lets the option be written --noNAME and --no-NAME too.
func (o *Option) Negatable() *Option { o.neg = true; return o }

// Hidden keeps the option out of the published help.
func (o *Option) Hidden() *Option { o.hidden = true; return o }

// Arg sets the word that help shows for the value, in place of the kind's name.
func (o *Option) Arg(placeholder string) *Option { o.arg = placeholder; return o }

// New marks a name that 2.229 lacks. It matches only when written in full, so that every
// abbreviation of 2.229 keeps its meaning (rule E13).
func (o *Option) New() *Option { o.fresh = true; return o }

// NoEffect says that the option is accepted and changes nothing, and why; the reason is for the log.
func (o *Option) NoEffect(reason string) *Option { o.noEffect = reason; return o }

// Secret keeps the value out of the printed command line.
func (o *Option) Secret() *Option { o.secret = true; return o }

// Name is the canonical name, in its documented case.
func (o *Option) Name() string { return o.names[0] }

// Names are the canonical name and the aliases.
func (o *Option) Names() []string { return o.names }

// Help is the help text.
func (o *Option) Help() string { return o.help }

// Group is the title under which help shows the option.
func (o *Option) Group() string { return o.group }

// Kind says what the option takes.
func (o *Option) Kind() Kind { return o.kind }

// Placeholder is the word that help shows for the value, empty for flags.
func (o *Option) Placeholder() string {
	if o.arg != "" || o.kind == Flag {
		return o.arg
	}
	return strings.TrimSuffix(o.kind.String(), "*")
}

// IsNegatable reports whether --noNAME is accepted.
func (o *Option) IsNegatable() bool { return o.neg }

// IsHidden reports whether the published help leaves the option out.
func (o *Option) IsHidden() bool { return o.hidden }

// IsNew reports whether 2.229 lacks the name.
func (o *Option) IsNew() bool { return o.fresh }

// IsSecret reports whether the value is masked in the printed command line.
func (o *Option) IsSecret() bool { return o.secret }

// NoEffectReason is what NoEffect was given, empty for options that work.
func (o *Option) NoEffectReason() string { return o.noEffect }

// Given reports whether the option has a value from the command line or from [Option.SetText].
// A list is given when it has elements.
func (o *Option) Given() bool { return o.given() }

// Texts are the values as text: "1" or "0" for flags, decimal numbers, key=value for pairs. There
// is none when the option was not given, one for options that are not lists.
func (o *Option) Texts() []string {
	if !o.given() {
		return nil
	}
	return o.texts()
}

// SetText gives the option a value as the command line would: "1" or "0" for a flag; a list gets
// one more element.
func (o *Option) SetText(text string) error {
	if o.kind == Flag && text == "0" {
		o.negate()
		return nil
	}
	if problem := o.store(text); problem != "" {
		return fmt.Errorf("option %s: %s", o.Name(), problem)
	}
	return nil
}

func boolText(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

func floatText(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }
