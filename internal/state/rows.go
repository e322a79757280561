package state

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"strings"
	"time"

	"imapsync/internal/imap"
	"imapsync/internal/message"
	"imapsync/internal/plan"
)

// rowsFormat is the first octet of packed rows.
const rowsFormat = 1

// packedRows is how many rows are packed together. A part of a listing is read and written whole.
const packedRows = 8192

// What a packed row has.
const (
	rowKeyed = 1 << iota
	rowDated
)

// packRows writes rows of ascending UIDs: a table of the sets of flags, then the rows in some 25 octets
// each, then a sum over all of it.
func packRows(rows []plan.Row, sets *plan.FlagSets) []byte {
	b := append(make([]byte, 0, 64+len(rows)*32), rowsFormat)
	at := map[plan.SetID]uint64{}
	var table []plan.SetID
	for i := range rows {
		if _, ok := at[rows[i].Flags]; !ok {
			at[rows[i].Flags] = uint64(len(table))
			table = append(table, rows[i].Flags)
		}
	}
	b = binary.AppendUvarint(b, uint64(len(table)))
	for _, id := range table {
		text := joinFlags(sets.Flags(id))
		b = append(binary.AppendUvarint(b, uint64(len(text))), text...)
	}
	b = binary.AppendUvarint(b, uint64(len(rows)))
	last, lastDate := imap.UID(0), int64(0)
	for i := range rows {
		r := &rows[i]
		b = binary.AppendUvarint(b, uint64(r.UID-last))
		last = r.UID
		b = binary.AppendUvarint(b, at[r.Flags])
		b = binary.AppendUvarint(b, uint64(r.Size+1))
		date := r.Date()
		var has byte
		if !r.Short.IsZero() {
			has |= rowKeyed
		}
		if !date.IsZero() {
			has |= rowDated
		}
		b = append(b, has)
		if has&rowKeyed != 0 {
			b = append(b, r.Short[:]...)
		}
		if has&rowDated != 0 {
			_, zone := date.Zone()
			b = binary.AppendVarint(b, date.Unix()-lastDate)
			b = binary.AppendVarint(b, int64(zone/60))
			lastDate = date.Unix()
		}
	}
	return sum(b)
}

func sum(b []byte) []byte { return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b)) }

func joinFlags(flags []imap.Flag) string {
	words := make([]string, len(flags))
	for i, f := range flags {
		words[i] = string(f)
	}
	return strings.Join(words, " ")
}

func splitFlags(text string) (flags []imap.Flag) {
	for _, w := range strings.Fields(text) {
		flags = append(flags, imap.Flag(w))
	}
	return flags
}

var errRows = errors.New("remembered rows make no sense")

// unpackRows appends packed rows to those read so far, whose last UID they must exceed.
func unpackRows(to []plan.Row, b []byte, sets *plan.FlagSets) ([]plan.Row, error) {
	if len(b) < 5 || b[0] != rowsFormat || crc32.ChecksumIEEE(b[:len(b)-4]) != binary.BigEndian.Uint32(b[len(b)-4:]) {
		return nil, errRows
	}
	p := unpacker{b: b[1 : len(b)-4]}
	var table []plan.SetID
	for n := p.number(); n > 0 && !p.bad; n-- {
		table = append(table, sets.Intern(splitFlags(string(p.take(p.number())))))
	}
	zones := map[int64]*time.Location{}
	last, lastDate := uint64(0), int64(0)
	previous := imap.UID(0)
	if len(to) > 0 {
		previous = to[len(to)-1].UID
	}
	for n := p.number(); n > 0 && !p.bad; n-- {
		last += p.number()
		set, size := p.number(), p.number()
		has := p.take(1)
		if p.bad || last == 0 || last > 1<<32-1 || imap.UID(last) <= previous || set >= uint64(len(table)) || size > 1<<62 {
			return nil, errRows
		}
		previous = imap.UID(last)
		row := plan.Row{UID: imap.UID(last), Flags: table[set], Size: int64(size) - 1}
		if has[0]&rowKeyed != 0 {
			copy(row.Short[:], p.take(uint64(len(message.Key{}))))
		}
		if has[0]&rowDated != 0 {
			lastDate += p.signed()
			zone := p.signed()
			if zones[zone] == nil {
				zones[zone] = time.FixedZone("", int(zone)*60)
			}
			row.SetDate(time.Unix(lastDate, 0).In(zones[zone]))
		}
		to = append(to, row)
	}
	if p.bad || len(p.b) > 0 {
		return nil, errRows
	}
	return to, nil
}

// unpacker reads what packRows wrote. After the first thing that cannot be right it gives zeros.
type unpacker struct {
	b   []byte
	bad bool
}

func (p *unpacker) number() uint64 {
	v, n := binary.Uvarint(p.b)
	return advance(p, v, n)
}

func (p *unpacker) signed() int64 {
	v, n := binary.Varint(p.b)
	return advance(p, v, n)
}

func advance[T int64 | uint64](p *unpacker, v T, n int) T {
	if n <= 0 {
		p.bad, p.b = true, nil
		return 0
	}
	p.b = p.b[n:]
	return v
}

// take gives the next n octets, none when there are fewer.
func (p *unpacker) take(n uint64) []byte {
	if n > uint64(len(p.b)) {
		p.bad, p.b = true, nil
		return nil
	}
	out := p.b[:n]
	p.b = p.b[n:]
	return out
}
