package server

import (
	"io"
	"slices"
	"sort"
	"sync"
	"time"

	"imapsync/internal/imap"
)

// MemoryMailbox is a [Mailbox] in memory. Its methods may be called concurrently.
type MemoryMailbox struct {
	account *MemoryAccount
	use     string // protected by account.mu

	mu       sync.Mutex // protects what follows
	validity imap.UIDValidity
	next     imap.UID
	recent   imap.UID // messages from here on were reported to nobody
	modSeq   imap.ModSeq
	msgs     []*memoryMessage // by UID
	log      []logEntry       // by modSeq: every change; stale entries are passed over
	removed  []logEntry       // by modSeq
	keywords []imap.Flag
	unseen   int
	deleted  int
	size     int64
	gone     bool
	watchers map[chan<- struct{}]struct{}
}

type memoryMessage struct {
	Message
	text Content
}

type logEntry struct {
	modSeq imap.ModSeq
	uid    imap.UID
}

func newMemoryMailbox(a *MemoryAccount, validity imap.UIDValidity, use string) *MemoryMailbox {
	return &MemoryMailbox{account: a, use: use, validity: validity, next: 1, recent: 1, modSeq: 1,
		watchers: map[chan<- struct{}]struct{}{}}
}

// Status implements Mailbox.
func (b *MemoryMailbox) Status() Status {
	b.mu.Lock()
	defer b.mu.Unlock()
	return Status{
		UIDValidity: b.validity, UIDNext: b.next, HighestModSeq: b.modSeq, Messages: len(b.msgs),
		Unseen: b.unseen, Deleted: b.deleted, Size: b.size, Keywords: slices.Clone(b.keywords),
		Recent: len(b.msgs) - b.index(b.recent),
	}
}

// index gives the place of the first message with a UID of at least u; b.mu is held.
func (b *MemoryMailbox) index(u imap.UID) int {
	return sort.Search(len(b.msgs), func(i int) bool { return b.msgs[i].UID >= u })
}

func (b *MemoryMailbox) find(u imap.UID) *memoryMessage {
	if i := b.index(u); i < len(b.msgs) && b.msgs[i].UID == u {
		return b.msgs[i]
	}
	return nil
}

// Message implements Mailbox.
func (b *MemoryMailbox) Message(u imap.UID) (Message, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	m := b.find(u)
	if m == nil {
		return Message{}, false
	}
	return m.Message, true
}

// Messages lists all messages in UID order.
func (b *MemoryMailbox) Messages() []Message {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.all()
}

func (b *MemoryMailbox) all() []Message {
	out := make([]Message, len(b.msgs))
	for i, m := range b.msgs {
		out[i] = m.Message
	}
	return out
}

// Open implements Mailbox.
func (b *MemoryMailbox) Open(u imap.UID) (Content, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	m := b.find(u)
	if m == nil {
		return nil, &Refusal{"EXPUNGEISSUED", "The message was expunged"}
	}
	return kept{m.text}, nil
}

// kept is a text that stays in the store when a reader is done with it.
type kept struct{ Content }

func (kept) Close() error { return nil }

func (k kept) WriteTo(w io.Writer) (int64, error) {
	if wt, ok := k.Content.(io.WriterTo); ok {
		return wt.WriteTo(w)
	}
	return io.Copy(w, io.NewSectionReader(k.Content, 0, k.Size()))
}

// receiveStep bounds what an announced but not yet received literal costs.
const receiveStep = 4 << 20

// Receive implements Mailbox.
func (b *MemoryMailbox) Receive(r io.Reader, size int64) (Content, error) {
	text := make([]byte, min(size, receiveStep))
	for n := int64(0); ; {
		k, err := io.ReadFull(r, text[n:])
		if err != nil {
			return nil, err
		}
		if n += int64(k); n == size {
			return Bytes(text), nil
		}
		grown := make([]byte, min(size, 2*n))
		copy(grown, text)
		text = grown
	}
}

// Append implements Mailbox.
func (b *MemoryMailbox) Append(msgs []NewMessage) ([]imap.UID, error) {
	var total int64
	for i := range msgs {
		if k, ok := msgs[i].Content.(kept); ok {
			msgs[i].Content = k.Content
		}
		total += msgs[i].Content.Size()
	}
	if err := b.account.reserve(total); err != nil {
		discard(msgs)
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.gone {
		b.account.used.Add(-total)
		discard(msgs)
		return nil, ErrNoMailbox
	}
	uids := make([]imap.UID, len(msgs))
	b.modSeq++
	for i, n := range msgs {
		if n.Date.IsZero() {
			n.Date = time.Now().Truncate(time.Second)
		}
		m := &memoryMessage{Message{b.next, b.modSeq, b.learn(n.Flags), n.Date, n.Content.Size()}, n.Content}
		b.next++
		b.msgs = append(b.msgs, m)
		b.count(m.Message, 1)
		b.log = append(b.log, logEntry{b.modSeq, m.UID})
		uids[i] = m.UID
	}
	b.wake()
	return uids, nil
}

// count adds a message to the counters, or takes it away with sign -1.
func (b *MemoryMailbox) count(m Message, sign int) {
	b.size += int64(sign) * m.Size
	if !m.HasFlag(imap.FlagSeen) {
		b.unseen += sign
	}
	if m.HasFlag(imap.FlagDeleted) {
		b.deleted += sign
	}
}

// trimLog drops entries that later ones have made stale, when they are the larger part.
func (b *MemoryMailbox) trimLog() {
	if len(b.log) < 1000+2*len(b.msgs) {
		return
	}
	b.log = slices.DeleteFunc(b.log, func(e logEntry) bool {
		m := b.find(e.uid)
		return m == nil || m.ModSeq != e.modSeq
	})
}

// Remove implements Mailbox.
func (b *MemoryMailbox) Remove(uids []imap.UID) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	drop := make(map[imap.UID]bool, len(uids))
	for _, u := range uids {
		drop[u] = true
	}
	seq, before, size := b.modSeq+1, len(b.msgs), b.size
	b.msgs = slices.DeleteFunc(b.msgs, func(m *memoryMessage) bool {
		if !drop[m.UID] {
			return false
		}
		b.count(m.Message, -1)
		b.removed = append(b.removed, logEntry{seq, m.UID})
		return true
	})
	if len(b.msgs) < before {
		b.modSeq = seq
		b.account.used.Add(b.size - size)
		b.wake()
	}
	return nil
}

// Changes implements Mailbox.
func (b *MemoryMailbox) Changes(since imap.ModSeq) (Changes, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := Changes{UpTo: b.modSeq}
	switch {
	case b.gone:
		return c, ErrMailboxGone
	case since >= b.modSeq:
		return c, nil
	case since == 0:
		c.Changed = b.all()
		return c, nil
	}
	for _, e := range entriesAfter(b.log, since) {
		if m := b.find(e.uid); m != nil && m.ModSeq == e.modSeq {
			c.Changed = append(c.Changed, m.Message)
		}
	}
	slices.SortFunc(c.Changed, func(x, y Message) int { return int(int64(x.UID) - int64(y.UID)) })
	for _, e := range entriesAfter(b.removed, since) {
		c.Removed = append(c.Removed, e.uid)
	}
	slices.Sort(c.Removed)
	return c, nil
}

func entriesAfter(log []logEntry, since imap.ModSeq) []logEntry {
	return log[sort.Search(len(log), func(i int) bool { return log[i].modSeq > since }):]
}

// Watch implements Mailbox.
func (b *MemoryMailbox) Watch(ch chan<- struct{}) (stop func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.watchers[ch] = struct{}{}
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.watchers, ch)
	}
}

// wake tells the watchers; b.mu is held.
func (b *MemoryMailbox) wake() {
	for ch := range b.watchers {
		select {
		case ch <- struct{}{}:
		default:
		}
	}
}

// vanish marks the mailbox deleted.
func (b *MemoryMailbox) vanish() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.gone = true
	b.account.used.Add(-b.size)
	b.msgs, b.log, b.removed, b.size = nil, nil, nil, 0
	b.wake()
}

// ClaimRecent implements Mailbox.
func (b *MemoryMailbox) ClaimRecent(claim bool) imap.UID {
	b.mu.Lock()
	defer b.mu.Unlock()
	r := b.recent
	if claim {
		b.recent = b.next
	}
	return r
}

// SetUIDValidity changes the epoch and renumbers the messages from firstUID on, as a server does
// that has lost its index. No session may have the mailbox selected.
func (b *MemoryMailbox) SetUIDValidity(v imap.UIDValidity, firstUID imap.UID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.validity = v
	b.next = max(firstUID, 1)
	b.modSeq++
	b.log, b.removed = nil, nil
	for _, m := range b.msgs {
		m.UID, m.ModSeq = b.next, b.modSeq
		b.next++
		b.log = append(b.log, logEntry{m.ModSeq, m.UID})
	}
	b.recent = b.next
	b.wake()
}
