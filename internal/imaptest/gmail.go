package imaptest

import (
	"slices"
	"strings"
	"sync"
	"time"

	"imapsync/internal/imap"
	"imapsync/internal/imap/server"
)

// GmailAccount is an account with Gmail's manners, as far as a migration can see them: a message is one,
// however many mailboxes show it; a mailbox is a label; what is appended and known already only gets
// the mailbox's label; expunging takes the label off, and only from [Gmail]/All Mail, Spam and Trash
// the message itself. Flags belong to the message, except \Deleted. \Starred and \Flagged are
// not tied together. Its methods may be called concurrently.
type GmailAccount struct {
	memory *server.MemoryAccount

	mu    sync.Mutex // protects what follows, and the fields of boxes and messages
	boxes map[string]*gmailBox
	known map[string]*gmailMessage // by Message-Id, or by digest
	next  uint64                   // X-GM-MSGID
}

type gmailMessage struct {
	id     uint64
	key    string
	labels map[string]bool
	places map[*gmailBox]imap.UID
	text   server.Content
	date   time.Time
}

// Mailboxes of Gmail.
const (
	GmailAll    = "[Gmail]/All Mail"
	gmailSpam   = "[Gmail]/Spam"
	gmailTrash  = "[Gmail]/Trash"
	gmailPrefix = "[Gmail]"
)

var gmailUse = map[string]string{GmailAll: `\All`, "[Gmail]/Drafts": `\Drafts`, "[Gmail]/Important": `\Important`,
	"[Gmail]/Sent Mail": `\Sent`, gmailSpam: `\Junk`, "[Gmail]/Starred": `\Flagged`, gmailTrash: `\Trash`}

// gmailLabel are the labels whose mailboxes have other names.
var gmailLabel = map[string]string{"INBOX": `\Inbox`, "[Gmail]/Sent Mail": `\Sent`, "[Gmail]/Drafts": `\Draft`,
	"[Gmail]/Important": `\Important`, "[Gmail]/Starred": `\Starred`}

// Gmail dresses a server as Gmail; Server.Gmail is then its account, to be filled through it.
func Gmail() Option {
	return func(o *options) {
		o.gmail = true
		o.config = gmailConfig()
	}
}

// GmailServer makes a server dressed as Gmail with one user, for those who run it by themselves.
func GmailServer(user, password string) (*server.Server, *GmailAccount) {
	memory := server.NewMemory()
	account := newGmailAccount(memory.AddUser(user, password))
	cfg := gmailConfig()
	cfg.Store = gmailStore{memory, account}
	return server.New(cfg), account
}

func gmailConfig() server.Config {
	return server.Config{
		AppendLimit: 35651584,
		Greeting:    "Gimap ready for requests from 127.0.0.1",
		Capabilities: []imap.Capability{imap.CapIMAP4rev1, imap.CapSASLIR, "AUTH=PLAIN", "UNSELECT", "IDLE", imap.CapNamespace,
			imap.CapQuota, imap.CapID, imap.CapXList, "CHILDREN", imap.CapGmail, imap.CapUIDPlus, imap.CapCompress, imap.CapEnable, "MOVE",
			imap.CapCondStore, imap.CapListExtended, imap.CapListStatus, imap.CapLiteralMinus, imap.CapSpecialUse},
	}
}

func newGmailAccount(memory *server.MemoryAccount) *GmailAccount {
	a := &GmailAccount{memory: memory, boxes: map[string]*gmailBox{}, known: map[string]*gmailMessage{}, next: 0x1500000000000000}
	a.adopt("INBOX", "")
	for path, use := range gmailUse {
		a.adopt(path, use)
	}
	return a
}

// adopt makes a mailbox of the account in memory one of Gmail.
func (a *GmailAccount) adopt(path, use string) *gmailBox {
	b := &gmailBox{MemoryMailbox: a.memory.Make(path, use), account: a, path: path, at: map[imap.UID]*gmailMessage{}}
	a.boxes[path] = b
	return b
}

// gmailStore gives out the account instead of the one in memory.
type gmailStore struct {
	*server.Memory
	account *GmailAccount
}

// Login implements server.Store.
func (s gmailStore) Login(as, user, password string) (server.Account, error) {
	if _, err := s.Memory.Login(as, user, password); err != nil {
		return nil, err
	}
	return s.account, nil
}

// Add puts a message into a mailbox, which is made, with further labels.
func (a *GmailAccount) Add(path string, text []byte, date time.Time, flags []imap.Flag, labels ...string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	box := a.boxes[path]
	if box == nil {
		box = a.adopt(path, "")
	}
	m, _ := box.add(server.NewMessage{Flags: flags, Date: date, Content: server.Bytes(text)})
	for _, l := range labels {
		m.labels[l] = true
	}
	a.follow(m)
}

// Shown lists, by mailbox, the subjects of its messages; mailboxes without any are left out.
func (a *GmailAccount) Shown() map[string][]string {
	a.mu.Lock()
	defer a.mu.Unlock()
	out := map[string][]string{}
	for path, b := range a.boxes {
		for _, m := range b.Messages() {
			out[path] = append(out[path], headerField(b.Text(m.UID), "Subject"))
		}
		slices.Sort(out[path])
	}
	return out
}

// Mailboxes implements server.Account.
func (a *GmailAccount) Mailboxes() ([]server.MailboxInfo, error) { return a.memory.Mailboxes() }

// Mailbox implements server.Account.
func (a *GmailAccount) Mailbox(path string) (server.Mailbox, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if b := a.boxes[path]; b != nil {
		return b, nil
	}
	return nil, server.ErrNoMailbox
}

// Create implements server.Account.
func (a *GmailAccount) Create(path, _ string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case a.boxes[path] != nil:
		return server.ErrExists
	case strings.HasPrefix(path, gmailPrefix):
		return &server.Refusal{Code: "CANNOT", Text: "Invalid folder name: " + path + " (Failure)"}
	}
	a.adopt(path, "")
	return nil
}

// Delete implements server.Account: the label goes, its messages stay in All Mail.
func (a *GmailAccount) Delete(path string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	b := a.boxes[path]
	if b == nil {
		return server.ErrNoMailbox
	}
	if gmailUse[path] != "" {
		return &server.Refusal{Code: "CANNOT", Text: "Cannot delete a system folder (Failure)"}
	}
	for _, m := range b.at {
		delete(m.labels, b.label())
		delete(m.places, b)
	}
	delete(a.boxes, path)
	return a.memory.Delete(path)
}

// Rename implements server.Account; it always refuses.
func (a *GmailAccount) Rename(string, string) error {
	return &server.Refusal{Code: "CANNOT", Text: "Renaming is not part of this profile"}
}

// Subscribe implements server.Account.
func (a *GmailAccount) Subscribe(path string, on bool) error { return a.memory.Subscribe(path, on) }
