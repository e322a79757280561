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
	"imapsync/internal/plan"
)

// patience is how long a test waits before it says that nothing moves any more.
const patience = 30 * time.Second

// Two lanes share a folder, host2 allows one connection, and an answer is lost on it: who looks at the
// folder must not wait for somebody who waits for that connection.
func TestSharedFolderOnOneConnection(t *testing.T) {
	t.Parallel()
	src := imaptest.Start(t)
	box := src.Account.Box("INBOX")
	for i := range 600 {
		box.Add(fmt.Appendf(nil, "Message-Id: <%d@example.org>\r\n\r\nhello\r\n", i), time.Unix(0, 0))
	}
	dst := imaptest.Start(t, imaptest.Without(imap.CapLiteralPlus, imap.CapMultiAppend),
		imaptest.Script(imaptest.Rule{Verb: "APPEND", Skip: 50, Action: imaptest.Drop(imaptest.BeforeAnswer)}))
	w := newWork(t, Config{Lanes: 2, Fetchers: 1, Budget: 16 << 20, Shared: true},
		newLine(t, src.Addr, true, 2), newLine(t, dst.Addr, true, 1))
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.send(t, "INBOX", box.Status().UIDValidity, 600, 40)
		w.Close()
	}()
	select {
	case <-done:
	case <-time.After(patience):
		t.Fatal("the lanes wait for each other")
	}
}

// twinServer stores every message but the first, whose connection dies once the second one is there.
// The second one's answer is late: it waits for somebody to look at the folder, or a moment.
type twinServer struct {
	size   int
	second chan struct{}
	looked chan struct{}

	mu               sync.Mutex
	received, stored int
	once             sync.Once
}

func (s *twinServer) serve(nc net.Conn) {
	defer nc.Close()
	r := bufio.NewReader(nc)
	fmt.Fprint(nc, "* OK [CAPABILITY IMAP4rev1 UIDPLUS] ready\r\n")
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		words := strings.Fields(line)
		if words[1] == "APPEND" {
			if !s.take(nc, r, words) {
				return
			}
			continue
		}
		s.mu.Lock()
		switch words[1] {
		case "STATUS":
			s.once.Do(func() { close(s.looked) })
			fmt.Fprintf(nc, "* STATUS INBOX (MESSAGES %d UIDNEXT %d)\r\n", s.stored, s.stored+1)
		case "SELECT", "EXAMINE":
			fmt.Fprintf(nc, "* %d EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n* OK [UIDNEXT %d] ok\r\n", s.stored, s.stored+1)
		case "UID":
			for i := 1; i <= s.stored; i++ {
				fmt.Fprintf(nc, "* %d FETCH (UID %d RFC822.SIZE %d BODY[HEADER] {%d}\r\n%s)\r\n", i, i, s.size, len(draft), draft)
			}
		}
		s.mu.Unlock()
		fmt.Fprintf(nc, "%s OK done\r\n", words[0])
	}
}

// take receives one message; false ends the connection.
func (s *twinServer) take(nc net.Conn, r *bufio.Reader, words []string) bool {
	fmt.Fprint(nc, "+ go on\r\n")
	if _, err := io.CopyN(io.Discard, r, int64(s.size)); err != nil {
		return false
	}
	if _, err := r.ReadString('\n'); err != nil {
		return false
	}
	s.mu.Lock()
	s.received++
	number := s.received
	if number > 1 {
		s.stored++
	}
	uid := s.stored
	s.mu.Unlock()
	switch number {
	case 1:
		<-s.second
		return false
	case 2:
		close(s.second)
		select {
		case <-s.looked:
		case <-time.After(200 * time.Millisecond): // nobody looks, as it should be
		}
	}
	fmt.Fprintf(nc, "%s OK [APPENDUID 1 %d] stored\r\n", words[0], uid)
	return true
}

const draft = "From: a@example.org\r\nSubject: draft\r\n\r\n"

// Twins too big to hold go over two lanes. The lane whose connection dies must not take the other
// one's copy for its own because that is not answered yet.
func TestSharedFolderRelayedTwins(t *testing.T) {
	t.Parallel()
	text := draft + strings.Repeat("x", relayOver) + "\r\n"
	src := imaptest.Start(t)
	box := src.Account.Box("INBOX")
	for range 2 {
		box.Add([]byte(text), time.Unix(0, 0))
	}
	server := &twinServer{size: len(text), second: make(chan struct{}), looked: make(chan struct{})}
	w := newWork(t, Config{Lanes: 2, Fetchers: 1, Budget: 16 << 20, Shared: true, Expunge: true},
		newLine(t, src.Addr, true, 2), newLine(t, listen(t, server.serve), false, 2))
	f := w.Open(Pair{Src: "INBOX", Dst: "INBOX", SrcValidity: box.Status().UIDValidity, DstValidity: 1, Sets: &plan.FlagSets{}}, 1)
	f.Send(t.Context(), []plan.Copy{
		{Row: plan.Row{UID: 1, Size: int64(len(text))}}, {Row: plan.Row{UID: 2, Size: int64(len(text))}}})
	copied, failed := f.Finish(t.Context())
	w.Close()
	if copied != server.stored || failed != 0 {
		t.Errorf("told %d copied and %d failed, host2 holds %d", copied, failed, server.stored)
	}
}
