package transfer

import (
	"fmt"
	"testing"
	"time"

	"imapsync/internal/event"
	"imapsync/internal/imaptest"
)

// TestRateCopy copies under a rate with several lanes: everything arrives, no faster than allowed, and
// every pause is told. Switching the pauses off lets the rest go at once.
func TestRateCopy(t *testing.T) {
	t.Parallel()
	for _, toggle := range []bool{false, true} {
		t.Run(fmt.Sprint("toggle ", toggle), func(t *testing.T) {
			t.Parallel()
			const n, perSecond = 30, 20 // a batch of 20 at once, the rest a second later
			src := imaptest.Start(t)
			box := src.Account.Box("INBOX")
			for i := range n {
				box.Add(fmt.Appendf(nil, "Message-Id: <%d@x>\r\n\r\ntext\r\n", i), time.Now())
			}
			dst := imaptest.Start(t)
			one, two := newLine(t, src.Addr, true, 8), newLine(t, dst.Addr, true, 2)
			o := Options{MaxMessagesPerSecond: float(perSecond)}
			if toggle {
				// A test that waits for these pauses does not end.
				o = Options{MaxMessagesPerSecond: float(0.001), MaxSleep: float(3600)}
			}
			rate := NewRate(o)
			rate.Start()
			w := newWork(t, Config{Lanes: 2, Fetchers: 1, Budget: 1 << 20, Multi: true, Rate: rate}, one, two)
			if toggle {
				w.sink = event.Tee(w, event.Func(func(e event.Event) {
					if _, ok := e.(event.Paused); ok {
						rate.Toggle()
					}
				}))
			}
			begin := time.Now()
			copied, failed := w.send(t, "INBOX", box.Status().UIDValidity, n, 30)
			took := time.Since(begin)
			w.Close()
			if stored := len(dst.Account.Box("INBOX").Messages()); copied != n || failed != 0 || stored != n {
				t.Errorf("got %d copied, %d failed, %d stored, want %d", copied, failed, stored, n)
			}
			if least := 900 * time.Millisecond; !toggle && took < least {
				t.Errorf("%d messages at %d a second took %v, want at least %v", n, perSecond, took, least)
			}
			one.wantAllBack()
			two.wantAllBack()
		})
	}
}
