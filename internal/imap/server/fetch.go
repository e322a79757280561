package server

import (
	"strconv"

	"imapsync/internal/imap"
)

var errUnreadable = &Refusal{"SERVERBUG", "Some messages could not be read"}

// fetchCommand is a parsed FETCH.
type fetchCommand struct {
	items        []fetchItem
	changedSince imap.ModSeq
	flags        bool // FLAGS is among the items
	unreadable   bool // a text could not be opened
}

func (s *session) fetch(c *command) error {
	var f fetchCommand
	s.p.sp()
	set := s.p.set()
	s.p.sp()
	s.fetchItems(&f)
	if s.p.peek() == ' ' && s.has(imap.CapCondStore) {
		s.p.sp()
		s.p.list(func() {
			if s.p.keyword() != "CHANGEDSINCE" {
				s.p.fail("Unknown FETCH modifier")
			}
			s.p.sp()
			f.changedSince = imap.ModSeq(s.p.number())
			s.condStore = true
		})
		f.need(itemModSeq)
	}
	if err := s.p.end(); err != nil {
		return err
	}
	if c.uid {
		f.need(itemUID)
	}
	spans, err := s.view.resolve(set, c.uid)
	if err != nil {
		return err
	}
	for _, sp := range spans {
		for i := sp.from; i < sp.to; i++ {
			if err := s.fetchMessage(&f, i, c); err != nil {
				return err
			}
		}
	}
	if f.unreadable {
		return errUnreadable
	}
	return nil
}

// need puts an item in front unless it was asked for.
func (f *fetchCommand) need(kind itemKind) {
	for _, it := range f.items {
		if it.kind == kind {
			return
		}
	}
	f.items = append([]fetchItem{{kind: kind}}, f.items...)
}

// fetchMessage writes the FETCH line of the message at index i. A message that others removed
// meanwhile is left out, and the final OK says so (RFC 5530, EXPUNGEISSUED).
func (s *session) fetchMessage(f *fetchCommand, i int, c *command) error {
	v := s.view
	m, ok := v.mb.Message(v.uids[i])
	if !ok {
		c.code, c.text = "EXPUNGEISSUED", "Some messages were already expunged."
		return nil
	}
	if f.changedSince > 0 && m.ModSeq <= f.changedSince {
		return nil
	}
	marked := false
	for _, it := range f.items {
		if it.marksSeen && !v.readOnly && !m.HasFlag(imap.FlagSeen) {
			changed, _, err := v.mb.SetFlags([]imap.UID{m.UID}, FlagsAdd, []imap.Flag{imap.FlagSeen}, NoModSeqLimit)
			if err != nil {
				return err
			}
			for _, n := range changed {
				m, v.own[n.UID], marked = n, n.ModSeq, true
			}
		}
	}
	b := append(s.scratch[:0], "* "...)
	b = strconv.AppendInt(b, int64(i)+1, 10)
	b = append(b, " FETCH ("...)
	var text Content
	defer func() {
		if text != nil {
			text.Close()
		}
	}()
	for k := range f.items {
		it := &f.items[k]
		if k > 0 {
			b = append(b, ' ')
		}
		if it.kind != itemBody {
			b = s.appendItem(b, it.kind, m)
			continue
		}
		if text == nil {
			var err error
			if text, err = v.mb.Open(m.UID); err != nil {
				text = nil
				f.unreadable = true
				b = append(append(b, it.label...), " NIL"...)
				continue
			}
		}
		s.bw.Write(b)
		if err := it.write(s.bw, text); err != nil {
			return err
		}
		b = b[:0]
	}
	if marked && !f.flags {
		b = append(b, ' ')
		b = s.appendItem(b, itemFlags, m)
	}
	b = append(b, ")\r\n"...)
	// A dead connection shows here and not only at the end of a long list.
	_, err := s.bw.Write(b)
	return err
}

// appendItem writes an item that needs no text.
func (s *session) appendItem(b []byte, kind itemKind, m Message) []byte {
	switch kind {
	case itemUID:
		b = strconv.AppendUint(append(b, "UID "...), uint64(m.UID), 10)
	case itemFlags:
		b = appendFlags(append(b, "FLAGS "...), m.Flags, m.UID >= s.view.recent)
	case itemDate:
		b = appendDateTime(append(b, "INTERNALDATE "...), m.Date)
	case itemSize:
		b = strconv.AppendInt(append(b, "RFC822.SIZE "...), m.Size, 10)
	case itemModSeq:
		b = strconv.AppendUint(append(b, "MODSEQ ("...), uint64(m.ModSeq), 10)
		b = append(b, ')')
	case itemLabels, itemGmailID, itemThreadID:
		b = s.appendLabelItem(b, kind, m)
	case itemBody:
	}
	return b
}
