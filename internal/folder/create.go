package folder

import (
	"strings"

	"imapsync/internal/imap"
)

// Parents gives the ancestors of name, outermost first, as the reference's create_folder walks
// them: separators at the end of a name separate nothing, and blanks around a parent's name are
// dropped.
func Parents(name imap.MailboxName, sep string) []imap.MailboxName {
	var outward []imap.MailboxName
	for parent := parentOf(name, sep); parent != ""; parent = parentOf(parent, sep) {
		outward = append(outward, parent)
	}
	parents := make([]imap.MailboxName, len(outward))
	for i, p := range outward {
		parents[len(outward)-1-i] = p
	}
	return parents
}

// parentOf is the next ancestor, empty at the top. It is always shorter than name.
func parentOf(name imap.MailboxName, sep string) imap.MailboxName {
	if sep == "" {
		return ""
	}
	s := string(name)
	for strings.HasSuffix(s, sep) {
		s = s[:len(s)-len(sep)]
	}
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return ""
	}
	return imap.MailboxName(strings.Trim(s[:i], " \t\n\r\f\v"))
}

// Outcome is the fate of a creation.
type Outcome uint8

// Outcomes of a creation.
const (
	CreateIt      Outcome = iota // send the CREATEs of Creation.Create
	AlreadyInbox                 // INBOX, which exists: usable
	AlreadyThere                 // STATUS found it, perhaps under other letters: usable
	RefusedMixing                // STATUS found it and --nomixfolders is set: the pair is skipped
)

// Usable reports whether messages may go there without any CREATE.
func (o Outcome) Usable() bool { return o == AlreadyInbox || o == AlreadyThere }

// Creation is what to do about a destination that is not in host2's list.
type Creation struct {
	Outcome Outcome
	// Create are the names to create, outermost first, the folder itself last; empty unless the
	// Outcome is CreateIt. A refused CREATE of a parent is no reason to stop; a refused CREATE of
	// the folder is none either if STATUS or SELECT then finds it.
	Create []imap.MailboxName
}

// Creation decides how dst comes to be on host2. exists answers STATUS and is asked about dst and
// then about its [Parents], innermost first, until one exists. A destination that this run
// created already needs no Creation: it exists.
func (r *Rules) Creation(dst imap.MailboxName, sep string, exists func(imap.MailboxName) bool) Creation {
	if dst.IsInbox() && exists(dst) {
		return Creation{Outcome: AlreadyInbox}
	}
	// The old way sends CREATE first and looks afterwards.
	if r.CreateOldWay {
		return Creation{Create: []imap.MailboxName{dst}}
	}
	if exists(dst) {
		if r.MixFolders {
			return Creation{Outcome: AlreadyThere}
		}
		return Creation{Outcome: RefusedMixing}
	}
	parents := Parents(dst, sep)
	missing := len(parents)
	for missing > 0 && !exists(parents[missing-1]) {
		missing--
	}
	return Creation{Create: append(parents[missing:len(parents):len(parents)], dst)}
}
