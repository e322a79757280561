package transfer

import (
	"fmt"
	"testing"

	"imapsync/internal/imap"
	"imapsync/internal/message"
)

func TestMatchStored(t *testing.T) {
	t.Parallel()
	k := func(s string) (k message.Key) { copy(k[:], s); return k }
	fp := func(uid imap.UID, short, full, fallback string, size int64) fingerprint {
		return fingerprint{uid: uid, size: size, grown: size, short: k(short), full: k(full), fallback: k(fallback)}
	}
	tests := []struct {
		name        string
		sent, found []fingerprint
		want        []imap.UID
	}{
		{"found", []fingerprint{fp(0, "a", "A", "", 10)}, []fingerprint{fp(5, "a", "A", "", 10)}, []imap.UID{5}},
		{"not there", []fingerprint{fp(0, "a", "A", "", 10)}, []fingerprint{fp(5, "b", "B", "", 10)}, []imap.UID{0}},
		{"twins are counted", []fingerprint{fp(0, "a", "A", "", 10), fp(0, "a", "A", "", 10)}, []fingerprint{fp(5, "a", "A", "", 10)}, []imap.UID{5, 0}},
		{"a Received line was added", []fingerprint{fp(0, "a", "A", "", 10)}, []fingerprint{fp(5, "a", "A+", "", 200)}, []imap.UID{5}},
		{"same Message-Id, other message", []fingerprint{fp(0, "a", "A", "", 10)}, []fingerprint{fp(5, "a", "B", "", 99999)}, []imap.UID{0}},
		{"the exact one is preferred", []fingerprint{fp(0, "a", "A", "", 10)}, []fingerprint{fp(5, "a", "A", "", 12), fp(6, "a", "A", "", 10)}, []imap.UID{6}},
		{"without identity headers", []fingerprint{fp(0, "", "", "f", 10)}, []fingerprint{fp(5, "", "", "f", 11), fp(6, "", "", "f", 10)}, []imap.UID{6}},
	}
	for _, tt := range tests {
		if got := matchStored(tt.sent, tt.found); fmt.Sprint(got) != fmt.Sprint(tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestBatchEnd(t *testing.T) {
	t.Parallel()
	if got := (&Config{}).batchEnd(copies(1000, 4096)); got != batchMessages {
		t.Errorf("small messages: got %d, want %d", got, batchMessages)
	}
	if got := (&Config{}).batchEnd(copies(5, 400<<10)); got != 2 {
		t.Errorf("400 KiB each: got %d, want 2", got)
	}
	if got := (&Config{}).batchEnd(append(copies(1, 10), copies(1, relayOver+1)...)); got != 1 {
		t.Errorf("before a big one: got %d, want 1", got)
	}
	if got := (&Config{}).batchEnd(append(copies(1, relayOver+1), copies(1, 10)...)); got != 1 {
		t.Errorf("a big one: got %d, want 1", got)
	}
}
