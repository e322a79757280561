package folder

import (
	"slices"

	"imapsync/internal/imap"
)

// selectableCheckLimit is the number of wanted folders up to which the reference checks each of
// them unasked. The check costs nothing here, but what it drops stays the same.
const selectableCheckLimit = 152

// checkExist leaves out the wanted folders that host1 does not list.
func (b *builder) checkExist() error {
	if !b.rules.opts.CheckFoldersExist.Or(true) {
		b.say("Host1: Not checking that wanted folders exist. Remove --nocheckfoldersexist to get this check.")
		return nil
	}
	b.say("Host1: Checking wanted folders exist. Use --nocheckfoldersexist to avoid this check (shared of public namespace targeted).")
	b.wanted = slices.DeleteFunc(b.wanted, func(name imap.MailboxName) bool {
		if b.src.known[name] {
			return false
		}
		b.warn("Host1: warning! ignoring folder %s because it is not in host1 whole folders list.", name)
		b.plan.Missing = append(b.plan.Missing, name)
		return true
	})
	return nil
}

// checkSelectable leaves out the wanted folders that host1 lists as containers only. The reference
// asks for each with a LIST; here the one answer to LIST "" * tells. A name that is not in it may
// be selectable all the same, in a namespace that is not listed.
func (b *builder) checkSelectable() error {
	check := b.rules.opts.CheckSelectable
	switch n := len(b.wanted); {
	case !check.Given && n > selectableCheckLimit:
		b.say("Host1: Not checking that %d wanted folders are selectable. Use --checkselectable to force this check.", n)
		return nil
	case !check.Or(true):
		b.say("Host1: Not checking that wanted folders are selectable. Use --checkselectable to force this check.")
		return nil
	}
	b.say("Host1: Checking wanted folders are selectable. Use --nocheckselectable to avoid this check.")
	containers := make(map[imap.MailboxName]bool)
	for _, m := range b.src.Mailboxes {
		if !m.Selectable() {
			containers[m.Name] = true
		}
	}
	b.wanted = slices.DeleteFunc(b.wanted, func(name imap.MailboxName) bool {
		if !containers[name] || b.src.known[name] {
			return false
		}
		b.warn("Host1: warning! ignoring folder %s because it is not selectable", name)
		b.plan.Unselectable = append(b.plan.Unselectable, name)
		return true
	})
	return nil
}

// checkAny warns of an empty selection, which is a successful run without work.
func (b *builder) checkAny() error {
	if len(b.wanted) == 0 {
		b.warn("Host1: warning! no folder is selected, there is nothing to sync.")
	}
	return nil
}
