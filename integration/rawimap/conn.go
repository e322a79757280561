package rawimap

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"
)

// ioTimeout bounds every single wait for a server on the loopback interface.
const ioTimeout = 60 * time.Second

// Refused is a server's NO or BAD.
type Refused struct{ Text string }

// Error gives the server's words.
func (r *Refused) Error() string { return r.Text }

// Conn is a connection in use by one goroutine.
type Conn struct {
	c    net.Conn
	r    *bufio.Reader
	w    *bufio.Writer
	tags int
	caps map[string]bool
}

// Dial connects in clear text and signs in with LOGIN.
func Dial(addr, user, password string) (*Conn, error) {
	nc, err := net.DialTimeout("tcp", addr, 10*time.Second)
	if err != nil {
		return nil, err
	}
	c := &Conn{c: nc, r: bufio.NewReaderSize(nc, 64<<10), w: bufio.NewWriterSize(nc, 64<<10)}
	if err := c.greet(user, password); err != nil {
		nc.Close()
		return nil, fmt.Errorf("sign in to %s as %s: %w", addr, user, err)
	}
	return c, nil
}

func (c *Conn) greet(user, password string) error {
	if _, err := c.response(); err != nil {
		return err
	}
	if err := c.Do(nil, "LOGIN", Quote(user), Quote(password)); err != nil {
		return err
	}
	c.caps = map[string]bool{}
	return c.Do(func(r Response) {
		if words := strings.Fields(string(r.Text())); len(words) > 2 && words[1] == "CAPABILITY" {
			for _, w := range words[2:] {
				c.caps[strings.ToUpper(w)] = true
			}
		}
	}, "CAPABILITY")
}

// Has reports whether the signed-in server lists a capability, given in upper case.
func (c *Conn) Has(capability string) bool { return c.caps[capability] }

// Close logs out without waiting for politeness.
func (c *Conn) Close() {
	c.tags++
	fmt.Fprintf(c.w, "r%d LOGOUT\r\n", c.tags)
	c.w.Flush()
	c.c.Close()
}

// Do sends one command and waits for its end; untagged responses go to each, when it is not nil.
// An [Arg] that needs a literal is sent as a synchronising one.
func (c *Conn) Do(each func(Response), verb string, args ...Arg) error {
	tag, err := c.send(verb, args...)
	if err != nil {
		return err
	}
	if err := c.w.Flush(); err != nil {
		return err
	}
	return c.wait(tag, each)
}

// send writes a command; with LITERAL+ literals never wait.
func (c *Conn) send(verb string, args ...Arg) (tag string, err error) {
	c.tags++
	tag = "r" + strconv.Itoa(c.tags)
	c.c.SetDeadline(time.Now().Add(ioTimeout))
	fmt.Fprintf(c.w, "%s %s", tag, verb)
	for _, a := range args {
		c.w.WriteByte(' ')
		if !a.literal {
			c.w.Write(a.text)
			continue
		}
		if c.caps["LITERAL+"] {
			fmt.Fprintf(c.w, "{%d+}\r\n", len(a.text))
		} else {
			fmt.Fprintf(c.w, "{%d}\r\n", len(a.text))
			if err := c.awaitContinuation(); err != nil {
				return "", err
			}
		}
		c.w.Write(a.text)
	}
	_, err = c.w.WriteString("\r\n")
	return tag, err
}

func (c *Conn) awaitContinuation() error {
	if err := c.w.Flush(); err != nil {
		return err
	}
	for {
		r, err := c.response()
		if err != nil {
			return err
		}
		switch text := r.Text(); {
		case bytes.HasPrefix(text, []byte("+")):
			return nil
		case !bytes.HasPrefix(text, []byte("*")):
			return &Refused{string(text)}
		}
	}
}

func (c *Conn) wait(tag string, each func(Response)) error {
	for {
		r, err := c.response()
		if err != nil {
			return err
		}
		text := string(r.Text())
		if rest, mine := strings.CutPrefix(text, tag+" "); mine {
			if strings.HasPrefix(rest, "OK") {
				return nil
			}
			return &Refused{rest}
		}
		if each != nil && strings.HasPrefix(text, "* ") {
			each(r)
		}
	}
}

// response reads one response, literals included.
func (c *Conn) response() (Response, error) {
	var r Response
	for {
		c.c.SetDeadline(time.Now().Add(ioTimeout))
		line, err := c.r.ReadBytes('\n')
		if err != nil {
			return r, fmt.Errorf("read response: %w", err)
		}
		line = bytes.TrimRight(line, "\r\n")
		n, announced := literalLength(line)
		if !announced {
			r.parts = append(r.parts, line)
			return r, nil
		}
		body := make([]byte, n)
		if _, err := io.ReadFull(c.r, body); err != nil {
			return r, fmt.Errorf("read literal of %d octets: %w", n, err)
		}
		r.parts = append(r.parts, bytes.TrimSuffix(line[:bytes.LastIndexByte(line, '{')], []byte("~")), body)
	}
}

func literalLength(line []byte) (int, bool) {
	if !bytes.HasSuffix(line, []byte("}")) {
		return 0, false
	}
	open := bytes.LastIndexByte(line, '{')
	if open < 0 {
		return 0, false
	}
	n, err := strconv.Atoi(string(line[open+1 : len(line)-1]))
	return n, err == nil && n >= 0
}
