package folder

import (
	"strings"

	"imapsync/internal/imap"
)

// mapper names host1 folders on host2. Its answers depend on nothing but its fields; it is not safe for
// concurrent use.
type mapper struct {
	src, dst       Layout
	fixSlash       bool // --fixslash2
	explicit, auto map[imap.MailboxName]imap.MailboxName
	subfolder1     string // sanitized; empty: none
	subfolder2     subfolder2
	renames        []rename
	inboxFrom      imap.MailboxName // the spelling of INBOX to change; empty: none
	inboxTo        imap.MailboxName
	trace          sayer
	values         map[string]string // what $sync->{name} stands for in renames
}

// step is one rule of the mapping. It gets the result of the step before and says whether its own
// is final.
type step func(m *mapper, name string) (result string, final bool, err error)

// steps is the whole mapping, in order (imap2_folder_name of the reference).
var steps = []step{
	(*mapper).explicitPair, // --f1f2
	(*mapper).automap,
	(*mapper).removeSubfolder1,
	(*mapper).emptyIsInbox,
	(*mapper).removePrefix1,
	(*mapper).swapSeparators,
	(*mapper).fixSlash2,
	(*mapper).addPrefix2,
	(*mapper).enterSubfolder2,
	(*mapper).regexTrans2,
	(*mapper).inboxCase,
}

// newMapper settles what 2.229 takes for "not given": a prefix "0", a separator "" or "0".
func newMapper(m mapper, sub2 string) (*mapper, error) {
	m.src, m.dst = m.src.settled(), m.dst.settled()
	sub, err := newSubfolder2(m.dst, sub2)
	if err != nil {
		return nil, err
	}
	m.subfolder2 = sub
	return &m, nil
}

func (l Layout) settled() Layout {
	if l.Sep == "" || l.Sep == "0" {
		l.Sep = "/"
	}
	if l.Prefix == "0" {
		l.Prefix = ""
	}
	return l
}

// dest is the name of src on host2.
func (m *mapper) dest(src imap.MailboxName) (imap.MailboxName, error) {
	name := string(src)
	if m.values != nil {
		m.values["h1_current_folder"] = name
	}
	for _, apply := range steps {
		result, final, err := apply(m, name)
		if err != nil {
			return "", err
		}
		name = result
		if final {
			break
		}
	}
	return imap.MailboxName(name), nil
}

// explicitPair takes a --f1f2 target as it is. An empty target, or "0", is no target.
func (m *mapper) explicitPair(name string) (string, bool, error) {
	return m.lookup(m.explicit, "f1f2", name)
}

func (m *mapper) automap(name string) (string, bool, error) {
	return m.lookup(m.auto, "automap", name)
}

func (m *mapper) lookup(table map[imap.MailboxName]imap.MailboxName, what, name string) (string, bool, error) {
	dst := string(table[imap.MailboxName(name)])
	if dst == "" || dst == "0" {
		return name, false, nil
	}
	m.trace("%s [%s] -> [%s]", what, name, dst)
	return dst, true, nil
}

// removeSubfolder1 takes away the first occurrence of subfolder1, wherever it is, with one
// separator after it. A "." of subfolder1 stands for any octet: the reference uses it as a pattern.
func (m *mapper) removeSubfolder1(name string) (string, bool, error) {
	if m.subfolder1 == "" {
		return name, false, nil
	}
	part := withoutLast(m.subfolder1, m.src.Sep)
	at := indexDotted(name, part)
	if at < 0 {
		return name, false, nil
	}
	return name[:at] + strings.TrimPrefix(name[at+len(part):], m.src.Sep), false, nil
}

// withoutLast removes the last octet of s if it is sep.
func withoutLast(s, sep string) string {
	if len(sep) != 1 {
		return s
	}
	return strings.TrimSuffix(s, sep)
}

// indexDotted finds part in s, where a "." of part agrees with anything but a line feed.
func indexDotted(s, part string) int {
	for at := 0; at+len(part) <= len(s); at++ {
		n := 0
		for n < len(part) && (part[n] == s[at+n] || part[n] == '.' && s[at+n] != '\n') {
			n++
		}
		if n == len(part) {
			return at
		}
	}
	return -1
}

func (m *mapper) emptyIsInbox(name string) (string, bool, error) {
	if name == "" || name == m.src.Prefix {
		return "INBOX", false, nil
	}
	return name, false, nil
}

func (m *mapper) removePrefix1(name string) (string, bool, error) {
	name = strings.TrimPrefix(name, m.src.Prefix)
	m.trace("removed host1 prefix: [%s]", name)
	return name, false, nil
}

func (m *mapper) swapSeparators(name string) (string, bool, error) {
	return swap(name, m.src.Sep, m.dst.Sep), false, nil
}

// swap makes every sep1 a sep2 and every sep2 a sep1, so that distinct names stay distinct. No
// mailbox name holds a NUL (RFC 9051 section 9).
func swap(name, sep1, sep2 string) string {
	if sep2 != "" {
		name = strings.ReplaceAll(name, sep2, "\x00")
	}
	if sep1 != "" {
		name = strings.ReplaceAll(name, sep1, sep2)
	}
	return strings.ReplaceAll(name, "\x00", sep1)
}

func (m *mapper) fixSlash2(name string) (string, bool, error) {
	if m.fixSlash {
		name = slashToUnderscore(name, m.src.Sep, m.dst.Sep)
	}
	m.trace("inverted separators: [%s]", name)
	return name, false, nil
}

// slashToUnderscore replaces the slashes that are no separators of host2 although "/" separates on
// host1: they were part of a name's letters there, and many servers refuse them.
func slashToUnderscore(name, sep1, sep2 string) string {
	if sep1 == "/" && sep2 != "/" {
		return strings.ReplaceAll(name, "/", "_")
	}
	return name
}

func (m *mapper) addPrefix2(name string) (string, bool, error) {
	if !imap.MailboxName(name).IsInbox() {
		name = m.dst.Prefix + name
	}
	m.trace("added host2 prefix: [%s]", name)
	return name, false, nil
}

func (m *mapper) enterSubfolder2(name string) (string, bool, error) {
	moved, err := m.subfolder2.enter(name)
	if err == nil && moved != name {
		m.trace("[%s] -> [%s] using subfolder2 [%s]", name, moved, m.subfolder2.root)
	}
	return moved, false, err
}

func (m *mapper) regexTrans2(name string) (string, bool, error) {
	for _, r := range m.renames {
		renamed, err := r.apply(name, m.variable)
		if err != nil {
			return "", false, err
		}
		m.trace("[%s] -> [%s] using regextrans2 [%s]", name, renamed, r.text)
		name = renamed
	}
	return name, false, nil
}

// variable gives $sync->{name} in an expression its value.
func (m *mapper) variable(name string) (string, bool) {
	value, ok := m.values[name]
	return value, ok
}

func (m *mapper) inboxCase(name string) (string, bool, error) {
	if m.inboxFrom != "" && name == string(m.inboxFrom) {
		return string(m.inboxTo), false, nil
	}
	return name, false, nil
}

// inboxSpelling tells which spelling of INBOX must change when one side lists INBOX and the other
// Inbox; empty names for no change (fix_Inbox_INBOX_mapping of the reference).
func inboxSpelling(names1, names2 map[imap.MailboxName]bool) (from, to imap.MailboxName) {
	const upper, title imap.MailboxName = "INBOX", "Inbox"
	switch {
	case names1[upper] && names2[upper], names1[title] && names2[title]:
		return "", ""
	case names1[upper] && names2[title]:
		return upper, title
	case names1[title] && names2[upper]:
		return title, upper
	}
	return "", ""
}
