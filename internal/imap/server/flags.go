package server

import (
	"errors"
	"strings"

	"imapsync/internal/imap"
)

var errReadOnly = &Refusal{"", "Mailbox is read-only"}

// store changes flags (RFC 3501 section 6.4.6, RFC 7162 section 3.1.3).
func (s *session) store(c *command) error {
	s.p.sp()
	set := s.p.set()
	s.p.sp()
	limit := NoModSeqLimit
	if s.p.peek() == '(' && s.has(imap.CapCondStore) {
		s.p.list(func() {
			if s.p.keyword() != "UNCHANGEDSINCE" {
				s.p.fail("Unknown STORE modifier")
			}
			s.p.sp()
			limit = imap.ModSeq(s.p.number())
			s.condStore = true
		})
		s.p.sp()
	}
	op := FlagsSet
	if s.p.take('+') {
		op = FlagsAdd
	} else if s.p.take('-') {
		op = FlagsRemove
	}
	item, silent := strings.CutSuffix(s.p.keyword(), ".SILENT")
	if item == "X-GM-LABELS" && s.has(imap.CapGmail) {
		return s.storeLabels(c, set, op, silent)
	}
	if item != "FLAGS" {
		s.p.fail("Unknown STORE item %s", item)
	}
	s.p.sp()
	flags := s.settable(s.storeFlags())
	if err := s.p.end(); err != nil {
		return err
	}
	v := s.view
	if v.readOnly {
		return errReadOnly
	}
	spans, err := v.resolve(set, c.uid)
	if err != nil {
		return err
	}
	uids := v.uidsOf(spans)
	changed, modified, err := v.mb.SetFlags(uids, op, flags, limit)
	if err != nil {
		return err
	}
	for _, m := range changed {
		v.own[m.UID] = m.ModSeq
	}
	s.storeAnswer(c, uids, silent)
	if len(modified) > 0 {
		c.code, c.text = "MODIFIED "+s.numbers(modified, c.uid), "Conditional store failed"
	}
	return nil
}

// storeFlags reads a list of flags, with or without parentheses.
func (s *session) storeFlags() []imap.Flag {
	if s.p.peek() == '(' {
		return s.p.flagList()
	}
	var flags []imap.Flag
	for {
		f := s.p.flag()
		if s.p.err != nil {
			return nil
		}
		flags = append(flags, f)
		if !s.p.take(' ') {
			return flags
		}
	}
}

// storeAnswer tells the flags as they are now. After .SILENT only the new sequence is told, to a
// client that asked for those (RFC 7162 section 3.1.3).
func (s *session) storeAnswer(c *command, uids []imap.UID, silent bool) {
	v := s.view
	if silent && !s.condStore {
		return
	}
	for _, u := range uids {
		m, ok := v.mb.Message(u)
		if !ok {
			continue
		}
		_, changed := v.own[u]
		switch {
		case !silent:
			s.flagsLine(v.index(u), m, c.uid)
		case changed:
			b := s.fetchStart(v.index(u))
			b = s.appendItem(b, itemUID, m)
			b = s.appendItem(append(b, ' '), itemModSeq, m)
			s.raw(append(b, ')'))
		}
	}
}

// numbers gives a set of UIDs, or of their sequence numbers.
func (s *session) numbers(uids []imap.UID, uid bool) string {
	if uid {
		return imap.UIDs(uids...).String()
	}
	var set imap.UIDSet
	for _, u := range uids {
		set.Add(imap.UID(s.view.index(u) + 1))
	}
	return set.String()
}

// expunge removes what is marked \Deleted; UID EXPUNGE only among the UIDs given (RFC 4315).
func (s *session) expunge(c *command) error {
	var set []numRange
	if c.uid {
		s.p.sp()
		set = s.p.set()
	}
	if err := s.p.end(); err != nil {
		return err
	}
	v := s.view
	if v.readOnly {
		return errReadOnly
	}
	uids := v.uids
	if c.uid {
		spans, err := v.resolve(set, true)
		if err != nil {
			return err
		}
		uids = v.uidsOf(spans)
	}
	return v.mb.Remove(v.deleted(uids))
}

// copyOrMove copies messages, and for MOVE removes them here (RFC 6851). The contents are handed
// from mailbox to mailbox by the store.
func (s *session) copyOrMove(c *command) error {
	s.p.sp()
	set := s.p.set()
	s.p.sp()
	path, nameErr := s.mailboxArg()
	if err := s.p.end(); err != nil {
		return err
	}
	v := s.view
	if c.verb == "MOVE" && v.readOnly {
		return errReadOnly
	}
	spans, err := v.resolve(set, c.uid)
	if err != nil {
		return err
	}
	dst, err := s.open(path, nameErr)
	if errors.Is(err, ErrNoMailbox) {
		return &Refusal{"TRYCREATE", "Mailbox doesn't exist: " + s.wireName(path)}
	}
	if err != nil {
		return err
	}
	var from []imap.UID
	var msgs []NewMessage
	for _, u := range v.uidsOf(spans) {
		m, ok := v.mb.Message(u)
		if !ok {
			continue
		}
		text, err := v.mb.Open(u)
		if err != nil {
			discard(msgs)
			return err
		}
		from = append(from, u)
		msgs = append(msgs, NewMessage{m.Flags, m.Date, text})
	}
	if len(msgs) == 0 {
		return nil
	}
	to, err := dst.Append(msgs)
	if err != nil {
		return err
	}
	copied := ""
	if s.has(imap.CapUIDPlus) {
		copied = "COPYUID " + itoa(int64(dst.Status().UIDValidity)) + " " + imap.UIDs(from...).String() + " " + imap.UIDs(to...).String()
	}
	if c.verb == "COPY" {
		c.code = copied
		return nil
	}
	// MOVE says it before the EXPUNGE lines (RFC 6851 section 4.3).
	if copied != "" {
		s.line("OK [", copied, "] Moved UIDs.")
	}
	return v.mb.Remove(from)
}
