package transfer

import (
	"imapsync/internal/imap"
	"imapsync/internal/message"
)

// identifier is the part of message.Identifier that recognising a message needs.
type identifier = *message.Identifier

// fingerprint recognises a message of ours on host2.
type fingerprint struct {
	uid                   imap.UID
	size                  int64
	grown                 int64 // size with every line end completed
	short, full, fallback message.Key
}

func newFingerprint(id identifier, uid imap.UID, header []byte, size int64) fingerprint {
	return fingerprint{uid: uid, size: size, grown: size, short: id.Short(header), full: id.Full(header, size), fallback: id.Fallback(header, -1)}
}

// fingerprint recognises it as it was sent, or as a server completes its line ends.
func (it *item) fingerprint(id identifier, uid imap.UID) fingerprint {
	fp := newFingerprint(id, uid, it.head(), it.size)
	fp.grown += it.loneLF
	return fp
}

func fingerprints(id identifier, items []*item) []fingerprint {
	out := make([]fingerprint, len(items))
	for i, it := range items {
		out[i] = it.fingerprint(id, 0)
	}
	return out
}

// matchStored gives each of sent the UID of its copy among found, 0 for none. Every found message
// is used once: twins are counted, not merged. The surest agreement is tried first for all.
func matchStored(sent, found []fingerprint) []imap.UID {
	uids := make([]imap.UID, len(sent))
	used := make([]bool, len(found))
	for _, by := range []struct {
		key   func(*fingerprint) message.Key
		agree func(a, b *fingerprint) bool
	}{{fullKey, sameWhole}, {fullKey, sameFull}, {shortKey, sameShort}, {fallbackKey, sameHeadless}, {fallbackKey, sameFallback}} {
		groups := map[message.Key][]int{}
		for j := range found {
			if !used[j] {
				groups[by.key(&found[j])] = append(groups[by.key(&found[j])], j)
			}
		}
		for i := range sent {
			if uids[i] != 0 {
				continue
			}
			for _, j := range groups[by.key(&sent[i])] {
				if !used[j] && by.agree(&sent[i], &found[j]) {
					uids[i], used[j] = found[j].uid, true
					break
				}
			}
		}
	}
	return uids
}

func fullKey(f *fingerprint) message.Key     { return f.full }
func shortKey(f *fingerprint) message.Key    { return f.short }
func fallbackKey(f *fingerprint) message.Key { return f.fallback }

func sameWhole(a, b *fingerprint) bool { return sameFull(a, b) && sameSize(a, b) }

func sameFull(a, b *fingerprint) bool {
	return !a.full.IsZero() && a.full == b.full && sizesAgree(a, b)
}

// sameShort serves servers that add a Received line to what they store.
func sameShort(a, b *fingerprint) bool {
	return !a.short.IsZero() && a.short == b.short && sizesAgree(a, b)
}

// sameHeadless and sameFallback serve messages without Message-Id and Received.
func sameHeadless(a, b *fingerprint) bool { return sameFallback(a, b) && sameSize(a, b) }

func sameFallback(a, b *fingerprint) bool {
	return a.full.IsZero() && a.fallback == b.fallback && sizesAgree(a, b)
}

// sameSize compares a message sent with one found.
func sameSize(a, b *fingerprint) bool { return a.size == b.size || a.grown == b.size }

// sizesAgree allows what a server adds or drops in headers and line ends (rule E4).
func sizesAgree(a, b *fingerprint) bool {
	near := func(size int64) bool { return max(size-b.size, b.size-size) <= max(2048, size/100) }
	return near(a.size) || near(a.grown)
}
