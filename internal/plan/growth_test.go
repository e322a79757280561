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
	text            func(side account.Side, n int) message.Key
}

// decide feeds the crowd as the engine does and gives the copies and the time it took.
func (c crowd) decide(n int) (copies, ends int, took time.Duration) {
	rows := make([]Row, n)
	for i := range rows {
		rows[i] = Row{UID: imap.UID(i + 1), Size: 1000, Short: c.short(i)}
	}
	f := New(Rules{}, &FlagSets{}, nil)
	runtime.GC()
	start := time.Now()
	f.AddDest(rows)
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
		{"neither Message-Id nor Received", none, none, each('f'), text},
		{"Received only", none, each('r'), each('f'), text},
		{"Received only, one date and subject", none, each('r'), same, text},
		{"without identity, one date and subject", none, none, same, text},
		{"without identity, one date and subject, texts changed", none, none, same, changed},
		{"one Message-Id", same, each('r'), each('f'), text},
		{"one Message-Id, one Received", same, same, each('f'), text},
	}
}

// TestGrowth takes crowds of 100,000 messages: nothing is copied, and twice as many messages take not much
// more than twice the time.
func TestGrowth(t *testing.T) {
	for _, c := range crowds() {
		t.Run(c.name, func(t *testing.T) {
			const n = 50_000
			for try := 1; ; try++ {
				_, _, one := c.decide(n)
				copies, ends, two := c.decide(2 * n)
				if copies != 0 || ends != 2*n {
					t.Fatalf("got %d copies and %d decisions, want none of %d", copies, ends, 2*n)
				}
				t.Logf("%d messages: %v, %d: %v", n, one, 2*n, two)
				if two < 3*one {
					return
				}
				// Another process may have had the processor meanwhile.
				if try == 5 {
					t.Fatalf("%d messages take %v, twice as many %v", n, one, two)
				}
			}
		})
	}
}
