package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"imapsync/internal/getopt"
	"imapsync/internal/report"
)

const helpHead = `Name: imapsync - copies mailboxes from one IMAP server to another, incrementally and without duplicates.

Version: %s, runs the command lines of imapsync %s

Usage: imapsync [options]
`

const helpExamples = `
Examples, from the safest:

  Test both connections and passwords:
    imapsync --host1 imap.old.example --user1 ann --passfile1 p1 --host2 imap.new.example --user2 ann --passfile2 p2 --justlogin

  See what would be copied, change nothing:
    imapsync --host1 … --user1 … --passfile1 … --host2 … --user2 … --passfile2 … --dry

  Copy everything; run it again any time, it copies only what is missing:
    imapsync --host1 … --user1 … --passfile1 … --host2 … --user2 … --passfile2 …

  Copy two folders only, below a folder Old of the destination:
    imapsync … --folder INBOX --folder Sent --subfolder2 Old

  Match folders like Sent and Trash by their role, leave the junk out:
    imapsync … --automap --exclude '(?i)^(spam|junk)'
`

// helpGroups orders the groups; owners name theirs as they like.
var helpGroups = []string{
	"credentials", "encryption", "authentication", "connection", "folders", "folder sizes", "messages", "flags",
	"deleting", "transfer", "run", "tmp", "log", "output", "behavior", "debugging", "tests", "specific", "accepted without effect",
}

// shortHelp is what a bare "imapsync" prints.
func (p *program) shortHelp() {
	fmt.Fprintf(p.stdout, helpHead, version(), report.ReferenceVersion)
	fmt.Fprint(p.stdout, helpExamples)
	fmt.Fprint(p.stdout, "\nOptions: imapsync --help lists them all, by subject, with the exit values.\n")
	p.helpFoot()
}

// fullHelp is --help: every published option, verb and exit value.
func (p *program) fullHelp(o *options) {
	fmt.Fprintf(p.stdout, helpHead, version(), report.ReferenceVersion)
	for _, v := range verbs() {
		fmt.Fprintf(p.stdout, "       imapsync %-9s %s\n", v.name, v.help)
	}
	fmt.Fprint(p.stdout, `
Options:
 str means a string, int an integer number, flo a number, reg a Perl regular expression.
 Names may be shortened as long as they stay unique; --noNAME turns a flag off.
`)
	groups := map[string][]*getopt.Option{}
	for _, opt := range o.Options() {
		if !opt.IsHidden() {
			group := strings.TrimPrefix(opt.Group(), "Options/")
			groups[group] = append(groups[group], opt)
		}
	}
	for _, group := range helpGroups {
		if len(groups[group]) > 0 {
			helpGroup(p.stdout, group, groups[group])
		}
	}
	fmt.Fprint(p.stdout, helpExamples)
	helpExitValues(p.stdout)
	p.helpFoot()
}

func helpGroup(w io.Writer, title string, opts []*getopt.Option) {
	fmt.Fprintf(w, "\nOptions/%s:\n", title)
	for _, opt := range opts {
		name := "--" + opt.Name()
		if value := opt.Placeholder(); value != "" {
			name += " " + value
		}
		help := opt.Help()
		if reason := opt.NoEffectReason(); reason != "" {
			help = strings.TrimSuffix(help, ".") + ". Accepted without effect: " + reason
		}
		if row := saferRows[opt.Name()]; row > 0 {
			help = fmt.Sprintf("%s. Safer than 2.229, difference %d", strings.TrimSuffix(help, "."), row)
		}
		writeWrapped(w, fmt.Sprintf(" %-27s: ", name), sentence(help))
	}
}

// writeWrapped prints text after head, in lines of about 100 columns.
func writeWrapped(w io.Writer, head, text string) {
	const width = 100
	indent := strings.Repeat(" ", 30)
	line := head
	for i, word := range strings.Fields(text) {
		switch {
		case i == 0:
			line += word
		case len(line)+1+len(word) > width:
			fmt.Fprintln(w, line)
			line = indent + word
		default:
			line += " " + word
		}
	}
	fmt.Fprintln(w, line)
}

// helpExitValues lists the values from the table of the errors, and those that are no error of a
// run.
func helpExitValues(w io.Writer) {
	codes := []int{exitOK, exitCatchAll, exitBySignal, exitByFile}
	for _, bySide := range exitCodes {
		codes = append(codes, bySide[:]...)
	}
	slices.Sort(codes)
	fmt.Fprint(w, "\nExit values:\n")
	for _, code := range slices.Compact(codes) {
		fmt.Fprintf(w, " %3d  %s\n", code, report.ExitText(code))
	}
	fmt.Fprint(w, " A run with errors ends with the value of the most frequent one. 128 and more: ended by a signal.\n")
}

func (p *program) helpFoot() {
	fmt.Fprintf(p.stdout, "\n%s\n%s\n", report.HereIs(version(), report.ThisHost()), report.Homepage)
}
