package migrate

import (
	"fmt"

	"imapsync/internal/account"
	"imapsync/internal/event"
	"imapsync/internal/getopt"
	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
	"imapsync/internal/plan"
)

// limitSize settles the largest message that is copied, and says so.
func (r *run) limitSize() {
	limit, announced := r.cfg.Host2.AppendLimit()
	o := r.cfg.Messages
	size, lines := plan.LimitSize(o.MaxSize, o.AppendLimit, getopt.Int{Given: announced, Value: limit})
	r.maxSize = size
	for _, l := range lines {
		r.sink.Emit(event.Note{Side: account.Host2, Text: l})
	}
}

// folderRules are the rules of a run with the size that host2's folder takes. A server with the
// bare capability APPENDLIMIT has a limit for each mailbox, which STATUS tells (RFC 7889 section 3).
func (w *work) folderRules() plan.Rules {
	rules := w.rules
	caps := w.cfg.Host2.Caps()
	if _, everywhere := caps.Value(imap.CapAppendLimit); everywhere || !caps.Has(imap.CapAppendLimit) || w.cfg.Messages.AppendLimit.Given {
		return rules
	}
	var status imap.Status
	err := w.with(w.cfg.Host2, func(c *client.Conn) (err error) {
		status, err = c.Status(w.pair.Dst, client.StatusAppendLimit).Wait(w.soft)
		return err
	})
	if err != nil || status.AppendLimit == nil {
		return rules
	}
	if limit := *status.AppendLimit; !rules.MaxSize.Given || limit < rules.MaxSize.Value {
		rules.MaxSize = getopt.Int{Given: true, Value: limit}
		w.sink.Emit(event.Note{Side: account.Host2, Text: fmt.Sprintf("Host2: folder [%s] takes messages of up to %d bytes (APPENDLIMIT)", w.pair.Dst, limit)})
	}
	return rules
}
