package server

import (
	"math"
	"strings"
	"time"
)

// numRange is a range of a sequence set; star stands for "*". First is not above last, except
// that "*" may turn out to be lower than the other end once the mailbox is known.
type numRange struct{ first, last uint32 }

const star = math.MaxUint32

func (p *parser) setNumber() uint32 {
	if p.take('*') {
		return star
	}
	n := p.number()
	if p.err == nil && (n == 0 || n >= star) {
		p.fail("Invalid message set")
	}
	return uint32(n)
}

// set is a sequence-set (RFC 3501 section 9).
func (p *parser) set() []numRange {
	var set []numRange
	for {
		r := numRange{first: p.setNumber()}
		r.last = r.first
		if p.take(':') {
			r.last = p.setNumber()
		}
		if r.first > r.last {
			r.first, r.last = r.last, r.first
		}
		if p.err != nil {
			return nil
		}
		set = append(set, r)
		if !p.take(',') {
			return set
		}
	}
}

// dateTime is the quoted date-time of APPEND; a day below 10 may come as " 1" or "01".
func (p *parser) dateTime() time.Time {
	p.expect('"')
	s := p.chars("a date", func(c byte) bool { return c != '"' && c >= ' ' && c < 0x7f })
	p.expect('"')
	if p.err != nil {
		return time.Time{}
	}
	t, err := time.Parse("_2-Jan-2006 15:04:05 -0700", strings.TrimLeft(s, " "))
	if err != nil {
		p.fail("Invalid date-time")
		return time.Time{}
	}
	if _, offset := t.Zone(); offset == 0 {
		return t.UTC()
	}
	// time.Parse may choose the machine's own zone; what was sent is a plain offset.
	_, offset := t.Zone()
	return t.In(time.FixedZone("", offset))
}

// date is the date of SEARCH, quoted or not, as midnight UTC of that day.
func (p *parser) date() time.Time {
	t, err := time.Parse("2-Jan-2006", p.astring())
	if p.err == nil && err != nil {
		p.fail("Invalid date")
	}
	return t
}
