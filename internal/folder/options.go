package folder

import "imapsync/internal/getopt"

// Options say which folders take part and how they are renamed. Names and patterns are about raw
// IMAP names. [Options.Compile] checks them and turns them into [Rules].
type Options struct {
	Folders, FolderRec       []string // literal names; names with everything below
	FolderFirst, FolderLast  []string
	Include, Exclude         []string // Perl patterns, in command line order
	Subscribed               getopt.Bool
	Subscribe, SubscribeAll  getopt.Bool
	MixFolders, SkipEmpty    getopt.Bool
	Automap                  getopt.Bool
	F1F2                     []string      // host1 name=host2 name
	F1F2H                    []getopt.Pair // accepted for old command lines, without effect
	Prefix1, Prefix2         getopt.String
	Sep1, Sep2               getopt.String
	Subfolder1, Subfolder2   getopt.String
	RegexTrans2              []string // Perl s/// and tr/// expressions, in command line order
	FixSlash2, FixInboxINBOX getopt.Bool
	CheckFoldersExist        getopt.Bool
	CheckSelectable          getopt.Bool
	CreateFolderOld          getopt.Bool
	JustFolderLists          getopt.Bool
	JustAutomap              getopt.Bool
	SyncACLs                 getopt.Bool

	// NoExclude and NoF1F2 keep the provider presets from adding their own --exclude and --f1f2;
	// whoever applies the presets reads them.
	NoExclude, NoF1F2 getopt.Bool
}

// Register adds the options to fs with their help.
func (o *Options) Register(fs *getopt.Set) {
	fs.Group("folders")
	fs.List(&o.Folders, "folder", "Sync this folder. Can be repeated.")
	fs.List(&o.FolderRec, "folderrec", "Sync this folder and everything below it. Can be repeated.")
	fs.List(&o.FolderFirst, "folderfirst", "Sync this folder first. Can be repeated.")
	fs.List(&o.FolderLast, "folderlast", "Sync this folder last. Can be repeated.")
	fs.List(&o.Include, "include", "Also sync the folders matching this Perl pattern. Can be repeated.").Arg("reg")
	fs.List(&o.Exclude, "exclude", "Do not sync the folders matching this Perl pattern; applied after every selection. Can be repeated.").Arg("reg")
	fs.Bool(&o.NoExclude, "noexclude", "Keep --office1 and --gmail2 from adding their --exclude.").Hidden()
	fs.Bool(&o.Subscribed, "subscribed", "Sync the folders subscribed on host1.")
	fs.Bool(&o.Subscribe, "subscribe", "Subscribe on host2 to what is subscribed on host1. On by default.").Negatable()
	fs.Bool(&o.SubscribeAll, "subscribeall|subscribe_all", "Subscribe on host2 to every synced folder.").Negatable()
	fs.Bool(&o.MixFolders, "mixfolders", "Sync into a host2 folder that exists under other letters, as on servers that ignore the letter case. On by default; --nomixfolders syncs only the first of them.").Negatable()
	fs.Bool(&o.SkipEmpty, "skipemptyfolders", "Do not create on host2 the folders that are empty on host1.").Negatable()
	fs.Bool(&o.Automap, "automap", "Guess which folders are Sent, Drafts, Junk, Trash, Archive, Flagged and All on both sides.").Negatable()
	fs.Bool(&o.JustAutomap, "justautomap", "Show the folders and their mapping, then exit.").Negatable().Hidden()
	fs.Bool(&o.JustFolderLists, "justfolderlists", "Show the folders of both sides, then exit.").Negatable().Hidden()
	fs.List(&o.F1F2, "f1f2", "Call the first folder, of host1, like the second on host2, whatever the other rules say. Can be repeated.").Arg("str1=str2")
	fs.Pairs(&o.F1F2H, "f1f2h", "Another spelling of --f1f2.").Hidden().NoEffect("2.229 overwrites it with the values of --f1f2")
	fs.Bool(&o.NoF1F2, "nof1f2", "Keep --office2 from adding its --f1f2.").Hidden()
	fs.String(&o.Subfolder1, "subfolder1", "Sync this folder of host1 and what is below it to the top of host2.")
	fs.String(&o.Subfolder2, "subfolder2", "Sync everything below this folder of host2.")
	fs.String(&o.Prefix1, "prefix1", "Remove this prefix from host1 folder names. Default: what the server says.")
	fs.String(&o.Prefix2, "prefix2", "Put this prefix before host2 folder names, except INBOX. Default: what the server says.")
	fs.String(&o.Sep1, "sep1", "Hierarchy separator of host1. Default: what the server says.")
	fs.String(&o.Sep2, "sep2", "Hierarchy separator of host2. Default: what the server says.")
	fs.List(&o.RegexTrans2, "regextrans2", "Apply this Perl s/// or tr/// expression to host2 folder names, after all other changes. Can be repeated.").Arg("reg")
	fs.Bool(&o.FixSlash2, "fixslash2", "Replace / by _ in host2 names when / separates on host1 only. On by default.").Negatable().Hidden()
	fs.Bool(&o.FixInboxINBOX, "fixInboxINBOX", "Write Inbox or INBOX as host2 does. On by default.").Negatable().Hidden()
	fs.Bool(&o.CheckFoldersExist, "checkfoldersexist", "Leave out selected folders that are not in host1's list. On by default.").Negatable().Hidden()
	fs.Bool(&o.CheckSelectable, "checkselectable", "Leave out selected folders that cannot be selected. On by default up to 152 folders.").Negatable().Hidden()
	fs.Bool(&o.SyncACLs, "syncacls", "Give the folders of host2 the access control lists of host1, on servers that have ACL.").Negatable()
	fs.Bool(&o.CreateFolderOld, "create_folder_old", "Create host2 folders without their parents.").Negatable().Hidden()
}
