package event

import (
	"time"

	"imapsync/internal/imap"
)

// FlagsCompared tells what the rules make of the flags of one message (--debugflags). DstUID is 0
// while the message is still to be copied; Flags2 and Differ are about a message already on host2.
type FlagsCompared struct {
	Src    imap.MailboxName
	SrcUID imap.UID
	Dst    imap.MailboxName
	DstUID imap.UID
	Date   time.Time
	Size   int64
	Flags1 []imap.Flag // as on host1
	Wanted []imap.Flag // as host2 is asked for
	Flags2 []imap.Flag // as on host2
	Differ bool
	Dry    bool
}

// LabelsCompared tells what the rules make of the labels of one message (--debuglabels). DstUID is 0
// while the message is still to be copied.
type LabelsCompared struct {
	Src    imap.MailboxName
	SrcUID imap.UID
	Dst    imap.MailboxName
	DstUID imap.UID
	Wanted []string
	Have   []string // on host2
	Differ bool
}

// LabelsChanged tells that the Gmail labels of messages on host2 were set.
type LabelsChanged struct {
	Folder imap.MailboxName
	UIDs   []imap.UID
	Labels []string
	Dry    bool
}

func (FlagsCompared) event()  {}
func (LabelsCompared) event() {}
func (LabelsChanged) event()  {}
