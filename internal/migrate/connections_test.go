package migrate_test

import (
	"fmt"
	"testing"

	"imapsync/internal/imap/server"
	"imapsync/internal/imaptest"
)

// crowd fills host1 with folders of which some hold messages to be relayed.
func (s *scene) crowd(folders int) {
	for i := range folders {
		box := fmt.Sprint("Folder ", i)
		s.fill(box, 5, 300)
		if i%2 == 0 {
			s.big(box, 2, 1<<20+1000)
		}
	}
}

// TestFewConnections works with one connection to a side, and with as many as servers allow.
func TestFewConnections(t *testing.T) {
	t.Parallel()
	for i, tt := range []struct{ connections, allowed1, allowed2 int }{
		{1, 0, 0}, {2, 0, 0}, {3, 0, 0}, {8, 1, 1}, {8, 2, 2}, {8, 1, 0}, {8, 0, 1}, {8, 2, 1}, {8, 3, 3},
	} {
		both := []string{"all", "sync"}
		if !long() {
			both = both[i%2 : i%2+1]
		}
		for _, kind := range both {
			t.Run(fmt.Sprint(tt, " ", kind), func(t *testing.T) {
				limit := func(n int) imaptest.Option { return imaptest.Config(server.Config{MaxSessions: n}) }
				s := newScene(t, servers{src: []imaptest.Option{limit(tt.allowed1)}, dst: append([]imaptest.Option{limit(tt.allowed2)}, kinds()[kind]...)})
				s.connections = tt.connections
				s.crowd(8)
				s.run().wantComplete()
				for i, srv := range []*imaptest.Server{s.src, s.dst} {
					if n := srv.Counts().MaxConnections; tt.allowed1+tt.allowed2 == 0 && n > tt.connections {
						t.Errorf("host%d: got %d connections at once, want %d at most", i+1, n, tt.connections)
					}
				}
			})
		}
	}
}

// TestFewConnectionsLost loses them as well.
func TestFewConnectionsLost(t *testing.T) {
	t.Parallel()
	for _, connections := range []int{1, 2} {
		t.Run(fmt.Sprint(connections), func(t *testing.T) {
			s := newScene(t, servers{
				src: rules(imaptest.Rule{Verb: "FETCH", Match: texts, Skip: 1, Times: 2, Action: imaptest.CutLiteral(1, 100)},
					imaptest.Rule{Verb: "FETCH", Match: "1:*", Skip: 3, Action: imaptest.Drop(imaptest.BeforeAnswer)}),
				dst: rules(imaptest.Rule{Verb: "APPEND", Skip: 2, Times: 2, Action: imaptest.Drop(imaptest.AfterCommand)},
					imaptest.Rule{Verb: "FETCH", Match: "1:*", Skip: 2, Action: imaptest.Drop(imaptest.BeforeAnswer)},
					imaptest.Rule{Verb: "CREATE", Skip: 1, Action: imaptest.Drop(imaptest.AfterCommand)})})
			s.connections = connections
			s.crowd(8)
			s.run().wantComplete()
		})
	}
}
