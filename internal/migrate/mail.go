package migrate

import (
	"bytes"
	"fmt"

	"imapsync/internal/endpoint"
	"imapsync/internal/event"
	"imapsync/internal/imap/client"
)

// Mail is the report that --emailreport1 and --emailreport2 put into the accounts.
type Mail struct {
	Host1, Host2 bool
	// Text makes the message at the end of the run. It is called once, and may be nil when no side
	// wants it.
	Text func() []byte
}

// sendReports puts the report into INBOX of the sides that want it, host2 first. A run that changes
// nothing, or only folders, puts none. A report that could not be put is no error, as in the
// reference; it is tried once only, because a second one would be a second message.
func (r *run) sendReports() {
	m := r.cfg.Mail
	if r.set.dry || r.set.mode != Full || r.soft.Err() != nil || !m.Host1 && !m.Host2 {
		return
	}
	text := m.Text()
	for _, to := range []struct {
		wanted bool
		e      *endpoint.Endpoint
	}{{m.Host2, r.cfg.Host2}, {m.Host1, r.cfg.Host1}} {
		if !to.wanted {
			continue
		}
		note := event.Note{Side: to.e.Side(), Text: fmt.Sprintf("%s: Successfully put the email final report in INBOX. Use --noemailreport%s to avoid it.",
			to.e.Side().Title(), to.e.Side().Digit())}
		if err := r.putReport(to.e, text); err != nil {
			note.Level = event.Warning
			note.Text = fmt.Sprintf("%s: Failed to put the email final report in INBOX: %v. Use --noemailreport%s to avoid it.",
				to.e.Side().Title(), err, to.e.Side().Digit())
		}
		r.sink.Emit(note)
	}
}

func (r *run) putReport(e *endpoint.Endpoint, text []byte) error {
	c, err := e.Get(r.soft)
	if err != nil {
		return err
	}
	_, err = c.Append(r.soft, "INBOX", []client.AppendMessage{{Size: int64(len(text)), Body: bytes.NewReader(text)}}).Wait(r.soft)
	if c.Err() != nil {
		e.Discard(c)
		return err
	}
	e.Put(c)
	return err
}
