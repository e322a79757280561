package prune

import (
	"imapsync/internal/folder"
	"imapsync/internal/getopt"
	"imapsync/internal/plan"
)

// Options say what is deleted. [Options.Compile] checks them and turns them into a [Policy].
type Options struct {
	Delete1, Delete2, Delete2Duplicates getopt.Bool
	Delete2Folders                      getopt.Bool
	Delete2FoldersOnly                  getopt.String
	Delete2FoldersButNot                getopt.String
	Delete1EmptyFolders                 getopt.Bool
	Expunge1, Expunge2, UIDExpunge2     getopt.Bool
	ExpungeAfterEach                    getopt.Bool
	Delete1Unproven                     getopt.Bool
	MaxDeletions                        getopt.String

	// Expunge1Implied tells that --expunge1 is on because of another option: the user did not ask for
	// it by name, so it concerns nothing but this run's own messages.
	Expunge1Implied bool
}

// Register adds the options to fs with their help.
func (o *Options) Register(fs *getopt.Set) {
	fs.Group("deleting")
	fs.Bool(&o.Delete1, "delete1|delete", "Delete on host1 what is proven to be on host2. Implies --expunge1. Try it with --dry first.").Negatable()
	fs.Bool(&o.Delete1Unproven, "delete1unproven", "With --delete1, delete also messages whose headers are on host2 with another size and content, as 2.229 does.").New()
	fs.Bool(&o.Delete2, "delete2", "Delete on host2 the messages that are not on host1, in the folders that are synced. Try it with --dry first.").Negatable()
	fs.Bool(&o.Delete2Duplicates, "delete2duplicates", "Delete on host2 the duplicates within a folder. On with --delete2.").Negatable()
	fs.Bool(&o.Delete2Folders, "delete2folders", "Delete the folders of host2 that are not on host1, messages included. Try it with --dry first.").Negatable()
	fs.String(&o.Delete2FoldersOnly, "delete2foldersonly", "Like --delete2folders, only for the folders that match this Perl pattern.").Arg("reg")
	fs.String(&o.Delete2FoldersButNot, "delete2foldersbutnot", "Like --delete2folders, except for the folders that match this Perl pattern.").Arg("reg")
	fs.String(&o.MaxDeletions, "maxdeletions", "Delete at most this number of messages on host2 with --delete2 and --delete2folders, or with N% at most this share of each folder; a folder with more to delete is left as it is.").Arg("int or int%").New()
	fs.Bool(&o.Delete1EmptyFolders, "delete1emptyfolders", "Delete at the end the folders of host1 that are empty, INBOX excepted.")
	fs.Bool(&o.Expunge1, "expunge1|expunge", `Expunge the messages marked \Deleted on host1, whoever marked them. Implied by --delete1, then only for what this run deletes.`).Negatable()
	fs.Bool(&o.Expunge2, "expunge2", `Expunge the messages marked \Deleted on host2, whoever marked them.`).Negatable()
	fs.Bool(&o.UIDExpunge2, "uidexpunge2", "Expunge on host2 only what this run has deleted. On with --delete2.").Negatable()
	fs.Bool(&o.ExpungeAfterEach, "expungeaftereach", "With --delete1, expunge while messages are copied instead of at the end of each folder. On by default.").Negatable()
}

// Policy is the checked form of the options. It is safe for concurrent use.
type Policy struct {
	Source      bool // --delete1
	Unproven    bool
	AfterEach   bool // copied messages are expunged with each batch, else at the end of the folder
	ExpungeOurs bool // what was already there is expunged too, not only flagged
	ExpungeAll1 bool // --expunge1 by name: everything flagged, at the beginning and the end of a folder

	Extra       bool // --delete2
	Duplicates  bool
	Expunge2    bool // what is removed on host2 is expunged, not only flagged
	ExpungeAll2 bool // --expunge2 by name
	Limit       plan.Limit

	Folders      bool // --delete2folders
	Filter       *folder.DeleteFilter
	EmptyFolders bool
}

// Compile returns every problem together; the policy is of no use then.
func (o *Options) Compile() (Policy, []error) {
	p := Policy{
		Source:       o.Delete1.Value,
		Unproven:     o.Delete1Unproven.Value,
		AfterEach:    o.ExpungeAfterEach.Or(true),
		ExpungeOurs:  o.Expunge1.Or(o.Delete1.Value),
		ExpungeAll1:  o.Expunge1.Value && !o.Expunge1Implied,
		Extra:        o.Delete2.Value,
		Duplicates:   o.Delete2Duplicates.Or(o.Delete2.Value),
		Expunge2:     o.UIDExpunge2.Or(true),
		ExpungeAll2:  o.Expunge2.Value,
		Folders:      o.Delete2Folders.Value || o.Delete2FoldersOnly.Given || o.Delete2FoldersButNot.Given,
		EmptyFolders: o.Delete1EmptyFolders.Value,
	}
	filter, problems := folder.ParseDeleteFilter(o.Delete2FoldersOnly, o.Delete2FoldersButNot)
	p.Filter = filter
	if o.MaxDeletions.Given {
		limit, err := plan.ParseLimit(o.MaxDeletions.Value)
		if err != nil {
			problems = append(problems, err)
		}
		p.Limit = limit
	}
	return p, problems
}

// Writes1 tells whether messages are removed on host1, Removes2 whether they are on host2.
func (p *Policy) Writes1() bool { return p.Source || p.ExpungeAll1 }

// Removes2 tells whether messages of host2 are looked at for removal.
func (p *Policy) Removes2() bool { return p.Extra || p.Duplicates }
