package transfer

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"imapsync/internal/imap"
	"imapsync/internal/imaptest"
	"imapsync/internal/message"
	"imapsync/internal/plan"
)

// rival is a message whose identity others have too; only its length is its own.
func rival(size int) string {
	head := "Message-Id: <rival@example.org>\r\nReceived: from a by b\r\n\r\n"
	return head + strings.Repeat("x", size-len(head)-2) + "\r\n"
}

// What one lane has lost must not be taken for the message of another lane that resembles it.
func TestClaimKnowsOtherLanes(t *testing.T) {
	id, err := message.NewIdentifier(message.Options{})
	if err != nil {
		t.Fatal(err)
	}
	made := func(size int) *item { return &item{header: []byte(rival(size)), size: int64(size)} }
	there := func(uid imap.UID, size int) fingerprint {
		return newFingerprint(id, uid, []byte(rival(size)), int64(size))
	}
	a, b := made(500), made(600)
	tally := newTally(1, Config{Identity: id, Shared: true})
	tally.lose([]*item{a})
	tally.lose([]*item{b})
	if got := tally.claim([]*item{a}, []fingerprint{there(1, 600)}); got[0] != 0 {
		t.Errorf("got the other lane's message %d for one that is not there", got[0])
	}
	a.resends++
	if got := tally.claim([]*item{b}, []fingerprint{there(1, 600)}); got[0] != 1 {
		t.Errorf("got %d for a message that is there as 1", got[0])
	}
	// The first sending of a turns up late, just when another message is in doubt.
	tally.confirm(a, 2)
	c := made(700)
	tally.lose([]*item{c})
	late := []fingerprint{there(1, 600), there(2, 500), there(3, 500)}
	if got := tally.claim([]*item{c}, late); got[0] != 0 {
		t.Errorf("got the late twin %d for a message that is not there", got[0])
	}
	if got := tally.late(tally.takeResent(), late); len(got) != 1 || got[0] != 3 {
		t.Errorf("got the late twins %d, want 3", got)
	}
	if tally.from() != 3 {
		t.Errorf("got the mark %d, want it behind all that is ours", tally.from())
	}
}

// A UID is the copy of one message only, however many lanes find it.
func TestClaimOnce(t *testing.T) {
	id, err := message.NewIdentifier(message.Options{})
	if err != nil {
		t.Fatal(err)
	}
	a, b := &item{header: []byte(draft), size: 100}, &item{header: []byte(draft), size: 100}
	found := []fingerprint{newFingerprint(id, 7, []byte(draft), 100)}
	tally := newTally(1, Config{Identity: id, Shared: true})
	tally.lose([]*item{a})
	tally.lose([]*item{b})
	first, second := tally.claim([]*item{a}, found), tally.claim([]*item{b}, found)
	if first[0] != 7 || second[0] != 0 {
		t.Errorf("got %d and %d, want 7 once", first[0], second[0])
	}
}

// rivalServer gets two messages of one identity on two connections, stores the longer one only, and loses
// both connections, the shorter one's first. What is sent later is stored and answered.
type rivalServer struct {
	shorter int
	both    sync.WaitGroup
	third   chan struct{} // somebody has connected again

	mu          sync.Mutex
	connections int
	received    int
	stored      []string
}

func (s *rivalServer) serve(nc net.Conn) {
	defer nc.Close()
	s.mu.Lock()
	if s.connections++; s.connections == 3 {
		close(s.third)
	}
	s.mu.Unlock()
	r := bufio.NewReader(nc)
	fmt.Fprint(nc, "* OK [CAPABILITY IMAP4rev1 UIDPLUS] ready\r\n")
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		words := strings.Fields(line)
		if words[1] == "APPEND" && !s.take(nc, r, words) {
			return
		}
		s.answer(nc, words)
	}
}

func (s *rivalServer) answer(nc net.Conn, words []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.stored)
	switch words[1] {
	case "APPEND":
		fmt.Fprintf(nc, "%s OK [APPENDUID 1 %d] stored\r\n", words[0], n)
		return
	case "STATUS":
		fmt.Fprintf(nc, "* STATUS INBOX (MESSAGES %d UIDNEXT %d)\r\n", n, n+1)
	case "SELECT", "EXAMINE":
		fmt.Fprintf(nc, "* %d EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n* OK [UIDNEXT %d] ok\r\n", n, n+1)
	case "UID":
		for i, text := range s.stored {
			head, _, _ := strings.Cut(text, "\r\n\r\n")
			if words[2] == "FETCH" {
				fmt.Fprintf(nc, "* %d FETCH (UID %d RFC822.SIZE %d BODY[HEADER] {%d}\r\n%s\r\n\r\n)\r\n", i+1, i+1, len(text), len(head)+4, head)
			}
		}
	}
	fmt.Fprintf(nc, "%s OK done\r\n", words[0])
}

// take receives one message; false ends the connection.
func (s *rivalServer) take(nc net.Conn, r *bufio.Reader, words []string) bool {
	var size int64
	fmt.Sscanf(words[len(words)-1], "{%d}", &size)
	fmt.Fprint(nc, "+ go on\r\n")
	text := make([]byte, size)
	if _, err := io.ReadFull(r, text); err != nil {
		return false
	}
	if _, err := r.ReadString('\n'); err != nil {
		return false
	}
	s.mu.Lock()
	s.received++
	first, short := s.received <= 2, int(size) == s.shorter
	if !first || !short {
		s.stored = append(s.stored, string(text))
	}
	s.mu.Unlock()
	if !first {
		return true
	}
	s.both.Done()
	s.both.Wait()
	if !short {
		<-s.third                           // the other lane is about to look at the folder
		<-time.After(20 * time.Millisecond) // nothing tells that it waits for this one
	}
	return false
}

// Two lanes lose the answers to messages of one identity, only one of which is there: none may be
// lost, none doubled.
func TestSharedFolderRivals(t *testing.T) {
	t.Parallel()
	sizes := []int{500, 600}
	src := imaptest.Start(t)
	box := src.Account.Box("INBOX")
	var copies []plan.Copy
	for i, n := range sizes {
		box.Add([]byte(rival(n)), time.Unix(0, 0))
		copies = append(copies, plan.Copy{Row: plan.Row{UID: imap.UID(i + 1), Size: int64(n)}})
	}
	server := &rivalServer{shorter: sizes[0], third: make(chan struct{})}
	server.both.Add(2)
	w := newWork(t, Config{Lanes: 2, Fetchers: 1, Budget: 16 << 20, Shared: true, Expunge: true},
		newLine(t, src.Addr, true, 2), newLine(t, listen(t, server.serve), false, 2))
	f := w.Open(Pair{Src: "INBOX", Dst: "INBOX", SrcValidity: box.Status().UIDValidity, DstValidity: 1, Sets: &plan.FlagSets{}}, 1)
	f.Send(t.Context(), copies[:1])
	f.Send(t.Context(), copies[1:])
	copied, failed := f.Finish(t.Context())
	w.Close()
	count := map[int]int{}
	for _, text := range server.stored {
		count[len(text)]++
	}
	if copied != 2 || failed != 0 || count[sizes[0]] != 1 || count[sizes[1]] != 1 {
		t.Errorf("told %d copied and %d failed, host2 holds these lengths: %v", copied, failed, count)
	}
}
