package main

import (
	"fmt"
	"time"

	"imapsync/bench/tap"
	"imapsync/integration/dovecot"
	"imapsync/integration/relay"
)

const (
	oneWay    = 25 * time.Millisecond
	roundTrip = 2 * oneWay
	lineRate  = 100e6 / 8 // octets per second each way
)

// linkKind is how the programs reach the two servers.
type linkKind string

const (
	loop    linkKind = "loop"  // directly
	wan     linkKind = "wan"   // as if the servers were far away
	weak    linkKind = "weak"  // the same, and host2 has neither MULTIAPPEND nor LITERAL+
	counted linkKind = "count" // as wan, with somebody who counts: once, not for times
)

var linkKinds = []linkKind{loop, wan, weak, counted}

// what says it in the heading of a table.
func (k linkKind) what() string {
	line := fmt.Sprintf("%v round trip, 100 Mbit/s each way", roundTrip)
	switch k {
	case loop:
		return "loopback"
	case weak:
		return line + ", host2 without MULTIAPPEND and LITERAL+"
	case counted:
		return line + ", counted"
	case wan:
	}
	return line
}

// hidden are the capabilities that a poor server lacks.
var hidden = []string{"MULTIAPPEND", "LITERAL+", "LITERAL-"}

// link is an open one.
type link struct {
	kind         linkKind
	port1, port2 int
	taps         [2]*tap.Tap // of a counted link
	close        []func()
}

func (l *lab) open(kind linkKind) (*link, error) {
	k := &link{kind: kind}
	for i, s := range []*dovecot.Server{l.pair.First, l.pair.Second} {
		port, err := k.side(i, s)
		if err != nil {
			k.Close()
			return nil, err
		}
		if i == 0 {
			k.port1 = port
		} else {
			k.port2 = port
		}
	}
	return k, nil
}

// side opens what stands before one server and returns the port for the programs. Taps are on the
// programs' side of the line: they see what happens when the programs do.
func (k *link) side(i int, s *dovecot.Server) (port int, err error) {
	if k.kind == loop {
		return s.Port, nil
	}
	far, err := relay.Start(s.Addr(), relay.Options{Delay: oneWay, Rate: lineRate})
	if err != nil {
		return 0, err
	}
	k.close = append(k.close, far.Close)
	var t *tap.Tap
	switch {
	case k.kind == counted:
		t, err = tap.Start(far.Addr())
		k.taps[i] = t
	case k.kind == weak && i == 1:
		t, err = tap.Start(far.Addr(), hidden...)
	default:
		return far.Port(), nil
	}
	if err != nil {
		return 0, err
	}
	k.close = append(k.close, t.Close)
	return t.Port(), nil
}

// Close ends everything, the programs' side first.
func (k *link) Close() {
	for i := len(k.close) - 1; i >= 0; i-- {
		k.close[i]()
	}
}

// talk is what a counted link heard of one program, by side.
type talk [2]tap.Counts

func (k *link) heard() (t talk) {
	for i, tap := range k.taps {
		if tap != nil {
			t[i] = tap.Counts()
		}
	}
	return t
}

func (k *link) forget() {
	for _, tap := range k.taps {
		if tap != nil {
			tap.Reset()
		}
	}
}

// toFirstAppend is the time from the end of a sign-in to the first APPEND, in round trips, for the
// side where it is longer; -1 when there was no APPEND.
func (t talk) toFirstAppend() float64 {
	first := t[1].FirstAppend
	if first.IsZero() || t[0].SignedIn.IsZero() || t[1].SignedIn.IsZero() {
		return -1
	}
	return max(first.Sub(t[0].SignedIn), first.Sub(t[1].SignedIn)).Seconds() / roundTrip.Seconds()
}
