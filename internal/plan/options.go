package plan

import (
	"fmt"

	"imapsync/internal/getopt"
)

// Options say which messages are copied and what happens to flags.
type Options struct {
	MaxSize, MinSize getopt.Int
	ResyncFlags      getopt.Bool
	FilterFlags      getopt.Bool
	FixCase          getopt.Bool

	SyncDuplicates       getopt.Bool
	SkipCrossDuplicates  getopt.Bool
	DebugCrossDuplicates getopt.Bool
	Flags                FlagOptions
}

// Register adds the options to fs with their help.
func (o *Options) Register(fs *getopt.Set) {
	fs.Group("messages")
	fs.Int(&o.MaxSize, "maxsize", "Skip messages larger than this many bytes.")
	fs.Int(&o.MinSize, "minsize", "Skip messages of this many bytes or smaller.")
	fs.Bool(&o.SyncDuplicates, "syncduplicates", "Copy the duplicates within a folder of host1 too.").Negatable()
	fs.Bool(&o.SkipCrossDuplicates, "skipcrossduplicates", "Do not copy messages that an earlier folder has already brought. On with --gmail1.").Negatable()
	fs.Bool(&o.DebugCrossDuplicates, "debugcrossduplicates", "Show what --skipcrossduplicates finds, and in which folders.").Negatable()
	fs.Bool(&o.ResyncFlags, "resyncflags", "Set the flags of messages already on host2 like on host1. On by default.").Negatable()
	fs.Bool(&o.FilterFlags, "filterflags", "Send only flags that host2 keeps (PERMANENTFLAGS). On by default.").Negatable().Hidden()
	fs.Bool(&o.FixCase, "flagscase", "Write the standard flags in their usual letter case. On by default.").Negatable().Hidden()
	o.Flags.Register(fs)
}

// ByUID makes the rules those of --useuid: every message of host1 that has no known copy is copied,
// duplicates too, and what other folders hold does not count. With all set every message is copied at
// every run (--useuid --nousecache).
func (r *Rules) ByUID(on, all bool) {
	if !on {
		return
	}
	r.SyncDuplicates, r.CopyAll, r.Elsewhere = true, all, nil
}

// Rules settles the defaults. appendLimit is the largest message host2 takes in octets, 0 for none
// known; exact tells that --useheader was given.
func (o *Options) Rules(appendLimit int64, exact bool) (Rules, []error) {
	rewrite, bad := o.Flags.Compile()
	r := Rules{MaxSize: o.MaxSize.Value, MinSize: o.MinSize.Value, ResyncFlags: o.ResyncFlags.Or(true), Exact: exact,
		SyncDuplicates: o.SyncDuplicates.Value,
		Flags:          FlagRule{Rewrite: rewrite, FixCase: o.FixCase.Or(true), Filter: o.FilterFlags.Or(true)},
		FlagsAfterCopy: o.Flags.AfterCopy.Value,
		Labels:         LabelRule{Copies: o.Flags.SyncLabels.Value, There: o.Flags.ResyncLabels.Value}}
	if r.MaxSize < 0 {
		bad = append(bad, fmt.Errorf("--maxsize %d: a size cannot be negative", r.MaxSize))
	}
	if r.MinSize < 0 {
		bad = append(bad, fmt.Errorf("--minsize %d: a size cannot be negative", r.MinSize))
	}
	if appendLimit > 0 && (r.MaxSize == 0 || appendLimit < r.MaxSize) {
		r.MaxSize = appendLimit
	}
	if o.SkipCrossDuplicates.Value {
		r.Elsewhere = NewElsewhere()
	}
	return r, bad
}
