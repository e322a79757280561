// Limit moves the messages of one INBOX to another and does nothing else: no listing of the
// destination, no identity, no flags to compare, no log, no recovery. It is the yardstick of the
// benchmarks: what servers and line allow to one connection a side.
//
// One FETCH reads everything; each literal goes from socket to socket; APPENDs carry up to -batch
// messages and never wait for an answer.
package main

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"strconv"
	"strings"
)

const maxBatchOctets = 1 << 20

type conn struct {
	r *bufio.Reader
	w *bufio.Writer
}

func main() {
	log.SetFlags(0)
	from := flag.String("from", "", "address of the source, host:port")
	to := flag.String("to", "", "address of the destination")
	user1 := flag.String("user1", "", "source account")
	user2 := flag.String("user2", "", "destination account")
	password := flag.String("password", "", "password of both")
	batch := flag.Int("batch", 20, "messages in one APPEND")
	flag.Parse()

	src, dst := open(*from, *user1, *password), open(*to, *user2, *password)
	src.command("a1", "EXAMINE INBOX")
	fmt.Fprintf(src.w, "a2 UID FETCH 1:* (FLAGS INTERNALDATE BODY.PEEK[])\r\n")
	src.w.Flush()

	answers := make(chan int)
	go func() { answers <- dst.countAnswers() }()
	sent := relay(src, dst, *batch)
	fmt.Fprintf(dst.w, "end NOOP\r\n")
	if err := dst.w.Flush(); err != nil {
		log.Fatal(err)
	}
	if got := <-answers; got != sent {
		log.Fatalf("%d APPENDs were sent, %d were accepted", sent, got)
	}
}

func open(addr, user, password string) conn {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		log.Fatal(err)
	}
	k := conn{bufio.NewReaderSize(c, 128<<10), bufio.NewWriterSize(c, 128<<10)}
	k.line()
	k.command("a0", "LOGIN "+user+" "+password)
	return k
}

// line returns a response line; it is valid until the next call.
func (k conn) line() []byte {
	b, err := k.r.ReadSlice('\n')
	if err != nil {
		log.Fatalf("read: %v", err)
	}
	return b
}

func (k conn) command(tag, text string) {
	fmt.Fprintf(k.w, "%s %s\r\n", tag, text)
	k.w.Flush()
	for {
		if b := k.line(); bytes.HasPrefix(b, []byte(tag+" ")) {
			if !bytes.HasPrefix(b[len(tag)+1:], []byte("OK")) {
				log.Fatalf("%s: %s", text, b)
			}
			return
		}
	}
}

// countAnswers counts accepted APPENDs until the command "end" is answered.
func (k conn) countAnswers() int {
	n := 0
	for {
		b := k.line()
		switch {
		case bytes.HasPrefix(b, []byte("end ")):
			return n
		case bytes.HasPrefix(b, []byte("p OK")):
			n++
		case bytes.HasPrefix(b, []byte("p ")):
			log.Fatalf("APPEND: %s", b)
		}
	}
}

// relay passes the literals on and returns how many APPENDs it sent.
func relay(src, dst conn, batch int) (appends int) {
	count, octets := 0, int64(0)
	for {
		line := string(src.line())
		if strings.HasPrefix(line, "a2 ") {
			if !strings.HasPrefix(line, "a2 OK") {
				log.Fatal(line)
			}
			break
		}
		n := literal(line)
		if n < 0 {
			continue
		}
		if count == batch || count > 0 && octets+n > maxBatchOctets {
			dst.w.WriteString("\r\n")
			count, octets = 0, 0
		}
		if count == 0 {
			appends++
			dst.w.WriteString("p APPEND INBOX")
		}
		flags := strings.TrimSpace(strings.ReplaceAll(between(line, "FLAGS (", ")"), `\Recent`, ""))
		fmt.Fprintf(dst.w, " (%s) \"%s\" {%d+}\r\n", flags, between(line, `INTERNALDATE "`, `"`), n)
		if _, err := io.CopyN(dst.w, src.r, n); err != nil {
			log.Fatal(err)
		}
		count++
		octets += n
		src.line() // the closing bracket
	}
	if count > 0 {
		dst.w.WriteString("\r\n")
	}
	return appends
}

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
