package state

import "imapsync/internal/getopt"

// Options say what is remembered between runs, and where.
type Options struct {
	UseCache       getopt.Bool // on with --useuid
	CacheAfterCopy getopt.Bool // on with --usecache
	UseUID         getopt.Bool
	Debug          getopt.Bool
	Dir            getopt.String
	None           getopt.Bool
	Full           getopt.Bool
}

// Register adds the options to fs with their help.
func (o *Options) Register(fs *getopt.Set) {
	fs.Group("messages")
	fs.Bool(&o.UseCache, "usecache", "Remember which messages were copied. On with --useuid.").Negatable()
	fs.Bool(&o.CacheAfterCopy, "cacheaftercopy", "Remember a message as soon as it is copied. On with --usecache.").Negatable().Hidden()
	fs.Bool(&o.UseUID, "useuid", "Recognise messages by what was remembered of them, not by headers; implies --usecache. With --nousecache every run copies everything again.").Negatable()
	fs.Bool(&o.Debug, "debugcache", "Show what is remembered.").Negatable().Hidden()
	fs.String(&o.Dir, "statedir", "Directory for what is remembered between runs, and for locks. Default is imapsync in the user's state directory.").New()
	fs.Bool(&o.None, "nostate", "Remember nothing between runs.").New()
	fs.Bool(&o.Full, "full", "List every folder whole, whatever earlier runs remember of it.").New()
}

// Rules are the options with their defaults settled.
type Rules struct {
	Use       bool // what is known is used
	AfterCopy bool // and what is copied is added as soon as host2 confirms it
	ByUID     bool // --useuid
	None      bool // --nostate
	Listings  bool // what folders held is remembered, so that the next run asks for what changed
	Full      bool // --full: and not used by this one
	Debug     bool
	Dir       string // "" for the user's own
	OldCache  string // directory that may hold caches of 2.229, "" for none
	Lock      bool   // destination folders are held while they are filled
}

// Settle gives the options their meaning. tmpdir is where 2.229 kept its caches.
func (o *Options) Settle(tmpdir string) Rules {
	r := Rules{Use: o.UseCache.Or(o.UseUID.Value), ByUID: o.UseUID.Value, None: o.None.Value, Debug: o.Debug.Value, Dir: o.Dir.Value, Lock: true}
	r.Listings, r.Full = !r.None, o.Full.Value
	r.AfterCopy = o.CacheAfterCopy.Or(true)
	if r.Use {
		r.OldCache = tmpdir
	}
	return r
}

// CopyAll tells that every run copies everything: --useuid --nousecache.
func (r Rules) CopyAll() bool { return r.ByUID && !r.Use }
