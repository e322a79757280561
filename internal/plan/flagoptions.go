package plan

import (
	"fmt"
	"slices"

	"imapsync/internal/fault"
	"imapsync/internal/getopt"
	"imapsync/internal/perlre"
)

// FlagOptions say what becomes of flags on their way, beyond --resyncflags and its kin.
type FlagOptions struct {
	Regex       []string // whole Perl operators, the presets' behind the user's
	FilterBuggy getopt.Bool
	AfterCopy   getopt.Bool
	// NoRegex keeps presets from adding to Regex; whoever applies the presets reads it.
	NoRegex getopt.Bool

	SyncLabels, ResyncLabels getopt.Bool // of Gmail
}

// Register adds the options to fs with their help.
func (o *FlagOptions) Register(fs *getopt.Set) {
	fs.Group("flags")
	fs.List(&o.Regex, "regexflag", `Apply this Perl s/// or tr/// expression to the flags of every message, a text like "\Seen $Label1". Can be repeated.`).Arg("reg")
	fs.Bool(&o.NoRegex, "noregexflag", "Keep --exchange2 from adding its --regexflag.").Hidden()
	fs.Bool(&o.FilterBuggy, "filterbuggyflags", `Leave out flags that are known to make servers fail, such as \Indexed or \FORWARDED.`).Negatable()
	fs.Bool(&o.AfterCopy, "syncflagsaftercopy", "After the copy of a folder, read the flags of the copies and set those that host2 did not take with the message, or that changed on host1 meanwhile.").Negatable().Hidden()
	fs.Bool(&o.SyncLabels, "synclabels", "Copy Gmail labels with the messages, between two servers that have them. On with --gmail1 --gmail2.").Negatable()
	fs.Bool(&o.ResyncLabels, "resynclabels", "Bring the Gmail labels of messages already on host2 up to date. On with --gmail1 --gmail2.").Negatable()
}

// buggyFlags are flags with a backslash that IMAP does not know, as the reference lists them: as parts
// of the text in any letter case, so a longer one must stand before its own beginning.
const buggyFlags = `s/\\RECEIPTCHECKED|\\JUNK|\\Indexed|\\X-EON-HAS-ATTACHMENT|\\UNSEEN|\\ATTACHED|\\X-HAS-ATTACH|` +
	`\\FORWARDED|\\FORWARD|\\X-FORWARDED|\\\$FORWARDED|\\PRIORITY|\\READRCPT//gi`

// Compile checks the expressions. The errors are what the reference says of a bad one.
func (o *FlagOptions) Compile() ([]*perlre.Subst, []error) {
	texts := slices.Clone(o.Regex)
	if o.FilterBuggy.Value {
		texts = append([]string{buggyFlags}, texts...)
	}
	var rewrite []*perlre.Subst
	var bad []error
	for _, text := range texts {
		s, err := perlre.ParseSubst(text, perlre.Variables(perlre.RunVariable))
		if err != nil {
			bad = append(bad, badFlagRule(fmt.Sprintf("Error: eval regexflag '%s': %v", text, err)))
			continue
		}
		rewrite = append(rewrite, s)
	}
	if bad != nil {
		bad = append(bad, badFlagRule("Error: one of --regexflag option is bad, check it"))
	}
	return rewrite, bad
}

func badFlagRule(text string) error { return &fault.Error{Kind: fault.Usage, Text: text} }
