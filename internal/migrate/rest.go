package migrate

import (
	"errors"
	"time"

	"imapsync/internal/fault"
	"imapsync/internal/imap"
)

// busy tells whether err is a refusal of the moment: the connection is good, and asking again a
// little later may help.
func busy(err error) bool { return fault.Transient(err) && !fault.Lost(err) }

// maxRest bounds how long a busy server is waited for before it is asked again.
const maxRest = 10 * time.Second

// rest waits as long as the server asks for, else longer with each try. It tells whether the run
// still goes on.
func (r *run) rest(err error, try int) bool {
	pause := r.cfg.Settle << try
	if e := (*imap.Error)(nil); errors.As(err, &e) && e.Wait > 0 {
		pause = e.Wait
	}
	timer := time.NewTimer(min(pause, maxRest))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.soft.Done():
		return false
	}
}
