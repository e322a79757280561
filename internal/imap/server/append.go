package server

import (
	"errors"
	"io"
	"slices"

	"imapsync/internal/imap"
)

// append takes one message, or several with MULTIAPPEND (RFC 3502). Texts go straight from the
// connection into the store's keeping; the messages appear together, at the end.
func (s *session) append(c *command) error {
	s.p.sp()
	path, err := s.mailboxArg()
	if s.p.err != nil {
		return s.p.err
	}
	mb, err := s.open(path, err)
	if errors.Is(err, ErrNoMailbox) {
		err = &Refusal{"TRYCREATE", "Mailbox doesn't exist: " + s.wireName(path)}
	}
	s.p.refusal = err
	var msgs []NewMessage
	for {
		m, err := s.newMessage(mb)
		if err != nil {
			discard(msgs)
			return err
		}
		msgs = append(msgs, m)
		if s.p.peek() != ' ' || !s.has(imap.CapMultiAppend) {
			break
		}
	}
	if err := s.p.end(); err != nil {
		discard(msgs)
		return err
	}
	uids, err := mb.Append(msgs)
	if err != nil {
		return err
	}
	c.text = "Append completed"
	if s.has(imap.CapUIDPlus) {
		c.code = "APPENDUID " + itoa(int64(mb.Status().UIDValidity)) + " " + imap.UIDs(uids...).String()
	}
	return nil
}

func discard(msgs []NewMessage) {
	for _, m := range msgs {
		m.Content.Close()
	}
}

// newMessage reads SP [flags SP] [date-time SP] literal.
func (s *session) newMessage(mb Mailbox) (NewMessage, error) {
	var m NewMessage
	s.p.sp()
	if s.p.peek() == '(' {
		m.Flags = s.settable(s.p.flagList())
		s.p.sp()
	}
	if s.p.peek() == '"' {
		m.Date = s.p.dateTime()
		s.p.sp()
	}
	limit := int64(anyLiteral)
	if l := s.srv.cfg.AppendLimit; l > 0 {
		limit = l
	}
	size := s.p.literal(limit)
	if s.p.err != nil {
		return m, s.p.err
	}
	if size == 0 {
		s.p.fail("Can't save a zero byte message")
		return m, s.p.err
	}
	text := &io.LimitedReader{R: s.br, N: size}
	var err error
	m.Content, err = mb.Receive(text, size)
	if err != nil {
		s.p.discard = text.N
		return m, err
	}
	return m, nil
}

// settable checks flags that a client wants to set and drops those that cannot be kept, \Recent
// (RFC 3501 section 2.3.2) and doubles.
func (s *session) settable(flags []imap.Flag) []imap.Flag {
	var out []imap.Flag
	for _, f := range flags {
		switch {
		case f.Is(imap.FlagRecent) || hasFlag(out, f):
			continue
		case f[0] == '\\' && !hasFlag(systemFlags, f):
			s.p.fail("Invalid system flag %s", f)
		}
		if permanent := s.srv.cfg.PermanentFlags; permanent == nil || hasFlag(permanent, f) ||
			f[0] != '\\' && slices.Contains(permanent, imap.FlagWildcard) {
			out = append(out, canonicalFlag(f))
		}
	}
	return out
}

// canonicalFlag gives system flags their usual letters; keywords stay as they were sent.
func canonicalFlag(f imap.Flag) imap.Flag {
	for _, g := range systemFlags {
		if f.Is(g) {
			return g
		}
	}
	return f
}
