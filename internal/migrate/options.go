package migrate

import (
	"time"

	"imapsync/internal/getopt"
)

// Options choose the kind of run.
type Options struct {
	Dry, Dry1                     getopt.Bool
	JustConnect, JustLogin        getopt.Bool
	JustFolders, JustFolderSizes  getopt.Bool
	FolderSizes, FolderSizesAtEnd getopt.Bool
	ErrorsMax                     getopt.Int
	DebugSleep                    getopt.Float
}

// Register adds the options to fs with their help.
func (o *Options) Register(fs *getopt.Set) {
	fs.Group("run")
	fs.Bool(&o.Dry, "dry", "Show what would be done, change nothing on either side.").Negatable()
	fs.Bool(&o.Dry1, "dry1", "With --dry, do not even read the messages of host1. On with --dry; --dry --nodry1 reads and changes them, and appends nothing.").Negatable().Hidden()
	fs.Bool(&o.JustConnect, "justconnect", "Only connect to both servers, then exit.").Negatable()
	fs.Bool(&o.JustLogin, "justlogin", "Only log in on both servers, then exit.").Negatable()
	fs.Bool(&o.JustFolders, "justfolders", "Only create (and subscribe) the folders, without messages.").Negatable()
	fs.Bool(&o.JustFolderSizes, "justfoldersizes", "Only show the sizes of the folders, then exit.").Negatable()
	fs.Bool(&o.FolderSizes, "foldersizes", "Show the sizes of folders before the copy. On by default.").Negatable()
	fs.Bool(&o.FolderSizesAtEnd, "foldersizesatend", "Show the sizes of folders after the copy. On by default.").Negatable()
	fs.Int(&o.ErrorsMax, "errorsmax", "Exit when this many errors have happened (default 50, and 0 means 50).")
	fs.Float(&o.DebugSleep, "debugsleep", "Pause for this number of seconds before the folders and before each of them.").Hidden()
}

// Mode is how far a run goes.
type Mode uint8

// Modes, from the shortest.
const (
	Full            Mode = iota
	JustConnect          // connect, no login
	JustLogin            // log in and out
	JustFolderSizes      // sizes of both sides
	JustFolders          // folders, no messages
)

// Plan of a run as settled from the options.
type settings struct {
	mode        Mode
	dry         bool
	dryCopy     bool // messages are read and changed in a dry run
	sizesBefore bool
	sizesAfter  bool
	errorsMax   int
	pause       time.Duration // --debugsleep
}

// settle gives the options their meaning. The sizes at the end follow --foldersizes; what
// --justfolders means for both is settled with the other implications of the command line.
func (o *Options) settle() settings {
	s := settings{dry: o.Dry.Value, dryCopy: o.Dry.Value && !o.Dry1.Or(true), errorsMax: int(o.ErrorsMax.Value)}
	switch {
	case o.JustConnect.Value:
		s.mode = JustConnect
	case o.JustLogin.Value:
		s.mode = JustLogin
	case o.JustFolderSizes.Value:
		s.mode = JustFolderSizes
	case o.JustFolders.Value:
		s.mode = JustFolders
	}
	s.pause = time.Duration(min(max(0, o.DebugSleep.Value), maxDebugSleep) * float64(time.Second))
	if s.errorsMax == 0 {
		s.errorsMax = DefaultErrorsMax
	}
	s.sizesBefore = o.FolderSizes.Or(true)
	s.sizesAfter = o.FolderSizesAtEnd.Or(s.sizesBefore)
	return s
}

// maxDebugSleep is the longest pause in seconds.
const maxDebugSleep = 24 * 3600

// DefaultErrorsMax is the number of errors after which a run gives up.
const DefaultErrorsMax = 50

// Sizes tells whether the size blocks before and after the copy are shown.
func (o *Options) Sizes() (before, after bool) {
	s := o.settle()
	return s.sizesBefore, s.sizesAfter
}

// Limit is the number of errors at which the run ends; with a negative one the first error ends it.
func (o *Options) Limit() int { return o.settle().errorsMax }
