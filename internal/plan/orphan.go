package plan

import "imapsync/internal/imap"

// noteListed keeps that host1 still has a message of which a pair is known.
func (k *knownPairs) noteListed(uid imap.UID) {
	if p := k.pair(uid); p != nil {
		p.listed = true
	}
}

// orphans are the messages of host2 that are known to be copies of messages which host1's whole listing
// does not have any more, by UID.
func (k *knownPairs) orphans() map[imap.UID]*Known {
	out := map[imap.UID]*Known{}
	for i := range k.pairs {
		if p := &k.pairs[i]; !p.listed && !p.Hint {
			out[p.Dst] = p
		}
	}
	return out
}

// orphan tells whether row j of host2 is such a message. With --useuid the pair is all there is to
// tell messages apart, those without Message-Id and twins among them; a row that does not look as the
// pair says is none.
func (f *Folder) orphan(j int32) bool {
	if !f.rules.Paired {
		return false
	}
	if f.orphaned == nil {
		f.orphaned = f.known.orphans()
	}
	r := &f.dst.rows[j]
	p := f.orphaned[r.UID]
	return p != nil && (p.Short.IsZero() || r.Short.IsZero() || p.Short == r.Short) &&
		(p.Size <= 0 || r.Size < 0 || compareSizes(p.Size, r.Size) == 0)
}
