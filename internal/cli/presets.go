package cli

import (
	"fmt"
	"strings"
)

// when tells in which case a preset gives its value.
type when uint8

const (
	unset  when = iota // the user did not give the option at all
	falsy              // nor gave it 0 or an empty word
	added              // always: one more element of a list, after the user's
	forced             // always, against the user's value
)

// rule is one value of a preset.
type rule struct {
	when   when
	name   string
	value  string
	unless string // an option that keeps this rule out

	// hint marks a value that asks for no different result, only for care, so that the preset is
	// usable while the option is not.
	hint bool
}

// preset is what --NAME stands for.
type preset struct {
	name, help string
	rules      []rule
}

const (
	gmailFolder = `\[Gmail\]$`
	wrapLines   = `s,(.{10239}),$1\r\n,g`
)

// presets are in the order of application, section "presets" of the reference's documentation.
// --gmail2 does not turn on --expunge1 (docs/differences.md row 23).
var presets = [...]preset{
	{"gmail1", "host1 is Gmail.", []rule{
		{falsy, "host1", "imap.gmail.com", "", false},
		{unset, "ssl1", "1", "", false},
		{falsy, "maxbytespersecond", "40000", "", false},
		{falsy, "maxbytesafter", "3000000000", "", false},
		{unset, "automap", "1", "", false},
		{unset, "maxsleep", "2", "", false},
		{unset, "skipcrossduplicates", "1", "", false},
		{added, "useheader", "X-Gmail-Received", "", false},
		{added, "useheader", "Message-Id", "", false},
		{added, "regextrans2", `s,\[Gmail\].,,`, "", false},
		{added, "folderlast", "[Gmail]/All Mail", "", false},
	}},
	{"gmail2", "host2 is Gmail.", []rule{
		{falsy, "host2", "imap.gmail.com", "", false},
		{unset, "ssl2", "1", "", false},
		{falsy, "maxbytespersecond", "20000", "", false},
		{falsy, "maxbytesafter", "1000000000", "", false},
		{unset, "automap", "1", "", false},
		{unset, "addheader", "1", "", true},
		{unset, "maxsleep", "2", "", false},
		{added, "exclude", gmailFolder, "noexclude", false},
		{added, "useheader", "Message-Id", "", false},
		{added, "regextrans2", `s,\[Gmail\].,,`, "", false},
		{added, "regextrans2", `s,^ +| +$,,g`, "", false},
		{added, "regextrans2", `s,/ +| +/,/,g`, "", false},
		{added, "regextrans2", `s/['\^"]/_/g`, "", false},
		{added, "folderlast", "[Gmail]/All Mail", "", false},
	}},
	{"office1", "host1 is Office 365.", []rule{
		{falsy, "host1", "outlook.office365.com", "", false},
		{unset, "ssl1", "1", "", false},
		{added, "exclude", "^Files$", "noexclude", false},
	}},
	{"office2", "host2 is Office 365.", []rule{
		{falsy, "host2", "outlook.office365.com", "", false},
		{unset, "ssl2", "1", "", false},
		{falsy, "maxsize", "45000000", "", false},
		{falsy, "maxmessagespersecond", "4", "", false},
		{unset, "disarmreadreceipts", "1", "", false},
		{added, "regexmess", wrapLines, "noregexmess", false},
		{added, "f1f2", "Files=Files_renamed_by_imapsync", "nof1f2", false},
	}},
	{"exchange1", "host1 is Exchange. Has no effect.", nil},
	{"exchange2", "host2 is Exchange.", []rule{
		{falsy, "maxsize", "10000000", "", false},
		{falsy, "maxmessagespersecond", "4", "", false},
		{unset, "disarmreadreceipts", "1", "", false},
		{added, "regexflag", `s/\\Flagged//g`, "noregexflag", false},
		{added, "regexmess", wrapLines, "noregexmess", false},
	}},
	{"domino1", "host1 is Domino.", []rule{
		{forced, "sep1", `\`, "", false},
		{forced, "prefix1", "", "", false},
		{unset, "messageidnodomain", "1", "", false},
	}},
	{"domino2", "host2 is Domino.", []rule{
		{forced, "sep2", `\`, "", false},
		{forced, "prefix2", "", "", false},
		{unset, "messageidnodomain", "1", "", false},
		{added, "regextrans2", `s,^Inbox\\(.*),$1,i`, "", false},
	}},
}

// gmailBoth takes the place of gmail1 and gmail2 given together; every other preset is then
// ignored.
var gmailBoth = preset{"gmail1 --gmail2", "", []rule{
	{falsy, "host1", "imap.gmail.com", "", false},
	{falsy, "host2", "imap.gmail.com", "", false},
	{unset, "ssl1", "1", "", false},
	{unset, "ssl2", "1", "", false},
	{falsy, "maxbytespersecond", "20000", "", false},
	{falsy, "maxbytesafter", "1000000000", "", false},
	{unset, "automap", "1", "", false},
	{unset, "maxsleep", "2", "", false},
	{unset, "skipcrossduplicates", "0", "", false},
	{unset, "synclabels", "1", "", false},
	{unset, "resynclabels", "1", "", false},
	{added, "useheader", "X-Gmail-Received", "", false},
	{added, "useheader", "Message-Id", "", false},
	{added, "exclude", gmailFolder, "", false},
	{added, "folderlast", "[Gmail]/All Mail", "", false},
}}

// applyPresets gives the values of the presets the user asked for. It returns a line per preset
// for the log, and for each option that a preset has set the preset's name; hints are those of them
// that may stay without effect.
func (t table) applyPresets() (lines []string, setBy map[string]string, hints map[string]bool) {
	setBy, hints = map[string]string{}, map[string]bool{}
	chosen := presets[:]
	if t.on("gmail1") && t.on("gmail2") {
		lines = append(lines, t.apply(gmailBoth, setBy, hints))
		chosen = nil
	}
	for _, p := range chosen {
		if t.on(p.name) {
			lines = append(lines, t.apply(p, setBy, hints))
		}
	}
	return lines, setBy, hints
}

func (t table) apply(p preset, setBy map[string]string, hints map[string]bool) string {
	if len(p.rules) == 0 {
		return fmt.Sprintf("Option --%s does nothing (except printing this line...)", p.name)
	}
	var done []string
	for _, r := range p.rules {
		switch {
		case r.unless != "" && t.on(r.unless),
			r.when == unset && t.given(r.name),
			r.when == falsy && t.on(r.name):
			continue
		}
		t.give(r.name, r.value)
		done = append(done, r.words(t))
		setBy[r.name] = p.name
		if r.hint {
			hints[r.name] = true
		}
	}
	return fmt.Sprintf("Option --%s is like: %s", p.name, strings.Join(done, " "))
}

// words writes the rule as a command line would.
func (r rule) words(t table) string {
	switch o := t.option(r.name); {
	case o.Placeholder() != "":
		return fmt.Sprintf("--%s '%s'", r.name, strings.ReplaceAll(r.value, "'", `'\''`))
	case r.value == "0":
		return "--no" + r.name
	}
	return "--" + r.name
}
