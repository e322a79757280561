package report

import "imapsync/internal/event"

// appendPaused prints the pause that a rate costs, as the reference does after a copy.
func (t *Text) appendPaused(b []byte, e event.Paused) []byte {
	if t.opts.Quiet {
		return b
	}
	return line(b, "sleeping %.2f s", e.Pause.Seconds())
}
