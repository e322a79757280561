package folder

import (
	"strings"

	"imapsync/internal/fault"
	"imapsync/internal/imap"
)

// sanitizeSubfolder cleans a value of --subfolder1 or --subfolder2 as the reference does: blanks
// around it go, and every octet other than ASCII letters, digits, blank, "-", "_", "." and "/".
// Nothing left, or "0", is no value.
func sanitizeSubfolder(given string) string {
	clean := strings.Map(func(c rune) rune {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.ContainsRune(" -_./", c):
			return c
		}
		return -1
	}, strings.Trim(given, " \t\r\n\f\v"))
	if clean == "0" {
		return ""
	}
	return clean
}

// subfolders settles --subfolder1 and --subfolder2. Either turns --automap off. --subfolder1 acts
// like a --folderrec of the folder by that name, or of the one by that name under host1's prefix.
func (b *builder) subfolders() error {
	opts := &b.rules.opts
	for _, name := range opts.FolderRec {
		b.recursive = append(b.recursive, imap.MailboxName(name))
	}
	b.subfolder1 = b.subfolder("subfolder1", opts.Subfolder1.Or(""))
	if b.subfolder1 != "" {
		if err := b.enterSubfolder1(); err != nil {
			return err
		}
	}
	b.subfolder2 = b.subfolder("subfolder2", opts.Subfolder2.Or(""))
	return nil
}

func (b *builder) subfolder(option, given string) string {
	clean := sanitizeSubfolder(given)
	if clean != "" {
		b.say("Turned off automapping folders because of --%s", option)
		b.automap = false
		b.say("Sanitizing %s: [%s] => [%s]", option, given, clean)
	}
	return clean
}

func (b *builder) enterSubfolder1() error {
	short := imap.MailboxName(b.subfolder1)
	long := imap.MailboxName(b.plan.Src.Prefix) + short
	for _, name := range []imap.MailboxName{short, long} {
		if b.src.known[name] {
			b.say("Acting like --folderrec \"%s\"", name)
			b.recursive = append(b.recursive, name)
			return nil
		}
	}
	b.warn("Nor folder \"%s\" nor \"%s\" exists on host1", short, long)
	// As in the reference, a --folderrec given besides is enough to go on with.
	if len(b.recursive) > 0 {
		return nil
	}
	return &fault.Error{
		Kind:   fault.Subfolder1,
		Side:   b.src.side,
		Folder: short,
		Text:   "subfolder1 " + b.subfolder1 + " does not exist",
		Hint:   "Without --subfolder1, --justfolderlists shows the folders of host1.",
	}
}
