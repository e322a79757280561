package client

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"time"

	"github.com/emersion/go-sasl"

	"imapsync/internal/imap"
)

var errSkeleton = errors.New("not connected")

// Config says how a connection behaves. The zero value is usable.
type Config struct {
	// Timeout is the progress deadline: with commands in flight and no octet read or written for
	// this long the connection counts as lost. Time spent in a FetchHandler or in the Body of an
	// AppendMessage does not count. 0: none.
	Timeout time.Duration
	// Trace gets every protocol line without CRLF. Secrets are replaced before they get there and
	// literals are shown as {N} only. It is called from several goroutines, one at a time.
	Trace func(sent bool, line string)
	// OnAlert gets the text of each [ALERT], which RFC 9051 wants shown to the user.
	OnAlert func(text string)
}

// Greeting is the server's first line.
type Greeting struct {
	Reply imap.Reply // ReplyOK or ReplyPreauth
	Text  string     // after the response code
	Raw   string     // the whole line without CRLF
}

// Conn is a connection to one IMAP server.
type Conn struct{}

// New reads the greeting from nc and takes nc over. A BYE or NO greeting, another protocol or a
// silent server is an *imap.Error; nc is closed then.
func New(ctx context.Context, nc net.Conn, cfg Config) (*Conn, error) { return nil, errSkeleton }

func (c *Conn) Greeting() Greeting                                { return Greeting{} }
func (c *Conn) Caps() imap.Caps                                   { return nil }
func (c *Conn) Capability(ctx context.Context) (imap.Caps, error) { return nil, errSkeleton }
func (c *Conn) NetConn() net.Conn                                 { return nil }
func (c *Conn) Err() error                                        { return errSkeleton }
func (c *Conn) Done() <-chan struct{}                             { return nil }
func (c *Conn) Close() error                                      { return nil }
func (c *Conn) Logout(ctx context.Context) error                  { return errSkeleton }
func (c *Conn) StartTLS(ctx context.Context, cfg *tls.Config) error {
	return errSkeleton
}
func (c *Conn) Compress(ctx context.Context) error { return errSkeleton }
func (c *Conn) Login(ctx context.Context, user, password string) error {
	return errSkeleton
}
func (c *Conn) Authenticate(ctx context.Context, mech sasl.Client) error { return errSkeleton }
func (c *Conn) ID(ctx context.Context, fields [][2]string) (answer [][2]string, raw string, err error) {
	return nil, "", errSkeleton
}
func (c *Conn) Enable(ctx context.Context, caps ...string) ([]string, error) { return nil, errSkeleton }
func (c *Conn) Namespace(ctx context.Context) (imap.Namespaces, error) {
	return imap.Namespaces{}, errSkeleton
}

// StatusItem is what STATUS may ask for.
type StatusItem string

// Items of RFC 9051, RFC 7162, RFC 8438 and RFC 7889.
const (
	StatusMessages      StatusItem = "MESSAGES"
	StatusUnseen        StatusItem = "UNSEEN"
	StatusRecent        StatusItem = "RECENT"
	StatusUIDNext       StatusItem = "UIDNEXT"
	StatusUIDValidity   StatusItem = "UIDVALIDITY"
	StatusHighestModSeq StatusItem = "HIGHESTMODSEQ"
	StatusSize          StatusItem = "SIZE"
	StatusAppendLimit   StatusItem = "APPENDLIMIT"
)

// ListReturn is the RETURN part of an extended LIST; the zero value sends a plain LIST.
type ListReturn struct {
	SpecialUse bool
	Status     []StatusItem
}

// List asks for mailboxes; with an error it still returns those that came.
func (c *Conn) List(ctx context.Context, ref, pattern string, ret ListReturn) ([]imap.Mailbox, error) {
	return nil, errSkeleton
}
func (c *Conn) LSub(ctx context.Context, ref, pattern string) ([]imap.Mailbox, error) {
	return nil, errSkeleton
}
func (c *Conn) XList(ctx context.Context, ref, pattern string) ([]imap.Mailbox, error) {
	return nil, errSkeleton
}
func (c *Conn) QuotaRoot(ctx context.Context, name imap.MailboxName) (quotas []imap.Quota, raw []string, err error) {
	return nil, nil, errSkeleton
}

// Cmd is a command whose answer carries no data.
type Cmd struct{}

func (m *Cmd) Wait(ctx context.Context) error { return errSkeleton }

type StatusCmd struct{}

func (m *StatusCmd) Wait(ctx context.Context) (imap.Status, error) {
	return imap.Status{}, errSkeleton
}

type SelectCmd struct{}

func (m *SelectCmd) Wait(ctx context.Context) (imap.Selected, error) {
	return imap.Selected{}, errSkeleton
}

type SearchCmd struct{}

func (m *SearchCmd) Wait(ctx context.Context) ([]imap.UID, error) { return nil, errSkeleton }

type FetchCmd struct{}

func (m *FetchCmd) Wait(ctx context.Context) error { return errSkeleton }

// Exists is the mailbox's number of messages when this command was answered, corrected by all that
// was seen before. Unlike Conn.Exists it stays right when another SELECT follows in the pipe.
func (m *FetchCmd) Exists() uint32 { return 0 }

func (c *Conn) Status(name imap.MailboxName, items ...StatusItem) *StatusCmd { return &StatusCmd{} }
func (c *Conn) Select(name imap.MailboxName, readOnly bool) *SelectCmd       { return &SelectCmd{} }
func (c *Conn) Unselect() *Cmd                                               { return &Cmd{} }
func (c *Conn) Create(name imap.MailboxName) *Cmd                            { return &Cmd{} }
func (c *Conn) Delete(name imap.MailboxName) *Cmd                            { return &Cmd{} }
func (c *Conn) Subscribe(name imap.MailboxName) *Cmd                         { return &Cmd{} }
func (c *Conn) Unsubscribe(name imap.MailboxName) *Cmd                       { return &Cmd{} }
func (c *Conn) Noop() *Cmd                                                   { return &Cmd{} }
func (c *Conn) UIDSearch(criteria string) *SearchCmd                         { return &SearchCmd{} }
func (c *Conn) UIDExpunge(set imap.UIDSet) *Cmd                              { return &Cmd{} }
func (c *Conn) Expunge() *Cmd                                                { return &Cmd{} }
func (c *Conn) Exists() uint32                                               { return 0 }

// StoreOp says what UIDStore does with the flags.
type StoreOp uint8

// Replace all flags, add some, or remove some.
const (
	Set StoreOp = iota
	Add
	Remove
)

func (c *Conn) UIDStore(set imap.UIDSet, op StoreOp, flags []imap.Flag) *Cmd { return &Cmd{} }

// FetchItems says what UIDFetch asks for besides the UID.
type FetchItems struct {
	Flags, InternalDate, Size, ModSeq, Body bool
	Header                                  []string // field names; {"ALL"} is the whole header
	GmailLabels, GmailMsgID                 bool
	ChangedSince                            imap.ModSeq // 0: all
}

// FetchHandler gets what a FETCH brings, on the reading goroutine.
type FetchHandler struct {
	Body    func(m *imap.Message, size int64, r io.Reader) error
	Message func(m *imap.Message)
}

func (c *Conn) UIDFetch(set imap.UIDSet, what FetchItems, h FetchHandler) *FetchCmd {
	return &FetchCmd{}
}

// NonSyncMax is the largest literal sent without waiting for the server's consent, in octets.
const NonSyncMax = 1 << 20

// AppendMessage is one message for Append.
type AppendMessage struct {
	Flags []imap.Flag
	Date  time.Time // zero: none
	Size  int64     // octets of Body
	Body  io.Reader
}

// AppendResult is what a successful APPEND told.
type AppendResult struct {
	UIDValidity imap.UIDValidity
	UIDs        []imap.UID // one per message; 0: unknown
}

type AppendCmd struct{}

func (c *Conn) Append(ctx context.Context, mailbox imap.MailboxName, msgs []AppendMessage) *AppendCmd {
	return &AppendCmd{}
}
func (m *AppendCmd) Handed() bool { return false }
func (m *AppendCmd) Wait(ctx context.Context) (AppendResult, error) {
	return AppendResult{}, errSkeleton
}
