package wire

import (
	"strconv"
	"strings"
	"time"

	"imapsync/internal/imap"
)

// hidden stands for a secret in the trace.
const hidden = "********"

// Encoder builds one command line, with the short literals in it, and what the trace may show of it.
// The zero value is ready; the fields may be set before the first call.
type Encoder struct {
	// NonSync is the size in octets up to which a literal is sent without waiting for the server's
	// consent (RFC 7888); 0: never.
	NonSync int64
	// Trace asks for the text of Shown.
	Trace bool

	buf   []byte
	shown []byte
	stops []int
}

// Bytes is the command as octets, without its final CRLF.
func (e *Encoder) Bytes() []byte { return e.buf }

// Stops are the offsets in Bytes before which the sender waits for a continuation.
func (e *Encoder) Stops() []int { return e.stops }

// Shown is the command for the trace: secrets hidden, literals as {N}.
func (e *Encoder) Shown() string { return string(e.shown) }

// Raw adds s as it stands, for protocol words. Line ends and NUL become blanks, so that no argument
// can begin another command.
func (e *Encoder) Raw(s string) *Encoder {
	if strings.ContainsAny(s, "\r\n\x00") {
		s = strings.NewReplacer("\r", " ", "\n", " ", "\x00", " ").Replace(s)
	}
	e.buf = append(e.buf, s...)
	e.show(s)
	return e
}

// Secret adds s as it stands and hides it in the trace.
func (e *Encoder) Secret(s string) *Encoder {
	e.buf = append(e.buf, s...)
	e.show(hidden)
	return e
}

func (e *Encoder) show(s string) {
	if e.Trace {
		e.shown = append(e.shown, s...)
	}
}

// String adds s as a quoted string, or as a literal when it holds octets that a quoted string may
// not (RFC 3501, string).
func (e *Encoder) String(s string) *Encoder {
	if !isQuotable(s) {
		return e.literal(s, false)
	}
	return e.Raw(quote(s))
}

// AString adds s as an atom where it can be one, else as String does (RFC 3501, astring): for commands
// whose servers may never have seen another form.
func (e *Encoder) AString(s string) *Encoder {
	if credentialForm(s) == atomForm {
		return e.Raw(s)
	}
	return e.String(s)
}

// Mailbox adds a mailbox name, octet for octet. It is always quoted where possible: every server
// understands that, while some stumble over rare characters in atoms.
func (e *Encoder) Mailbox(name imap.MailboxName) *Encoder { return e.String(string(name)) }

// Credentials adds the arguments of LOGIN in the forms that the reference uses, known to be
// understood by the servers it met: a literal for text with a quote, backslash, opening bracket,
// 8-bit or control octets, a quoted string for other special characters, else an atom. A literal user
// makes the password a literal too. Both are hidden in the trace.
func (e *Encoder) Credentials(user, password string) *Encoder {
	form := credentialForm(user)
	e.credential(user, form)
	e.Raw(" ")
	if form != literalForm {
		form = credentialForm(password)
	}
	return e.credential(password, form)
}

type stringForm uint8

const (
	atomForm stringForm = iota
	quotedForm
	literalForm
)

func credentialForm(s string) stringForm {
	form := atomForm
	if s == "" {
		form = quotedForm
	}
	for i := range len(s) {
		switch c := s[i]; {
		case c < 0x20 || c >= 0x7f || c == '"' || c == '\\' || c == '[':
			return literalForm
		case strings.IndexByte(" (){}%*]", c) >= 0:
			form = quotedForm
		}
	}
	return form
}

func (e *Encoder) credential(s string, form stringForm) *Encoder {
	switch form {
	case quotedForm:
		return e.Secret(`"` + s + `"`)
	case literalForm:
		return e.literal(s, true)
	case atomForm:
	}
	return e.Secret(s)
}

// LiteralHeader adds the announcement of a literal of size octets, whose octets the caller sends
// behind Bytes. sync tells that a continuation must be awaited before them.
func (e *Encoder) LiteralHeader(size int64) (sync bool) {
	sync = e.NonSync <= 0 || size > e.NonSync
	n := strconv.FormatInt(size, 10)
	mark := "+}\r\n"
	if sync {
		mark = "}\r\n"
	}
	e.buf = append(append(append(e.buf, '{'), n...), mark...)
	e.show("{" + n + mark[:len(mark)-2])
	return sync
}

func (e *Encoder) literal(s string, secret bool) *Encoder {
	if secret {
		// The length of a password is nobody's business either.
		trace := e.Trace
		e.show(hidden)
		e.Trace = false
		defer func() { e.Trace = trace }()
	}
	if e.LiteralHeader(int64(len(s))) {
		e.stops = append(e.stops, len(e.buf))
	}
	e.buf = append(e.buf, s...)
	return e
}

// Flags adds a parenthesised list, leaving out what no server could read (see imap.Flag.Sendable).
func (e *Encoder) Flags(flags []imap.Flag) *Encoder {
	e.Raw("(")
	first := true
	for _, f := range flags {
		if !f.Sendable() {
			continue
		}
		if !first {
			e.Raw(" ")
		}
		first = false
		e.Raw(string(f))
	}
	return e.Raw(")")
}

// Labels adds a list of Gmail labels; one that no quoted string can carry becomes a literal.
func (e *Encoder) Labels(labels []string) *Encoder {
	e.Raw("(")
	for i, l := range labels {
		if i > 0 {
			e.Raw(" ")
		}
		if isQuotable(l) {
			e.Raw(imap.LabelText(l))
		} else {
			e.literal(l, false)
		}
	}
	return e.Raw(")")
}

// Date adds a quoted date-time in t's own zone (RFC 9051, date-time).
func (e *Encoder) Date(t time.Time) *Encoder {
	return e.Raw(`"` + imap.FormatInternalDate(t) + `"`)
}

func isQuotable(s string) bool {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

func quote(s string) string {
	if strings.ContainsAny(s, `"\`) {
		s = strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s)
	}
	return `"` + s + `"`
}
