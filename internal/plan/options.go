package plan

import (
	"fmt"

	"imapsync/internal/getopt"
)

// Options say which messages are copied and what happens to flags.
type Options struct {
	MaxSize, MinSize getopt.Int
	AppendLimit      getopt.Int
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
	fs.Int(&o.AppendLimit, "appendlimit", "Largest message that host2 takes, in bytes. Default is what the server says.").Hidden()
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
	r.SyncDuplicates, r.CopyAll, r.Paired, r.Elsewhere = true, all, true, nil
}

// Rules settles the defaults; exact tells that --useheader was given. What host2 takes is not in
// them, see [LimitSize].
func (o *Options) Rules(exact bool) (Rules, []error) {
	rewrite, bad := o.Flags.Compile()
	r := Rules{MaxSize: o.MaxSize, MinSize: o.MinSize, ResyncFlags: o.ResyncFlags.Or(true), Exact: exact,
		SyncDuplicates: o.SyncDuplicates.Value,
		Flags:          FlagRule{Rewrite: rewrite, FixCase: o.FixCase.Or(true), Filter: o.FilterFlags.Or(true)},
		FlagsAfterCopy: o.Flags.AfterCopy.Value,
		Labels:         LabelRule{Copies: o.Flags.SyncLabels.Value, There: o.Flags.ResyncLabels.Value}}
	for _, o := range []struct {
		name string
		size getopt.Int
	}{{"maxsize", o.MaxSize}, {"minsize", o.MinSize}, {"appendlimit", o.AppendLimit}} {
		if o.size.Value < 0 {
			bad = append(bad, fmt.Errorf("--%s %d: a size cannot be negative", o.name, o.size.Value))
		}
	}
	if o.SkipCrossDuplicates.Value {
		r.Elsewhere = NewElsewhere()
	}
	return r, bad
}
