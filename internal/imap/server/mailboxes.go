package server

import (
	"strings"

	"imapsync/internal/imap"
)

func (s *session) create(*command) error {
	s.p.sp()
	name := s.p.astring()
	use := ""
	if s.p.peek() == ' ' && s.has(capCreateUse) {
		s.p.sp()
		s.p.list(func() {
			if s.p.keyword() != "USE" {
				s.p.fail("Unknown CREATE parameter")
			}
			s.p.sp()
			s.p.list(func() { use = string(s.p.flag()) })
		})
	}
	if err := s.p.end(); err != nil {
		return err
	}
	// A separator at the end only says that children are to come (RFC 3501 section 6.3.3).
	path, err := s.mailboxPath(strings.TrimSuffix(name, string(s.srv.cfg.Separator)))
	if err != nil {
		return err
	}
	return s.account.Create(path, use)
}

func (s *session) deleteMailbox(*command) error {
	s.p.sp()
	path, err := s.mailboxArg()
	if end := s.p.end(); end != nil {
		return end
	}
	if err != nil {
		return err
	}
	if path == inbox {
		return &Refusal{"CANNOT", "INBOX cannot be deleted"}
	}
	if s.view != nil && s.view.path == path {
		s.unselect()
	}
	return s.account.Delete(path)
}

func (s *session) rename(*command) error {
	s.p.sp()
	from, err := s.mailboxArg()
	s.p.sp()
	to, err2 := s.mailboxArg()
	if end := s.p.end(); end != nil {
		return end
	}
	if err != nil {
		return err
	}
	if err2 != nil {
		return err2
	}
	return s.account.Rename(from, to)
}

func (s *session) subscribe(c *command) error {
	s.p.sp()
	path, err := s.mailboxArg()
	if end := s.p.end(); end != nil {
		return end
	}
	if err != nil {
		return err
	}
	return s.account.Subscribe(path, c.verb == "SUBSCRIBE")
}

func (s *session) namespace(*command) error {
	if err := s.p.end(); err != nil {
		return err
	}
	b := append([]byte("NAMESPACE (("), appendString(nil, s.srv.cfg.Prefix)...)
	b = append(b, ' ')
	b = append(b, s.separator()...)
	s.raw(append(b, ")) NIL NIL"...))
	return nil
}

func (s *session) status(*command) error {
	s.p.sp()
	path, err := s.mailboxArg()
	s.p.sp()
	items := s.statusItems()
	if end := s.p.end(); end != nil {
		return end
	}
	mb, err := s.open(path, err)
	if err != nil {
		return err
	}
	s.statusLine(s.wireName(path), mb.Status(), items)
	return nil
}

func (s *session) statusItems() []string {
	items := []string{}
	s.p.list(func() {
		item := s.p.keyword()
		switch {
		case s.p.err != nil:
			return
		case item == "MESSAGES" || item == "RECENT" || item == "UIDNEXT" || item == "UIDVALIDITY" || item == "UNSEEN":
		case item == "SIZE" && s.has(imap.CapStatusSize):
		case item == "DELETED" && s.has(imap.CapStatusSize):
		case item == "HIGHESTMODSEQ" && s.has(imap.CapCondStore):
			s.condStore = true
		case item == "APPENDLIMIT" && s.srv.cfg.AppendLimit > 0:
		default:
			s.p.fail("Unknown STATUS item %s", item)
		}
		items = append(items, item)
	})
	return items
}

func (s *session) statusLine(name string, st Status, items []string) {
	b := append([]byte("STATUS "), appendAString(nil, name)...)
	b = append(b, " ("...)
	for i, item := range items {
		var n int64
		switch item {
		case "MESSAGES":
			n = int64(st.Messages)
		case "UIDNEXT":
			n = int64(st.UIDNext)
		case "UIDVALIDITY":
			n = int64(st.UIDValidity)
		case "UNSEEN":
			n = int64(st.Unseen)
		case "RECENT":
			n = int64(st.Recent)
		case "DELETED":
			n = int64(st.Deleted)
		case "SIZE":
			n = st.Size
		case "HIGHESTMODSEQ":
			n = int64(st.HighestModSeq)
		case "APPENDLIMIT":
			n = s.srv.cfg.AppendLimit
		}
		if i > 0 {
			b = append(b, ' ')
		}
		b = append(b, item...)
		b = append(b, ' ')
		b = append(b, itoa(n)...)
	}
	s.raw(append(b, ')'))
}

func (s *session) quotaRoot(*command) error {
	s.p.sp()
	path, err := s.mailboxArg()
	if end := s.p.end(); end != nil {
		return end
	}
	if _, err = s.open(path, err); err != nil {
		return err
	}
	b := append([]byte("QUOTAROOT "), appendAString(nil, s.wireName(path))...)
	s.raw(append(b, ` ""`...))
	s.quotaLine()
	return nil
}

func (s *session) quota(*command) error {
	s.p.sp()
	root := s.p.astring()
	if err := s.p.end(); err != nil {
		return err
	}
	if root != "" {
		return &Refusal{"NONEXISTENT", "No such quota root"}
	}
	s.quotaLine()
	return nil
}

// quotaLine answers in units of 1024 octets (RFC 9208 section 5.1).
func (s *session) quotaLine() {
	resources := ""
	if q, ok := s.account.(QuotaAccount); ok {
		if used, limit, ok := q.Quota(); ok {
			resources = "STORAGE " + itoa((used+1023)/1024) + " " + itoa(limit/1024)
		}
	}
	s.line(`QUOTA "" (`, resources, ")")
}
