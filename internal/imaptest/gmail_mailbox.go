package imaptest

import (
	"bytes"
	"crypto/sha256"
	"io"
	"net/textproto"
	"slices"
	"strings"

	"imapsync/internal/imap"
	"imapsync/internal/imap/server"
)

// gmailBox is one label seen as a mailbox.
type gmailBox struct {
	*server.MemoryMailbox
	account *GmailAccount
	path    string
	at      map[imap.UID]*gmailMessage
}

// label is the label that the mailbox shows, empty for those that show none.
func (b *gmailBox) label() string {
	if l := gmailLabel[b.path]; l != "" {
		return l
	}
	if gmailUse[b.path] != "" {
		return ""
	}
	return b.path
}

// apart tells whether messages of the mailbox are not in All Mail.
func (b *gmailBox) apart() bool { return b.path == gmailSpam || b.path == gmailTrash }

// Append implements server.Mailbox.
func (b *gmailBox) Append(msgs []server.NewMessage) ([]imap.UID, error) {
	b.account.mu.Lock()
	defer b.account.mu.Unlock()
	uids := make([]imap.UID, len(msgs))
	for i, n := range msgs {
		_, uids[i] = b.add(n)
	}
	return uids, nil
}

// add shows a message in the mailbox, a new one also in All Mail.
func (b *gmailBox) add(n server.NewMessage) (*gmailMessage, imap.UID) {
	a := b.account
	key := messageKey(n.Content)
	m := a.known[key]
	if m == nil {
		a.next++
		m = &gmailMessage{id: a.next, key: key, labels: map[string]bool{}, places: map[*gmailBox]imap.UID{}, text: n.Content, date: n.Date}
		a.known[key] = m
		if all := a.boxes[GmailAll]; b != all && !b.apart() {
			all.show(m, n.Flags)
		}
	}
	if uid, there := m.places[b]; there {
		return m, uid
	}
	if l := b.label(); l != "" {
		m.labels[l] = true
	}
	return m, b.show(m, n.Flags)
}

// show puts the message into the mailbox, with the flags it has elsewhere if it is known.
func (b *gmailBox) show(m *gmailMessage, flags []imap.Flag) imap.UID {
	for other, uid := range m.places {
		if known, ok := other.Message(uid); ok {
			flags = slices.DeleteFunc(slices.Clone(known.Flags), imap.FlagDeleted.Is)
		}
	}
	uids, err := b.MemoryMailbox.Append([]server.NewMessage{{Flags: flags, Date: m.date, Content: m.text}})
	if err != nil {
		panic(err)
	}
	b.at[uids[0]], m.places[b] = m, uids[0]
	return uids[0]
}

// hide takes the message out of the mailbox.
func (b *gmailBox) hide(m *gmailMessage) error {
	uid, there := m.places[b]
	if !there {
		return nil
	}
	delete(m.places, b)
	delete(b.at, uid)
	if len(m.places) == 0 {
		delete(b.account.known, m.key)
	}
	return b.MemoryMailbox.Remove([]imap.UID{uid})
}

// Remove implements server.Mailbox.
func (b *gmailBox) Remove(uids []imap.UID) error {
	b.account.mu.Lock()
	defer b.account.mu.Unlock()
	for _, uid := range uids {
		m := b.at[uid]
		if m == nil {
			continue
		}
		from := []*gmailBox{b}
		if b.apart() || b.path == GmailAll {
			for other := range m.places {
				from = append(from, other)
			}
		}
		for _, other := range from {
			delete(m.labels, other.label())
			if err := other.hide(m); err != nil {
				return err
			}
		}
	}
	return nil
}

// SetFlags implements server.Mailbox.
func (b *gmailBox) SetFlags(uids []imap.UID, op server.FlagOp, flags []imap.Flag, since imap.ModSeq) ([]server.Message, []imap.UID, error) {
	changed, modified, err := b.MemoryMailbox.SetFlags(uids, op, flags, since)
	if err != nil {
		return changed, modified, err
	}
	b.account.mu.Lock()
	defer b.account.mu.Unlock()
	shared := slices.DeleteFunc(slices.Clone(flags), imap.FlagDeleted.Is)
	for _, c := range changed {
		m := b.at[c.UID]
		if m == nil {
			continue
		}
		for other, uid := range m.places {
			want := slices.Clone(shared)
			if was, ok := other.Message(uid); ok && op == server.FlagsSet && was.HasFlag(imap.FlagDeleted) {
				want = append(want, imap.FlagDeleted)
			}
			if other == b {
				continue
			}
			if _, _, err := other.MemoryMailbox.SetFlags([]imap.UID{uid}, op, want, server.NoModSeqLimit); err != nil {
				return changed, modified, err
			}
		}
	}
	return changed, modified, nil
}

// Labels implements server.LabelMailbox.
func (b *gmailBox) Labels(uid imap.UID) []string {
	b.account.mu.Lock()
	defer b.account.mu.Unlock()
	var out []string
	if m := b.at[uid]; m != nil {
		for l := range m.labels {
			if l != b.label() {
				out = append(out, l)
			}
		}
	}
	slices.Sort(out)
	return out
}

// IDs implements server.LabelMailbox; every message is a thread of its own.
func (b *gmailBox) IDs(uid imap.UID) (message, thread uint64) {
	b.account.mu.Lock()
	defer b.account.mu.Unlock()
	if m := b.at[uid]; m != nil {
		return m.id, m.id
	}
	return 0, 0
}

// SetLabels implements server.LabelMailbox. The mailbox's own label stays.
func (b *gmailBox) SetLabels(uids []imap.UID, op server.FlagOp, labels []string) error {
	b.account.mu.Lock()
	defer b.account.mu.Unlock()
	for _, uid := range uids {
		m := b.at[uid]
		if m == nil {
			continue
		}
		if op == server.FlagsSet {
			clear(m.labels)
			if own := b.label(); own != "" {
				m.labels[own] = true
			}
		}
		for _, l := range labels {
			if op == server.FlagsRemove {
				delete(m.labels, l)
			} else {
				m.labels[l] = true
			}
		}
		b.account.follow(m)
	}
	return nil
}

// follow makes the mailboxes show what the labels of a message say.
func (a *GmailAccount) follow(m *gmailMessage) {
	shown := map[string]string{}
	for path, l := range gmailLabel {
		shown[l] = path
	}
	for l := range m.labels {
		path := l
		if p, special := shown[l]; special {
			path = p
		}
		box := a.boxes[path]
		if box == nil {
			box = a.adopt(path, "")
		}
		if _, there := m.places[box]; !there {
			box.show(m, nil)
		}
	}
	for box := range m.places {
		if l := box.label(); l != "" && !m.labels[l] {
			if err := box.hide(m); err != nil {
				panic(err)
			}
		}
	}
}

// messageKey is what Gmail knows a message by.
func messageKey(c server.Content) string {
	text, err := io.ReadAll(io.NewSectionReader(c, 0, c.Size()))
	if err != nil {
		panic(err)
	}
	if id := headerField(text, "Message-Id"); id != "" {
		return id
	}
	sum := sha256.Sum256(text)
	return string(sum[:])
}

// headerField gives the first value of a field on one line.
func headerField(text []byte, name string) string {
	head, _, _ := bytes.Cut(text, []byte("\r\n\r\n"))
	for line := range strings.Lines(string(head)) {
		field, value, ok := strings.Cut(line, ":")
		if ok && textproto.CanonicalMIMEHeaderKey(field) == textproto.CanonicalMIMEHeaderKey(name) {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
