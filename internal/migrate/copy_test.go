package migrate_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"imapsync/internal/event"
	"imapsync/internal/getopt"
	"imapsync/internal/imap"
	"imapsync/internal/imaptest"
)

// TestCopy is a sound run on servers of every kind that changes how messages are appended.
func TestCopy(t *testing.T) {
	t.Parallel()
	for name, dst := range kinds() {
		t.Run(name, func(t *testing.T) {
			s := newScene(t, servers{dst: dst})
			s.fill("INBOX", 60, 600)
			s.fill("Sent/2020", 3, 200)
			s.fill("Empty", 0, 0)
			s.src.Account.Make("Big", "").Add(letter("big", "big", 3<<20), day, imap.FlagSeen)
			s.twins("Twins", 3)
			s.run().wantComplete()
			if !shared(name) {
				s.wantOrder("INBOX")
			}
		})
	}
}

// TestSharedFolder has several connections fill one folder where every message waits for an answer, and
// one of them keep the order when that is asked for.
func TestSharedFolder(t *testing.T) {
	t.Parallel()
	for name, dst := range kinds() {
		if !shared(name) {
			continue
		}
		for _, order := range []bool{false, true} {
			t.Run(fmt.Sprint(name, " order ", order), func(t *testing.T) {
				s := newScene(t, servers{dst: append(rules(imaptest.Rule{Verb: "APPEND", Action: imaptest.Stall()}), dst...)})
				s.timeout = 1
				s.transfer.Order = getopt.Bool{Given: order, Value: order}
				s.fill("INBOX", 90, 600)
				var copied, before atomic.Int64 // the first answer, which never comes
				s.runUntil(context.Background(), func(e event.Event) {
					switch e.(type) {
					case event.Copied:
						copied.Add(1)
					case event.Reconnected:
						before.CompareAndSwap(0, copied.Load())
					}
				}).wantComplete()
				if n := before.Load(); n > 0 == order {
					t.Errorf("got %d messages copied while one was waited for", n)
				}
				if order {
					s.wantOrder("INBOX")
				}
			})
		}
	}
}
