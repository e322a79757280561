package plan

import (
	"slices"

	"imapsync/internal/account"
	"imapsync/internal/imap"
	"imapsync/internal/message"
)

// keys are the second-pass keys of one message.
type keys struct{ full, fallback message.Key }

// questions are about messages of one side, with their answers. A message is asked about once, so
// that asking comes to an end: one that was asked about and has no answer is unreadable.
type questions[T any] struct {
	asked   map[imap.UID]struct{}
	answers map[imap.UID]T
	open    []imap.UID // asked, not yet handed out
}

// ask wants to know about uid. It tells whether that is a new question.
func (q *questions[T]) ask(uid imap.UID) bool {
	if _, ok := q.answers[uid]; ok {
		return false
	}
	if _, ok := q.asked[uid]; ok {
		return false
	}
	if q.asked == nil {
		q.asked = map[imap.UID]struct{}{}
	}
	q.asked[uid] = struct{}{}
	q.open = append(q.open, uid)
	return true
}

// take hands the new questions out, in UID order.
func (q *questions[T]) take() []imap.UID {
	open := slices.DeleteFunc(q.open, func(uid imap.UID) bool { _, ok := q.answers[uid]; return ok })
	q.open = nil
	slices.Sort(open)
	return open
}

func (q *questions[T]) answer(uid imap.UID, a T) {
	if q.answers == nil {
		q.answers = map[imap.UID]T{}
	}
	q.answers[uid] = a
}

func (q *questions[T]) get(uid imap.UID) (T, bool) {
	a, ok := q.answers[uid]
	return a, ok
}

// forget drops what is known about uid, so that it may be asked again.
func (q *questions[T]) forget(uid imap.UID) {
	delete(q.asked, uid)
	delete(q.answers, uid)
}

// Needs names the messages of each side whose identity headers are wanted. Each is named once, in
// ascending order: one that no Identify follows before the next Decide counts as unreadable.
func (f *Folder) Needs() (src, dst []imap.UID) { return f.src.keys.take(), f.dst.keys.take() }

// Identify takes the second-pass keys of one message. They may also be given unasked.
func (f *Folder) Identify(side account.Side, uid imap.UID, full, fallback message.Key) {
	f.side(side).keys.answer(uid, keys{full, fallback})
}

// NeedDigests names the messages of each side whose texts must be compared, once the source is
// complete and the answers to Needs are in. Each is named once, in ascending order: one that no
// Digest follows before the next Decide counts as unreadable.
func (f *Folder) NeedDigests() (src, dst []imap.UID) {
	if !f.proven || f.phase != sourceEnded || len(f.src.keys.open)+len(f.dst.keys.open) > 0 {
		return nil, nil
	}
	f.compareVoids()
	return f.voids.texts1.take(), f.voids.texts2.take()
}

// Digest takes the digest of a message's text with normalised line ends.
func (f *Folder) Digest(side account.Side, uid imap.UID, digest message.Key) {
	if side == account.Host1 {
		f.voids.texts1.answer(uid, digest)
		return
	}
	f.voids.texts2.answer(uid, digest)
}

func (f *Folder) side(s account.Side) *side {
	if s == account.Host1 {
		return &f.src
	}
	return &f.dst
}

// keysOf are the second-pass keys of a row, if they are known. With --useheader the short key is the
// full one.
func (f *Folder) keysOf(s *side, row int32) (keys, bool) {
	r := &s.rows[row]
	if f.rules.Exact && !r.Short.IsZero() {
		return keys{full: r.Short}, true
	}
	return s.keys.get(r.UID)
}

func (f *Folder) unreadable(s *side, row int32) bool {
	_, ok := f.keysOf(s, row)
	return !ok
}
