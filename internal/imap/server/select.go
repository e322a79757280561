package server

import (
	"math"

	"imapsync/internal/imap"
)

var systemFlags = []imap.Flag{imap.FlagAnswered, imap.FlagFlagged, imap.FlagDeleted, imap.FlagSeen, imap.FlagDraft}

func (s *session) selectMailbox(c *command) error {
	s.p.sp()
	path, nameErr := s.mailboxArg()
	if s.p.peek() == ' ' && s.has(imap.CapCondStore) {
		s.p.sp()
		s.p.list(func() {
			if s.p.keyword() != "CONDSTORE" {
				s.p.fail("Unknown SELECT parameter")
				return
			}
			s.condStore = true
		})
	}
	if err := s.p.end(); err != nil {
		return err
	}
	// A failed SELECT leaves no mailbox selected either (RFC 3501 section 6.3.1).
	s.unselect()
	mb, err := s.open(path, nameErr)
	if err != nil {
		return err
	}
	changes, err := mb.Changes(0)
	if err != nil {
		return err
	}
	v := &view{mb: mb, path: path, readOnly: c.verb == "EXAMINE", since: changes.UpTo, recent: math.MaxUint32,
		own: map[imap.UID]imap.ModSeq{}, wake: make(chan struct{}, 1)}
	v.uids = make([]imap.UID, len(changes.Changed))
	unseen := 0
	for i, m := range changes.Changed {
		v.uids[i] = m.UID
		if unseen == 0 && !m.HasFlag(imap.FlagSeen) {
			unseen = i + 1
		}
	}
	v.recent = mb.ClaimRecent(!v.readOnly)
	v.stop = mb.Watch(v.wake)
	s.view = v
	s.selected(unseen)
	c.code, c.text = "READ-WRITE", "Select completed"
	if v.readOnly {
		c.code, c.text = "READ-ONLY", "Examine completed"
	}
	return nil
}

// selected writes the untagged answers to SELECT.
func (s *session) selected(unseen int) {
	v := s.view
	st := v.mb.Status()
	flags := append(append([]imap.Flag{}, systemFlags...), st.Keywords...)
	s.line("FLAGS ", string(appendFlags(nil, flags, false)))
	permanent := s.srv.cfg.PermanentFlags
	switch {
	case v.readOnly:
		permanent = nil
	case permanent == nil:
		permanent = append(flags, imap.FlagWildcard)
	}
	s.line("OK [PERMANENTFLAGS ", string(appendFlags(nil, permanent, false)), "] Flags permitted.")
	s.line(itoa(int64(len(v.uids))), " EXISTS")
	s.line(itoa(int64(len(v.uids)-v.index(v.recent))), " RECENT")
	if unseen > 0 {
		s.line("OK [UNSEEN ", itoa(int64(unseen)), "] First unseen.")
	}
	s.line("OK [UIDVALIDITY ", itoa(int64(st.UIDValidity)), "] UIDs valid")
	s.line("OK [UIDNEXT ", itoa(int64(st.UIDNext)), "] Predicted next UID")
	if s.has(imap.CapCondStore) {
		s.line("OK [HIGHESTMODSEQ ", itoa(int64(st.HighestModSeq)), "] Highest")
	}
}

// unselect forgets the selected mailbox, if any.
func (s *session) unselect() {
	if s.view != nil {
		s.view.stop()
		s.view = nil
	}
}

func (s *session) unselectCommand(*command) error {
	if err := s.p.end(); err != nil {
		return err
	}
	s.unselect()
	return nil
}

// closeMailbox removes what is marked \Deleted, without a word about it (RFC 3501 section 6.4.2).
func (s *session) closeMailbox(*command) error {
	if err := s.p.end(); err != nil {
		return err
	}
	v := s.view
	s.unselect()
	if v.readOnly {
		return nil
	}
	return v.mb.Remove(v.deleted(v.uids))
}

// deleted gives those of uids that are marked \Deleted.
func (v *view) deleted(uids []imap.UID) []imap.UID {
	var out []imap.UID
	for _, u := range uids {
		if m, ok := v.mb.Message(u); ok && m.HasFlag(imap.FlagDeleted) {
			out = append(out, u)
		}
	}
	return out
}
