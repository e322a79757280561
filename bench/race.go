package main

import (
	"fmt"
	"os"
	"strings"
)

// settle is how many reruns come before the first that counts, for what remembers: it may need to
// see a server twice before it believes it.
const settle = 2

// race lets the programs take turns, so that what else the machine does meets them alike. What fails
// is left out from then on and says so in the table; only our own failure ends everything.
func (l *lab) race(w work, k *link) (*table, error) {
	t := &table{work: w, kind: k.kind}
	for _, p := range l.programs(w, k.kind) {
		t.rows = append(t.rows, &row{program: p})
	}
	rounds, before := l.pairs, 0
	if w.alone || k.kind == counted {
		rounds = 1
	}
	if w.rerun {
		before = settle
	}
	var copies map[string]run
	if w.rerun {
		var err error
		if copies, err = l.prepare(t, k); err != nil {
			return nil, err
		}
		defer func() {
			for _, r := range copies {
				l.remove(r)
			}
		}()
	}
	for round := -before; round < rounds; round++ {
		if w.rerun {
			if err := l.changeFlags(w); err != nil {
				return nil, err
			}
		}
		for _, r := range t.rows {
			if round < 0 && !r.remembers {
				continue
			}
			r.runs = append(r.runs, nil)
			if r.failed || r.slow && round >= max(l.slowPairs, 1) {
				continue
			}
			if err := l.turn(t, r, k, copies); err != nil {
				if strings.HasPrefix(r.name, ours) {
					return nil, fmt.Errorf("%s: %w", r.name, err)
				}
				fmt.Fprintf(os.Stderr, "%s, %s, %s: %v\n", w.name, k.kind, r.name, err)
				r.failed, r.note = true, "failed"
			}
			if round < 0 {
				r.runs = nil
			}
		}
	}
	return t, nil
}

// turn is one run of one program, checked.
func (l *lab) turn(t *table, r *row, k *link, copies map[string]run) error {
	to, kept := copies[r.name]
	if !kept {
		var err error
		if to, err = l.newRun(t.work, k); err != nil {
			return err
		}
		defer l.remove(to)
	}
	k.forget()
	f, err := l.start(r.program, to)
	if err != nil {
		return err
	}
	r.talk = k.heard()
	if l.trace && strings.HasPrefix(r.name, ours) {
		r.talk.trace(r.name)
	}
	r.runs[len(r.runs)-1] = &f
	if r.reads {
		return nil
	}
	note, err := l.check(t.work, to.user2)
	if note != "" {
		r.note = note
		if strings.HasPrefix(r.name, ours) {
			return fmt.Errorf("%s", note)
		}
	}
	return err
}
