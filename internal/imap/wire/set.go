package wire

import "imapsync/internal/imap"

// count is the number of UIDs in a set without "*"; ok is false with it.
func count(set imap.UIDSet) (n uint64, ok bool) {
	for _, r := range set {
		if r.Last == 0 {
			return 0, false
		}
		n += uint64(r.Last) - uint64(r.First) + 1
	}
	return n, true
}

// AppendUID reads the arguments of an APPENDUID code (RFC 4315) for n messages. uids has one UID
// per message in the order sent, or is nil when the code does not name exactly n.
func AppendUID(args string, n int) (validity imap.UIDValidity, uids []imap.UID) {
	d := newLine(args)
	v, _ := d.number()
	set, ok := imap.ParseUIDSet(string(d.word()))
	if total, finite := count(set); !ok || !finite || v == 0 || total != uint64(n) {
		return imap.UIDValidity(v), nil
	}
	uids = make([]imap.UID, 0, n)
	for _, r := range set {
		uids = appendRange(uids, r)
	}
	return imap.UIDValidity(v), uids
}

// CopyUID reads the arguments of a COPYUID code (RFC 4315): pairs of source and destination UID,
// nil when they do not match one to one.
func CopyUID(args string) (validity imap.UIDValidity, pairs [][2]imap.UID) {
	d := newLine(args)
	v, _ := d.number()
	src, okS := imap.ParseUIDSet(string(d.word()))
	dst, okD := imap.ParseUIDSet(string(d.word()))
	nS, finS := count(src)
	nD, finD := count(dst)
	if !okS || !okD || !finS || !finD || nS != nD || nS > maxUIDs || v == 0 {
		return imap.UIDValidity(v), nil
	}
	pairs = make([][2]imap.UID, 0, nS)
	for _, r := range src {
		for u := uint64(r.First); u <= uint64(r.Last); u++ {
			pairs = append(pairs, [2]imap.UID{imap.UID(u), 0})
		}
	}
	i := 0
	for _, r := range dst {
		for u := uint64(r.First); u <= uint64(r.Last); u++ {
			pairs[i][1] = imap.UID(u)
			i++
		}
	}
	return imap.UIDValidity(v), pairs
}

// CodeNumber reads the single number of a code such as UIDNEXT or HIGHESTMODSEQ.
func CodeNumber(args string) (n uint64, ok bool) { return newLine(args).number() }

// CodeFlags reads the flags of a PERMANENTFLAGS code.
func CodeFlags(args string) []imap.Flag { return newLine(args).FlagList() }

// CodeCapabilities reads the list of a CAPABILITY code.
func CodeCapabilities(args string) imap.Caps { return newLine(args).CapabilityData() }
