package message

import (
	"fmt"

	"imapsync/internal/getopt"
	"imapsync/internal/perlre"
)

// RewriteOptions say which messages are left by their content, and how the others are changed on
// their way. [NewRewriter] checks them.
type RewriteOptions struct {
	RegexMess          []string
	SkipMess           []string
	PipeMess           []string
	PipeMessCheck      getopt.Bool // on by default
	DisarmReadReceipts getopt.Bool
	TruncMess          getopt.Int
	MaxLineLength      getopt.Int
	MinMaxLineLength   getopt.Int
	MaxLineLengthCmd   getopt.String
	DebugMaxLineLength getopt.Bool
	DebugContent       getopt.Bool
}

// Register adds the options to fs with their help.
func (o *RewriteOptions) Register(fs *getopt.Set) {
	fs.Group("messages")
	fs.List(&o.RegexMess, "regexmess", `Apply this Perl expression, like 's/\000/ /g', to every message. Can be repeated; they are applied in order.`).Arg("reg")
	fs.List(&o.SkipMess, "skipmess", "Skip the messages that match this Perl expression, like 'm/[\\x80-\\xff]/'. Can be repeated.").Arg("reg")
	fs.List(&o.PipeMess, "pipemess", "Pass every message through this command of the shell, and copy what it prints. Can be repeated; each gets what the one before printed.").Arg("cmd")
	fs.Bool(&o.PipeMessCheck, "pipemesscheck", "Try the commands of --pipemess on a single space at the start. On by default.").Negatable().Hidden()
	fs.Bool(&o.DisarmReadReceipts, "disarmreadreceipts", "Rename Disposition-Notification-To, so that nobody is asked for read receipts of old messages.").Negatable()
	fs.Int(&o.TruncMess, "truncmess", "Cut messages after this number of bytes.")
	fs.Int(&o.MaxLineLength, "maxlinelength", "Skip messages with a line longer than this number of bytes, line end included.")
	fs.Int(&o.MinMaxLineLength, "minmaxlinelength", "Skip messages whose longest line is not longer than this number of bytes.").Hidden()
	fs.String(&o.MaxLineLengthCmd, "maxlinelengthcmd", "Pass the messages with too long lines through this command instead of skipping them.").Arg("cmd").Hidden()
	fs.Bool(&o.DebugMaxLineLength, "debugmaxlinelength", "Show the longest line of each message.").Negatable().Hidden()

	fs.Group("debugging")
	fs.Bool(&o.DebugContent, "debugcontent", "Print every message as it is copied. Private mail is then in the log.").Negatable()
}

// Commands are the commands to be tried before anything is connected, by option.
func (o *RewriteOptions) Commands() (pipes []string, line string) {
	if o.PipeMessCheck.Or(true) {
		pipes = o.PipeMess
	}
	return pipes, o.MaxLineLengthCmd.Value
}

// NewRewriter compiles o. [Rewriter.Bind]
// gives what $sync->{name} stands for. Every bad expression is reported, before any connection. A nil Rewriter changes and
// skips nothing, and costs nothing.
func NewRewriter(o RewriteOptions, addHeader bool) (*Rewriter, []error) {
	r := &Rewriter{}
	var bad []error
	known := perlre.Variables(perlre.RunVariable)
	for _, expr := range o.SkipMess {
		m, err := perlre.ParseMatch(expr, known)
		if err != nil {
			bad = append(bad, badExpression("skipmess", expr, err))
			continue
		}
		r.steps = append(r.steps, &skipStep{match: m, octets: recognizeMatch(expr)})
	}
	expressions := o.RegexMess
	if o.DisarmReadReceipts.Value {
		expressions = append(expressions[:len(expressions):len(expressions)], "s{"+disarmLeft+"}{"+disarmRight+"}"+disarmFlags)
	}
	for _, expr := range expressions {
		s, err := perlre.ParseSubst(expr, known)
		if err != nil {
			bad = append(bad, badExpression("regexmess", expr, err))
			continue
		}
		r.steps = append(r.steps, &substStep{expr: s, native: recognize(s)})
	}
	for _, c := range o.PipeMess {
		r.steps = append(r.steps, &commandStep{option: "pipemess", command: c})
	}
	if addHeader {
		r.steps = append(r.steps, headerStep{})
	}
	if o.TruncMess.Given && o.TruncMess.Value >= 0 {
		r.steps = append(r.steps, truncateStep{o.TruncMess.Value})
	}
	r.lines = lineRules{most: o.MaxLineLength, least: o.MinMaxLineLength, command: o.MaxLineLengthCmd.Value}
	r.Debug = Debug{Lines: o.DebugMaxLineLength.Value, Content: o.DebugContent.Value}
	if len(r.steps) == 0 && !r.lines.any() && r.Debug == (Debug{}) || len(bad) > 0 {
		return nil, bad
	}
	return r, nil
}

// badExpression words a refusal as the reference does.
func badExpression(option, expr string, err error) error {
	return fmt.Errorf("Error: eval %s '%s': %w\nError: one of --%s option is bad, check it", option, expr, err, option)
}
