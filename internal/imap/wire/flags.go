package wire

import "imapsync/internal/imap"

// FlagList reads a list of flags (RFC 9051, flag-list and flag-perm). The slice belongs to the
// caller; it is never nil.
func (d *Decoder) FlagList() []imap.Flag { return d.flagList(nil) }

// flagList appends to flags. NIL and "()" are empty lists; blanks may stand anywhere (iCloud,
// SurgeMail); flags without parentheses are taken as long as they look like flags.
func (d *Decoder) flagList(flags []imap.Flag) []imap.Flag {
	if flags == nil {
		flags = []imap.Flag{}
	}
	if !d.accept('(') {
		for d.space(); d.peek() == '\\' || d.peek() == '$' || d.peek() == '"'; d.space() {
			flags = d.flag(flags)
		}
		if len(flags) == 0 {
			d.skipValue()
		}
		return flags
	}
	for !d.EOL() {
		switch d.peek() {
		case ')':
			d.pos++
			return flags
		case '(':
			d.pos++
		default:
			flags = d.flag(flags)
		}
	}
	return flags
}

// flag appends one flag, in the server's letters.
func (d *Decoder) flag(flags []imap.Flag) []imap.Flag {
	var b []byte
	if d.peek() == '"' {
		b = d.quoted(false)
	} else if size, ok := d.atLiteral(); ok {
		b = d.readLiteral(size, MaxLiteral)
	} else {
		b = d.atom()
	}
	if len(b) == 0 {
		return flags
	}
	if flags == nil || cap(flags) == 0 {
		flags = make([]imap.Flag, 0, 4)
	}
	return append(flags, internFlag(b))
}

// internFlag spares an allocation for the flags that nearly every message has.
func internFlag(b []byte) imap.Flag {
	switch string(b) {
	case `\Seen`:
		return imap.FlagSeen
	case `\Answered`:
		return imap.FlagAnswered
	case `\Flagged`:
		return imap.FlagFlagged
	case `\Deleted`:
		return imap.FlagDeleted
	case `\Draft`:
		return imap.FlagDraft
	case `\Recent`:
		return imap.FlagRecent
	case `\*`:
		return imap.FlagWildcard
	case `$Forwarded`:
		return "$Forwarded"
	case `$NotJunk`:
		return "$NotJunk"
	case `NonJunk`:
		return "NonJunk"
	}
	return imap.Flag(b)
}
