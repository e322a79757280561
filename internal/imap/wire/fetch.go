package wire

import (
	"bytes"
	"io"
	"math"
	"time"

	"imapsync/internal/imap"
)

// BodyFunc gets the text of a whole message while it is read. What it leaves is discarded; its error
// ends MsgAtt.
type BodyFunc func(size int64, text io.Reader) error

// MsgAtt reads the items of a FETCH response into m (RFC 9051, msg-att). Items come in any order, an
// item that comes twice counts the second time, parentheses may be missing, unknown items are
// skipped with their whole value. body may be nil. The error is that of body; errors of the
// connection are left for Next, so look at Err before trusting m.
func (d *Decoder) MsgAtt(m *imap.Message, body BodyFunc) error {
	for {
		d.space()
		switch d.peek() {
		case '(', ')':
			d.pos++
			continue
		}
		if d.eol() {
			return nil
		}
		if err := d.msgAttItem(m, body); err != nil {
			return err
		}
	}
}

func (d *Decoder) msgAttItem(m *imap.Message, body BodyFunc) error {
	name, section, origin := d.itemName()
	switch itemOf(name) {
	case itemUID:
		if n, ok := d.number32(); ok {
			m.UID = imap.UID(n)
		}
	case itemFlags:
		m.Flags, m.HasFlags = d.flagList(m.Flags[:0]), true
	case itemDate:
		m.InternalDate = d.date()
	case itemSize:
		if n, ok := d.number(); ok && n <= math.MaxInt64 {
			m.Size = int64(n)
		}
	case itemModSeq:
		m.ModSeq = d.modSeq()
	case itemHeader:
		d.header(m)
	case itemBody:
		switch {
		case section == nil && !equalFold(name[:min(6, len(name))], "RFC822"):
			d.skipValue() // BODY without section is a BODYSTRUCTURE
		case len(section) == 0 && wholeFrom(origin):
			return d.body(m, body)
		case isHeaderSection(section) && wholeFrom(origin):
			d.header(m)
		default:
			d.skipValue()
		}
	case itemLabels:
		m.Labels = d.labels()
	case itemGmailID:
		if b, ok := d.nstring(); ok {
			m.GmailMsgID = string(b)
		}
	case itemEmailID:
		m.EmailID = d.objectID()
	case itemOther:
		d.skipValue()
	}
	return nil
}

type item uint8

const (
	itemOther item = iota
	itemUID
	itemFlags
	itemDate
	itemSize
	itemModSeq
	itemHeader
	itemBody
	itemLabels
	itemGmailID
	itemEmailID
)

var itemNames = [...]struct {
	name string
	item item
}{
	{"UID", itemUID}, {"FLAGS", itemFlags}, {"INTERNALDATE", itemDate}, {"RFC822.SIZE", itemSize},
	{"BODY", itemBody}, {"MODSEQ", itemModSeq}, {"X-GM-LABELS", itemLabels}, {"X-GM-MSGID", itemGmailID},
	{"EMAILID", itemEmailID},
	// Items echoed as they were asked, against the grammar.
	{"BODY.PEEK", itemBody}, {"BINARY", itemBody}, {"BINARY.PEEK", itemBody},
	{"RFC822", itemBody}, {"RFC822.PEEK", itemBody}, {"RFC822.HEADER", itemHeader}, {"RFC822.HEADER.PEEK", itemHeader},
}

func itemOf(name []byte) item {
	for i := range itemNames {
		if equalFold(name, itemNames[i].name) {
			return itemNames[i].item
		}
	}
	return itemOther
}

// itemName reads an item's name, its section without brackets (nil: none) and its origin octet
// without angle brackets (nil: none).
func (d *Decoder) itemName() (name, section, origin []byte) {
	start := d.pos
	for d.pos < len(d.line) {
		c := d.line[d.pos]
		if isSpace(c) || c == '(' || c == ')' || c == '[' || c == '{' || c == '"' {
			break
		}
		d.pos++
	}
	name = d.line[start:d.pos]
	if d.pos == start {
		d.skipToken() // a stray string or literal where a name should be
		return nil, nil, nil
	}
	if d.peek() == '[' {
		if end := codeEnd(d.line[d.pos:]); end > 0 {
			section = trimSpace(d.line[d.pos+1 : d.pos+end])
			d.pos += end + 1
		}
	}
	if d.peek() == '<' {
		if end := bytes.IndexByte(d.line[d.pos:], '>'); end > 0 {
			origin = d.line[d.pos+1 : d.pos+end]
			d.pos += end + 1
		}
	}
	return name, section, origin
}

// wholeFrom reports whether a partial text starts at its first octet; then it is all there is, since
// parts are not asked for.
func wholeFrom(origin []byte) bool {
	start, _, _ := bytes.Cut(origin, []byte("."))
	n, ok := parseNumber(start)
	return origin == nil || ok && n == 0
}

// isHeaderSection accepts HEADER and HEADER.FIELDS with whatever list: gateways answer another list
// than asked, Courier quotes the names, servers built on go-imap 1 answer HEADER for RFC822.HEADER.
func isHeaderSection(section []byte) bool {
	const header = "HEADER"
	return len(section) >= len(header) && equalFold(section[:len(header)], header)
}

// header reads a header section; NIL leaves it absent.
func (d *Decoder) header(m *imap.Message) {
	d.space()
	if size, ok := d.atLiteral(); ok {
		m.Header = d.readLiteral(size, MaxHeader)
		return
	}
	if b, ok := d.nstring(); ok {
		m.Header = append([]byte{}, b...)
	}
}

// body hands a message text to f. Yahoo sends small texts as quoted strings. NIL is no text: the
// server knows the message but cannot read it.
func (d *Decoder) body(m *imap.Message, f BodyFunc) error {
	d.space()
	if size, ok := d.atLiteral(); ok {
		m.HasBody, m.BodySize = true, size
		return d.streamBody(size, f)
	}
	quoted := d.peek() == '"'
	b, ok := d.nstring()
	if !ok || !quoted {
		return nil
	}
	m.HasBody, m.BodySize = true, int64(len(b))
	if f == nil {
		return nil
	}
	return f(int64(len(b)), bytes.NewReader(b))
}

func (d *Decoder) streamBody(size int64, f BodyFunc) error {
	d.lit = literal{d: d, left: size}
	var err error
	if f != nil {
		err = f(size, &d.lit)
	}
	left := d.lit.left
	d.lit.left = 0 // a reader kept beyond the call must not reach into what follows
	if err != nil {
		return err
	}
	d.dropLiteral(left)
	return nil
}

// date reads a date-time in any form, the zero Time when it is none. Without quotes it ends before the
// next word that begins with a letter.
func (d *Decoder) date() time.Time {
	d.space()
	start := d.pos
	b, bare := d.astring()
	if bare && len(b) > 0 && isDigit(b[0]) {
		for d.space(); isDigit(d.peek()) || d.peek() == '+' || d.peek() == '-'; d.space() {
			d.atom()
		}
		b = d.line[start:d.pos]
	}
	if t, ok := fixedDate(string(b)); ok { // this way the string needs no allocation
		return t
	}
	t, _ := ParseDate(string(b))
	return t
}

// modSeq reads "(number)", or the bare number of servers that forget the parentheses.
func (d *Decoder) modSeq() imap.ModSeq {
	list := d.accept('(')
	n, _ := d.number()
	if list {
		d.accept(')')
	}
	return imap.ModSeq(n)
}

// objectID reads "(id)", NIL or a bare id (RFC 8474).
func (d *Decoder) objectID() string {
	list := d.accept('(')
	b, ok := d.nstring()
	if list {
		defer d.accept(')')
	}
	if !ok {
		return ""
	}
	return string(b)
}

// labels reads the list of X-GM-LABELS, whose elements are strings in any form.
func (d *Decoder) labels() []string {
	labels := []string{}
	if !d.accept('(') {
		d.skipValue()
		return labels
	}
	for !d.EOL() && !d.accept(')') {
		if d.accept('(') {
			continue
		}
		if b, bare := d.astring(); !bare || len(b) > 0 {
			labels = append(labels, string(b))
		}
	}
	return labels
}
