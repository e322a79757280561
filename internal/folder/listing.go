package folder

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"imapsync/internal/imap"
	"imapsync/internal/imap/utf7"
)

// Jux is how users see a folder name: "[raw]", or "[raw] = [decoded]" when decoding changes it.
// Commands take the raw form.
func Jux(name imap.MailboxName) string {
	if text := utf7.Decode(string(name)); text != string(name) {
		return fmt.Sprintf("[%s] = [%s]", name, text)
	}
	return fmt.Sprintf("[%s]", name)
}

// JuxList is one [Jux] line for each name, each with its newline.
func JuxList(names []imap.MailboxName) string {
	var b strings.Builder
	for _, name := range names {
		b.WriteString(Jux(name))
		b.WriteByte('\n')
	}
	return b.String()
}

// Pad fills text with blanks on the right up to width characters.
func Pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(text)))
}

// The listing users read in every run, to learn the names to give in options.
const listingHeader = `
++++ Listing folders
All foldernames are presented between brackets like [X] where X is the foldername.
When a foldername contains non-ASCII characters it is presented in the form
[X] = [Y] where
X is the imap foldername you have to use in command line options and
Y is the utf8 output just printed for convenience, to recognize it.
`

// list notes the folders of both sides and the tables of the mapping. Each block ends with an
// empty line.
func (b *builder) list() error {
	b.say(listingHeader)
	for _, v := range []*view{b.src, b.dst} {
		var raw strings.Builder
		for _, m := range v.Mailboxes {
			raw.WriteString(m.Raw + "\n")
		}
		b.sayFor(v.side)("%s: folders list (first the raw imap format then the [X] = [Y]):\n%s\n%s",
			v.side.Title(), raw.String(), JuxList(v.names))
	}
	if b.rules.opts.Subscribed.Or(false) {
		b.say("Host1 subscribed folders list: %s", JuxList(sorted(b.src.subscribed)))
	}
	if len(b.plan.Extra2) > 0 {
		b.say("Folders in host2 not in host1:\n%s", JuxList(b.plan.Extra2))
	}
	b.listTable("Folders mapping from --automap feature (use --f1f2 to override any mapping):", b.auto,
		func(imap.MailboxName) string { return "" })
	b.listTable("Folders mapping from --f1f2 options, it overrides --automap:", b.rules.explicit,
		func(src imap.MailboxName) string {
			if b.src.known[src] {
				return " "
			}
			return fmt.Sprintf(" BUT %s does NOT exist on host1!", src)
		})
	return nil
}

func (b *builder) listTable(title string, table map[imap.MailboxName]imap.MailboxName, remark func(imap.MailboxName) string) {
	if len(table) == 0 {
		return
	}
	var lines strings.Builder
	for _, src := range sortedKeys(table) {
		fmt.Fprintf(&lines, "%s -> %s%s\n", Pad(Jux(src), 40), Pad(Jux(table[src]), 40), remark(src))
	}
	b.say("%s\n%s", title, lines.String())
}
