package transfer

import (
	"bufio"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"imapsync/internal/event"
	"imapsync/internal/imap/server"
	"imapsync/internal/imaptest"
)

// TestLyingSizes has sizes that are not those of the texts, in a budget of one message and with
// several fetchers to a lane (rule E6).
func TestLyingSizes(t *testing.T) {
	t.Parallel()
	for _, told := range []int64{0, 1, 3000, 60000, 900000, 5 << 20} {
		for _, lanes := range []int{1, 3} {
			t.Run(fmt.Sprint(told, " octets, lanes ", lanes), func(t *testing.T) {
				t.Parallel()
				src := imaptest.Start(t)
				box := src.Account.Box("INBOX")
				for i := range 60 {
					box.Add(fmt.Appendf(nil, "Message-Id: <%d@x>\r\n\r\n%s\r\n", i, strings.Repeat("x", 30000)), time.Now())
				}
				dst := imaptest.Start(t)
				one, two := newLine(t, src.Addr, true, 4*lanes), newLine(t, dst.Addr, true, lanes)
				w := newWork(t, Config{Lanes: lanes, Fetchers: 4, Budget: 30000, Multi: true}, one, two)
				copied, failed := w.send(t, "INBOX", box.Status().UIDValidity, 60, told)
				w.Close()
				if n := len(dst.Account.Box("INBOX").Messages()); copied != 60 || failed != 0 || n != 60 {
					t.Errorf("got %d copied, %d failed, %d stored, want 60", copied, failed, n)
				}
				if w.lanes[0].share.budget.used != 0 {
					t.Errorf("got %d octets still taken from the budget", w.lanes[0].share.budget.used)
				}
				one.wantAllBack()
				two.wantAllBack()
			})
		}
	}
}

// made is a text made while it is read, so that nobody holds it.
type made struct {
	head string
	size int64
}

func (m made) Size() int64  { return m.size }
func (m made) Close() error { return nil }

func (m made) ReadAt(p []byte, off int64) (int, error) {
	n := int(min(int64(len(p)), m.size-off))
	for i := range p[:n] {
		p[i] = "0123456789abcdef\r\n"[(off+int64(i))%18]
	}
	if off < int64(len(m.head)) {
		copy(p[:n], m.head[off:])
	}
	return n, nil
}

var _ server.Content = made{}

// TestMemory copies messages much larger than the budget, and many small ones: what is held is about
// the budget. The test runs alone, since it looks at the whole heap.
func TestMemory(t *testing.T) {
	for _, tt := range []struct {
		name  string
		count int
		size  int64
	}{{"relayed", 2, 48 << 20}, {"below the limit", 80, 900 << 10}, {"small", 10000, 6000}} {
		t.Run(tt.name, func(t *testing.T) {
			src := imaptest.Start(t)
			box := src.Account.Box("INBOX")
			for i := range tt.count {
				box.AddContent(made{fmt.Sprintf("Message-Id: <%d@x>\r\n\r\n", i), tt.size}, time.Now())
			}
			one, two := newLine(t, src.Addr, true, 2), newLine(t, swallow(t), false, 2)
			runtime.GC()
			var before runtime.MemStats
			runtime.ReadMemStats(&before)
			w := newWork(t, Config{Lanes: 2, Fetchers: 1, Budget: 4 << 20}, one, two)
			stop, watched := make(chan struct{}), sync.WaitGroup{}
			var most uint64
			watched.Go(func() { most = watchHeap(stop) })
			copied, failed := w.send(t, "INBOX", box.Status().UIDValidity, tt.count, tt.size)
			close(stop)
			watched.Wait()
			w.Close()
			if copied != tt.count || failed != 0 {
				t.Errorf("got %d copied, %d failed, want %d", copied, failed, tt.count)
			}
			// Twice for the garbage collector, and what plan, server and events hold.
			if grown := int64(most) - int64(before.HeapAlloc); grown > 32<<20 {
				t.Errorf("got %d MiB of heap, want 32 at most", grown>>20)
			}
		})
	}
}

// watchHeap gives the most that was in use.
func watchHeap(stop <-chan struct{}) (most uint64) {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-stop:
			return most
		case <-tick.C:
			var now runtime.MemStats
			runtime.ReadMemStats(&now)
			most = max(most, now.HeapAlloc)
		}
	}
}

// TestHeldAnswers is host1 that holds the tagged answer to a FETCH back until long after the texts:
// the only connection must come back when the answer does, for others wait for it.
func TestHeldAnswers(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	src := fake(t, func(tag, line string, nc *bufio.ReadWriter) {
		if !strings.HasPrefix(line, "UID FETCH") {
			fmt.Fprintf(nc, "%s OK\r\n", tag)
			return
		}
		fmt.Fprint(nc, "* 1 FETCH (UID 1 BODY[] {26}\r\nMessage-Id: <1@x>\r\n\r\nbody\n)\r\n")
		nc.Flush()
		<-release
		fmt.Fprintf(nc, "%s OK\r\n", tag)
	})
	one, two := newLine(t, src, false, 1), newLine(t, swallow(t), false, 1)
	w := newWork(t, Config{Lanes: 1, Fetchers: 1, Budget: 1 << 20}, one, two)
	if copied, failed := w.send(t, "INBOX", 1, 1, 26); copied != 1 || failed != 0 {
		t.Errorf("got %d copied, %d failed, want 1", copied, failed)
	}
	close(release)
	select {
	case <-one.back:
	case <-time.After(10 * time.Second):
		t.Error("the connection to host1 did not come back")
	}
	w.Close()
	one.wantAllBack()
	two.wantAllBack()
}

// TestStopEndsEverything: whatever is asked to stop, every message has its one end.
func TestStopEndsEverything(t *testing.T) {
	t.Parallel()
	src, dst := imaptest.Start(t), imaptest.Start(t)
	box := src.Account.Box("INBOX")
	for i := range 500 {
		box.Add(fmt.Appendf(nil, "Message-Id: <%d@x>\r\n\r\nx\r\n", i), time.Now())
	}
	one, two := newLine(t, src.Addr, true, 2), newLine(t, dst.Addr, true, 2)
	w := newWork(t, Config{Lanes: 2, Fetchers: 1, Budget: 1 << 20}, one, two)
	var once sync.Once
	w.Copier.sink = event.Tee(w, event.Func(func(e event.Event) {
		if _, ok := e.(event.Copied); ok {
			once.Do(w.Stop)
		}
	}))
	copied, failed := w.send(t, "INBOX", box.Status().UIDValidity, 500, 30)
	w.Close()
	ends := 0
	for _, e := range w.events {
		switch e.(type) {
		case event.Copied, event.Skipped:
			ends++
		}
	}
	if n := len(dst.Account.Box("INBOX").Messages()); copied+failed != 500 || ends != 500 || n != copied {
		t.Errorf("got %d copied, %d not, %d ends, %d stored, want 500 ends and as many stored as copied", copied, failed, ends, n)
	}
}
