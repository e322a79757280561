package perlre

import "strings"

// transliteration is a compiled tr///: what becomes of each byte.
type transliteration struct {
	to      [256]int16 // the replacement, or one of the two below
	squeeze bool
	discard bool // flag r: the result is not kept
}

const (
	trKeep   = -1
	trDelete = -2
)

func newTransliteration(op operator) (*transliteration, error) {
	from, err := trList(op.left, op.literal)
	if err != nil {
		return nil, err
	}
	to, err := trList(op.right, op.literal)
	if err != nil {
		return nil, err
	}
	remove := strings.Contains(op.flags, "d")
	if strings.Contains(op.flags, "c") {
		from = trComplement(from)
	}
	if len(to) == 0 && !remove {
		to = from
	}
	t := &transliteration{squeeze: strings.Contains(op.flags, "s"), discard: strings.Contains(op.flags, "r")}
	for b := range t.to {
		t.to[b] = trKeep
	}
	for i, b := range from {
		switch {
		case b > 255 || t.to[b] != trKeep: // the first of two wins
		case i < len(to) && to[i] > 255:
			return nil, reason("a character above 255 in the replacement list")
		case i < len(to):
			t.to[b] = int16(to[i])
		case remove:
			t.to[b] = trDelete
		default:
			t.to[b] = int16(min(to[len(to)-1], 255))
		}
	}
	return t, nil
}

func trComplement(list []rune) []rune {
	var in byteSet
	for _, c := range list {
		if c < 256 {
			in[c] = true
		}
	}
	var out []rune
	for c, has := range in {
		if !has {
			out = append(out, rune(c))
		}
	}
	return out
}

// trList expands the escapes and ranges of a list; between single quotes there is only \\.
func trList(s string, literal bool) ([]rune, error) {
	if literal {
		s = strings.ReplaceAll(s, `\\`, `\`)
	}
	var out []rune
	pending := false // a range waits for its end
	justRange := false
	for i := 0; i < len(s); {
		if s[i] == '-' && !literal && !pending && len(out) > 0 && i+1 < len(s) {
			if justRange {
				return nil, reason("ambiguous range in a tr list")
			}
			pending = true
			i++
			continue
		}
		c, took := rune(s[i]), 1
		if s[i] == '\\' && !literal && i+1 < len(s) {
			code, length, ok, err := charEscape(s[i:])
			switch {
			case err != nil:
				return nil, err
			case ok:
				c, took = code, length
			case s[i+1] == 'b':
				c, took = '\b', 2
			default:
				c, took = rune(s[i+1]), 2
			}
		}
		i += took
		justRange = pending
		if !pending {
			out = append(out, c)
			continue
		}
		pending = false
		first := out[len(out)-1]
		if c < first {
			return nil, reason("invalid range in a tr list")
		}
		if c > 255 && c != first {
			return nil, reason("a range above 255 in a tr list")
		}
		for b := first + 1; b <= c; b++ {
			out = append(out, b)
		}
	}
	return out, nil
}

// apply returns the new text, which is b itself when nothing changes, and how many bytes of b
// are in the list.
func (t *transliteration) apply(b []byte) (out []byte, count int) {
	changed := -1 // where the first change is
	for i, c := range b {
		to := t.to[c]
		if to == trKeep {
			continue
		}
		count++
		if changed < 0 && (t.squeeze || to != int16(c)) {
			changed = i
		}
	}
	if changed < 0 || t.discard {
		return b, count
	}
	out = make([]byte, 0, len(b))
	last := int16(trKeep) // the last replacement, when it was the byte before
	for _, c := range b {
		to := t.to[c]
		switch {
		case to == trKeep:
			out = append(out, c)
			last = trKeep
		case to == trDelete:
		case t.squeeze && to == last:
		default:
			out = append(out, byte(to))
			last = to
		}
	}
	return out, count
}
