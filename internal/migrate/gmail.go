package migrate

import (
	"fmt"

	"imapsync/internal/endpoint"
	"imapsync/internal/event"
	"imapsync/internal/imap"
)

// tellGmail says what a deletion means on Gmail (rule E14), once for each side that the run deletes on.
func (r *run) tellGmail() {
	p := r.cfg.Delete
	for _, side := range []struct {
		e       *endpoint.Endpoint
		deletes bool
	}{{r.cfg.Host1, p.Writes1()}, {r.cfg.Host2, p.Removes2() || p.ExpungeAll2}} {
		if side.deletes && side.e.Caps().Has(imap.CapGmail) {
			r.sink.Emit(event.Note{Level: event.Warning, Side: side.e.Side(), Text: fmt.Sprintf(
				"%s: on Gmail, deleting a message from a folder takes that label off; unless the account is set up otherwise it stays in All Mail",
				side.e.Side().Title())})
		}
	}
}
