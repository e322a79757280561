// Package soak changes host1 by chance, runs, interrupts by chance, runs again and compares, over
// and over. IMAPSYNC_SOAK says for how long (make soak); without it there are a few rounds.
package soak

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"imapsync/integration/accounts"
	"imapsync/integration/fixtures"
	"imapsync/integration/program"
	"imapsync/integration/rawimap"
	"imapsync/integration/relay"
)

func TestMain(m *testing.M) { program.Main(m) }

const shortRounds = 3

func TestSoak(t *testing.T) {
	seed := uint64(1) // the short form always does the same
	if os.Getenv("IMAPSYNC_SOAK") != "" {
		seed = uint64(time.Now().UnixNano())
	}
	if given, err := strconv.ParseUint(os.Getenv("IMAPSYNC_SOAK_SEED"), 10, 64); err == nil {
		seed = given
	}
	t.Logf("IMAPSYNC_SOAK_SEED=%d does the same again", seed)
	r := rand.New(rand.NewPCG(seed, 1))

	var long time.Duration
	if text := os.Getenv("IMAPSYNC_SOAK"); text != "" {
		var err error
		if long, err = time.ParseDuration(text); err != nil {
			t.Fatal(err)
		}
	}
	end := time.Now().Add(long)
	s := program.NewScene(t, program.FirstToSecond)
	for round := 1; round <= shortRounds || time.Now().Before(end); round++ {
		change(t, s, r, round)
		how := interrupt(t, s, r)
		s.Run().WantExit(0)
		s.WantSame(accounts.Order)
		if t.Failed() {
			t.Fatalf("round %d, %s", round, how)
		}
	}
}

// change adds messages to some folders of host1 and sets and takes flags.
func change(t *testing.T, s *program.Scene, r *rand.Rand, round int) {
	t.Helper()
	folder := []string{"INBOX", "Sent", "Archive", "Lists/one", "Été"}[r.IntN(5)]
	var messages []fixtures.Message
	for i := range 5 + r.IntN(60) {
		raw := fmt.Sprintf("Message-Id: <soak-%d-%d@fixture.example>\r\nSubject: round %d\r\n\r\n", round, i, round)
		body := make([]byte, r.IntN(1<<(4+r.IntN(13))))
		for j := range body {
			body[j] = 'a' + byte(r.IntN(26))
			if j%70 == 69 && j+1 < len(body) {
				body[j-1], body[j] = '\r', '\n'
			}
		}
		messages = append(messages, fixtures.Message{Raw: append([]byte(raw), append(body, "x\r\n"...)...),
			Date: time.Unix(1.3e9+int64(r.IntN(1e8)), 0).UTC()})
	}
	s.Load(s.Account1, fixtures.Account{fixtures.Of(folder, messages...)})

	c, err := rawimap.Dial(s.Account1.Addr, s.Account1.User, s.Account1.Password)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Select("INBOX"); err != nil {
		t.Fatal(err)
	}
	flag := []string{`\Seen`, `\Flagged`, `\Answered`, "later"}[r.IntN(4)]
	sign := []string{"+FLAGS", "-FLAGS"}[r.IntN(2)]
	if err := c.Do(nil, "STORE", rawimap.Atom("1:"+strconv.Itoa(1+r.IntN(30))), rawimap.Atom(sign), rawimap.Atom("("+flag+")")); err != nil {
		t.Logf("the store found nothing to do: %v", err)
	}
}

// interrupt runs once with something in the way, and says what.
func interrupt(t *testing.T, s *program.Scene, r *rand.Rand) string {
	t.Helper()
	place := int64(r.IntN(60000))
	kind := r.IntN(4)
	started := make(chan *program.Running, 1)
	var first sync.Once
	act := func(link *relay.Relay, up bool, total int64) {
		if total < place || up != (kind != 1) {
			return
		}
		first.Do(func() {
			switch kind {
			case 0, 1:
				link.Cut()
			case 2:
				(<-started).Kill()
			case 3:
				link.Mute()
				time.AfterFunc(200*time.Millisecond, link.Cut)
			}
		})
	}
	addr := s.Host2.Addr()
	if kind == 1 {
		addr = s.Host1.Addr()
	}
	link, err := relay.Start(addr, relay.Options{Watch: act})
	if err != nil {
		t.Fatal(err)
	}
	defer link.Close()
	if s.Port2 = link.Port(); kind == 1 {
		s.Port1, s.Port2 = link.Port(), 0
	}
	run := s.Start()
	started <- run
	run.Wait()
	link.Settle() // host2 may still be storing what it has received
	s.Port1, s.Port2 = 0, 0
	return fmt.Sprintf("%s at octet %d", []string{"host2 cut", "host1 cut", "killed", "answers lost"}[kind], place)
}
