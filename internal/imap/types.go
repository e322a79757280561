package imap

import (
	"slices"
	"strings"
	"time"
)

// UID identifies a message in one mailbox under one UIDVALIDITY (RFC 9051 section 2.3.1.1).
// Zero is never a UID; it stands for "unknown".
type UID uint32

// SeqNum is a message sequence number. It may change with every EXPUNGE, so the engine uses it
// only to join the parts of FETCH answers.
type SeqNum uint32

// UIDValidity is the epoch of a mailbox's UIDs. Zero means the server did not send one: its UIDs
// may not be remembered. RFC 9051 gives it 32 bits; servers that count milliseconds send more, and
// cutting them could make two epochs look alike.
type UIDValidity uint64

// ModSeq is a CONDSTORE modification sequence (RFC 7162); zero means none.
type ModSeq uint64

// MailboxName is a mailbox name as octets on the wire, usually modified UTF-7.
type MailboxName string

// IsInbox reports whether n is INBOX in any letter case (RFC 9051 section 5.1).
func (n MailboxName) IsInbox() bool { return strings.EqualFold(string(n), "INBOX") }

// Flag is a system flag such as \Seen or a keyword, in the case the server used.
type Flag string

// System flags of RFC 9051 section 2.3.2. \Recent is set by servers only and never copied.
const (
	FlagSeen     Flag = `\Seen`
	FlagAnswered Flag = `\Answered`
	FlagFlagged  Flag = `\Flagged`
	FlagDeleted  Flag = `\Deleted`
	FlagDraft    Flag = `\Draft`
	FlagRecent   Flag = `\Recent`
	FlagWildcard Flag = `\*`
)

// Is reports whether f and g name the same flag; flags have no letter case (RFC 9051 section 2.3.2).
func (f Flag) Is(g Flag) bool { return strings.EqualFold(string(f), string(g)) }

// Sendable reports whether f can be part of a command (RFC 9051, flag). 8-bit octets and "]" are let
// through, since servers that store such keywords also take them; \Recent and \* are never sent.
func (f Flag) Sendable() bool {
	name := strings.TrimPrefix(string(f), `\`)
	if name == "" || f.Is(FlagRecent) || f == FlagWildcard {
		return false
	}
	for i := range len(name) {
		if c := name[i]; c <= ' ' || c == 0x7f || strings.IndexByte(`(){%*"\`, c) >= 0 {
			return false
		}
	}
	return true
}

// Mailbox is one line of a LIST, LSUB or XLIST answer.
type Mailbox struct {
	Name  MailboxName
	Delim string   // hierarchy delimiter, one character; empty for NIL (a flat name)
	Attrs []string // as sent, with the backslash
	Raw   string   // the server's line without CRLF, for the listing users read
	// Status is what LIST-STATUS (RFC 5819) added, nil without it.
	Status *Status
}

// HasAttr reports whether the attribute a (with its backslash) is present, in any letter case.
func (m Mailbox) HasAttr(a string) bool {
	return slices.ContainsFunc(m.Attrs, func(b string) bool { return strings.EqualFold(a, b) })
}

// Selectable reports whether the mailbox can hold messages: neither \Noselect nor \NonExistent.
func (m Mailbox) Selectable() bool { return !m.HasAttr(`\Noselect`) && !m.HasAttr(`\NonExistent`) }

// Status is the answer to STATUS. A nil field was not given or not usable.
type Status struct {
	Name          MailboxName
	Messages      *uint32
	Unseen        *uint32
	Recent        *uint32
	UIDNext       UID         // 0: unknown
	UIDValidity   UIDValidity // 0: unknown
	HighestModSeq ModSeq      // 0: unknown
	Size          *int64      // octets of all messages (RFC 8438)
	AppendLimit   *int64      // octets of one message (RFC 7889)
}

// Selected is what a successful SELECT or EXAMINE told.
type Selected struct {
	Name          MailboxName
	Exists        uint32
	UIDNext       UID         // 0: unknown
	UIDValidity   UIDValidity // 0: unknown, or [UIDNOTSTICKY]
	HighestModSeq ModSeq      // 0: none
	Flags         []Flag
	// PermanentFlags is nil when the server sent no PERMANENTFLAGS; empty for "()".
	PermanentFlags []Flag
	ReadOnly       bool
}

// Namespace is one namespace of RFC 2342: a prefix and its delimiter (empty for NIL).
type Namespace struct {
	Prefix string
	Delim  string
}

// Namespaces is the answer to NAMESPACE; a NIL class is an empty slice.
type Namespaces struct {
	Personal, Other, Shared []Namespace
}

// Quota is one resource of one quota root (RFC 9208). STORAGE counts units of 1024 octets.
// Limit is negative when there is none.
type Quota struct {
	Root     string
	Resource string
	Usage    int64
	Limit    int64
}

// internalDateLayout is date-time of RFC 9051 section 9.
const internalDateLayout = "02-Jan-2006 15:04:05 -0700"

// FormatInternalDate gives t the form of an INTERNALDATE, without quotes, in t's own zone.
func FormatInternalDate(t time.Time) string { return t.Format(internalDateLayout) }
