package plan

import (
	"encoding/binary"
	"runtime"
	"testing"
	"time"

	"imapsync/internal/account"
	"imapsync/internal/imap"
	"imapsync/internal/message"
)

func numbered(kind byte, n int) (k message.Key) {
	k[0] = kind
	binary.BigEndian.PutUint32(k[4:], uint32(n+1))
	return k
}

// crowd is a folder of n messages that are alike, on both sides.
type crowd struct {
	name            string
	short, full, fb func(n int) message.Key
	added           bool // host2 has given each a Message-Id
	text            func(side account.Side, n int) message.Key
}

// decide feeds the crowd as the engine does and gives the copies and the time it took.
func (c crowd) decide(n int) (copies, ends int, took time.Duration) {
	rows, rows2 := make([]Row, n), make([]Row, n)
	for i := range rows {
		rows[i] = Row{UID: imap.UID(i + 1), Size: 1000, Short: c.short(i)}
		rows2[i] = rows[i]
		if c.added {
			rows2[i].Short = numbered('a', i)
		}
	}
	f := New(Rules{}, &FlagSets{}, nil)
	runtime.GC()
	start := time.Now()
	f.AddDest(rows2)
	proof, _ := Prove(true, uint32(n), n)
	f.DestDone(proof)
	round := func() bool {
		s1, s2 := f.Needs()
		for side, uids := range map[account.Side][]imap.UID{account.Host1: s1, account.Host2: s2} {
			for _, uid := range uids {
				f.Identify(side, uid, c.full(int(uid)), c.fb(int(uid)))
			}
		}
		s1, s2 = f.NeedDigests()
		for side, uids := range map[account.Side][]imap.UID{account.Host1: s1, account.Host2: s2} {
			for _, uid := range uids {
				f.Digest(side, uid, c.text(side, int(uid)))
			}
		}
		s := f.Decide()
		copies += len(s.Copies)
		ends += len(s.Copies) + len(s.Skips)
		return s.More
	}
	for i := 0; i < n; i += 500 {
		f.AddSource(rows[i:min(n, i+500)])
		round()
	}
	f.SourceDone()
	for round() {
	}
	return copies, ends, time.Since(start)
}

func crowds() []crowd {
	none := func(int) message.Key { return message.Key{} }
	same := func(int) message.Key { return numbered('s', 0) }
	each := func(kind byte) func(int) message.Key { return func(n int) message.Key { return numbered(kind, n) } }
	text := func(_ account.Side, n int) message.Key { return numbered('t', n) }
	changed := func(side account.Side, n int) message.Key { return numbered('0'+byte(side), n) }
	return []crowd{
		{name: "neither Message-Id nor Received", short: none, full: none, fb: each('f'), text: text},
		{name: "Message-Id added", short: none, full: none, fb: each('f'), text: text, added: true},
		{name: "Message-Id added, one date and subject", short: none, full: none, fb: same, text: text, added: true},
		{name: "Received only", short: none, full: each('r'), fb: each('f'), text: text},
		{name: "Received only, one date and subject", short: none, full: each('r'), fb: same, text: text},
		{name: "without identity, one date and subject", short: none, full: none, fb: same, text: text},
		{name: "without identity, one date and subject, texts changed", short: none, full: none, fb: same, text: changed},
		{name: "one Message-Id", short: same, full: each('r'), fb: each('f'), text: text},
		{name: "one Message-Id, one Received", short: same, full: same, fb: each('f'), text: text},
	}
}

// TestGrowth takes crowds of 100,000 messages: nothing is copied, and four times as many messages take not
// much more than four times the time, where the square would be sixteen times.
func TestGrowth(t *testing.T) {
	for _, c := range crowds() {
		t.Run(c.name, func(t *testing.T) {
			const n = 25_000
			for try := 1; ; try++ {
				_, _, one := c.decide(n)
				copies, ends, two := c.decide(4 * n)
				if copies != 0 || ends != 4*n {
					t.Fatalf("got %d copies and %d decisions, want none of %d", copies, ends, 4*n)
				}
				t.Logf("%d messages: %v, %d: %v", n, one, 4*n, two)
				if two < 10*one {
					return
				}
				// Another process may have had the processor meanwhile.
				if try == 5 {
					t.Fatalf("%d messages take %v, four times as many %v", n, one, two)
				}
			}
		})
	}
}
