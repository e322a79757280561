package main

import (
	"fmt"
	"strings"

	"imapsync/integration/dovecot"
	"imapsync/integration/rawimap"
)

// holding is what a folder holds; the integration tests compare contents.
type holding struct{ messages, octets int64 }

// check compares count and size of every folder of the copy with the source, after a rerun the
// changed flags too. An error means that messages or flags are missing; the note, that sizes differ.
func (l *lab) check(w work, user2 string) (note string, err error) {
	one, err := holdings(l.pair.First, w.name)
	if err != nil {
		return "", err
	}
	two, err := holdings(l.pair.Second, user2)
	if err != nil {
		return "", err
	}
	if len(one) == 0 {
		return "", fmt.Errorf("the source is empty: nothing was measured")
	}
	for name, h := range one {
		switch other := two[name]; {
		case h.messages != other.messages:
			return "", fmt.Errorf("%s: host1 has %d messages, host2 %d", name, h.messages, other.messages)
		case h.octets != other.octets:
			note = "sizes differ"
		}
	}
	if len(two) != len(one) {
		return "", fmt.Errorf("host1 has %d folders with messages, host2 %d", len(one), len(two))
	}
	if w.rerun {
		err = l.checkFlags(w, user2)
	}
	return note, err
}

func (l *lab) checkFlags(w work, user2 string) error {
	var counts [2]int
	for i, side := range []struct {
		server *dovecot.Server
		user   string
	}{{l.pair.First, w.name}, {l.pair.Second, user2}} {
		c, err := rawimap.Dial(side.server.Addr(), side.user, dovecot.Password)
		if err != nil {
			return err
		}
		defer c.Close()
		if _, err := c.Examine("INBOX"); err != nil {
			return err
		}
		if counts[i], err = drafts(c); err != nil {
			return err
		}
	}
	if counts[0] != counts[1] {
		return fmt.Errorf("%d messages of host1 have the changed flag, %d of host2", counts[0], counts[1])
	}
	return nil
}

// holdings are the folders with messages, under names without prefix.
func holdings(s *dovecot.Server, user string) (map[string]holding, error) {
	c, err := rawimap.Dial(s.Addr(), user, dovecot.Password)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	boxes, err := c.List()
	if err != nil {
		return nil, err
	}
	all := map[string]holding{}
	for _, b := range boxes {
		if !b.Selectable() {
			continue
		}
		var h holding
		if h.messages, h.octets, err = c.Status(b.Raw); err != nil {
			return nil, err
		}
		if h.messages > 0 {
			all[strings.TrimPrefix(b.Raw, s.Prefix)] = h
		}
	}
	return all, nil
}
