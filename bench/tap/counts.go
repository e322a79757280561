package tap

import (
	"bytes"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Counts are what went by since the start.
type Counts struct {
	Connections int
	Commands    int
	// Turns is how often the client spoke after the server had spoken, all connections together: the
	// round trips, if the client had only one connection and never spoke before it had heard all.
	Turns int
	// TurnsLater are those after the connection's sign-in.
	TurnsLater   int
	SyncLiterals int
	Verbs        map[string]int // commands by verb; "UID FETCH" is one
	Up, Down     int64          // octets
	SignedIn     time.Time      // when the client heard that its first sign-in is done
	FirstAppend  time.Time      // when its first APPEND left
	Said         []Line         // the first commands
}

// Line is the beginning of a command, without anything that follows the verb of a sign-in.
type Line struct {
	At   time.Time
	Text string
}

// maxSaid is enough for the talk before the first message, of many folders too.
const maxSaid = 1000

func (c *Counts) note(text string) {
	if len(c.Said) < maxSaid {
		c.Said = append(c.Said, Line{time.Now(), text})
	}
}

// ledger collects Counts from several connections.
type ledger struct {
	mu sync.Mutex
	c  Counts
}

func (l *ledger) change(f func(c *Counts)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f(&l.c)
}

// conversation is what is known of one connection. Both directions tell it what they see.
type conversation struct {
	ledger *ledger
	hidden []string

	mu       sync.Mutex
	answered bool   // the server spoke last
	signIn   string // tag of a LOGIN or AUTHENTICATE in flight
	signedIn bool
	carrying bool // the client's line before ended with a literal: the next one goes on with it
}

// spoke notes that octets passed.
func (c *conversation) spoke(up bool, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	turn := up && c.answered
	c.answered = !up
	c.ledger.change(func(t *Counts) {
		if up {
			t.Up += int64(n)
		} else {
			t.Down += int64(n)
		}
		if turn {
			t.Turns++
			if c.signedIn {
				t.TurnsLater++
			}
		}
	})
}

// clientLine sees a line without its literal, and leaves it as it is.
func (c *conversation) clientLine(line []byte) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	size, waits := literal(line)
	goesOn := c.carrying
	c.carrying = size >= 0
	words := strings.Fields(string(line[:min(len(line), 200)]))
	c.ledger.change(func(t *Counts) {
		if waits {
			t.SyncLiterals++
		}
		if goesOn || len(words) < 2 { // the rest of a command, or an answer to a challenge
			return
		}
		verb := strings.ToUpper(words[1])
		text := strings.Join(words, " ")
		if verb == "LOGIN" || verb == "AUTHENTICATE" {
			text = words[0] + " " + verb
		}
		t.note(text)
		switch {
		case verb == "UID" && len(words) > 2:
			verb += " " + strings.ToUpper(words[2])
		case verb == "LOGIN" || verb == "AUTHENTICATE":
			c.signIn = words[0]
		case verb == "APPEND" && t.FirstAppend.IsZero():
			t.FirstAppend = time.Now()
		}
		t.Commands++
		t.Verbs[verb]++
	})
	return line
}

// serverLine returns the line that the client is to hear.
func (c *conversation) serverLine(line []byte) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	if rest, ok := bytes.CutPrefix(line, []byte(c.signIn+" OK")); ok && c.signIn != "" && len(rest) > 0 {
		c.signIn, c.signedIn = "", true
		c.ledger.change(func(t *Counts) {
			if t.SignedIn.IsZero() {
				t.SignedIn = time.Now()
			}
		})
	}
	if len(c.hidden) == 0 || !bytes.Contains(line, []byte("CAPABILITY ")) {
		return line
	}
	return hide(line, c.hidden)
}

// hide takes words out of a line with capabilities; the last one may touch a bracket.
func hide(line []byte, hidden []string) []byte {
	text := string(line)
	for _, word := range hidden {
		for _, end := range []string{" ", "]", "\r"} {
			text = strings.ReplaceAll(text, " "+word+end, end)
		}
	}
	return []byte(text)
}

// literal is the length of the literal announced by a line, or -1, and whether it waits for leave.
func literal(line []byte) (size int64, waits bool) {
	line = bytes.TrimRight(line, "\r\n")
	open := bytes.LastIndexByte(line, '{')
	if open < 0 || line[len(line)-1] != '}' {
		return -1, false
	}
	digits := string(line[open+1 : len(line)-1])
	number := strings.TrimSuffix(digits, "+")
	size, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return -1, false
	}
	return size, number == digits
}
