package migrate

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"imapsync/internal/account"
	"imapsync/internal/event"
	"imapsync/internal/fault"
	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
	"imapsync/internal/scan"
)

// deleteEmptyFolders1 deletes the folders of host1 that hold nothing (--delete1emptyfolders), children
// before parents, at the end of the run, and only those that were synced without an error
// (docs/differences.md row 17).
func (r *run) deleteEmptyFolders1() {
	if !r.cfg.Delete.EmptyFolders || r.soft.Err() != nil {
		return
	}
	r.sink.Emit(event.Note{Side: account.Host1, Text: "Host1 deleting empty folders"})
	defer r.sink.Emit(event.Note{Side: account.Host1, Text: "Host1 ended deleting empty folders"})
	t := tree{sep: r.plan.Src.Sep}
	err := r.with(r.cfg.Host1, func(c *client.Conn) error {
		a, err := scan.Account(r.soft, c, r.cfg.Host1.Caps())
		t.boxes = a.Mailboxes
		return err
	})
	if err != nil {
		r.fail(listError(account.Host1, err))
		return
	}
	for _, name := range r.emptyCandidates() {
		if r.soft.Err() != nil {
			return
		}
		why, err := r.keepsFolder1(&t, name)
		switch {
		case err != nil:
			r.fail(&fault.Error{Side: account.Host1, Folder: name, Err: err, Text: fmt.Sprintf("Host1 folder %s: Could not examine: %v", name, err)})
			continue
		case why != "":
			r.sink.Emit(event.FolderDeleted{Side: account.Host1, Folder: name, Stage: event.FolderKept, Text: why, Dry: r.set.dry})
			continue
		}
		if r.deleteFolder(account.Host1, name) {
			t.remove(name)
		}
	}
}

// emptyCandidates are the folders that were synced whole, children before parents.
func (r *run) emptyCandidates() []imap.MailboxName {
	var names []imap.MailboxName
	for _, p := range r.plan.Pairs {
		if r.clean.has(p.Src) {
			names = append(names, p.Src)
		}
	}
	slices.Sort(names)
	slices.Reverse(names)
	return slices.Compact(names)
}

// keepsFolder1 is the line that tells why a folder stays, "" when it may go.
func (r *run) keepsFolder1(t *tree, name imap.MailboxName) (string, error) {
	if t.hasChildren(name) {
		return fmt.Sprintf("Host1: folder %s has subfolders", name), nil
	}
	selected, searched, err := r.countMessages1(name)
	switch {
	case err != nil:
		return "", err
	case selected > 0 && searched > 0:
		return fmt.Sprintf("Host1: folder %s has messages: %d (search) %d (select)", name, searched, selected), nil
	case selected > 0 || searched > 0:
		return fmt.Sprintf("Host1: folder %s odd messages count: %d (search) %d (select)", name, searched, selected), nil
	case name.IsInbox():
		return fmt.Sprintf("Host1: Not deleting %s", name), nil
	}
	return "", nil
}

// countMessages1 counts a folder in two ways, because it is destroyed when both say that it is empty. The folder
// is left again: some servers delete none that is open.
func (r *run) countMessages1(name imap.MailboxName) (selected, searched int, err error) {
	err = r.with(r.cfg.Host1, func(c *client.Conn) error {
		sel, err := c.Select(name, true).Wait(r.soft)
		if err != nil {
			return err
		}
		found, err := c.UIDSearch("ALL").Wait(r.soft)
		if err != nil {
			return err
		}
		selected, searched = int(sel.Exists), len(found)
		if r.cfg.Host1.Caps().Has(imap.CapUnselect) {
			_ = c.Unselect().Wait(r.soft)
		} else {
			_, _ = c.Select("INBOX", true).Wait(r.soft)
		}
		return nil
	})
	return selected, searched, err
}

// tree is the folders of host1 that are left.
type tree struct {
	boxes []imap.Mailbox
	sep   string
	gone  []imap.MailboxName
}

// hasChildren tells whether a folder holds others. A server that says so without listing any is believed,
// unless its children were deleted just now.
func (t *tree) hasChildren(name imap.MailboxName) bool {
	below := func(n imap.MailboxName) bool { return t.sep != "" && strings.HasPrefix(string(n), string(name)+t.sep) }
	for _, m := range t.boxes {
		if below(m.Name) || m.Name == name && m.HasAttr(`\HasChildren`) && !slices.ContainsFunc(t.gone, below) {
			return true
		}
	}
	return false
}

func (t *tree) remove(name imap.MailboxName) {
	t.gone = append(t.gone, name)
	t.boxes = slices.DeleteFunc(t.boxes, func(m imap.Mailbox) bool { return m.Name == name })
}

// nameSet is a set of folders. It is safe for concurrent use.
type nameSet struct {
	mu    sync.Mutex
	names map[imap.MailboxName]bool
}

func (s *nameSet) add(name imap.MailboxName) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.names == nil {
		s.names = map[imap.MailboxName]bool{}
	}
	s.names[name] = true
}

func (s *nameSet) has(name imap.MailboxName) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.names[name]
}
