//go:build !windows

package pipe

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

// TestFloodOfComplaints runs commands that complain without end: their texts count, the start of
// the complaints is shown, and no more of them is held.
func TestFloodOfComplaints(t *testing.T) {
	const flood = "head -c 3000000 /dev/zero | tr '\\0' w"
	var said string
	r := Runner{Say: func(text string) { said = text }}
	for _, command := range []string{"(cat; " + flood + " >&2)", "(" + flood + " >&2); cat", flood + "; cat", flood + " >&2; (cat; " + flood + " >&2)"} {
		said = ""
		var out bytes.Buffer
		if err := r.Run(t.Context(), command, strings.NewReader("text"), &out); err != nil || out.String() != "text" {
			t.Errorf("%s: got %d octets, %v", command, out.Len(), err)
		}
		if n := strings.Count(said, "w"); n < maxStderr-10 || n > maxStderr+10 {
			t.Errorf("%s: %d octets of complaints are shown, want %d", command, n, maxStderr)
		}
	}
	var f *Failure
	err := r.Run(t.Context(), "("+flood+" >&2; exit 3)", strings.NewReader("text"), &bytes.Buffer{})
	if !errors.As(err, &f) || f.Exit != 3 || len(f.Stderr) != maxStderr {
		t.Errorf("got %.300v", err)
	}
}
