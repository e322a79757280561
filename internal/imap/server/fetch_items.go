package server

import (
	"bufio"
	"strings"

	"imapsync/internal/imap"
)

type itemKind uint8

const (
	itemUID itemKind = iota
	itemFlags
	itemDate
	itemSize
	itemModSeq
	itemBody
	itemLabels
	itemGmailID
	itemThreadID
)

type sectionKind uint8

const (
	sectionAll sectionKind = iota
	sectionHeader
	sectionText
	sectionFields
	sectionFieldsNot
)

// fetchItem is one data item of FETCH (RFC 3501 section 6.4.5).
type fetchItem struct {
	kind      itemKind
	label     string // as it is echoed
	section   sectionKind
	fields    []string // upper case
	partial   bool
	off, max  int64 // of a partial fetch
	marksSeen bool
}

// fetchItems reads one item, a macro or a list of items.
func (s *session) fetchItems(f *fetchCommand) {
	if s.p.peek() == '(' {
		s.p.list(func() { s.fetchItem(f) })
		return
	}
	s.fetchItem(f)
}

func (s *session) fetchItem(f *fetchCommand) {
	name := strings.ToUpper(s.p.chars("a data item", func(c byte) bool { return isAtomChar(c) && c != '[' }))
	add := func(it fetchItem) { f.items = append(f.items, it) }
	switch name {
	case "UID":
		add(fetchItem{kind: itemUID})
	case "FLAGS":
		f.flags = true
		add(fetchItem{kind: itemFlags})
	case "INTERNALDATE":
		add(fetchItem{kind: itemDate})
	case "RFC822.SIZE":
		add(fetchItem{kind: itemSize})
	case "FAST":
		f.flags = true
		add(fetchItem{kind: itemFlags})
		add(fetchItem{kind: itemDate})
		add(fetchItem{kind: itemSize})
	case "MODSEQ":
		if !s.has(imap.CapCondStore) {
			s.p.fail("Unknown data item %s", name)
		}
		s.condStore = true
		add(fetchItem{kind: itemModSeq})
	case "RFC822":
		add(fetchItem{kind: itemBody, label: name, marksSeen: true})
	case "RFC822.PEEK":
		add(fetchItem{kind: itemBody, label: "RFC822"})
	case "RFC822.HEADER":
		add(fetchItem{kind: itemBody, label: name, section: sectionHeader})
	case "RFC822.TEXT":
		add(fetchItem{kind: itemBody, label: name, section: sectionText, marksSeen: true})
	case "BODY", "BODY.PEEK":
		if s.p.peek() == '[' {
			add(s.section(name == "BODY"))
			return
		}
		fallthrough
	case "ALL", "FULL", "ENVELOPE", "BODYSTRUCTURE":
		if s.p.err == nil {
			s.p.err = &Refusal{"CANNOT", name + " is not available: this server does not parse MIME"}
		}
	default:
		kind, known := labelItems[name]
		if !known || !s.has(imap.CapGmail) {
			s.p.fail("Unknown data item %s", name)
		}
		add(fetchItem{kind: kind})
	}
}

// section reads "[" section "]" and an optional "<" offset "." length ">".
func (s *session) section(marksSeen bool) fetchItem {
	it := fetchItem{kind: itemBody, marksSeen: marksSeen}
	s.p.expect('[')
	name := ""
	if s.p.peek() != ']' {
		name = strings.ToUpper(s.p.chars("a section", func(c byte) bool { return isAtomChar(c) }))
	}
	it.label = "BODY[" + name
	switch name {
	case "":
	case "HEADER":
		it.section = sectionHeader
	case "TEXT":
		it.section = sectionText
	case "HEADER.FIELDS", "HEADER.FIELDS.NOT":
		it.section = sectionFields
		if name == "HEADER.FIELDS.NOT" {
			it.section = sectionFieldsNot
		}
		s.p.sp()
		var echo []byte
		s.p.list(func() {
			field := s.p.astring()
			if len(echo) > 0 {
				echo = append(echo, ' ')
			}
			echo = appendAString(echo, strings.ToUpper(field))
			it.fields = append(it.fields, strings.ToUpper(field))
		})
		it.label += " (" + string(echo) + ")"
	default:
		if s.p.err == nil {
			s.p.err = &Refusal{"CANNOT", "Section " + name + " is not available: this server does not parse MIME"}
		}
	}
	s.p.expect(']')
	it.label += "]"
	if s.p.take('<') {
		it.partial = true
		it.off = int64(s.p.number())
		s.p.expect('.')
		it.max = int64(s.p.number())
		s.p.expect('>')
		it.label += "<" + itoa(it.off) + ">"
	}
	return it
}

// write sends the item's label and the literal with its text.
func (it *fetchItem) write(w *bufio.Writer, c Content) error {
	var part Content
	off, n := int64(0), c.Size()
	switch it.section {
	case sectionAll:
		part = c
	case sectionText:
		header, err := readHeader(c)
		if err != nil {
			return err
		}
		part, off = c, int64(len(header))
		n -= off
	case sectionHeader, sectionFields, sectionFieldsNot:
		header, err := readHeader(c)
		if err != nil {
			return err
		}
		if it.section != sectionHeader {
			header = selectFields(header, it.fields, it.section == sectionFields)
		}
		part, n = Bytes(header), int64(len(header))
	}
	if it.partial {
		skip := min(it.off, n)
		off, n = off+skip, min(n-skip, it.max)
	}
	w.WriteString(it.label)
	w.WriteString(" {")
	w.WriteString(itoa(n))
	w.WriteString("}\r\n")
	return writeContent(w, part, off, n)
}
