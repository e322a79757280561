package server

import (
	"io"
	"time"

	"imapsync/internal/imap"
)

// Store holds the accounts that a server serves. All methods of a Store, and of the accounts and
// mailboxes it gives, may be called by several sessions at once. A failure that the client should
// read is a *[Refusal]; any other error is answered as a fault of the server.
type Store interface {
	// Login checks the password of user and opens the account of as (the SASL authorization
	// identity), or of user itself when as is empty.
	Login(as, user, password string) (Account, error)
	// Open opens an account whose owner the transport has vouched for (PREAUTH).
	Open(user string) (Account, error)
}

// Account is one user's mailboxes. INBOX always exists.
type Account interface {
	// Mailboxes lists the mailboxes and the subscribed names, sorted by path.
	Mailboxes() ([]MailboxInfo, error)
	// Mailbox opens an existing mailbox; ErrNoMailbox without it.
	Mailbox(path string) (Mailbox, error)
	// Create makes a mailbox; use is its special-use attribute such as `\Sent`, or empty.
	Create(path, use string) error
	// Delete removes a mailbox and its messages; its children stay.
	Delete(path string) error
	// Rename moves a mailbox and its children. Of INBOX only the messages move.
	Rename(from, to string) error
	// Subscribe changes the list of subscribed names, which need not exist.
	Subscribe(path string, on bool) error
}

// QuotaAccount is an [Account] with a storage limit (RFC 9208).
type QuotaAccount interface {
	// Quota gives octets; ok is false without a limit.
	Quota() (used, limit int64, ok bool)
}

// MailboxInfo describes one line of a listing.
type MailboxInfo struct {
	Path       string
	Exists     bool // false: only subscribed
	Subscribed bool
	Use        string // special-use attribute (RFC 6154), or empty
}

// Mailbox is one mailbox that exists. Its messages are ordered by ascending UID.
type Mailbox interface {
	// Status gives the counters of the moment.
	Status() Status
	// Message gives what is known of a message without its text; false when it is gone.
	Message(uid imap.UID) (Message, bool)
	// Open gives the text of a message, to be closed by the caller.
	Open(uid imap.UID) (Content, error)
	// Receive takes size octets from r into the keeping of the store, without adding a message.
	// The caller hands the result to Append or closes it.
	Receive(r io.Reader, size int64) (Content, error)
	// Append adds messages, all or none, and gives their UIDs. It owns the contents, which may
	// also come from another mailbox of the same store.
	Append(msgs []NewMessage) ([]imap.UID, error)
	// SetFlags changes flags. Messages changed after unchangedSince are left alone and named in
	// modified; NoModSeqLimit lifts that check. Messages that are gone are passed over.
	SetFlags(uids []imap.UID, op FlagOp, flags []imap.Flag, unchangedSince imap.ModSeq) (changed []Message, modified []imap.UID, err error)
	// Remove takes messages away for good, whatever their flags.
	Remove(uids []imap.UID) error
	// Changes tells what happened after since: messages new or with other flags in UID order, and
	// UIDs removed in UID order; upTo is the next call's since. ErrMailboxGone once deleted.
	Changes(since imap.ModSeq) (c Changes, err error)
	// Watch makes the mailbox send (without waiting) to ch after each change until stop is called.
	Watch(ch chan<- struct{}) (stop func())
	// ClaimRecent gives the lowest UID that no session was told about as \Recent, and takes all
	// from there on if claim is set (RFC 3501 section 2.3.2).
	ClaimRecent(claim bool) imap.UID
}

// Status is a mailbox's counters.
type Status struct {
	UIDValidity   imap.UIDValidity
	UIDNext       imap.UID
	HighestModSeq imap.ModSeq // at least 1
	Messages      int
	Unseen        int
	Deleted       int
	Recent        int
	Size          int64 // octets of all messages
	// Keywords in use, each in the case it was first set.
	Keywords []imap.Flag
}

// Message is a message without its text. Flags is shared: do not change it.
type Message struct {
	UID    imap.UID
	ModSeq imap.ModSeq
	Flags  []imap.Flag
	Date   time.Time
	Size   int64
}

// HasFlag reports whether f is set, in any letter case.
func (m Message) HasFlag(f imap.Flag) bool { return hasFlag(m.Flags, f) }

// NewMessage is a message to append. A zero Date stands for now.
type NewMessage struct {
	Flags   []imap.Flag
	Date    time.Time
	Content Content
}

// Changes is what happened to a mailbox after a modification sequence.
type Changes struct {
	Changed []Message
	Removed []imap.UID
	UpTo    imap.ModSeq
}

// Content is the text of one message. ReadAt may be called concurrently. A Content that is also
// an io.WriterTo writes its whole text, from the start on every call.
type Content interface {
	io.ReaderAt
	io.Closer
	Size() int64
}

// FlagOp says how STORE changes flags.
type FlagOp uint8

// The three forms of STORE (RFC 3501 section 6.4.6).
const (
	FlagsSet FlagOp = iota
	FlagsAdd
	FlagsRemove
)

// NoModSeqLimit switches the UNCHANGEDSINCE check of SetFlags off.
const NoModSeqLimit = ^imap.ModSeq(0)

// Refusal is an error whose words are the client's answer: NO [Code] Text.
type Refusal struct{ Code, Text string }

// Error gives the answer without its NO.
func (r *Refusal) Error() string {
	if r.Code == "" {
		return r.Text
	}
	return "[" + r.Code + "] " + r.Text
}

// Refusals with a meaning for the session or for those who fill a store.
var (
	ErrCredentials = &Refusal{"AUTHENTICATIONFAILED", "Authentication failed."}
	ErrNoMailbox   = &Refusal{"NONEXISTENT", "Mailbox does not exist"}
	ErrExists      = &Refusal{"ALREADYEXISTS", "Mailbox already exists"}
	ErrMailboxGone = &Refusal{"", "Selected mailbox was deleted"}
	ErrOverQuota   = &Refusal{"OVERQUOTA", "Quota exceeded"}
)
