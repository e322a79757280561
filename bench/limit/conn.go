package main

import (
	"bufio"
	"bytes"
	"fmt"
	"log"
	"net"
	"strconv"
	"strings"
)

// conn is a signed-in connection. Whatever goes wrong ends the program: a limit that retries is none.
type conn struct {
	r            *bufio.Reader
	w            *bufio.Writer
	capabilities string
}

func open(addr, user, password string) *conn {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		log.Fatal(err)
	}
	k := &conn{r: bufio.NewReaderSize(c, 128<<10), w: bufio.NewWriterSize(c, 128<<10)}
	k.line()
	k.capabilities = k.command("a0", "LOGIN "+user+" "+password, nil) // Dovecot tells them in the answer
	return k
}

func (k *conn) has(capability string) bool {
	for _, word := range strings.FieldsFunc(k.capabilities, func(r rune) bool { return r == ' ' || r == ']' }) {
		if word == capability {
			return true
		}
	}
	return false
}

// line returns a response line; it is valid until the next call.
func (k *conn) line() []byte {
	b, err := k.r.ReadSlice('\n')
	if err != nil {
		log.Fatalf("read: %v", err)
	}
	return b
}

// command returns the answer to one command; untagged lines go to each.
func (k *conn) command(tag, text string, each func(line string)) string {
	fmt.Fprintf(k.w, "%s %s\r\n", tag, text)
	k.flush()
	for {
		b := k.line()
		rest, mine := bytes.CutPrefix(b, []byte(tag+" "))
		switch {
		case mine && bytes.HasPrefix(rest, []byte("OK")):
			return string(rest)
		case mine:
			log.Fatalf("%s: %s", text, b)
		case each != nil:
			each(string(b))
		}
	}
}

func (k *conn) flush() {
	if err := k.w.Flush(); err != nil {
		log.Fatalf("write: %v", err)
	}
}

// folder is one of the source, as the first command tells them all.
type folder struct {
	name     string
	messages int
	octets   int64
}

// folders takes one round trip.
func (k *conn) folders() []folder {
	var all []folder
	k.command("a1", `LIST "" "*" RETURN (STATUS (MESSAGES SIZE))`, func(line string) {
		rest, status := strings.CutPrefix(line, "* STATUS ")
		if !status {
			return
		}
		name, items, _ := strings.Cut(rest, " (")
		f := folder{name: strings.Trim(name, `"`)}
		fmt.Sscanf(items, "MESSAGES %d SIZE %d", &f.messages, &f.octets)
		if f.messages > 0 {
			all = append(all, f)
		}
	})
	return all
}

// literal is the length announced at the end of a line, or -1.
func literal(line string) int64 {
	line = strings.TrimRight(line, "\r\n")
	open := strings.LastIndexByte(line, '{')
	if open < 0 || !strings.HasSuffix(line, "}") {
		return -1
	}
	n, err := strconv.ParseInt(line[open+1:len(line)-1], 10, 64)
	if err != nil {
		return -1
	}
	return n
}

func between(line, before, after string) string {
	_, rest, _ := strings.Cut(line, before)
	text, _, _ := strings.Cut(rest, after)
	return text
}
