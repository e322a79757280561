package endpoint

import (
	"context"

	"imapsync/internal/event"
)

// JustConnect connects, shows the greeting and the capabilities, and leaves without a user
// (--justconnect). Without a host it does nothing: one side alone may be tested. STARTTLS is used
// when it is offered, as a full run would use it; the reference does not here.
//
// The error is a *fault.Error of kind Connect or TLS. The reference exits with 10 or 12 for these in
// this mode, and never tests host2 after a failure of host1.
func (e *Endpoint) JustConnect(ctx context.Context) error {
	if e.host == "" {
		return nil
	}
	e.connectOnly = true
	e.Prepare(ctx)
	title := e.side.Title()
	e.note(event.Info, "%s: Will just connect to %s without login", title, e.host)
	e.note(event.Info, "%s: connecting on %s [%s] port [%d]", title, e.side, e.host, e.port)
	c, _, err := e.open(ctx, aloud)
	if err != nil {
		return err
	}
	e.exchangeID(e.ask(ctx, c).id)
	_ = c.Logout(ctx)
	return c.Close()
}
