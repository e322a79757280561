package plan

import (
	"imapsync/internal/imap"
	"imapsync/internal/message"
)

// Kept says why a message of host1 stays there although host2 seems to have it.
type Kept uint8

// Reasons to keep a message of host1.
const (
	KeptNot       Kept = iota
	KeptDifferent      // host2's message has the same identity, but neither its size nor its content
	KeptWeak           // host2's message was recognised by less than the whole identity, and its content differs
	KeptUnread         // a server did not tell what would show that they are the same
	KeptDoomed         // host2's message is flagged \Deleted
	KeptTwin           // host1 has others like it, and not all of them are on host2
)

var keptNames = [...]string{"", "different", "weak", "unread", "doomed", "twin"}

// String is the reason's name in JSON output.
func (k Kept) String() string {
	if int(k) < len(keptNames) {
		return keptNames[k]
	}
	return "unknown"
}

// Proven is a message of host1 with what host2 has of it: Kept is KeptNot when it is proven that
// host2 has the same message.
type Proven struct {
	Src, Dst imap.UID
	Size     int64
	Shared   bool // see Folder.Shared
	Marked   bool // flagged \Deleted on host1 already
	Kept     Kept
}

// Shared tells whether host1's folder may hold other messages that are recognised by the same: those
// without Message-Id, and those whose Message-Id occurs twice. None of them may be removed before all are
// settled: alone, the next would be taken for the one that host2 has. It may be called concurrently once the
// source is complete.
func (f *Folder) Shared(r Row) bool {
	return r.Short.IsZero() || f.src.ids.size(r.Short) > 1
}

// Matches are the pairs of messages that were on both sides when the folder was listed, in the order
// of host1's UIDs: those whose message on host1 --delete1 would remove.
func (f *Folder) Matches() []Pair {
	var out []Pair
	for i, j := range f.partner {
		if j >= 0 && !f.src.rows[i].Unselected {
			out = append(out, Pair{f.src.rows[i].UID, f.dst.rows[j].UID})
		}
	}
	return out
}

// Prove compares the messages of pairs, which Matches gave. That one was enough not to copy the other
// proves nothing: it takes the whole identity with the other headers and the size, or the text
// (docs/differences.md row 4). While more is true questions are open: answer them and call again. The answers are
// forgotten with the proofs, so that a long list is compared in parts.
func (f *Folder) Prove(pairs []Pair, src, dst Complete) (out []Proven, more, ok bool) {
	if !src.proven || !dst.proven || !f.proven || f.phase != sourceEnded {
		return nil, false, false
	}
	at1, at2 := f.src.at(pairs, func(p Pair) imap.UID { return p.Src }), f.dst.at(pairs, func(p Pair) imap.UID { return p.Dst })
	for _, p := range pairs {
		i, j := at1[p.Src], at2[p.Dst]
		proven := Proven{Src: p.Src, Dst: p.Dst, Size: f.src.rows[i].Size, Marked: f.isDeleted(&f.src, i), Shared: f.Shared(f.src.rows[i])}
		if f.isDeleted(&f.dst, j) {
			proven.Kept = KeptDoomed
		} else if same, open := f.same(&f.src, i, &f.dst, j); open {
			more = true
		} else if !same {
			proven.Kept = f.unlike(i, j)
		}
		out = append(out, proven)
	}
	if more {
		return nil, true, true
	}
	for _, p := range pairs {
		f.src.keys.forget(p.Src)
		f.dst.keys.forget(p.Dst)
		f.voids.texts1.forget(p.Src)
		f.voids.texts2.forget(p.Dst)
	}
	return out, false, true
}

// at finds the rows of some UIDs.
func (s *side) at(pairs []Pair, uid func(Pair) imap.UID) map[imap.UID]int32 {
	wanted := make(map[imap.UID]int32, len(pairs))
	for _, p := range pairs {
		wanted[uid(p)] = -1
	}
	for i := range s.rows {
		if _, ok := wanted[s.rows[i].UID]; ok {
			wanted[s.rows[i].UID] = int32(i)
		}
	}
	return wanted
}

// same tells whether two rows are proven to be one message: equal whole identity, equal Date, From,
// To, Cc and Subject, and equal size; or else equal texts. more tells that this was asked about now.
func (f *Folder) same(a *side, i int32, b *side, j int32) (same, more bool) {
	x, y := &a.rows[i], &b.rows[j]
	asked := a.keys.ask(x.UID)
	if b.keys.ask(y.UID) || asked {
		return false, true
	}
	if f.sameHeads(a, i, b, j) && x.Size > 0 && x.Size == y.Size { // no message has 0 octets: that server does not tell
		return true, false
	}
	texts1, texts2 := f.textsOf(a), f.textsOf(b)
	asked = texts1.ask(x.UID)
	if texts2.ask(y.UID) || asked {
		return false, true
	}
	t, ok1 := texts1.get(x.UID)
	u, ok2 := texts2.get(y.UID)
	return ok1 && ok2 && t == u, false
}

// sameHeads compares what the second pass has read, whatever --useheader says of identities.
func (f *Folder) sameHeads(a *side, i int32, b *side, j int32) bool {
	k, ok1 := a.keys.get(a.rows[i].UID)
	l, ok2 := b.keys.get(b.rows[j].UID)
	return ok1 && ok2 && !k.full.IsZero() && k == l
}

func (f *Folder) textsOf(s *side) *questions[message.Key] {
	if s == &f.src {
		return &f.voids.texts1
	}
	return &f.voids.texts2
}

// unlike says what the difference is.
func (f *Folder) unlike(i, j int32) Kept {
	k, ok1 := f.src.keys.get(f.src.rows[i].UID)
	l, ok2 := f.dst.keys.get(f.dst.rows[j].UID)
	_, ok3 := f.voids.texts1.get(f.src.rows[i].UID)
	_, ok4 := f.voids.texts2.get(f.dst.rows[j].UID)
	switch {
	case ok1 && ok2 && !k.full.IsZero() && k.full == l.full:
		return KeptDifferent
	case ok3 && ok4:
		return KeptWeak
	}
	return KeptUnread
}
