package tap

import "bytes"

// stream cuts what passes in one direction into lines and literals.
type stream struct {
	line    []byte // begun, its end has not come
	literal int64  // octets of it still to come
	each    func(line []byte) []byte
}

// feed returns what to pass on: literals as they are, lines as each gives them. What belongs to an
// unfinished line is kept back.
func (s *stream) feed(in []byte) (out []byte) {
	for len(in) > 0 {
		if s.literal > 0 {
			n := int(min(s.literal, int64(len(in))))
			out, in, s.literal = append(out, in[:n]...), in[n:], s.literal-int64(n)
			continue
		}
		end := bytes.IndexByte(in, '\n')
		if end < 0 {
			s.line = append(s.line, in...)
			return out
		}
		s.line, in = append(s.line, in[:end+1]...), in[end+1:]
		if n, _ := literal(s.line); n > 0 {
			s.literal = n
		}
		out = append(out, s.each(s.line)...)
		s.line = s.line[:0]
	}
	return out
}

// rest is what was kept back, when no more comes.
func (s *stream) rest() []byte { return s.line }
