package cli

import "imapsync/internal/getopt"

// noEffect is an option of 2.229 that has no meaning here, with the reason, which help and the log
// repeat. The end state of both accounts is the same with and without it.
type noEffect struct {
	kind   getopt.Kind
	names  string
	neg    bool
	hidden bool
	help   string // what it does in 2.229
	reason string
}

var noEffectOptions = []noEffect{
	{getopt.Flag, "uid1", true, true, "Name the messages of host1 by UID.", "messages are always named by UID, which costs nothing and cannot name the wrong one."},
	{getopt.Flag, "uid2", true, true, "Name the messages of host2 by UID.", "messages are always named by UID, which costs nothing and cannot name the wrong one."},
	{getopt.Number, "split1", false, true, "Length of commands to host1.", "commands are cut to a length that servers take."},
	{getopt.Number, "split2", false, true, "Length of commands to host2.", "commands are cut to a length that servers take."},
	{getopt.Number, "buffersize", false, true, "Size of the read buffer.", "buffers have the size that measured fastest."},
	{getopt.Flag, "sanitize", true, true, "Remove blanks round hosts, users and passwords.", "blanks round hosts, users and passwords of the command line are always removed, as 2.229 does even with --nosanitize."},
	{getopt.Flag, "checknoabletosearch", true, true, "Find out whether --noabletosearch is needed.", "folders are listed without SEARCH ALL, and a SEARCH that fails is an error of its folder."},
	{getopt.Flag, "checkmessageexists", true, true, "Check that a message is still there before it is read.", "a message that disappeared meanwhile is always noticed."},
	{getopt.Flag, "allowsizemismatch", true, true, "Accept messages whose size differs from what host1 announced. On by default.", "the octets received are always compared with what host1 announces when it sends them; RFC822.SIZE, which servers get wrong, decides nothing."},
	{getopt.Flag, "fixcolonbug", true, true, "Avoid colons in the names of cache folders.", "the cache folders of 2.229 are only read, never moved."},
	{getopt.Flag, "memorystress", true, true, "Use a lot of memory.", "it makes 2.229 fill the memory of the machine to test itself."},
	{getopt.Flag, "exitonload", true, true, "Refuse to run on a loaded machine.", "it is about 2.229 behind a web server."},
	{getopt.Words, "var", false, true, "Value of a web form.", "it is about 2.229 behind a web server."},
	{getopt.Flag, "debugcgi", true, true, "Show what the web form gave.", "it is about 2.229 behind a web server."},
	{getopt.Flag, "debugsig", true, true, "Show what signals do.", "the signals and what they do are always told at the start."},
}

func registerNoEffect(fs *getopt.Set) {
	fs.Group("accepted without effect")
	for _, n := range noEffectOptions {
		o := n.register(fs).NoEffect(n.reason)
		if n.neg {
			o.Negatable()
		}
		if n.hidden {
			o.Hidden()
		}
	}
}

// register gives the option a destination of its own: nothing reads the value.
func (n noEffect) register(fs *getopt.Set) *getopt.Option {
	switch n.kind {
	case getopt.Flag:
		return fs.Bool(new(getopt.Bool), n.names, n.help)
	case getopt.Word:
		return fs.String(new(getopt.String), n.names, n.help)
	case getopt.Number:
		return fs.Int(new(getopt.Int), n.names, n.help)
	case getopt.Real:
		return fs.Float(new(getopt.Float), n.names, n.help)
	case getopt.Keyed:
		return fs.Pairs(new([]getopt.Pair), n.names, n.help)
	case getopt.Words:
	}
	return fs.List(new([]string), n.names, n.help)
}
