package report

import (
	"bytes"
	"strings"
	"sync"
	"testing"

	"imapsync/internal/event"
)

// terminal collects what a terminal would receive. When await is not empty, seen is closed once
// that text has come.
type terminal struct {
	mu    sync.Mutex
	buf   bytes.Buffer
	await string
	seen  chan struct{}
}

func (t *terminal) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n, err := t.buf.Write(p)
	if t.await != "" && bytes.Contains(t.buf.Bytes(), []byte(t.await)) {
		t.await = ""
		close(t.seen)
	}
	return n, err
}

func (t *terminal) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.buf.String()
}

func TestProgress(t *testing.T) {
	term := terminal{await: "50% 1/2 messages", seen: make(chan struct{})}
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
	<-term.seen
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
	if strings.LastIndex(got, "messages,") > strings.LastIndex(got, "\x1b[") {
		t.Errorf("got %q, want the progress line erased", got)
	}
}
