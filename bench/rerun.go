package main

import (
	"fmt"
	"os"
	"strings"

	"imapsync/integration/dovecot"
	"imapsync/integration/rawimap"
)

const changedFlags = 10

// prepare gives each program its own complete copy: made by itself if it remembers what it did,
// else by the limit program. What only reads needs none of its own.
func (l *lab) prepare(t *table, k *link) (map[string]run, error) {
	copies := map[string]run{}
	seed := func(p program) (run, error) {
		r, err := l.newRun(t.work, k)
		if err != nil {
			return r, err
		}
		if _, err := l.start(p, r); err != nil {
			return r, err
		}
		note, err := l.check(t.work, r.user2)
		if err == nil && note != "" && !p.remembers {
			err = fmt.Errorf("first copy: %s", note)
		}
		return r, err
	}
	var shared run
	for _, row := range t.rows {
		maker := l.limit(1, 200)
		switch {
		case row.remembers:
			maker = row.program
		case row.reads && shared.user2 != "":
			copies[row.name] = shared
			continue
		}
		r, err := seed(maker)
		if err != nil {
			if strings.HasPrefix(row.name, ours) || !row.remembers {
				return copies, err
			}
			fmt.Fprintf(os.Stderr, "%s, %s: %v\n", t.work.name, row.name, err)
			row.failed, row.note = true, "first copy failed"
		}
		copies[row.name] = r
		if row.reads {
			shared = r
		}
	}
	return copies, nil
}

// changeFlags gives ten more messages of the source a flag, far from one another.
func (l *lab) changeFlags(w work) error {
	c, err := rawimap.Dial(l.pair.First.Addr(), w.name, dovecot.Password)
	if err != nil {
		return err
	}
	defer c.Close()
	n, err := c.Select("INBOX")
	if err != nil {
		return err
	}
	before, err := drafts(c)
	if err != nil {
		return err
	}
	var numbers []string
	for i := range changedFlags {
		numbers = append(numbers, fmt.Sprint(1+i*(n/changedFlags)+before/changedFlags))
	}
	return c.Do(nil, "STORE", rawimap.Atom(strings.Join(numbers, ",")), rawimap.Atom("+FLAGS.SILENT"), rawimap.Atom(`(\Draft)`))
}

// drafts counts the messages of the selected folder that changeFlags has met.
func drafts(c *rawimap.Conn) (n int, err error) {
	err = c.Do(func(r rawimap.Response) {
		if words := strings.Fields(string(r.Text())); len(words) > 1 && words[1] == "SEARCH" {
			n = len(words) - 2
		}
	}, "SEARCH", rawimap.Atom("DRAFT"))
	return n, err
}
