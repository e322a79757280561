package folder

import (
	"fmt"
	"strings"

	"imapsync/internal/imap"
)

// specialNames are the names that --automap takes for a special use, in the languages and habits
// the reference knows. The first column is the use (RFC 6154).
var specialNames = []struct {
	use   string
	names []imap.MailboxName
}{
	{`\All`, []imap.MailboxName{"All", "All Messages", "&BBIEQQQ1-"}},
	{`\Archive`, []imap.MailboxName{"Archive", "Archives", "&BBAEQARFBDgEMg-"}},
	{`\Drafts`, []imap.MailboxName{"Drafts", "DRAFTS", "&BCcENQRABD0EPgQyBDgEOgQ4-", "Szkice", "Wersje robocze"}},
	{`\Flagged`, []imap.MailboxName{"Flagged", "Starred", "&BB8EPgQ8BDUERwQ1BD0EPQRLBDU-"}},
	{`\Junk`, []imap.MailboxName{"Junk", "junk", "Spam", "SPAM", "&BCEEPwQwBDw-", "Potwierdzony spam",
		"Wiadomo&AVs-ci-&AVs-mieci", "Junk E-Mail", "Junk Email"}},
	{`\Sent`, []imap.MailboxName{"Sent", "Sent Messages", "Sent Items", "Gesendete Elemente", "Gesendete Objekte",
		"&AMk-l&AOk-ments envoy&AOk-s", "E&AwE-le&AwE-ments envoye&AwE-s", "Envoy&AOk-", "Objets envoy&AOk-s",
		"Elementos enviados", "Posta inviata", "&kAFP4W4IMH8wojCkMMYw4A-",
		"&BB4EQgQ,BEAEMAQyBDsENQQ9BD0ESwQ1-", "Elementy wys&AUI-ane"}},
	{`\Trash`, []imap.MailboxName{"Trash", "TRASH", "&BCMENAQwBDsENQQ9BD0ESwQ1-", "&BBoEPgRABDcEOAQ9BDA-", "Kosz",
		"Deleted Items", "Deleted Messages"}},
}

// guessUse tells the special use that a name, or the name without prefix, stands for; empty for
// none. Letter case counts, and as in the reference the prefix is removed wherever it first occurs.
func guessUse(name imap.MailboxName, prefix string) string {
	bare := imap.MailboxName(strings.Replace(string(name), prefix, "", 1))
	for _, candidate := range []imap.MailboxName{name, bare} {
		for _, row := range specialNames {
			for _, known := range row.names {
				if known == candidate {
					return row.use
				}
			}
		}
	}
	return ""
}

// uses is what is known about the special uses of one side.
type uses struct {
	of     map[imap.MailboxName]string // the use of a folder
	target map[string]imap.MailboxName // the folder a use leads to
}

func newUses() uses {
	return uses{of: make(map[imap.MailboxName]string), target: make(map[string]imap.MailboxName)}
}

// specialUses reads the uses from the attributes of LIST, in list order; the first folder of a use
// keeps it. An attribute counts when it contains the word, in the usual letters, so that \AllMail,
// an old XLIST word, is a use of its own.
func specialUses(title string, mailboxes []imap.Mailbox, say sayer) uses {
	u := newUses()
	var lines []string
	for _, m := range mailboxes {
		use := specialAttr(m.Attrs)
		if use == "" || !m.Selectable() {
			continue
		}
		line := fmt.Sprintf("%s: special %-20s = %s", title, m.Name, use)
		if holder, taken := u.target[use]; taken {
			line += " already assigned to " + string(holder)
		} else {
			u.target[use], u.of[m.Name] = m.Name, use
		}
		lines = append(lines, line)
	}
	if lines != nil {
		say("%s\n", strings.Join(lines, "\n"))
	}
	return u
}

func specialAttr(attrs []string) string {
	for _, a := range attrs {
		for _, row := range specialNames {
			if strings.Contains(a, row.use) {
				return a
			}
		}
	}
	return ""
}

// guessedUses guesses the uses from names. Several folders may have one use; the first leads.
func guessedUses(title string, names []imap.MailboxName, prefix string, say sayer) uses {
	u := newUses()
	for _, name := range names {
		use := guessUse(name, prefix)
		if use == "" {
			continue
		}
		u.of[name] = use
		if holder, taken := u.target[use]; taken {
			say("%s: %s not %s because set to %s", title, name, use, holder)
		} else {
			u.target[use] = name
		}
	}
	return u
}

// automapTable gives the wanted folders with a special use the host2 folder of that use. What the
// servers say goes before what names suggest, on each side.
func automapTable(wanted []imap.MailboxName, special1, guessed1, special2, guessed2 uses) map[imap.MailboxName]imap.MailboxName {
	table := make(map[imap.MailboxName]imap.MailboxName)
	for _, src := range wanted {
		use := special1.of[src]
		if use == "" {
			use = guessed1.of[src]
		}
		if use == "" {
			continue
		}
		if dst, ok := special2.target[use]; ok {
			table[src] = dst
		} else if dst, ok := guessed2.target[use]; ok {
			table[src] = dst
		}
	}
	return table
}
