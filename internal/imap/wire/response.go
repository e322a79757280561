package wire

import (
	"bytes"
	"strings"

	"imapsync/internal/imap"
)

// Kind tells what a response line is.
type Kind uint8

// Kinds of response lines.
const (
	// Junk is a line of no known form: blank, a banner, a stray text (Exchange 2003 sends "FETCH
	// completed." without tag nor star). It carries nothing and is skipped.
	Junk Kind = iota
	// Continuation is "+ text" (RFC 9051, continue-req).
	Continuation
	// Tagged is "tag OK|NO|BAD text" (RFC 9051, response-tagged).
	Tagged
	// Condition is "* OK|NO|BAD|BYE|PREAUTH text" (RFC 9051, resp-cond-state and others).
	Condition
	// Data is "* NAME ..." or "* number NAME ..." (RFC 9051, response-data).
	Data
)

// Response is the beginning of a response, up to the values that belong to it.
type Response struct {
	Kind  Kind
	Tag   string     // Tagged only
	Reply imap.Reply // Tagged and Condition; empty when a tagged line has no known condition
	Name  string     // Data only, upper case
	Num   uint64     // the number before the name, if HasNum
	// HasNum tells "* 0 EXISTS" from "* EXISTS".
	HasNum bool
}

// Next skips what is left of the current response and reads the beginning of the next one. Its
// error ends the stream.
func (d *Decoder) Next() (Response, error) {
	d.skipRest()
	d.keepRaw = false
	if cap(d.long) > keptLongLine {
		d.long = nil
	}
	if !d.readLine() {
		return Response{}, d.err
	}
	switch d.peek() {
	case '*':
		d.pos++
		return d.untagged(), nil
	case '+':
		// "+OK" is the greeting of POP3, not a continuation.
		if len(d.line) == 1 || isSpace(d.line[1]) {
			d.pos++
			return Response{Kind: Continuation}, nil
		}
	}
	return d.tagged(), nil
}

func (d *Decoder) untagged() Response {
	r := Response{Kind: Data}
	d.space()
	if d.peek() == '[' {
		// Exchange forgets the OK before an untagged [COPYUID].
		return Response{Kind: Condition, Reply: imap.ReplyOK}
	}
	w := d.atom()
	if n, ok := parseNumber(w); ok {
		r.Num, r.HasNum = n, true
		w = d.word()
	} else if reply := condition(w); reply != "" {
		return Response{Kind: Condition, Reply: reply}
	}
	if len(w) == 0 {
		d.pos = len(d.line)
		return Response{Kind: Junk}
	}
	r.Name = dataName(w)
	return r
}

func (d *Decoder) tagged() Response {
	tag := d.atom()
	d.space()
	start := d.pos
	reply := condition(d.atom())
	if len(tag) == 0 || start == d.pos {
		d.pos = len(d.line)
		return Response{Kind: Junk}
	}
	if reply != imap.ReplyOK && reply != imap.ReplyNO && reply != imap.ReplyBAD {
		d.pos, reply = start, ""
	}
	r := Response{Kind: Tagged, Tag: string(tag), Reply: reply}
	if reply == "" {
		// Free text: a brace in it opens no literal. Line still shows it.
		d.pos = len(d.line)
	}
	return r
}

var conditions = [...]imap.Reply{imap.ReplyOK, imap.ReplyNO, imap.ReplyBAD, imap.ReplyBYE, imap.ReplyPreauth}

func condition(w []byte) imap.Reply {
	for _, r := range conditions {
		if equalFold(w, string(r)) {
			return r
		}
	}
	return ""
}

// dataNames spares an allocation for the responses that come by the thousand.
var dataNames = [...]string{"FETCH", "SEARCH", "LIST", "LSUB", "STATUS", "EXISTS", "EXPUNGE", "RECENT", "VANISHED"}

func dataName(w []byte) string {
	for _, name := range dataNames {
		if equalFold(w, name) {
			return name
		}
	}
	return strings.ToUpper(string(w))
}

// RespText reads the end of a status response: the code without its brackets, empty when there is
// none, and the text for people (RFC 9051, resp-text).
func (d *Decoder) RespText() (code, text string) {
	d.space()
	if d.peek() == '[' {
		if end := codeEnd(d.line[d.pos:]); end > 0 {
			code = string(trimSpace(d.line[d.pos+1 : d.pos+end]))
			d.pos += end + 1
		}
	}
	d.space()
	return code, string(trimSpace(d.rest()))
}

// codeEnd finds the bracket that closes the one at b[0]; 0 when there is none. Brackets in quotes
// or parentheses do not count, because Office 365 puts Error="..." pairs into codes, unless these
// are not balanced themselves.
func codeEnd(b []byte) int {
	quoted, depth := false, 0
	for i := 1; i < len(b); i++ {
		switch c := b[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ']' && depth <= 0:
			return i
		}
	}
	return max(bytes.IndexByte(b, ']'), 0)
}

// CutCode splits a response code into its name, upper case, and its arguments.
func CutCode(code string) (name, args string) {
	name, args, _ = strings.Cut(code, " ")
	return strings.ToUpper(name), strings.TrimSpace(args)
}
