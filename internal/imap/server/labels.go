package server

import (
	"strconv"
	"strings"

	"imapsync/internal/imap"
)

// LabelMailbox is a [Mailbox] of an account whose mailboxes are views of labels (X-GM-EXT-1). A server
// that offers imap.CapGmail needs mailboxes that are one.
type LabelMailbox interface {
	Mailbox
	// Labels gives the labels of a message, that of the mailbox itself left out.
	Labels(uid imap.UID) []string
	// SetLabels changes labels; messages may thereby appear in other mailboxes, or leave them.
	SetLabels(uids []imap.UID, op FlagOp, labels []string) error
	// IDs gives the numbers of a message and of its thread, the same in all mailboxes.
	IDs(uid imap.UID) (message, thread uint64)
}

// labelItems are the items of FETCH that X-GM-EXT-1 adds.
var labelItems = map[string]itemKind{"X-GM-LABELS": itemLabels, "X-GM-MSGID": itemGmailID, "X-GM-THRID": itemThreadID}

// appendLabelItem writes one of labelItems.
func (s *session) appendLabelItem(b []byte, kind itemKind, m Message) []byte {
	mb, ok := s.view.mb.(LabelMailbox)
	if !ok {
		return b
	}
	if kind == itemLabels {
		b = append(b, "X-GM-LABELS ("...)
		for i, l := range mb.Labels(m.UID) {
			if i > 0 {
				b = append(b, ' ')
			}
			b = appendAString(b, l)
		}
		return append(b, ')')
	}
	name := "X-GM-MSGID "
	id, thread := mb.IDs(m.UID)
	if kind == itemThreadID {
		name, id = "X-GM-THRID ", thread
	}
	return strconv.AppendUint(append(b, name...), id, 10)
}

// storeLabels changes labels, as STORE does with flags.
func (s *session) storeLabels(c *command, set []numRange, op FlagOp, silent bool) error {
	s.p.sp()
	var labels []string
	if s.p.peek() == '(' {
		s.p.list(func() { labels = append(labels, s.label()) })
	} else {
		labels = append(labels, s.label())
	}
	if err := s.p.end(); err != nil {
		return err
	}
	v := s.view
	mb, ok := v.mb.(LabelMailbox)
	if !ok || v.readOnly {
		return errReadOnly
	}
	spans, err := v.resolve(set, c.uid)
	if err != nil {
		return err
	}
	uids := v.uidsOf(spans)
	if err := mb.SetLabels(uids, op, labels); err != nil {
		return err
	}
	for _, u := range uids {
		if m, there := mb.Message(u); there && !silent {
			b := append(s.appendItem(s.fetchStart(v.index(u)), itemUID, m), ' ')
			s.raw(append(s.appendLabelItem(b, itemLabels, m), ')'))
		}
	}
	return nil
}

// label is an astring, or a system label as an atom that begins with a backslash.
func (s *session) label() string {
	if s.p.take('\\') {
		return `\` + s.p.astring()
	}
	return strings.Clone(s.p.astring())
}
