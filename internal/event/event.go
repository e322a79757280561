// Package event is the stream of facts a run emits. The engine knows nothing of logs, JSON or
// progress bars: it hands every fact to a [Sink], and each face (text log, JSON lines, progress
// display) listens to the same stream.
//
// Every event is a plain value. A sink must not keep a slice of an event beyond the call unless it
// copies it.
package event

import (
	"time"

	"imapsync/internal/account"
	"imapsync/internal/fault"
	"imapsync/internal/imap"
	"imapsync/internal/plan"
)

// Sink receives events. Emit may be called from several goroutines at once and must not block for
// long: the copy waits for it.
type Sink interface{ Emit(Event) }

// Func makes a function a Sink.
type Func func(Event)

// Emit calls f.
func (f Func) Emit(e Event) { f(e) }

// Discard is a Sink that ignores everything.
var Discard Sink = Func(func(Event) {})

// Tee hands every event to each sink in order.
func Tee(sinks ...Sink) Sink {
	return Func(func(e Event) {
		for _, s := range sinks {
			s.Emit(e)
		}
	})
}

// Event is one of the types of this package.
type Event interface{ event() }

// Level ranks notes.
type Level uint8

// Levels of notes.
const (
	Info    Level = iota // part of the ordinary log
	Warning              // something the user should see, not an error
	Debug                // only with a --debug option
)

// Note is an informational line, worded by whoever knows what it is about. The text sink prints
// Text as it is; it has no final newline but may hold several lines. Wording that users grep is
// kept as in 2.229.
type Note struct {
	Level Level
	Side  account.Side
	Text  string
}

// Trace is one line of protocol (--debugimap), secrets already left out by the connection.
type Trace struct {
	Side account.Side
	Sent bool
	Text string
}

// Alert is an [ALERT] text that a server wants users to see (RFC 9051 section 7.1).
type Alert struct {
	Side account.Side
	Text string
}

// LoggedIn tells that a side accepted the user, once per run and side.
type LoggedIn struct {
	Side      account.Side
	Host      string
	Port      int
	User      string
	Mechanism string
}

// Reconnected tells that a lost connection was made again (Err nil), or that it was not.
type Reconnected struct {
	Side account.Side
	Err  error
}

// Sizes are the figures of one folder on one side.
type Sizes struct {
	Messages int64
	Bytes    int64
	Biggest  int64 // 0 when only totals are known
}

// When tells sizes before the copy from sizes after it.
type When uint8

// The two size blocks of a run.
const (
	Before When = iota
	After
)

// FolderSizes are the sizes of one pair of folders. A nil side does not exist (yet).
type FolderSizes struct {
	When         When
	Index, Count int // 1-based position among the wanted folders
	Src, Dst     imap.MailboxName
	Host1, Host2 *Sizes
}

// TotalSizes closes a size block. Folders2 counts distinct destination names.
type TotalSizes struct {
	When                 When
	Folders1, Folders2   int
	Host1, Host2         Sizes
	Complete1, Complete2 bool // false when a folder of that side could not be sized
	Elapsed              time.Duration
}

// LoopStarted opens the folder loop. Messages1 counts what host1 holds in the wanted folders, -1
// when that is not known yet. Wanted names the folders of host1 in their order, so that those never
// visited can be named at the end.
type LoopStarted struct {
	Folders   int
	Wanted    []imap.MailboxName
	Messages1 int64
	Dry       bool
}

// LoopEnded closes the folder loop.
type LoopEnded struct{}

// FolderStarted tells that a pair of folders is being worked on. Several may be at once.
type FolderStarted struct {
	Index, Count int
	Src, Dst     imap.MailboxName
}

// FolderSelected gives the count of messages a SELECT or EXAMINE mentioned. PermanentFlags is what
// host2 restricts flags to, empty when it takes any.
type FolderSelected struct {
	Side           account.Side
	Folder         imap.MailboxName
	Messages       uint32
	PermanentFlags []imap.Flag
}

// FolderListed closes the listing of one side of a folder.
type FolderListed struct {
	Side       account.Side
	Folder     imap.MailboxName
	Considered int // messages listed
	Selected   int // with an identity
	Duplicates int // of another message of this listing
	Void       int // without any identity
}

// CreateStage tells the lines about one creation apart.
type CreateStage uint8

// Stages of a creation.
const (
	CreateAttempt CreateStage = iota
	CreateDone
	CreateExists
	CreateRefusedMixing // it exists and --nomixfolders is set
)

// FolderCreated tells the course of a creation on host2.
type FolderCreated struct {
	Stage   CreateStage
	Folder  imap.MailboxName
	Dry     bool
	JustDry bool // dry, and messages would have followed: they cannot be simulated
}

// Subscribed tells a subscription on host2.
type Subscribed struct {
	Folder imap.MailboxName
	Dry    bool
}

// Copied tells that host2 confirmed a message.
type Copied struct {
	Src    imap.MailboxName
	SrcUID imap.UID
	Dst    imap.MailboxName
	DstUID imap.UID // 0: the server did not tell
	Size   int64    // octets sent
	// Changed tells that line ends were completed on the way: a lone LF became CRLF, or a final
	// CRLF was added (docs/differences.md row 22).
	Changed bool
}

// Skipped tells that a message was not copied, and why. Detail holds further words, possibly the
// server's. Letter names the message where its header was seen. Void messages copied under the fallback identity are not skipped.
type Skipped struct {
	Src    imap.MailboxName
	UID    imap.UID
	Dst    imap.MailboxName
	Size   int64
	Reason plan.Reason
	Detail string
	Letter Letter
	Lines  []string // the lines about it where 2.229 has its own, instead of ours
}

// FlagsChanged tells that flags of messages on host2 were made equal to host1's.
type FlagsChanged struct {
	Folder imap.MailboxName
	UIDs   []imap.UID
	Flags  []imap.Flag
	Dry    bool
}

// Failed tells a counted error.
type Failed struct{ Err *fault.Error }

// FolderDone closes the work on a pair of folders. Complete is false when something of it was left
// behind by an error or by the end of the run.
type FolderDone struct {
	Index, Count int
	Src, Dst     imap.MailboxName
	Identified1  int // identified messages of host1 considered
	Missing2     int // of those, not on host2 at the end
	Identified2  int
	Extra2       int // on host2 and not on host1
	Complete     bool
}

func (Note) event()           {}
func (Trace) event()          {}
func (Alert) event()          {}
func (LoggedIn) event()       {}
func (Reconnected) event()    {}
func (FolderSizes) event()    {}
func (TotalSizes) event()     {}
func (LoopStarted) event()    {}
func (LoopEnded) event()      {}
func (FolderStarted) event()  {}
func (FolderSelected) event() {}
func (FolderListed) event()   {}
func (FolderCreated) event()  {}
func (Subscribed) event()     {}
func (Copied) event()         {}
func (Skipped) event()        {}
func (FlagsChanged) event()   {}
func (Failed) event()         {}
func (FolderDone) event()     {}
