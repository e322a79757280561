// Package utf7 translates the modified UTF-7 of mailbox names (RFC 3501 section 5.1.3) for people
// to read and write. The engine itself keeps names as the server gave them: decoding a name and
// encoding it again does not always give the same octets.
package utf7

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// alphabet is base64 with "," in the place of "/".
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,"

// Decode gives the text a name stands for. It never fails: what is not modified UTF-7 is left as
// it is, octet by octet, so the result may be invalid UTF-8. As with the reference's decoder, a
// missing final "-" is forgiven, bits that make no whole character are dropped, and half a
// surrogate pair becomes U+FFFD.
func Decode(name string) string {
	amp := strings.IndexByte(name, '&')
	if amp < 0 {
		return name
	}
	var b strings.Builder
	b.Grow(len(name))
	for ; amp >= 0; amp = strings.IndexByte(name, '&') {
		b.WriteString(name[:amp])
		name = name[amp+1:]
		n := 0
		for n < len(name) && digit(name[n]) >= 0 {
			n++
		}
		switch {
		case n > 0:
			b.WriteString(string(utf16.Decode(units(name[:n]))))
			name = strings.TrimPrefix(name[n:], "-")
		case strings.HasPrefix(name, "-"):
			b.WriteByte('&')
			name = name[1:]
		default:
			b.WriteByte('&')
		}
	}
	b.WriteString(name)
	return b.String()
}

// units decodes base64 digits to UTF-16 in network order; a rest of fewer than 16 bits is dropped.
func units(digits string) []uint16 {
	out := make([]uint16, 0, len(digits)*6/16)
	var bits uint32
	var n int
	for i := range len(digits) {
		bits = bits<<6 | uint32(digit(digits[i]))
		if n += 6; n >= 16 {
			n -= 16
			out = append(out, uint16(bits>>n))
		}
	}
	return out
}

// digit is the value of a base64 digit, or -1.
func digit(c byte) int {
	switch {
	case 'A' <= c && c <= 'Z':
		return int(c - 'A')
	case 'a' <= c && c <= 'z':
		return int(c-'a') + 26
	case '0' <= c && c <= '9':
		return int(c-'0') + 52
	case c == '+':
		return 62
	case c == ',':
		return 63
	}
	return -1
}

// Encode gives the name for a UTF-8 text: printable ASCII stands for itself, "&" becomes "&-",
// everything else base64. Octets that are not UTF-8 become U+FFFD.
func Encode(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	for len(text) > 0 {
		n := 0
		for n < len(text) && !plain(text[n]) {
			n++
		}
		if n > 0 {
			writeBase64(&b, text[:n])
			text = text[n:]
			continue
		}
		if text[0] == '&' {
			b.WriteString("&-")
		} else {
			b.WriteByte(text[0])
		}
		text = text[1:]
	}
	return b.String()
}

// plain reports whether c is printable US-ASCII. Octets of a multi-octet character never are.
func plain(c byte) bool { return 0x20 <= c && c <= 0x7e }

func writeBase64(b *strings.Builder, text string) {
	b.WriteByte('&')
	var bits uint32
	var n int
	put := func(u uint16) {
		bits, n = bits<<16|uint32(u), n+16
		for n >= 6 {
			n -= 6
			b.WriteByte(alphabet[bits>>n&63])
		}
	}
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		text = text[size:]
		if r1, r2 := utf16.EncodeRune(r); r1 != utf8.RuneError {
			put(uint16(r1))
			put(uint16(r2))
		} else {
			put(uint16(r))
		}
	}
	if n > 0 {
		b.WriteByte(alphabet[bits<<(6-n)&63])
	}
	b.WriteByte('-')
}
