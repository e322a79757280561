package migrate

import (
	"sync"

	"imapsync/internal/event"
	"imapsync/internal/imap"
)

// ledger follows which messages host2 has confirmed, for what depends on that being certain. It is
// safe for concurrent use: confirmations come from the copier's goroutines.
type ledger struct {
	mu   sync.Mutex
	open map[route]*page
}

// route is a pair of folders.
type route struct{ src, dst imap.MailboxName }

// page is what is known of the copies of one pair of folders.
type page struct {
	copied []imap.UID // of host1
}

func newLedger() *ledger { return &ledger{open: map[route]*page{}} }

// Emit notes confirmations.
func (l *ledger) Emit(e event.Event) {
	c, ok := e.(event.Copied)
	if !ok {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if p := l.open[route{c.Src, c.Dst}]; p != nil {
		p.copied = append(p.copied, c.SrcUID)
	}
}

// begin opens the page of a pair of folders.
func (l *ledger) begin(r route) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open[r] = &page{}
}

// end closes it, and gives the messages of host1 that host2 has confirmed.
func (l *ledger) end(r route) []imap.UID {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := l.open[r]
	delete(l.open, r)
	if p == nil {
		return nil
	}
	return p.copied
}
