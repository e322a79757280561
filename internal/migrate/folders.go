package migrate

import (
	"fmt"
	"sync"

	"imapsync/internal/account"
	"imapsync/internal/endpoint"
	"imapsync/internal/event"
	"imapsync/internal/fault"
	"imapsync/internal/folder"
	"imapsync/internal/imap/client"
	"imapsync/internal/scan"
)

// folders lists both accounts at the same time and makes the folder plan.
func (r *run) folders() bool {
	var accounts [2]folder.Account
	var errs [2]error
	var wg sync.WaitGroup
	for i, e := range []*endpoint.Endpoint{r.cfg.Host1, r.cfg.Host2} {
		wg.Go(func() { accounts[i], errs[i] = r.listFolders(e) })
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			r.fail(err)
		}
	}
	if errs[0] != nil || errs[1] != nil {
		return false
	}
	plan, err := r.cfg.Folders.Plan(accounts[0], accounts[1])
	if err != nil {
		r.fail(err)
		return false
	}
	for _, n := range plan.Notes {
		level := event.Info
		if n.Warning {
			level = event.Warning
		}
		r.sink.Emit(event.Note{Level: level, Side: n.Side, Text: n.Text})
	}
	for _, n := range plan.Trace {
		r.sink.Emit(event.Note{Level: event.Debug, Side: n.Side, Text: n.Text})
	}
	r.plan = plan
	return true
}

// listFolders reads one account, on a new connection if the first is lost.
func (r *run) listFolders(e *endpoint.Endpoint) (a folder.Account, err error) {
	err = r.with(e, func(c *client.Conn) error {
		a, err = scan.Account(r.soft, c, e.Caps())
		a.Host, a.User = e.Host(), e.User()
		return err
	})
	if err != nil {
		return a, listError(e.Side(), err)
	}
	return a, nil
}

func listError(side account.Side, err error) error {
	return &fault.Error{Kind: fault.Unclassified, Side: side, Err: err,
		Text: fmt.Sprintf("%s: could not list the folders: %v", side.Title(), err),
		Hint: "An account is never taken for empty: nothing was changed."}
}

// with lends a connection of e to f and gives it back. When the connection is lost meanwhile, f is
// tried again on a new one: f must only read, or repeat harmlessly.
func (r *run) with(e *endpoint.Endpoint, f func(*client.Conn) error) error {
	c, err := e.Get(r.soft)
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		err = f(c)
		if err == nil || !fault.Lost(err) || try >= tries || r.soft.Err() != nil {
			break
		}
		if c, err = e.Replace(r.soft, c); err != nil {
			return err
		}
	}
	if c.Err() != nil {
		e.Discard(c)
		return err
	}
	e.Put(c)
	return err
}

// tries is how often a reading that lost its connection is begun.
const tries = 3
