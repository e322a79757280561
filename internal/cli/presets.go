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
		{falsy, "host1", "imap.gmail.com", ""},
		{unset, "ssl1", "1", ""},
		{falsy, "maxbytespersecond", "40000", ""},
		{falsy, "maxbytesafter", "3000000000", ""},
		{unset, "automap", "1", ""},
		{unset, "maxsleep", "2", ""},
		{unset, "skipcrossduplicates", "1", ""},
		{added, "useheader", "X-Gmail-Received", ""},
		{added, "useheader", "Message-Id", ""},
		{added, "regextrans2", `s,\[Gmail\].,,`, ""},
		{added, "folderlast", "[Gmail]/All Mail", ""},
	}},
	{"gmail2", "host2 is Gmail.", []rule{
		{falsy, "host2", "imap.gmail.com", ""},
		{unset, "ssl2", "1", ""},
		{falsy, "maxbytespersecond", "20000", ""},
		{falsy, "maxbytesafter", "1000000000", ""},
		{unset, "automap", "1", ""},
		{unset, "addheader", "1", ""},
		{unset, "maxsleep", "2", ""},
		{added, "exclude", gmailFolder, "noexclude"},
		{added, "useheader", "Message-Id", ""},
		{added, "regextrans2", `s,\[Gmail\].,,`, ""},
		{added, "regextrans2", `s,^ +| +$,,g`, ""},
		{added, "regextrans2", `s,/ +| +/,/,g`, ""},
		{added, "regextrans2", `s/['\^"]/_/g`, ""},
		{added, "folderlast", "[Gmail]/All Mail", ""},
	}},
	{"office1", "host1 is Office 365.", []rule{
		{falsy, "host1", "outlook.office365.com", ""},
		{unset, "ssl1", "1", ""},
		{added, "exclude", "^Files$", "noexclude"},
	}},
	{"office2", "host2 is Office 365.", []rule{
		{falsy, "host2", "outlook.office365.com", ""},
		{unset, "ssl2", "1", ""},
		{falsy, "maxsize", "45000000", ""},
		{falsy, "maxmessagespersecond", "4", ""},
		{unset, "disarmreadreceipts", "1", ""},
		{added, "regexmess", wrapLines, "noregexmess"},
		{added, "f1f2", "Files=Files_renamed_by_imapsync", "nof1f2"},
	}},
	{"exchange1", "host1 is Exchange. Has no effect.", nil},
	{"exchange2", "host2 is Exchange.", []rule{
		{falsy, "maxsize", "10000000", ""},
		{falsy, "maxmessagespersecond", "4", ""},
		{unset, "disarmreadreceipts", "1", ""},
		{added, "regexflag", `s/\\Flagged//g`, "noregexflag"},
		{added, "regexmess", wrapLines, "noregexmess"},
	}},
	{"domino1", "host1 is Domino.", []rule{
		{forced, "sep1", `\`, ""},
		{forced, "prefix1", "", ""},
		{unset, "messageidnodomain", "1", ""},
	}},
	{"domino2", "host2 is Domino.", []rule{
		{forced, "sep2", `\`, ""},
		{forced, "prefix2", "", ""},
		{unset, "messageidnodomain", "1", ""},
		{added, "regextrans2", `s,^Inbox\\(.*),$1,i`, ""},
	}},
}

// gmailBoth takes the place of gmail1 and gmail2 given together; every other preset is then
// ignored.
var gmailBoth = preset{"gmail1 --gmail2", "", []rule{
	{falsy, "host1", "imap.gmail.com", ""},
	{falsy, "host2", "imap.gmail.com", ""},
	{unset, "ssl1", "1", ""},
	{unset, "ssl2", "1", ""},
	{falsy, "maxbytespersecond", "20000", ""},
	{falsy, "maxbytesafter", "1000000000", ""},
	{unset, "automap", "1", ""},
	{unset, "maxsleep", "2", ""},
	{unset, "skipcrossduplicates", "0", ""},
	{unset, "synclabels", "1", ""},
	{unset, "resynclabels", "1", ""},
	{added, "useheader", "X-Gmail-Received", ""},
	{added, "useheader", "Message-Id", ""},
	{added, "exclude", gmailFolder, ""},
	{added, "folderlast", "[Gmail]/All Mail", ""},
}}

// applyPresets gives the values of the presets the user asked for. It returns a line per preset
// for the log, and for each option that a preset has set the preset's name.
func (t table) applyPresets() (lines []string, setBy map[string]string) {
	setBy = map[string]string{}
	chosen := presets[:]
	if t.on("gmail1") && t.on("gmail2") {
		lines = append(lines, t.apply(gmailBoth, setBy))
		chosen = nil
	}
	for _, p := range chosen {
		if t.on(p.name) {
			lines = append(lines, t.apply(p, setBy))
		}
	}
	return lines, setBy
}

func (t table) apply(p preset, setBy map[string]string) string {
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
