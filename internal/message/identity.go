package message

import (
	"bytes"
	"crypto/md5"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"imapsync/internal/perlre"
)

const (
	messageID = "Message-Id"
	received  = "Received"
	allFields = "ALL" // in a list of wanted fields: the whole header
)

// fallbackFields identify a message that has neither Message-Id nor Received.
var fallbackFields = []string{"Date", "From", "To", "Cc", "Subject"}

// Identifier computes the identity keys of messages, following the identity options of a run. It
// is safe for concurrent use.
//
// All its methods that take a header accept the answer to a FETCH of header fields, a whole header,
// or the beginning of a message: fields that are not wanted, and a body, are not looked at.
type Identifier struct {
	use      []string // as the user gave it; nil: the default
	wanted   []string // of the full key
	all      bool     // ALL is wanted
	skip     *perlre.Match
	noDomain bool
	withSize bool
	digest   int64
}

// NewIdentifier checks o; a bad --skipheader is reported here, before any connection.
func NewIdentifier(o Options) (*Identifier, error) {
	id := &Identifier{
		use:      slices.Clone(o.UseHeader),
		wanted:   []string{messageID, received},
		noDomain: o.MessageIDNoDomain.Value,
		withSize: !o.SkipSize.Or(true),
	}
	if len(id.use) > 0 {
		id.wanted = id.use
		id.all = slices.ContainsFunc(id.use, isAll)
	}
	// The reference takes "" and "0" for no pattern at all.
	if pattern := o.SkipHeader.Value; pattern != "" && pattern != "0" {
		var err error
		if id.skip, err = perlre.ParsePattern(pattern, "xi"); err != nil {
			return nil, fmt.Errorf("--skipheader: %w", err)
		}
	}
	id.digest = o.digest()
	return id, nil
}

// Digest stands for the options that decide what is the same message: keys made under different
// options say nothing about each other.
func (id *Identifier) Digest() int64 { return id.digest }

func isAll(name string) bool { return strings.EqualFold(name, allFields) }

// ListFields are the header fields that a listing reads of every message, for Short: Message-Id
// alone, or all fields of the identity when nothing less will do. A single ALL means the whole header.
func (id *Identifier) ListFields() []string {
	switch {
	case len(id.use) == 1 && id.all:
		return []string{allFields}
	case id.Exact():
		return slices.Clone(id.wanted)
	}
	return []string{messageID}
}

// FullFields are the header fields that Full and Fallback need.
func (id *Identifier) FullFields() []string {
	if len(id.use) == 1 && id.all {
		return []string{allFields}
	}
	var out []string
	for _, name := range slices.Concat(id.wanted, []string{messageID, received}, fallbackFields) {
		if !slices.ContainsFunc(out, func(has string) bool { return strings.EqualFold(has, name) }) {
			out = append(out, name)
		}
	}
	return out
}

// Exact reports that Short is the whole identity, because --useheader or --noskipsize is given:
// equal short keys (and sizes, if Sized) are the same message, others never, and no second pass is
// needed for a message that has one.
func (id *Identifier) Exact() bool { return id.use != nil || id.withSize }

// Sized reports that the size is part of the identity (--noskipsize).
func (id *Identifier) Sized() bool { return id.withSize }

// Short is the key of the listing: the normalised Message-Id, or the whole identity without the size
// if Exact. It is zero when the message has nothing to be recognised by there.
func (id *Identifier) Short(header []byte) Key {
	l := newLines()
	defer l.release()
	id.collect(l, header, !id.Exact())
	return l.key(false, 0)
}

// Full is the reference's identity: MD5 of the sorted normalised lines of Message-Id and Received,
// or of the --useheader list, and of the size with --noskipsize. An empty Message-Id, or a
// synthetic one, counts as absent (docs/differences.md row 5). It is zero when no line is left.
func (id *Identifier) Full(header []byte, size int64) Key {
	l := newLines()
	defer l.release()
	id.collect(l, header, false)
	return l.key(id.withSize, size)
}

// collect adds the wanted normalised lines of header to l.
func (id *Identifier) collect(l *lines, header []byte, onlyID bool) {
	fields(header, func(name, value []byte) bool {
		if onlyID && !isMessageID(name) {
			return true
		}
		id.take(l, name, value)
		return true
	})
}

// take adds one field if it is wanted and --skipheader does not match its line.
func (id *Identifier) take(l *lines, name, value []byte) {
	if !id.all && !slices.ContainsFunc(id.wanted, func(w string) bool { return equalFold(name, w) }) {
		return
	}
	if isMessageID(name) && Synthetic(value) || isEmpty(value) && (isMessageID(name) || id.use == nil) {
		return
	}
	l.add(name, value, id.noDomain)
	if id.skip != nil {
		// A line on which the pattern takes too long is kept: the same happens on both sides.
		if skip, err := id.skip.Match(l.last()); skip && err == nil {
			l.drop()
		}
	}
}

// Fallback identifies a message that has no full key: its normalised Date, From, To, Cc and
// Subject, and its size, where a synthetic Message-Id line does not count. --skipheader has no say
// in it, because a key of too little would make different messages one. It is never zero: a message
// without any of the fields has a key of its size alone. A negative size is left out of the key.
func (id *Identifier) Fallback(header []byte, size int64) Key {
	l := newLines()
	defer l.release()
	fields(header, func(name, value []byte) bool {
		switch {
		case isMessageID(name) && Synthetic(value) && size > 0:
			size -= int64(len(name) + len(": \r\n") + len(bytes.TrimSpace(value)))
		case slices.ContainsFunc(fallbackFields, func(w string) bool { return equalFold(name, w) }) && !isEmpty(value):
			l.add(name, value, false)
		}
		return true
	})
	var buf [512]byte
	all := append(buf[:0], "fallback\n"...)
	for _, line := range l.sorted() {
		all = append(append(all, line...), '\n')
	}
	if size >= 0 {
		all = strconv.AppendInt(all, size, 10)
	}
	return md5.Sum(all)
}

func equalFold(name []byte, want string) bool {
	if len(name) != len(want) {
		return false
	}
	for i, c := range name {
		if upper(c) != upper(want[i]) {
			return false
		}
	}
	return true
}

// isEmpty reports a value that says nothing: blanks, or empty angle brackets.
func isEmpty(value []byte) bool {
	value = bytes.TrimSpace(value)
	return len(value) == 0 || string(value) == "<>"
}

// Synthetic reports whether the value of a Message-Id field is <UID@imapsync>, which --addheader
// of the reference gives to messages that have no identity.
func Synthetic(value []byte) bool {
	value = bytes.TrimSpace(value)
	const host = "@imapsync>"
	digits := len(value) - len(host) - 1
	if digits < 1 || value[0] != '<' || !equalFold(value[1+digits:], host) {
		return false
	}
	for _, c := range value[1 : 1+digits] {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}
