package wire

import (
	"bytes"
	"math"

	"imapsync/internal/imap"
)

// MailboxList reads what follows LIST, LSUB or XLIST (RFC 9051, mailbox-list; RFC 6154). Extended
// data behind the name is skipped. Raw is left to the caller.
func (d *Decoder) MailboxList() imap.Mailbox {
	var m imap.Mailbox
	if d.space(); d.peek() == '(' {
		for _, f := range d.flagList(nil) {
			m.Attrs = append(m.Attrs, string(f))
		}
	} else if w := d.line[d.pos:]; len(w) > 3 && isNil(w[:3]) && isSpace(w[3]) && bytes.IndexByte(w[4:], ' ') > 0 {
		d.pos += 3 // NIL for an empty list, the delimiter and the name still follow
	}
	m.Delim = d.delimiter()
	m.Name = d.mailboxName(listNameEnd)
	return m
}

// delimiter reads a hierarchy delimiter: one character, quoted or not; NIL is the empty string. Of
// several characters the first counts.
func (d *Decoder) delimiter() string {
	d.space()
	// A delimiter "\" must be written "\\"; some servers forget it.
	if b := d.line[d.pos:]; len(b) > 3 && b[0] == '"' && b[1] == '\\' && b[2] == '"' && isSpace(b[3]) {
		d.pos += 3
		return `\`
	}
	b, ok := d.nstring()
	if !ok || len(b) == 0 {
		return ""
	}
	return string(b[:1])
}

// mailboxName reads a name (RFC 9051, mailbox) as octets. An unquoted name may hold blanks,
// brackets and parentheses (Exchange, Gromox, Gmail resellers): it ends where end says.
func (d *Decoder) mailboxName(end func(line []byte) int) imap.MailboxName {
	d.space()
	switch d.peek() {
	case '"':
		return imap.MailboxName(d.quoted(true))
	case '{':
		if size, ok := d.atLiteral(); ok {
			return imap.MailboxName(d.readLiteral(size, MaxLiteral))
		}
	}
	line := d.line[d.pos:]
	n := end(line)
	d.pos += n
	return imap.MailboxName(trimSpace(line[:n]))
}

// listNameEnd finds the end of an unquoted name in a LIST line: the end of the line, or the
// extended data of RFC 5258, a list that begins with a quoted tag.
func listNameEnd(line []byte) int {
	for i := range line {
		if !isSpace(line[i]) || i+1 == len(line) || line[i+1] != '(' {
			continue
		}
		rest := line[i+1:]
		if inner := trimSpace(rest[1:]); len(inner) > 0 && (inner[0] == '"' || inner[0] == ')') && isOneList(rest) {
			return i
		}
	}
	return len(line)
}

// statusNameEnd finds the end of an unquoted name in a STATUS line: the list that ends the line, or
// the last opening parenthesis when that list is not closed, or the first blank without any list.
func statusNameEnd(line []byte) int {
	last := len(line)
	if i := bytes.IndexAny(line, " \t"); i >= 0 {
		last = i
	}
	for i := range line {
		if !isSpace(line[i]) || i+1 == len(line) || line[i+1] != '(' {
			continue
		}
		if isOneList(line[i+1:]) {
			return i
		}
		last = i
	}
	return last
}

// isOneList reports whether b is one parenthesised list and nothing else.
func isOneList(b []byte) bool {
	b = trimSpace(b)
	depth, quoted := 0, false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')':
			if depth--; depth == 0 {
				return i == len(b)-1
			}
		}
	}
	return false
}

// StatusAttList reads what follows STATUS (RFC 9051, mailbox-data). Unknown items are skipped; a
// value that is no number leaves its field unset.
func (d *Decoder) StatusAttList() imap.Status {
	s := imap.Status{Name: d.mailboxName(statusNameEnd)}
	for !d.EOL() {
		if d.accept('(') || d.accept(')') {
			continue
		}
		d.statusItem(&s)
	}
	return s
}

func (d *Decoder) statusItem(s *imap.Status) {
	name := d.word()
	if len(name) == 0 {
		d.skipToken()
		return
	}
	switch {
	case equalFold(name, "MESSAGES"):
		s.Messages = d.optional32()
	case equalFold(name, "UNSEEN"):
		s.Unseen = d.optional32()
	case equalFold(name, "RECENT"):
		s.Recent = d.optional32()
	case equalFold(name, "UIDNEXT"):
		n, _ := d.number32()
		s.UIDNext = imap.UID(n)
	case equalFold(name, "UIDVALIDITY"):
		n, _ := d.number()
		s.UIDValidity = imap.UIDValidity(n)
	case equalFold(name, "HIGHESTMODSEQ"):
		n, _ := d.number()
		s.HighestModSeq = imap.ModSeq(n)
	case equalFold(name, "SIZE"):
		s.Size = d.optional63()
	case equalFold(name, "APPENDLIMIT"):
		s.AppendLimit = d.optional63()
	default:
		d.skipValue()
	}
}

func (d *Decoder) optional32() *uint32 {
	if n, ok := d.number32(); ok {
		return &n
	}
	return nil
}

func (d *Decoder) optional63() *int64 {
	if n, ok := d.number(); ok && n <= math.MaxInt64 {
		v := int64(n)
		return &v
	}
	return nil
}
