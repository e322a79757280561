package report

import (
	"bytes"
	"strings"
	"sync"
	"testing"

	"imapsync/internal/event"
)

// terminal collects what a terminal would receive.
type terminal struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (t *terminal) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.buf.Write(p)
}

func (t *terminal) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.buf.String()
}

func TestProgress(t *testing.T) {
	var term terminal
	p := NewProgress(&term)
	write := func(s string) {
		if _, err := p.Write([]byte(s)); err != nil {
			t.Fatal(err)
		}
	}
	write("before\n")
	if got := term.text(); got != "before\n" {
		t.Fatalf("got %q, want the line at once", got)
	}
	p.Emit(event.LoopStarted{Folders: 1, Messages1: 2})
	p.Emit(event.Copied{Size: 1000})
	for range 100 {
		write("during\n")
	}
	p.Emit(event.LoopEnded{})
	p.Close()
	write("after\n")
	got := term.text()
	if n := strings.Count(got, "during\n"); n != 100 {
		t.Errorf("got %d lines written during the loop, want 100", n)
	}
	if !strings.HasSuffix(got, "after\n") {
		t.Errorf("got %q, want it to end with the last line", got)
	}
	if last := got[strings.LastIndex(got, "during\n"):]; strings.Contains(last, "messages") && !strings.Contains(last, "\x1b[") {
		t.Errorf("got %q, want the progress line erased", last)
	}
}
