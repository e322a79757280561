package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"imapsync/integration/dovecot"
)

// The names of the programs in the tables. Those of the limit program's variants begin with limit,
// of its readings with read.
const (
	ours          = "imapsync"
	oursStateless = "imapsync --nostate"
	reference     = "reference"
)

// run is what a program is started with.
type run struct {
	user1, user2 string
	port1, port2 int
	dir          string // for this run alone
	home         string // lasts from the first copy to the reruns; the same as dir otherwise
}

// program is one line of a table.
type program struct {
	name    string
	command func(r run) ([]string, error)
	serial  bool // waits for the server at each message
	slow    bool // takes part in the first rounds only
	// remembers: before a rerun it must have made the copy itself.
	remembers bool
	reads     bool // writes nothing, there is nothing to check
}

// programs are those that do a work over a link: ours first, then what marks the limit, then peers.
func (l *lab) programs(w work, kind linkKind) []program {
	if w.alone {
		return []program{l.ours()}
	}
	all := []program{l.ours()}
	if w.rerun {
		all = []program{l.oursRemembering(), l.oursStateless(), l.reading("status"), l.reading("flags"), l.reading("msgid")}
	} else {
		all = append(all, l.limits(kind)...)
	}
	all = append(all, l.peers(kind)...)
	if l.reference != nil {
		all = append(all, l.theReference())
	}
	all = slices.DeleteFunc(all, func(p program) bool { return p.serial && !l.full && !slices.Contains(w.serial, kind) })
	for i := range all {
		all[i].slow = all[i].name == reference || all[i].serial && kind != loop
	}
	if l.only != "" {
		all = slices.DeleteFunc(all, func(p program) bool {
			return !slices.ContainsFunc(strings.Split(l.only, ","), func(start string) bool { return strings.HasPrefix(p.name, start) })
		})
	}
	return all
}

func (l *lab) ours() program {
	return program{name: ours, command: func(r run) ([]string, error) {
		return append([]string{l.binary}, options(r)...), nil
	}}
}

// oursRemembering is what the state gives today: pairs of messages, with --usecache.
func (l *lab) oursRemembering() program {
	return program{name: ours, remembers: true, command: func(r run) ([]string, error) {
		return append([]string{l.binary, "--usecache"}, options(r)...), nil
	}}
}

func (l *lab) oursStateless() program {
	return program{name: oursStateless, command: func(r run) ([]string, error) {
		return append([]string{l.binary, "--nostate"}, options(r)...), nil
	}}
}

func (l *lab) theReference() program {
	return program{name: reference, serial: true, command: func(r run) ([]string, error) {
		return append(slices.Clone(l.reference), options(r)...), nil
	}}
}

func options(r run) []string {
	return []string{"--host1", "127.0.0.1", "--port1", strconv.Itoa(r.port1), "--user1", r.user1, "--password1", dovecot.Password,
		"--host2", "127.0.0.1", "--port2", strconv.Itoa(r.port2), "--user2", r.user2, "--password2", dovecot.Password,
		"--nossl1", "--notls1", "--nossl2", "--notls2", "--nolog", "--noreleasecheck", "--nodockercontext",
		"--tmpdir", r.dir, "--pidfile", filepath.Join(r.dir, "pid")}
}

// limits are variants of the limit program; the best of a table counts as the limit. Where each
// APPEND waits, only more connections make a difference.
func (l *lab) limits(kind linkKind) []program {
	if kind == weak {
		return []program{l.limit(1, 1), l.limit(4, 1), l.limit(8, 1)}
	}
	if kind == loop {
		return []program{l.limit(1, 20), l.limit(1, 200), l.limit(2, 200)}
	}
	return []program{l.limit(1, 20), l.limit(1, 200), l.limit(4, 50)}
}

func (l *lab) limit(connections, batch int) program {
	return program{name: fmt.Sprintf("limit, %d x %d", connections, batch), command: func(r run) ([]string, error) {
		return append(l.limitCommand(r), "-prefix", l.pair.Second.Prefix, "-connections", strconv.Itoa(connections), "-batch", strconv.Itoa(batch)), nil
	}}
}

// reading only reads what is named of both sides at once.
func (l *lab) reading(what string) program {
	return program{name: "read " + what, reads: true, command: func(r run) ([]string, error) {
		return append(l.limitCommand(r), "-read", what), nil
	}}
}

func (l *lab) limitCommand(r run) []string {
	return []string{l.limitProgram(), "-from", "127.0.0.1:" + strconv.Itoa(r.port1), "-to", "127.0.0.1:" + strconv.Itoa(r.port2),
		"-user1", r.user1, "-user2", r.user2, "-password", dovecot.Password}
}
