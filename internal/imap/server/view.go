package server

import (
	"slices"
	"sort"
	"strconv"

	"imapsync/internal/imap"
)

// view is the selected mailbox as this session last reported it: the message with sequence number
// n has the UID uids[n-1].
type view struct {
	mb       Mailbox
	path     string
	readOnly bool
	uids     []imap.UID
	since    imap.ModSeq // changes up to here are known
	recent   imap.UID    // messages from here on are \Recent in this session
	gone     []imap.UID  // removed, not reported yet
	// own holds the messages changed by this session in the running command and the sequence the
	// client was told, so that it is not told again.
	own  map[imap.UID]imap.ModSeq
	wake chan struct{}
	stop func()
}

// span is a range of indexes into view.uids: from is in, to is out.
type span struct{ from, to int }

// index gives the index of the first message with a UID of at least u.
func (v *view) index(u imap.UID) int {
	return sort.Search(len(v.uids), func(i int) bool { return v.uids[i] >= u })
}

// resolve turns a sequence set into ascending ranges without overlap. UIDs that do not exist are
// passed over, sequence numbers that do not exist are a syntax error (RFC 3501 section 9).
func (v *view) resolve(set []numRange, uid bool) ([]span, error) {
	spans := make([]span, 0, len(set))
	count := len(v.uids)
	for _, r := range set {
		var sp span
		if uid {
			first, last := imap.UID(r.first), imap.UID(r.last)
			if r.last == star && count > 0 {
				// "n:*" names the last message even when n lies above it.
				last = v.uids[count-1]
				first = min(first, last)
			}
			sp.from = v.index(first)
			sp.to = v.index(last)
			if sp.to < count && v.uids[sp.to] == last {
				sp.to++
			}
		} else {
			if r.last == star {
				r.last = uint32(count)
				r.first = min(r.first, r.last)
			}
			if r.first == 0 || int64(r.last) > int64(count) {
				return nil, syntaxError("Invalid messageset")
			}
			sp = span{int(r.first) - 1, int(r.last)}
		}
		if sp.from < sp.to {
			spans = append(spans, sp)
		}
	}
	slices.SortFunc(spans, func(a, b span) int { return a.from - b.from })
	merged := spans[:0]
	for _, sp := range spans {
		if n := len(merged); n > 0 && sp.from <= merged[n-1].to {
			merged[n-1].to = max(merged[n-1].to, sp.to)
			continue
		}
		merged = append(merged, sp)
	}
	return merged, nil
}

// uidsOf lists the UIDs in spans.
func (v *view) uidsOf(spans []span) []imap.UID {
	var uids []imap.UID
	for _, sp := range spans {
		uids = append(uids, v.uids[sp.from:sp.to]...)
	}
	return uids
}

// update tells the client what happened to the mailbox before the command's final line.
// EXPUNGE has to wait while the client works with sequence numbers (RFC 3501 section 7.4.1).
func (s *session) update(c *command) error {
	numbers := !c.uid && (c.verb == "FETCH" || c.verb == "STORE" || c.verb == "SEARCH")
	return s.sync(!numbers)
}

func (s *session) sync(mayExpunge bool) error {
	v := s.view
	changes, err := v.mb.Changes(v.since)
	if err != nil {
		return err
	}
	v.since = changes.UpTo
	v.gone = append(v.gone, changes.Removed...)
	if mayExpunge && len(v.gone) > 0 {
		s.reportGone()
	}
	s.reportChanged(changes.Changed)
	clear(v.own)
	return nil
}

// reportGone writes EXPUNGE lines from the last message to the first, so that the numbers of those
// still to be reported stay as they are, and closes the gaps once.
func (s *session) reportGone() {
	v := s.view
	slices.Sort(v.gone)
	drop := make([]int, 0, len(v.gone))
	for _, u := range v.gone {
		if i := v.index(u); i < len(v.uids) && v.uids[i] == u {
			drop = append(drop, i)
		}
	}
	v.gone = v.gone[:0]
	var b []byte
	for _, i := range slices.Backward(drop) {
		b = strconv.AppendInt(b[:0], int64(i)+1, 10)
		s.raw(append(b, " EXPUNGE"...))
	}
	if len(drop) == 0 {
		return
	}
	kept := v.uids[:drop[0]]
	for k, i := range drop {
		next := len(v.uids)
		if k+1 < len(drop) {
			next = drop[k+1]
		}
		kept = append(kept, v.uids[i+1:next]...)
	}
	v.uids = kept
}

// reportChanged writes one EXISTS for all new messages and a FETCH line for each old one whose
// flags others have changed.
func (s *session) reportChanged(changed []Message) {
	v := s.view
	var last imap.UID
	if len(v.uids) > 0 {
		last = v.uids[len(v.uids)-1]
	}
	before := len(v.uids)
	for _, m := range changed {
		if m.UID > last {
			v.uids = append(v.uids, m.UID)
		}
	}
	if len(v.uids) > before {
		s.line(itoa(int64(len(v.uids))), " EXISTS")
		if r := v.mb.ClaimRecent(!v.readOnly); r <= v.uids[len(v.uids)-1] && r < v.recent {
			v.recent = r
		}
		s.line(itoa(int64(len(v.uids)-v.index(v.recent))), " RECENT")
	}
	for _, m := range changed {
		if m.UID > last || v.own[m.UID] == m.ModSeq {
			continue
		}
		if i := v.index(m.UID); i < len(v.uids) && v.uids[i] == m.UID {
			s.flagsLine(i, m, true)
		}
	}
}

// flagsLine writes a FETCH line with flags for the message at index i.
func (s *session) flagsLine(i int, m Message, withUID bool) {
	b := s.fetchStart(i)
	if withUID {
		b = append(b, "UID "...)
		b = strconv.AppendUint(b, uint64(m.UID), 10)
		b = append(b, ' ')
	}
	b = append(b, "FLAGS "...)
	b = appendFlags(b, m.Flags, m.UID >= s.view.recent)
	if s.condStore {
		b = append(b, " MODSEQ ("...)
		b = strconv.AppendUint(b, uint64(m.ModSeq), 10)
		b = append(b, ')')
	}
	s.raw(append(b, ')'))
}

func (s *session) fetchStart(i int) []byte {
	b := strconv.AppendInt(s.scratch[:0], int64(i)+1, 10)
	return append(b, " FETCH ("...)
}
