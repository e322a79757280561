package message

import "bytes"

// headerBlock is the part of text before the first empty line; all of it when there is none.
func headerBlock(text []byte) []byte {
	for start := 0; start < len(text); {
		end := bytes.IndexByte(text[start:], '\n')
		if end < 0 {
			break
		}
		line := text[start : start+end]
		if len(line) == 0 || len(line) == 1 && line[0] == '\r' {
			return bytes.TrimSuffix(bytes.TrimSuffix(text[:start], []byte("\n")), []byte("\r"))
		}
		start += end + 1
	}
	return text
}

// fields calls yield with the name and the raw value, folds included, of each header field of
// text, in order, until it returns false. Lines that are no field, such as an mbox "From " line,
// are passed over with their continuations. A blank before the colon makes a line no field, as in
// the reference.
func fields(text []byte, yield func(name, value []byte) bool) {
	rest := headerBlock(text)
	for len(rest) > 0 {
		// A field ends at the first line end that no blank follows.
		end := 0
		for {
			n := bytes.IndexByte(rest[end:], '\n')
			if n < 0 {
				end = len(rest)
				break
			}
			end += n + 1
			if end == len(rest) || rest[end] != ' ' && rest[end] != '\t' {
				break
			}
		}
		field := rest[:end]
		rest = rest[end:]
		colon := bytes.IndexByte(field, ':')
		if colon < 1 || bytes.ContainsAny(field[:colon], " \t\r\n\v\f") {
			continue
		}
		if !yield(field[:colon], field[colon+1:]) {
			return
		}
	}
}

// Field is the first line of the first field called name (in any letter case) of the header that
// text begins with, without its leading blanks and line end, for display. It is empty when there is
// no such field; a body is never looked at.
func Field(text []byte, name string) string {
	var found string
	fields(text, func(n, value []byte) bool {
		if !bytes.EqualFold(n, []byte(name)) {
			return true
		}
		line, _, _ := bytes.Cut(value, []byte("\n"))
		found = string(bytes.TrimLeft(bytes.TrimSuffix(line, []byte("\r")), " \t"))
		return false
	})
	return found
}

// isBlank is Perl's \s.
func isBlank(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }

func upper(c byte) byte {
	if c >= 'a' && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}

// appendNormal appends the normalised line of a field. With noDomain a Message-Id ends before its
// first @, unless nothing would be left of it.
func appendNormal(dst, name, value []byte, noDomain bool) []byte {
	for _, c := range name {
		dst = append(dst, upper(c))
	}
	dst = append(dst, ": "...)
	start := len(dst)
	blank := false
	for _, c := range value {
		if isBlank(c) {
			blank = true
			continue
		}
		if blank && len(dst) > start {
			dst = append(dst, ' ')
		}
		blank = false
		if c >= 0x80 {
			c = 'X'
		}
		dst = append(dst, upper(c))
	}
	if noDomain && isMessageID(name) {
		if at := bytes.IndexByte(dst[start:], '@'); at > 0 {
			dst = dst[:start+at]
		}
	}
	return dst
}

func isMessageID(name []byte) bool { return bytes.EqualFold(name, []byte(messageID)) }
