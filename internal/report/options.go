package report

import (
	"fmt"

	"imapsync/internal/getopt"
)

// Options choose what the faces show.
type Options struct {
	Debug         getopt.Bool
	DebugFlags    getopt.Bool
	DebugLabels   getopt.Bool
	DebugFolders  getopt.Bool
	DebugMemory   getopt.Bool
	ErrorsDump    getopt.Bool // on unless negated
	ModuleVersion getopt.Bool // on unless negated
	Quiet         getopt.Bool
	JSON          getopt.Bool

	Mail1, Mail2 getopt.Bool
	MailFrom     getopt.String
	ReleaseCheck getopt.Bool

	unused [2]getopt.Bool // parsed, without effect
}

// Register adds the options to fs with their help.
func (o *Options) Register(fs *getopt.Set) {
	fs.Group("debugging")
	fs.Bool(&o.Debug, "debug", "Say more: every message that is left as it is, and why.").Negatable()
	fs.Bool(&o.DebugFolders, "debugfolders", "Show each step of the renaming of folders.").Negatable()
	fs.Bool(&o.DebugFlags, "debugflags", "Show each change of flags.").Negatable()
	fs.Bool(&o.DebugLabels, "debuglabels", "Show each change of Gmail labels.").Negatable().Hidden()
	fs.Bool(&o.DebugMemory, "debugmemory", "Show the memory in use at the start of each folder.").Negatable()
	fs.Bool(&o.ErrorsDump, "errorsdump", "List all errors again at the end. On by default.").Negatable().Hidden()
	fs.Bool(&o.ModuleVersion, "modulesversion|modules_version", "Print the versions of the libraries in use. On by default.").Negatable().Hidden()

	const internals = "it shows internals of 2.229 that do not exist here."
	fs.Bool(&o.unused[0], "debuglist", "Show internal lists.").Negatable().Hidden().NoEffect(internals)
	fs.Bool(&o.unused[1], "debugdev", "Show what the developers of 2.229 look at.").Negatable().Hidden().NoEffect(internals)

	fs.Group("output")
	fs.Bool(&o.Mail1, "emailreport1", "Put a message with the statistics of the run into INBOX of host1.").Negatable()
	fs.Bool(&o.Mail2, "emailreport2", "Put a message with the statistics of the run into INBOX of host2.").Negatable()
	fs.String(&o.MailFrom, "emailreportfrom", "Sender of that message (default "+mailFrom+").").Hidden()
	fs.Bool(&o.ReleaseCheck, "releasecheck", "Ask whether there is a newer release. There is no place to ask yet: a line says so, and nothing goes over the network.").Negatable()
	fs.Bool(&o.Quiet, "quiet", "Print no line per message and no progress; the log file has them all the same.").Negatable().New()
	fs.Bool(&o.JSON, "json", "Write one JSON object per line to standard output, for programs; see docs/json.md. The text goes to the log file only.").Negatable().New()
}

// Text gives the options of a [Text]; the log file's is not quiet.
func (o Options) Text(host1, host2 string) TextOptions {
	return TextOptions{
		Debug:        o.Debug.Value,
		DebugFolders: o.DebugFolders.Value,
		DebugFlags:   o.DebugFlags.Value,
		DebugLabels:  o.DebugLabels.Value,
		DebugMemory:  o.DebugMemory.Value,
		Quiet:        o.Quiet.Value,
		Host1:        host1,
		Host2:        host2,
	}
}

// Validate reports what is wrong with the options, before any connection.
func (o *Options) Validate() []error {
	if from := o.MailFrom; from.Given && (from.Value == "" || headerText(from.Value) != from.Value) {
		return []error{fmt.Errorf("--emailreportfrom %q: not an address that a header can hold", from.Value)}
	}
	return nil
}
