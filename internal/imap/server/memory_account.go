package server

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"imapsync/internal/imap"
)

// firstUIDValidity is arbitrary; it only differs from the small numbers that sequence numbers and
// UIDs have in tests, so that a mix-up shows.
const firstUIDValidity = 1_200_001

// MemoryAccount is an [Account] in memory. Paths are as in Account; its methods may be called
// concurrently.
type MemoryAccount struct {
	mu         sync.Mutex // protects boxes, subscribed and validity
	boxes      map[string]*MemoryMailbox
	subscribed map[string]bool
	validity   imap.UIDValidity

	used  atomic.Int64 // octets in all mailboxes
	limit atomic.Int64 // 0: none
}

func newMemoryAccount() *MemoryAccount {
	a := &MemoryAccount{boxes: map[string]*MemoryMailbox{}, subscribed: map[string]bool{}, validity: firstUIDValidity}
	a.boxes[inbox] = newMemoryMailbox(a, a.validity, "")
	return a
}

// SetQuota limits the octets of all messages together; 0 lifts the limit.
func (a *MemoryAccount) SetQuota(octets int64) { a.limit.Store(octets) }

// Quota implements QuotaAccount.
func (a *MemoryAccount) Quota() (used, limit int64, ok bool) {
	limit = a.limit.Load()
	return a.used.Load(), limit, limit > 0
}

// Mailboxes implements Account.
func (a *MemoryAccount) Mailboxes() ([]MailboxInfo, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	infos := make([]MailboxInfo, 0, len(a.boxes))
	for path, b := range a.boxes {
		infos = append(infos, MailboxInfo{path, true, a.subscribed[path], b.use})
	}
	for path := range a.subscribed {
		if a.boxes[path] == nil {
			infos = append(infos, MailboxInfo{Path: path, Subscribed: true})
		}
	}
	slices.SortFunc(infos, func(x, y MailboxInfo) int { return strings.Compare(x.Path, y.Path) })
	return infos, nil
}

// Mailbox implements Account.
func (a *MemoryAccount) Mailbox(path string) (Mailbox, error) {
	if b := a.Box(path); b != nil {
		return b, nil
	}
	return nil, ErrNoMailbox
}

// Box gives a mailbox to fill or look at, nil if there is none.
func (a *MemoryAccount) Box(path string) *MemoryMailbox {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.boxes[path]
}

// Make gives a mailbox, created and subscribed if it did not exist, with the special-use attribute
// use unless that is empty.
func (a *MemoryAccount) Make(path, use string) *MemoryMailbox {
	a.mu.Lock()
	defer a.mu.Unlock()
	b := a.boxes[path]
	if b == nil {
		b = a.create(path, use)
		a.subscribed[path] = true
	}
	if use != "" {
		b.use = use
	}
	return b
}

// Alias gives a mailbox a second name, as servers do with INBOX below its own prefix, with links, and
// with names that differ in letter case only.
func (a *MemoryAccount) Alias(path, of string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.boxes[path] = a.boxes[of]
}

func (a *MemoryAccount) create(path, use string) *MemoryMailbox {
	a.validity++
	b := newMemoryMailbox(a, a.validity, use)
	a.boxes[path] = b
	return b
}

// Create implements Account.
func (a *MemoryAccount) Create(path, use string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.boxes[path] != nil {
		return ErrExists
	}
	a.create(path, use)
	return nil
}

// Delete implements Account.
func (a *MemoryAccount) Delete(path string) error {
	a.mu.Lock()
	b := a.boxes[path]
	delete(a.boxes, path)
	a.mu.Unlock()
	if b == nil {
		return ErrNoMailbox
	}
	b.vanish()
	return nil
}

// Rename implements Account.
func (a *MemoryAccount) Rename(from, to string) error {
	if from == inbox {
		return a.renameInbox(to)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.boxes[to] != nil {
		return ErrExists
	}
	if strings.HasPrefix(to, from+"/") {
		return &Refusal{"CANNOT", "Cannot move a mailbox below itself"}
	}
	moved := map[string]*MemoryMailbox{}
	for path, b := range a.boxes {
		if path == from || strings.HasPrefix(path, from+"/") {
			target := to + path[len(from):]
			if a.boxes[target] != nil {
				return ErrExists
			}
			moved[target] = b
		}
	}
	if len(moved) == 0 {
		return ErrNoMailbox
	}
	for target := range moved {
		delete(a.boxes, from+target[len(to):])
	}
	for target, b := range moved {
		a.boxes[target] = b
	}
	return nil
}

// renameInbox moves the messages and leaves INBOX and its children where they are (RFC 3501
// section 6.3.5).
func (a *MemoryAccount) renameInbox(to string) error {
	if err := a.Create(to, ""); err != nil {
		return err
	}
	src, dst := a.Box(inbox), a.Box(to)
	all := src.Messages()
	if len(all) == 0 {
		return nil
	}
	msgs := make([]NewMessage, len(all))
	uids := make([]imap.UID, len(all))
	for i, m := range all {
		text, err := src.Open(m.UID)
		if err != nil {
			return err
		}
		msgs[i], uids[i] = NewMessage{m.Flags, m.Date, text}, m.UID
	}
	if err := src.Remove(uids); err != nil {
		return err
	}
	_, err := dst.Append(msgs)
	return err
}

// Subscribe implements Account.
func (a *MemoryAccount) Subscribe(path string, on bool) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if on {
		a.subscribed[path] = true
	} else {
		delete(a.subscribed, path)
	}
	return nil
}

// reserve takes n octets from the quota.
func (a *MemoryAccount) reserve(n int64) error {
	limit := a.limit.Load()
	if a.used.Add(n) > limit && limit > 0 {
		a.used.Add(-n)
		return ErrOverQuota
	}
	return nil
}
