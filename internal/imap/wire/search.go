package wire

import (
	"math"
	"slices"

	"imapsync/internal/imap"
)

// maxUIDs bounds what the ranges of an answer may stand for, far above any mailbox.
const maxUIDs = 10_000_000

// Search appends the UIDs of a SEARCH response to dst (RFC 9051 and RFC 7162, mailbox-data). Sets
// such as "1:3,5" are read too. ok is false when something that looks like a UID could not be read:
// the answer must not be taken for complete then.
func (d *Decoder) Search(dst []imap.UID) (uids []imap.UID, ok bool) {
	ok = true
	for !d.EOL() {
		if d.peek() == '(' {
			d.pos++
			if d.space(); !isDigit(d.peek()) { // "(MODSEQ n)" is not about UIDs, "(1 2)" is
				d.word()
				d.skipValue()
			}
			continue
		}
		b, _ := d.astring()
		if len(b) == 0 {
			d.skipToken()
			continue
		}
		var good bool
		dst, good = appendSet(dst, b)
		ok = ok && good
	}
	return dst, ok
}

// ESearch appends the UIDs of an ESEARCH response to dst (RFC 4731, RFC 9051 esearch-response). The
// tag it may name is skipped.
func (d *Decoder) ESearch(dst []imap.UID) (uids []imap.UID, ok bool) {
	ok = true
	if d.space(); d.peek() == '(' {
		d.skipValue()
	}
	for !d.EOL() {
		name := d.word()
		switch {
		case len(name) == 0:
			d.skipToken()
		case equalFold(name, "UID"):
		case equalFold(name, "ALL"):
			b, _ := d.nstring()
			var good bool
			dst, good = appendSet(dst, b)
			ok = ok && good
		default:
			d.skipValue()
		}
	}
	return dst, ok
}

// appendSet appends the UIDs of one word; words without any digit are passed over.
func appendSet(dst []imap.UID, b []byte) ([]imap.UID, bool) {
	if n, ok := parseNumber(b); ok {
		if n == 0 {
			return dst, true // 0 is never a UID
		}
		if n <= math.MaxUint32 {
			return append(dst, imap.UID(n)), true
		}
		return dst, false
	}
	if !slices.ContainsFunc(b, isDigit) {
		return dst, true
	}
	set, ok := imap.ParseUIDSet(string(b))
	n, finite := count(set)
	if !ok || !finite || n+uint64(len(dst)) > maxUIDs {
		return dst, false
	}
	for _, r := range set {
		dst = appendRange(dst, r)
	}
	return dst, true
}

func appendRange(dst []imap.UID, r imap.UIDRange) []imap.UID {
	for u := uint64(r.First); u <= uint64(r.Last); u++ {
		dst = append(dst, imap.UID(u))
	}
	return dst
}

// Vanished reads what follows VANISHED (RFC 7162 section 3.2.10). earlier tells that these messages
// had gone before the mailbox was selected, so that no count changes.
func (d *Decoder) Vanished() (set imap.UIDSet, earlier bool) {
	if d.accept('(') {
		earlier = equalFold(d.word(), "EARLIER")
		d.accept(')')
	}
	set, _ = imap.ParseUIDSet(string(d.word()))
	return set, earlier
}
