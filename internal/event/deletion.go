package event

import (
	"imapsync/internal/account"
	"imapsync/internal/imap"
	"imapsync/internal/plan"
)

// Cause says why a message is removed.
type Cause uint8

// Causes of removals.
const (
	NotOnHost1   Cause = iota // host2's message is unknown on host1 (--delete2)
	Duplicate2                // it repeats another of host2's folder (--delete2duplicates)
	CopiedNow                 // host1's message was copied by this run (--delete1)
	AlreadyThere              // host1's message is proven to be on host2 already (--delete1)
)

var causeNames = [...]string{"not_on_host1", "duplicate", "copied", "already_there"}

// String is the cause's name in JSON output.
func (c Cause) String() string {
	if int(c) < len(causeNames) {
		return causeNames[c]
	}
	return "unknown"
}

// Marking tells that a message is about to be flagged \Deleted. Expunge tells that it is removed with
// the same batch. Identity is what it was recognised by, on host2 only.
type Marking struct {
	Side     account.Side
	Folder   imap.MailboxName
	UID      imap.UID
	Identity string
	Cause    Cause
	Expunge  bool
	Dry      bool
}

// Expunging tells that messages are about to be removed: so many of ours, or with All everything that
// is flagged \Deleted in the folder. Start tells an expunge at the beginning of a folder.
type Expunging struct {
	Side       account.Side
	Folder     imap.MailboxName
	Messages   int
	All, Start bool
	Dry        bool
}

// Deleted tells how many messages of this run's the server has really removed, or flagged \Deleted
// where that was all that was asked for.
type Deleted struct {
	Side     account.Side
	Folder   imap.MailboxName
	Messages int
	Bytes    int64 // of those whose size is known
	Expunged bool
}

// DeletionRefused tells that so many messages of a folder, or a folder with so many, stay because of
// a guard. Text is the line that tells it, empty when a Failed does.
type DeletionRefused struct {
	Side     account.Side
	Folder   imap.MailboxName
	Guard    plan.Guard
	Messages int
	Text     string
}

// Kept tells that --delete1 leaves a message on host1 although host2 seems to have it.
type Kept struct {
	Src  imap.MailboxName
	UID  imap.UID
	Dst  imap.MailboxName
	Copy imap.UID // host2's message
	Size int64
	Why  plan.Kept
}

// FolderDeletion is the course of the deletion of a folder.
type FolderDeletion uint8

// Stages of the deletion of a folder.
const (
	FolderKept     FolderDeletion = iota // Text says why
	FolderDeleting                       // it is about to be deleted
	FolderGone
	FolderRefused // the server does not delete it
)

var folderDeletionNames = [...]string{"kept", "deleting", "deleted", "refused"}

// String is the stage's name in JSON output.
func (d FolderDeletion) String() string {
	if int(d) < len(folderDeletionNames) {
		return folderDeletionNames[d]
	}
	return "unknown"
}

// FolderDeleted tells a stage of the deletion of a folder. Text is the line for FolderKept, and the
// server's words for FolderRefused.
type FolderDeleted struct {
	Side   account.Side
	Folder imap.MailboxName
	Stage  FolderDeletion
	Text   string
	Dry    bool
}

func (Marking) event()         {}
func (Expunging) event()       {}
func (Deleted) event()         {}
func (DeletionRefused) event() {}
func (Kept) event()            {}
func (FolderDeleted) event()   {}
