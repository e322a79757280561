package migrate

import (
	"fmt"

	"imapsync/internal/account"
	"imapsync/internal/event"
	"imapsync/internal/fault"
	"imapsync/internal/imap/client"
)

// leaveOutEmpty finds the pairs whose folder on host1 has no message, or none that is selected, for
// --skipemptyfolders: their folder on host2 is neither created nor touched. A folder that host1 does
// not tell about is in.
func (c *creator) leaveOutEmpty(start, end int) error {
	if !c.r.cfg.Folders.SkipEmpty {
		return nil
	}
	err := c.r.with(c.r.cfg.Host1, func(conn *client.Conn) error {
		asked := make([]*client.StatusCmd, end-start)
		for i := range asked {
			asked[i] = conn.Status(c.r.plan.Pairs[start+i].Src, client.StatusMessages)
		}
		for i, cmd := range asked {
			status, err := cmd.Wait(c.r.soft)
			if err != nil && (fault.Lost(err) || c.r.soft.Err() != nil) {
				return err
			}
			if err == nil && status.Messages != nil && *status.Messages == 0 {
				c.state[start+i] = leftOut
			}
		}
		return nil
	})
	if err != nil || !c.r.cfg.Selections.Host1.Selects() {
		return err
	}
	for i := start; i < end && c.r.soft.Err() == nil; i++ {
		if c.state[i] == leftOut {
			continue
		}
		if res, err := c.r.count(account.Host1, c.r.plan.Pairs[i].Src); err == nil && res.Whole && res.Messages == 0 {
			c.state[i], c.searched[i] = leftOut, true
		}
	}
	return nil
}

// tellEmpty says that a pair was left out.
func (r *run) tellEmpty(i int) {
	text := fmt.Sprintf("Host1: skipping empty host1 folder [%s]", r.plan.Pairs[i].Src)
	if r.creator.searched[i] {
		text += " (0 message found by SEARCH)"
	}
	r.sink.Emit(event.Note{Side: account.Host1, Text: text})
}
