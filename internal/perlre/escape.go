package perlre

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// charEscape decodes the escape at s, which begins with a backslash, when it stands for one
// character by number or by control name: \n \t \r \f \a \e \0 \012 \x41 \x{41} \o{101} \cA
// \N{U+41}. It returns the code and the length taken; ok is false for any other escape.
func charEscape(s string) (code rune, length int, ok bool, err error) {
	if len(s) < 2 {
		return 0, 0, false, nil
	}
	switch c := s[1]; c {
	case 'n':
		return '\n', 2, true, nil
	case 't':
		return '\t', 2, true, nil
	case 'r':
		return '\r', 2, true, nil
	case 'f':
		return '\f', 2, true, nil
	case 'a':
		return '\a', 2, true, nil
	case 'e':
		return '\x1b', 2, true, nil
	case 'c':
		if len(s) < 3 || s[2] < ' ' || s[2] > '~' {
			return 0, 0, false, reason(`\c without a character`)
		}
		return rune(upper(s[2]) ^ 64), 3, true, nil
	case 'x':
		if strings.HasPrefix(s[2:], "{") {
			return bracedNumber(s, 3, 16)
		}
		end := 2
		for end < len(s) && end < 4 && isHex(s[end]) {
			end++
		}
		n, _ := strconv.ParseUint("0"+s[2:end], 16, 32)
		return rune(n), end, true, nil
	case 'o':
		if !strings.HasPrefix(s[2:], "{") {
			return 0, 0, false, reason(`\o without {`)
		}
		return bracedNumber(s, 3, 8)
	case 'N':
		if strings.HasPrefix(s[2:], "{U+") {
			return bracedNumber(s, 5, 16)
		}
	case '0', '1', '2', '3', '4', '5', '6', '7':
		code, length = octal(s)
		return code, length, true, nil
	}
	return 0, 0, false, nil
}

func octal(s string) (rune, int) {
	end, n := 1, rune(0)
	for end < len(s) && end < 4 && s[end] >= '0' && s[end] <= '7' {
		n = n*8 + rune(s[end]-'0')
		end++
	}
	return n, end
}

func isHex(c byte) bool { return isDigit(c) || lower(c) >= 'a' && lower(c) <= 'f' }

func bracedNumber(s string, start, base int) (rune, int, bool, error) {
	end := strings.IndexByte(s, '}')
	if end < 0 {
		return 0, 0, false, reasonf("no closing } after %q", s[:start])
	}
	digits := strings.ReplaceAll(strings.Trim(s[start:end], " \t"), "_", "")
	if digits == "" {
		digits = "0"
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n > utf8.MaxRune {
		return 0, 0, false, reasonf("%q is not a character", s[:end+1])
	}
	return rune(n), end + 1, true, nil
}

// appendChar appends the character as a string holds it: a byte up to 255, else UTF-8.
func appendChar(dst []byte, code rune) []byte {
	if code < 256 {
		return append(dst, byte(code))
	}
	return utf8.AppendRune(dst, code)
}
