package folder

import (
	"slices"
	"strings"

	"imapsync/internal/imap"
)

// extra finds the host2 folders that are neither called like a host1 folder nor the destination
// of any, children before parents. The folders of protected stay out as well.
func extra(names2 []imap.MailboxName, known1, destinations map[imap.MailboxName]bool, protected ...imap.MailboxName) []imap.MailboxName {
	var out []imap.MailboxName
	for _, name := range names2 {
		if !known1[name] && !destinations[name] && !slices.Contains(protected, name) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	slices.Reverse(out)
	return out
}

// removable keeps those of extra that may be deleted: not INBOX, not what lies outside the
// subfolder root (when there is one), not what holds a folder that is fed.
func removable(extra []imap.MailboxName, root, sep string, destinations map[imap.MailboxName]bool) []imap.MailboxName {
	holds := make(map[imap.MailboxName]bool)
	for dst := range destinations {
		for _, parent := range Parents(dst, sep) {
			holds[parent] = true
		}
	}
	var out []imap.MailboxName
	for _, name := range extra {
		inside := root == "" || strings.HasPrefix(string(name), root+sep)
		if inside && !name.IsInbox() && !holds[name] {
			out = append(out, name)
		}
	}
	return out
}
