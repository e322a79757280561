package plan

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"imapsync/internal/imap"
)

// letterbox is a folder on a server that changes what it stores.
type letterbox struct {
	next    imap.UID
	letters []msg
	origin  map[imap.UID]imap.UID // of host1's message, by the UID of its copy
	rewrite func(m msg) msg
}

func (b *letterbox) store(m msg) {
	b.next++
	from := m.uid
	// What has neither Message-Id nor date, sender and subject is recognised by nothing but its text.
	if m.fb != headless || m.short != "" {
		m = b.rewrite(m)
	}
	m.uid = b.next
	b.letters = append(b.letters, m)
	b.origin[m.uid] = from
}

// headless is the fallback key of messages without header in these tests.
const headless = "f2"

// rewritings are what servers do to messages they store.
func rewritings() map[string]func(m msg) msg {
	received := func(m msg) msg {
		m.full, m.text = "R"+m.full, "r"+m.text
		m.size += 70
		return m
	}
	return map[string]func(m msg) msg{
		"nothing":       func(m msg) msg { return m },
		"Received":      received,
		"a header line": func(m msg) msg { m.text = "h" + m.text; m.size += 40; return m },
		"line ends":     func(m msg) msg { m.size += m.size / 30; return m },
		"Message-Id": func(m msg) msg {
			if m.short == "" {
				m.short = "new" + fmt.Sprint(m.uid)
				m.full, m.text = m.short+m.full, "m"+m.text
				m.size += 50
			}
			return m
		},
		"Received here and there": func(m msg) msg {
			if m.uid%3 == 0 {
				return received(m)
			}
			return m
		},
		"sizes of those with Message-Id": func(m msg) msg {
			if m.short != "" {
				m.full, m.text = "x"+m.full, "x"+m.text
				m.size = m.size*11/10 + 3000
			}
			return m
		},
	}
}

// randomLetters has twins, groups of one Message-Id, messages without Message-Id, without Received
// and without any header.
func randomLetters(rnd *rand.Rand, n int) (ms []msg) {
	var uid imap.UID
	for range n {
		uid += imap.UID(1 + rnd.IntN(3))
		m := msg{uid: uid, size: int64(300 + rnd.IntN(200000)), text: fmt.Sprint("t", uid), fb: fmt.Sprint("f", rnd.IntN(n))}
		switch rnd.IntN(8) {
		case 0, 1, 2:
			m.short = fmt.Sprint("id", uid)
			m.full = m.short + "r"
		case 3:
			m.short = fmt.Sprint("id", rnd.IntN(3))
			m.full = m.short + fmt.Sprint("r", rnd.IntN(4))
		case 4:
			m.full = fmt.Sprint("r", rnd.IntN(n))
		case 5:
			m.size = int64(1000 + 30000*rnd.IntN(3))
			m.fb = fmt.Sprint("f", rnd.IntN(3))
			m.text = fmt.Sprint(m.fb, ".", m.size, ".", rnd.IntN(3))
		case 6:
			m.size = 500
			m.fb, m.text = "f0", fmt.Sprint("s", rnd.IntN(3))
		case 7:
			if len(ms) > 0 {
				twin := ms[rnd.IntN(len(ms))]
				twin.uid = uid
				m = twin
			}
		}
		ms = append(ms, m)
	}
	return ms
}

// TestReruns copies random folders to servers that change what they store. A run that was cut short
// is finished by the next, with a copy of each message, and a third has nothing to do. What is
// deleted on host2 then is copied again. Every other folder is copied with its duplicates.
func TestReruns(t *testing.T) {
	t.Parallel()
	for name, rewrite := range rewritings() {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(400) {
				rnd := rand.New(rand.NewPCG(seed, 7))
				src := randomLetters(rnd, 1+rnd.IntN(30))
				box := &letterbox{origin: map[imap.UID]imap.UID{}, rewrite: rewrite}
				rules := Rules{Headless: key(headless), SyncDuplicates: seed%2 == 1}
				order := rnd.Perm(len(src) + 1)[0]
				first := copies(t, rules, src, box, rnd)
				for _, m := range first[:min(order, len(first))] {
					box.store(m)
				}
				for _, m := range copies(t, rules, src, box, rnd) {
					box.store(m)
				}
				if again := copies(t, rules, src, box, rnd); len(again) > 0 {
					t.Fatalf("seed %d: copied again:\n%s\nof\n%s\nto\n%s", seed, list(again), list(src), list(box.letters))
				}
				if name == "nothing" || name == "line ends" || order >= len(first) {
					wantEach(t, seed, rules, src, box)
				}
				want := len(src)
				if !rules.SyncDuplicates {
					want -= duplicates(src)
				}
				if len(box.letters) != want {
					t.Fatalf("seed %d: got %d messages, want %d:\n%s\nof\n%s", seed, len(box.letters), want, list(box.letters), list(src))
				}
				if len(box.letters) == 0 {
					continue
				}
				gone := rnd.IntN(len(box.letters))
				box.letters = slices.Delete(box.letters, gone, gone+1)
				for _, m := range copies(t, rules, src, box, rnd) {
					box.store(m)
				}
				if len(box.letters) != want {
					t.Fatalf("seed %d: got %d messages after one was deleted on host2, want %d:\n%s\nof\n%s", seed, len(box.letters), want, list(box.letters), list(src))
				}
			}
		})
	}
}

// copies runs a plan that knows some of the pairs of former runs, and gives the messages to be copied.
func copies(t *testing.T, rules Rules, src []msg, box *letterbox, rnd *rand.Rand) (out []msg) {
	t.Helper()
	var known []Pair
	for _, m := range box.letters {
		if rnd.IntN(4) == 0 {
			known = append(known, Pair{box.origin[m.uid], m.uid})
		}
	}
	words, f := decideAll(t, rules, src, box.letters, known, 1+rnd.IntN(10))
	if n := f.Counts().Unidentified; n > 0 {
		t.Errorf("%d messages are unidentified although all was answered", n)
	}
	for _, m := range src {
		if slices.Contains(words, fmt.Sprintf("copy%d", m.uid)) {
			out = append(out, m)
		}
	}
	return out
}

// wantEach demands that every text of host1 came over as often as host1 has it, exact duplicates
// by the reference's rule aside.
func wantEach(t *testing.T, seed uint64, rules Rules, src []msg, box *letterbox) {
	t.Helper()
	count := map[string]int{}
	seen := map[string]bool{}
	at := map[imap.UID]msg{}
	for _, m := range src {
		at[m.uid] = m
		id := m.short + " " + m.full
		if m.full == "" || !seen[id] || rules.SyncDuplicates {
			count[m.text]++
		}
		seen[id] = true
	}
	for _, from := range box.origin {
		count[at[from].text]--
	}
	for text, n := range count {
		if n != 0 {
			t.Fatalf("seed %d: text %s: %d too few on host2:\n%s\nof\n%s", seed, text, n, list(box.letters), list(src))
		}
	}
}

func duplicates(src []msg) (n int) {
	seen := map[string]bool{}
	for _, m := range src {
		id := m.short + " " + m.full
		if m.full != "" && seen[id] {
			n++
		}
		seen[id] = true
	}
	return n
}

func list(ms []msg) string {
	var b strings.Builder
	for _, m := range ms {
		fmt.Fprintf(&b, "%+v\n", m)
	}
	return b.String()
}
