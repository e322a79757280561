package server

import (
	"strconv"
	"strings"
	"time"

	"imapsync/internal/imap"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// appendAString writes s as an atom, a quoted string or a literal, whichever is the simplest that
// can carry it.
func appendAString(b []byte, s string) []byte {
	if s != "" && !strings.EqualFold(s, "NIL") && strings.IndexFunc(s, func(r rune) bool { return r >= 0x80 || !isAtomChar(byte(r)) }) < 0 {
		return append(b, s...)
	}
	return appendString(b, s)
}

// appendString writes s quoted, or as a literal if it has octets that a quoted string may not have.
func appendString(b []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c == '\r' || c == '\n' || c == 0 || c >= 0x80 {
			b = append(b, '{')
			b = strconv.AppendInt(b, int64(len(s)), 10)
			b = append(b, "}\r\n"...)
			return append(b, s...)
		}
	}
	b = append(b, '"')
	for i := 0; i < len(s); i++ {
		if c := s[i]; c == '"' || c == '\\' {
			b = append(b, '\\')
		}
		b = append(b, s[i])
	}
	return append(b, '"')
}

func appendFlags(b []byte, flags []imap.Flag, recent bool) []byte {
	b = append(b, '(')
	for i, f := range flags {
		if i > 0 {
			b = append(b, ' ')
		}
		b = append(b, f...)
	}
	if recent {
		if len(flags) > 0 {
			b = append(b, ' ')
		}
		b = append(b, imap.FlagRecent...)
	}
	return append(b, ')')
}

func appendDateTime(b []byte, t time.Time) []byte {
	b = append(b, '"')
	// RFC 3501 has a blank in front of a day below 10, and so do most servers send it.
	b = t.AppendFormat(b, "_2-Jan-2006 15:04:05 -0700")
	return append(b, '"')
}

// line writes an untagged response, given without "* " and CRLF. Write errors stick in the
// buffered writer and end the session at the next flush.
func (s *session) line(parts ...string) {
	s.bw.WriteString("* ")
	for _, p := range parts {
		s.bw.WriteString(p)
	}
	s.bw.WriteString("\r\n")
}

// raw writes b as an untagged response.
func (s *session) raw(b []byte) {
	s.bw.WriteString("* ")
	s.bw.Write(b)
	s.bw.WriteString("\r\n")
}

func (s *session) tagged(tag, cond, code, text string) {
	s.bw.WriteString(tag)
	s.bw.WriteByte(' ')
	s.bw.WriteString(cond)
	if code != "" {
		s.bw.WriteString(" [")
		s.bw.WriteString(code)
		s.bw.WriteByte(']')
	}
	s.bw.WriteByte(' ')
	s.bw.WriteString(text)
	s.bw.WriteString("\r\n")
}
