package server

import (
	"slices"

	"imapsync/internal/imap"
)

// learn gives the flags with the letters in which each keyword was first seen here; the result is
// shared by nobody who could change it.
func (b *MemoryMailbox) learn(flags []imap.Flag) []imap.Flag {
	out := slices.Clone(flags)
	for i, f := range out {
		if f[0] == '\\' {
			continue
		}
		known := slices.IndexFunc(b.keywords, f.Is)
		if known < 0 {
			b.keywords = append(b.keywords, f)
			continue
		}
		out[i] = b.keywords[known]
	}
	return out
}

// SetFlags implements Mailbox. A message whose flags come out as they were is not changed.
func (b *MemoryMailbox) SetFlags(uids []imap.UID, op FlagOp, flags []imap.Flag, unchangedSince imap.ModSeq) (changed []Message, modified []imap.UID, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	seq := b.modSeq + 1
	for _, u := range uids {
		m := b.find(u)
		if m == nil {
			continue
		}
		if m.ModSeq > unchangedSince {
			modified = append(modified, u)
			continue
		}
		flags := b.learn(changeFlags(m.Flags, op, flags))
		if sameFlags(flags, m.Flags) {
			continue
		}
		b.count(m.Message, -1)
		m.Flags, m.ModSeq = flags, seq
		b.count(m.Message, 1)
		b.log = append(b.log, logEntry{seq, u})
		changed = append(changed, m.Message)
	}
	if len(changed) > 0 {
		b.modSeq = seq
		b.trimLog()
		b.wake()
	}
	return changed, modified, nil
}

func changeFlags(old []imap.Flag, op FlagOp, flags []imap.Flag) []imap.Flag {
	var out []imap.Flag
	if op != FlagsSet {
		out = slices.DeleteFunc(slices.Clone(old), func(f imap.Flag) bool { return op == FlagsRemove && hasFlag(flags, f) })
	}
	if op != FlagsRemove {
		for _, f := range flags {
			if !hasFlag(out, f) {
				out = append(out, f)
			}
		}
	}
	return out
}

func sameFlags(a, b []imap.Flag) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(f imap.Flag) bool { return !hasFlag(b, f) })
}
