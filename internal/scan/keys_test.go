package scan

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"imapsync/internal/imap"
	"imapsync/internal/imaptest"
	"imapsync/internal/message"
)

// TestKeyReader takes messages whose items come in one response, in several, and in part.
func TestKeyReader(t *testing.T) {
	t.Parallel()
	id := identifier(t)
	k := newKeyReader(id, 0)
	for _, m := range []imap.Message{
		{UID: 1, Header: text(1), Size: 10},
		{UID: 2, Size: 10},                  // size first
		{UID: 3, Header: text(3), Size: -1}, // header first
		{UID: 1, Size: -1},                  // flags, unasked
		{UID: 3, Size: 10},
		{UID: 2, Header: text(2), Size: -1},
		{UID: 4, Header: text(4), Size: -1}, // never a size
		{UID: 5, Size: 10},                  // the header is NIL
		{UID: 0, Header: text(6), Size: 10},
	} {
		k.message(&m)
	}
	if len(k.parts) != 2 {
		t.Errorf("got %d messages held, want the 2 that are not whole", len(k.parts))
	}
	k.complete()
	for uid := imap.UID(1); uid <= 6; uid++ {
		got, ok := k.keys[uid]
		if want := uid <= 4; ok != want {
			t.Errorf("UID %d: got keys %t, want %t", uid, ok, want)
		} else if header := text(int(uid)); ok && (got.full != id.Full(header, 10) || got.fallback != id.Fallback(header, -1)) {
			t.Errorf("UID %d: got the keys of another message", uid)
		}
	}
}

// TestKeysInPart hands on what came before a refusal, of many commands.
func TestKeysInPart(t *testing.T) {
	t.Parallel()
	const n = 16000 // every other one, in more commands than are in flight together
	s, c := start(t, n, imaptest.Rule{Verb: "FETCH", Skip: keysAhead + 2, Action: imaptest.Reply("NO not this one")})
	var uids []imap.UID
	for uid := imap.UID(1); uid <= n; uid += 2 {
		uids = append(uids, uid)
	}
	id, validity := identifier(t), s.Account.Box("INBOX").Status().UIDValidity
	for _, fails := range []bool{true, false} {
		got := 0
		err := Keys(t.Context(), c, "INBOX", validity, uids, id, func(uid imap.UID, full, _ message.Key) {
			got++
			if full != id.Full(text(int(uid)-1), 0) {
				t.Fatalf("UID %d: got the key of another message", uid)
			}
		})
		if (err != nil) != fails || fails && (got == 0 || got == len(uids)) || !fails && got != len(uids) {
			t.Errorf("got %d keys of %d, error %v, want an error: %t", got, len(uids), err, fails)
		}
	}
}

// TestLineHash leaves line ends at the end out, however the text is cut into pieces.
func TestLineHash(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "\r\n", "a", "a\r\n", "a\r\n\r\n", "\r\na\r\n b\r\n\r\n", "a\r\n\r\nb"} {
		want := fmt.Sprintf("%x", sha256.Sum256([]byte(strings.TrimRight(text, "\r\n"))))
		for size := 1; size <= len(text)+1; size++ {
			h := &lineHash{sum: sha256.New()}
			for rest := text; rest != ""; rest = rest[min(size, len(rest)):] {
				h.Write([]byte(rest[:min(size, len(rest))]))
			}
			if got := fmt.Sprintf("%x", h.sum.Sum(nil)); got != want {
				t.Errorf("%q in pieces of %d: got another digest than that of %q", text, size, strings.TrimRight(text, "\r\n"))
			}
		}
	}
}
