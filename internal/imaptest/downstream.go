package imaptest

import (
	"bytes"
	"io"
	"strings"
)

// downstream passes responses on to the client until the server ends the connection. It reads to
// the end even if nobody listens any more, so that the server is never held up.
func (t *tap) downstream() {
	defer t.serverEnded()
	for {
		line, err := t.fromServer.ReadBytes('\n')
		if len(line) == 0 {
			return
		}
		// Responses to the client are whole: a rule's own lines go between them.
		t.out.Lock()
		t.inside = true
		ok := t.response(line)
		t.inside = false
		t.out.Unlock()
		if !ok || err != nil {
			return
		}
	}
}

func (t *tap) serverEnded() {
	t.flushClient()
	t.mu.Lock()
	t.serverEnd = true
	dropped := t.dropped
	t.changed.Broadcast()
	t.mu.Unlock()
	if !dropped {
		t.drop(false)
	}
}

// current is the command that the server is answering.
func (t *tap) current() (c *command, hushed bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.inFlight) > 0 {
		c = t.inFlight[0]
	}
	return c, t.hushed
}

// response carries one response to the client; false when the server's connection broke inside.
// t.out is held.
func (t *tap) response(line []byte) bool {
	c, hushed := t.current()
	switch {
	case line[0] == '+':
		if !hushed {
			t.write(line)
		}
		t.mu.Lock()
		t.goAheads++
		t.changed.Broadcast()
		t.mu.Unlock()
		t.flushLocked()
		return true
	case c != nil && !hushed:
		hushed = t.before(c, line)
	}
	if c != nil && bytes.HasPrefix(line, []byte(c.tag+" ")) {
		t.finish(c, line, hushed)
		return true
	}
	r := Response{Head: strings.TrimSuffix(string(line), "\r\n")}
	if c != nil && !hushed {
		for _, a := range c.actions {
			if a.kind == actRewrite {
				a.rewrite(&r)
			}
		}
	}
	return t.untagged(c, &r, hushed || r.Hide)
}

// before carries out what comes in front of a response; true if the response is not to be sent.
func (t *tap) before(c *command, line []byte) (hushed bool) {
	for _, a := range c.actions {
		switch {
		case a.kind == actInject && int64(c.responses) == a.k:
			t.write([]byte(a.text + "\r\n"))
		case a.kind == actMute:
			t.out.Unlock()
			t.silence()
			t.out.Lock()
			hushed = true
		case a.kind == actDrop && bytes.HasPrefix(line, []byte(c.tag+" ")):
			t.out.Unlock()
			t.drop(a.reset)
			t.out.Lock()
			hushed = true
		}
	}
	c.responses++
	return hushed
}

// finish passes a tagged answer on.
func (t *tap) finish(c *command, line []byte, hushed bool) {
	if !hushed {
		t.write(line)
	}
	// The client can know the answer only once it has been delivered.
	t.answered = append(t.answered, func() {
		t.mu.Lock()
		t.unread--
		t.mu.Unlock()
	})
	t.mu.Lock()
	t.inFlight = t.inFlight[1:]
	t.changed.Broadcast()
	t.mu.Unlock()
	if c.verb == "LOGOUT" || c.verb == "AUTHENTICATE" {
		t.flushLocked()
	}
}

// untagged passes a response with its literals on, cutting it where a rule says so.
func (t *tap) untagged(c *command, r *Response, hidden bool) bool {
	if !hidden {
		for _, l := range r.Before {
			t.write([]byte(l + "\r\n"))
		}
	}
	text := r.Head
	for {
		n, _, ok := literalAtEnd([]byte(text))
		if !ok && !hidden && r.Tail != "" && text != "" {
			text = text[:len(text)-1] + r.Tail + text[len(text)-1:]
		}
		if !hidden {
			t.write([]byte(text + "\r\n"))
		}
		if !ok {
			return true
		}
		if cut, ok := c.cut(hidden); ok && cut < n {
			t.copyLiteral(cut, false)
			t.out.Unlock()
			t.drop(false)
			t.out.Lock()
			hidden, n = true, n-cut
		}
		if !t.copyLiteral(n, hidden) {
			return false
		}
		line, err := t.fromServer.ReadString('\n')
		if err != nil {
			return false
		}
		text = strings.TrimSuffix(line, "\r\n")
	}
}

// cut counts a literal and tells after how many octets the connection breaks, if it does.
func (c *command) cut(hidden bool) (int64, bool) {
	if c == nil || hidden {
		return 0, false
	}
	c.literals++
	for _, a := range c.actions {
		if a.kind == actCutLiteral && int64(c.literals) == a.k+1 {
			return a.n, true
		}
	}
	return 0, false
}

func (t *tap) copyLiteral(n int64, hidden bool) bool {
	dst := io.Writer(io.Discard)
	if !hidden {
		dst = onlyWriter{t.toClient}
		t.srv.counter.update(func(c *Counts) { c.Sent += n })
	}
	_, err := io.CopyN(dst, t.fromServer, n)
	return err == nil
}

// write sends octets to the client; t.out is held.
func (t *tap) write(b []byte) {
	t.toClient.Write(b)
	t.srv.counter.update(func(c *Counts) { c.Sent += int64(len(b)) })
}
