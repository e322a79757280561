package cli

import "imapsync/internal/getopt"

// noEffect is an option of 2.229 that has no meaning here, with the reason, which help and the log
// repeat. The end state of both accounts is the same with and without it.
type noEffect struct {
	kind   getopt.Kind
	names  string
	neg    bool
	hidden bool
	reason string
}

var noEffectOptions = []noEffect{
	{getopt.Flag, "uid1", true, true, "messages are always named by UID, which costs nothing and cannot name the wrong one."},
	{getopt.Flag, "uid2", true, true, "messages are always named by UID, which costs nothing and cannot name the wrong one."},
	{getopt.Number, "split1", false, true, "commands are cut to a length that servers take."},
	{getopt.Number, "split2", false, true, "commands are cut to a length that servers take."},
	{getopt.Number, "buffersize", false, true, "buffers have the size that measured fastest."},
	{getopt.Flag, "sanitize", true, true, "blanks round hosts, users and passwords of the command line are always removed, as 2.229 does even with --nosanitize."},
	{getopt.Flag, "checknoabletosearch", true, true, "folders are listed without SEARCH."},
	{getopt.Flag, "checkmessageexists", true, true, "a message that disappeared meanwhile is always noticed."},
	{getopt.Flag, "fixcolonbug", true, true, "no file is named after a folder."},
	{getopt.Number, "maxbytesafter", false, false, "it only says when --maxbytespersecond begins."},
	{getopt.Real, "maxsleep", false, false, "it only limits the pauses of --maxbytespersecond and --maxmessagespersecond."},
	{getopt.Word, "emailreportfrom", false, true, "it only says who sends --emailreport1 and --emailreport2."},
	{getopt.Flag, "releasecheck", true, false, "this program never asks the network about newer releases."},
	{getopt.Flag, "exitonload", true, true, "it is about 2.229 behind a web server."},
	{getopt.Words, "var", false, true, "it is about 2.229 behind a web server."},
	{getopt.Flag, "debugcgi", true, true, "it is about 2.229 behind a web server."},
	{getopt.Flag, "debugsig", true, true, "the signals and what they do are always told at the start."},
}

func registerNoEffect(fs *getopt.Set) {
	fs.Group("accepted without effect")
	for _, n := range noEffectOptions {
		o := later{kind: n.kind, names: n.names}.register(fs).NoEffect(n.reason)
		if n.neg {
			o.Negatable()
		}
		if n.hidden {
			o.Hidden()
		}
	}
}
