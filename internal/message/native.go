package message

import (
	"bytes"

	"imapsync/internal/perlre"
)

// The filters that do well-known expressions (recognize.go). Each gives the bytes that the
// expression gives, in bounded memory; TestNativeEqualsPerlre compares them.

// byTable replaces single octets: s/\000/ /g, tr///, s{[\x80-\xff]}{X}g.
type byTable struct {
	table *[256]string
	hit   *[256]bool // octets that the table changes, or that count as the first match
	once  bool       // only the first one, without the flag g
	done  bool
}

func (f *byTable) feed(dst, p []byte, _ bool) ([]byte, error) {
	plain := 0
	for i, c := range p {
		if f.done {
			break
		}
		if !f.hit[c] {
			continue
		}
		dst = append(append(dst, p[plain:i]...), f.table[c]...)
		plain = i + 1
		f.done = f.once
	}
	return append(dst, p[plain:]...), nil
}

// byPieces gives each piece to an expression that looks at single octets only.
type byPieces struct{ expr *perlre.Subst }

func (f byPieces) feed(dst, p []byte, _ bool) ([]byte, error) {
	out, err := f.expr.Apply(p)
	return append(dst, out...), err
}

// atHead gives the first octets to an expression that looks at no more of them: s/\A/TEXT/ and
// s/\AFrom /X-From: /.
type atHead struct {
	expr   *perlre.Subst
	octets int
	head   []byte
	done   bool
}

func (f *atHead) feed(dst, p []byte, last bool) ([]byte, error) {
	if f.done {
		return append(dst, p...), nil
	}
	n := min(f.octets-len(f.head), len(p))
	f.head = append(f.head, p[:n]...)
	if len(f.head) < f.octets && !last {
		return dst, nil
	}
	f.done = true
	out, err := f.expr.Apply(f.head)
	return append(append(dst, out...), p[n:]...), err
}

// wrap puts a text behind every run of so many octets within a line: s,(.{10239}),$1\r\n,g.
type wrap struct {
	octets int
	text   string
	any    bool // flag s: a line feed is an octet like others
	run    int
}

func (f *wrap) feed(dst, p []byte, _ bool) ([]byte, error) {
	for len(p) > 0 {
		n := min(f.octets-f.run, len(p))
		if !f.any {
			if lf := bytes.IndexByte(p[:n], '\n'); lf >= 0 {
				dst, p, f.run = append(dst, p[:lf+1]...), p[lf+1:], 0
				continue
			}
		}
		dst, p = append(dst, p[:n]...), p[n:]
		if f.run += n; f.run == f.octets {
			dst, f.run = append(dst, f.text...), 0
		}
	}
	return dst, nil
}

// endLine completes a last line without line feed: s{(?<![\n])\z}{\r\n}.
type endLine struct {
	text string
	last byte
}

func (f *endLine) feed(dst, p []byte, last bool) ([]byte, error) {
	if len(p) > 0 {
		f.last = p[len(p)-1]
	}
	dst = append(dst, p...)
	if last && f.last != '\n' {
		dst = append(dst, f.text...)
	}
	return dst, nil
}

// dropCRLF takes the last CRLF away: s{\r\n\z}{}.
type dropCRLF struct{ held []byte }

func (f *dropCRLF) feed(dst, p []byte, last bool) ([]byte, error) {
	all := append(f.held, p...)
	keep := max(0, len(all)-2)
	dst = append(dst, all[:keep]...)
	f.held = append([]byte(nil), all[keep:]...)
	if last && string(f.held) != "\r\n" {
		dst = append(dst, f.held...)
	}
	return dst, nil
}

// dropNULs takes the last NULs away, also before a last line feed: s/(\x00)+\Z//g.
type dropNULs struct {
	nuls     int  // held back
	lineFeed bool // and a line feed behind them
}

func (f *dropNULs) feed(dst, p []byte, last bool) ([]byte, error) {
	for _, c := range p {
		if c == 0 && !f.lineFeed {
			f.nuls++
			continue
		}
		if c == '\n' && !f.lineFeed && f.nuls > 0 {
			f.lineFeed = true
			continue
		}
		dst = f.flush(dst)
		if c == 0 {
			f.nuls = 1
			continue
		}
		dst = append(dst, c)
	}
	if last {
		f.nuls = 0
		dst = f.flush(dst)
	}
	return dst, nil
}

func (f *dropNULs) flush(dst []byte) []byte {
	for ; f.nuls > 0; f.nuls-- {
		dst = append(dst, 0)
	}
	if f.lineFeed {
		dst, f.lineFeed = append(dst, '\n'), false
	}
	return dst
}

// truncate keeps the first octets: --truncmess, s/.{40000}\K.*//s.
type truncate struct{ left int64 }

func (f *truncate) feed(dst, p []byte, _ bool) ([]byte, error) {
	n := min(f.left, int64(len(p)))
	f.left -= n
	return append(dst, p[:n]...), nil
}

// prefix puts a text in front.
type prefix struct{ text string }

func (f *prefix) feed(dst, p []byte, _ bool) ([]byte, error) {
	dst = append(dst, f.text...)
	f.text = ""
	return append(dst, p...), nil
}
