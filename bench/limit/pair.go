package main

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"strings"
)

const (
	maxBatchOctets = 1 << 20
	// worthSending is what is sent when the source has nothing to say: less would cost more calls
	// than the line gains.
	worthSending = 16 << 10
)

// pair is a connection on each side, and the APPEND that is being written.
type pair struct {
	src, dst *conn
	prefix   string
	batch    int

	waits  bool // no LITERAL+: each literal needs leave
	leave  chan struct{}
	into   string // folder of the open APPEND
	count  int    // messages in it
	octets int64
	sent   int // APPENDs
}

func (p pair) move(share []stretch) {
	p.waits, p.leave = !p.dst.has("LITERAL+"), make(chan struct{}, 1)
	if !p.dst.has("MULTIAPPEND") {
		p.batch = 1
	}
	for i, s := range share {
		fmt.Fprintf(p.src.w, "e%d EXAMINE %q\r\nf%d FETCH %d:%d (FLAGS INTERNALDATE BODY.PEEK[])\r\n", i, s.folder, i, s.low, s.top)
	}
	p.src.flush()
	accepted := make(chan int)
	go func() { accepted <- p.countAnswers() }()
	for i, s := range share {
		p.stretch(fmt.Sprintf("f%d ", i), s)
	}
	p.dst.w.WriteString("end NOOP\r\n")
	p.dst.flush()
	if got := <-accepted; got != p.sent {
		log.Fatalf("%d APPENDs were sent, %d were accepted", p.sent, got)
	}
}

// stretch passes on one folder's messages, until the source's answer with the tag.
func (p *pair) stretch(tag string, s stretch) {
	p.into = s.folder
	if s.folder != "INBOX" {
		p.into = p.prefix + s.folder
		fmt.Fprintf(p.dst.w, "c CREATE %q\r\n", p.into) // NO when another connection was first
	}
	for {
		if p.src.r.Buffered() == 0 && p.dst.w.Buffered() >= worthSending {
			p.dst.flush()
		}
		line := string(p.src.line())
		if strings.HasPrefix(line, tag) {
			if !strings.HasPrefix(line[len(tag):], "OK") {
				log.Fatal(line)
			}
			p.end()
			return
		}
		if n := literal(line); n >= 0 {
			p.message(line, n)
		}
	}
}

func (p *pair) message(line string, n int64) {
	if p.count == p.batch || p.count > 0 && p.octets+n > maxBatchOctets {
		p.end()
	}
	if p.count == 0 {
		p.sent++
		fmt.Fprintf(p.dst.w, "p APPEND %q", p.into)
	}
	flags := strings.TrimSpace(strings.ReplaceAll(between(line, "FLAGS (", ")"), `\Recent`, ""))
	fmt.Fprintf(p.dst.w, " (%s) \"%s\" {%d", flags, between(line, `INTERNALDATE "`, `"`), n)
	if p.waits {
		p.dst.w.WriteString("}\r\n")
		p.dst.flush()
		<-p.leave
	} else {
		p.dst.w.WriteString("+}\r\n")
	}
	if _, err := io.CopyN(p.dst.w, p.src.r, n); err != nil {
		log.Fatal(err)
	}
	p.count++
	p.octets += n
	p.src.line() // the closing bracket
}

func (p *pair) end() {
	if p.count > 0 {
		p.dst.w.WriteString("\r\n")
	}
	p.count, p.octets = 0, 0
}

// countAnswers counts accepted APPENDs until the command "end" is answered.
func (p *pair) countAnswers() int {
	n := 0
	for {
		b := p.dst.line()
		switch {
		case bytes.HasPrefix(b, []byte("end ")):
			return n
		case bytes.HasPrefix(b, []byte("+")):
			p.leave <- struct{}{}
		case bytes.HasPrefix(b, []byte("p OK")):
			n++
		case bytes.HasPrefix(b, []byte("p ")):
			log.Fatalf("APPEND: %s", b)
		}
	}
}
