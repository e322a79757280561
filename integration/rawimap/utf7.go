package rawimap

import (
	"encoding/base64"
	"strings"
	"unicode/utf16"
)

var modifiedBase64 = base64.NewEncoding("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,").
	WithPadding(base64.NoPadding)

// EncodeName writes text in modified UTF-7 (RFC 3501 section 5.1.3).
func EncodeName(text string) string {
	var out strings.Builder
	var pending []rune
	flush := func() {
		if len(pending) == 0 {
			return
		}
		var octets []byte
		for _, unit := range utf16.Encode(pending) {
			octets = append(octets, byte(unit>>8), byte(unit))
		}
		out.WriteString("&" + modifiedBase64.EncodeToString(octets) + "-")
		pending = nil
	}
	for _, r := range text {
		switch {
		case r < ' ' || r > '~':
			pending = append(pending, r)
		case r == '&':
			flush()
			out.WriteString("&-")
		default:
			flush()
			out.WriteRune(r)
		}
	}
	flush()
	return out.String()
}

// DecodeName reads modified UTF-7; what is not valid stays as it is.
func DecodeName(raw string) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(raw, "&")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		shifted, after, closed := strings.Cut(rest, "-")
		octets, err := modifiedBase64.DecodeString(shifted)
		switch {
		case !closed || err != nil || len(octets)%2 == 1:
			out.WriteByte('&')
			raw = rest
			continue
		case shifted == "":
			out.WriteByte('&')
		default:
			units := make([]uint16, len(octets)/2)
			for i := range units {
				units[i] = uint16(octets[2*i])<<8 | uint16(octets[2*i+1])
			}
			out.WriteString(string(utf16.Decode(units)))
		}
		raw = after
	}
}
