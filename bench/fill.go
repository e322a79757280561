package main

import (
	"fmt"
	"strings"

	"imapsync/integration/dovecot"
	"imapsync/integration/fixtures"
	"imapsync/integration/rawimap"
)

// Batches are what makes filling a folder with 100,000 messages a matter of seconds.
const (
	fillMessages = 200
	fillOctets   = 4 << 20
)

// fill loads an account on the first server under a name. Its folders have names of one part.
func (l *lab) fill(user string, account fixtures.Account) error {
	c, err := rawimap.Dial(l.pair.First.Addr(), user, dovecot.Password)
	if err != nil {
		return err
	}
	defer c.Close()
	for _, f := range account {
		name := f.Name()
		if name != "INBOX" {
			if err := c.Do(nil, "CREATE", rawimap.Quote(name)); err != nil {
				return fmt.Errorf("create %s: %w", name, err)
			}
		}
		if err := c.Do(nil, "SUBSCRIBE", rawimap.Quote(name)); err != nil {
			return fmt.Errorf("subscribe %s: %w", name, err)
		}
		if err := fillFolder(c, f); err != nil {
			return fmt.Errorf("fill %s: %w", name, err)
		}
	}
	return nil
}

func fillFolder(c *rawimap.Conn, f fixtures.Folder) error {
	batch, count, octets := []rawimap.Arg{rawimap.Quote(f.Name())}, 0, 0
	flush := func() error {
		if count == 0 {
			return nil
		}
		err := c.Do(nil, "APPEND", batch...)
		batch, count, octets = batch[:1], 0, 0
		return err
	}
	for m := range f.Messages {
		batch = append(batch, rawimap.Atom("("+strings.Join(m.Flags, " ")+")"),
			rawimap.Quote(m.Date.Format("_2-Jan-2006 15:04:05 -0700")), rawimap.Literal(m.Raw))
		count++
		if octets += len(m.Raw); count == fillMessages || octets >= fillOctets {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}
