package plan

import (
	"slices"

	"imapsync/internal/account"
	"imapsync/internal/imap"
	"imapsync/internal/message"
)

// Messages that have neither Message-Id nor Received are told apart by the fallback key, which says
// little: two drafts may share date, sender and subject, or have no header at all. It answers "already there"
// only, one to one, and a doubt is settled by comparing texts (docs/differences.md row 5). None of
// them is ever taken for a duplicate of another: equal ones are all copied, once.

// fallbackOnHost2 tells whether host2 may have a message with this fallback key.
func (f *Folder) fallbackOnHost2(k message.Key) bool {
	for j := range f.dstIDs.group(message.Key{}) {
		if f.isCandidate(j, k) {
			return true
		}
	}
	return false
}

// isCandidate accepts messages of host2 with Received lines too: a server may have added one.
func (f *Folder) isCandidate(j int32, k message.Key) bool {
	k2, ok := f.second2[f.dst[j].UID]
	return ok && !f.dstUsed[j] && k2.fallback == k
}

// NeedDigests names the messages of each side whose texts must be compared, once the source is
// complete: those of a fallback key that names several on either side, or nothing but its size, and pairs whose sizes differ.
func (f *Folder) NeedDigests() (src, dst []imap.UID) {
	if !f.srcDone {
		return nil, nil
	}
	groups := map[message.Key][]int32{}
	for _, i := range f.deferredVoid {
		k := f.second1[f.src[i].UID].fallback
		groups[k] = append(groups[k], i)
	}
	for k, rows := range groups {
		var there []int32
		for j := range f.dstIDs.group(message.Key{}) {
			if f.isCandidate(j, k) {
				there = append(there, j)
			}
		}
		if len(rows) == 1 && len(there) == 1 && k != f.rules.Headless && f.src[rows[0]].Size == f.dst[there[0]].Size {
			continue
		}
		for _, i := range rows {
			if _, ok := f.digest1[f.src[i].UID]; !ok {
				src = append(src, f.src[i].UID)
			}
		}
		for _, j := range there {
			if _, ok := f.digest2[f.dst[j].UID]; !ok {
				dst = append(dst, f.dst[j].UID)
			}
		}
	}
	slices.Sort(src)
	slices.Sort(dst)
	return src, dst
}

// Digest takes the digest of a message's text with normalised line ends.
func (f *Folder) Digest(side account.Side, uid imap.UID, digest message.Key) {
	if side == account.Host1 {
		f.digest1[uid] = digest
		return
	}
	f.digest2[uid] = digest
}

// matchVoid matches the deferred messages and returns those that are not on host2. Without digests
// (no doubt, or a text that could not be read) only a message of equal size is a match. What a text
// that could not be read leaves in doubt is neither there nor not.
func (f *Folder) matchVoid(s *Step) (rest []int32) {
	doubt1, doubt2 := f.NeedDigests()
	for _, i := range f.deferredVoid {
		k := f.second1[f.src[i].UID].fallback
		j := f.findVoid(i)
		switch {
		case j >= 0:
			f.match(s, i, j, AlreadyThere)
		case slices.Contains(doubt1, f.src[i].UID) || f.anyCandidate(k, doubt2):
			f.skipUnidentified(s, i)
		default:
			rest = append(rest, i)
		}
	}
	f.deferredVoid = nil
	return rest
}

// anyCandidate tells whether one of these messages of host2 may have the fallback key k.
func (f *Folder) anyCandidate(k message.Key, uids []imap.UID) bool {
	for j := range f.dstIDs.group(message.Key{}) {
		if f.isCandidate(j, k) && slices.Contains(uids, f.dst[j].UID) {
			return true
		}
	}
	return false
}

func (f *Folder) findVoid(i int32) int32 {
	k := f.second1[f.src[i].UID].fallback
	d1, asked := f.digest1[f.src[i].UID]
	for j := range f.dstIDs.group(message.Key{}) {
		if !f.isCandidate(j, k) {
			continue
		}
		d2, ok := f.digest2[f.dst[j].UID]
		if asked && ok && d1 == d2 || !asked && !ok && f.src[i].Size == f.dst[j].Size {
			return j
		}
	}
	return -1
}
