package imaptest

import (
	"bytes"
	"io"
	"strings"
	"time"

	"github.com/klauspost/compress/flate"
)

// upstream passes commands on to the server until the client leaves or a rule ends the connection.
func (t *tap) upstream() {
	for {
		line, err := t.fromClient.ReadBytes('\n')
		if err != nil {
			t.endLate()
			return
		}
		if t.isDropped() {
			t.ignore()
			return
		}
		if t.dialogue() {
			t.toServer.Write(line)
			continue
		}
		tag, verb := splitCommand(line)
		t.countCommand(verb)
		if !t.command(tag, verb, line) {
			t.ignore()
			return
		}
	}
}

// ignore reads what the client still sends.
func (t *tap) ignore() {
	t.toServer.Flush()
	t.endLate()
	io.Copy(io.Discard, t.fromClient)
}

// splitCommand gives the tag and the verb, in upper case and with its "UID ".
func splitCommand(line []byte) (tag, verb string) {
	words := strings.Fields(string(line[:min(len(line), 200)]))
	if len(words) > 0 {
		tag = words[0]
	}
	if len(words) > 1 {
		verb = strings.ToUpper(words[1])
	}
	if verb == "UID" && len(words) > 2 {
		verb += " " + strings.ToUpper(words[2])
	}
	return tag, verb
}

// dialogue reports whether the client's next line belongs to a command under way.
func (t *tap) dialogue() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.inFlight) == 0 {
		return false
	}
	verb := t.inFlight[len(t.inFlight)-1].verb
	return verb == "AUTHENTICATE" || verb == "IDLE"
}

func (t *tap) countCommand(verb string) {
	t.mu.Lock()
	waited := t.unread == 0
	t.mu.Unlock()
	t.srv.counter.update(func(c *Counts) {
		c.Commands[verb]++
		if waited {
			c.Turns++
		}
	})
}

// command passes a command on or does to it what the script says. False: the connection is over.
func (t *tap) command(tag, verb string, line []byte) bool {
	var onResponse []Action
	act := Action{}
	for _, a := range t.srv.script.match(verb, string(line)) {
		if a.onResponse() {
			onResponse = append(onResponse, a)
		} else if act.kind == actNothing {
			act = a
		}
	}
	if t.late != nil {
		return t.keepLate(verb, line)
	}
	switch act.kind {
	case actReply:
		t.swallow(line)
		t.waitAnswered()
		t.say(tag + " " + act.text)
		return true
	case actBye:
		t.waitAnswered()
		t.say("* BYE " + act.text)
		t.drop(false)
		return false
	case actStall:
		t.waitAnswered()
		t.silence()
		return false
	case actLate:
		t.startLate(act, verb)
		return t.keepLate(verb, line)
	case actCutCommand:
		t.waitAnswered()
		t.cutCommand(act.n, line)
		t.drop(act.reset)
		return false
	case actDrop:
		t.waitAnswered()
		if act.when == AfterCommand {
			t.pass(&command{tag: tag, verb: verb}, line)
			t.toServer.Flush()
		}
		t.drop(act.reset)
		return false
	case actNothing, actMute, actCutLiteral, actInject, actRewrite: // these leave the command alone
	}
	switch {
	case verb == "STARTTLS" && t.srv.opts.startTLS != nil && !t.secure:
		return t.startTLS(tag)
	case verb == "COMPRESS":
		return t.compress(tag)
	}
	c := &command{tag: tag, verb: verb, actions: onResponse}
	if !t.pass(c, line) {
		return false
	}
	for _, a := range onResponse {
		if a.kind == actDrop || a.kind == actMute {
			// Nothing behind this command is passed on.
			t.toServer.Flush()
			t.waitDropped()
			return false
		}
	}
	return true
}

// pass gives a command to the server, literals included.
func (t *tap) pass(c *command, line []byte) bool {
	t.mu.Lock()
	t.inFlight = append(t.inFlight, c)
	t.unread++
	goAheads := t.goAheads
	t.mu.Unlock()
	for {
		t.toServer.Write(line)
		n, nonSync, ok := literalAtEnd(line)
		if !ok {
			return true
		}
		if !nonSync {
			t.toServer.Flush()
			if !t.waitGoAhead(c, goAheads) {
				return true // refused: the client goes on with another command
			}
			goAheads++
			t.srv.counter.update(func(c *Counts) { c.Turns++ })
		}
		if _, err := io.CopyN(onlyWriter{t.toServer}, t.fromClient, n); err != nil {
			return false
		}
		var err error
		if line, err = t.fromClient.ReadBytes('\n'); err != nil {
			t.toServer.Write(line)
			return false
		}
	}
}

// waitGoAhead waits for the server's leave to send a literal; false when the command was answered.
func (t *tap) waitGoAhead(c *command, before int) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for t.goAheads == before && !t.serverEnd {
		answered := true
		for _, other := range t.inFlight {
			answered = answered && other != c
		}
		if answered {
			return false
		}
		t.changed.Wait()
	}
	return !t.serverEnd
}

// waitAnswered waits until the server has answered all commands.
func (t *tap) waitAnswered() {
	t.toServer.Flush()
	t.mu.Lock()
	for len(t.inFlight) > 0 && !t.serverEnd && !t.dropped {
		t.changed.Wait()
	}
	t.mu.Unlock()
	t.flushClient()
}

func (t *tap) waitDropped() {
	t.mu.Lock()
	for !t.dropped && !t.serverEnd {
		t.changed.Wait()
	}
	t.mu.Unlock()
}

// swallow reads the rest of a command that is not passed on. Where the client awaits leave to send
// a literal the command ends.
func (t *tap) swallow(line []byte) {
	for {
		n, nonSync, ok := literalAtEnd(line)
		if !ok || !nonSync {
			return
		}
		if _, err := io.CopyN(io.Discard, t.fromClient, n); err != nil {
			return
		}
		var err error
		if line, err = t.fromClient.ReadBytes('\n'); err != nil {
			return
		}
	}
}

// cutCommand passes the command on up to n octets of its first literal.
func (t *tap) cutCommand(n int64, line []byte) {
	t.toServer.Write(line)
	t.toServer.Flush()
	size, nonSync, ok := literalAtEnd(line)
	if !ok {
		return
	}
	if !nonSync {
		t.say("+ OK")
	}
	io.CopyN(onlyWriter{t.toServer}, t.fromClient, min(n, size))
	t.toServer.Flush()
}

func (t *tap) startTLS(tag string) bool {
	t.waitAnswered()
	t.say(tag + " OK Begin TLS negotiation now")
	if t.encrypt(t.srv.opts.startTLS) != nil {
		return false
	}
	// What came in clear text behind the command is forgotten.
	t.readClient(t.client)
	return true
}

func (t *tap) compress(tag string) bool {
	t.waitAnswered()
	if _, ok := t.client.(*deflateConn); ok || !t.srv.opts.compress {
		t.say(tag + " NO COMPRESS is not possible here")
		return true
	}
	t.say(tag + " OK DEFLATE active")
	ahead, err := t.fromClient.Peek(t.fromClient.Buffered())
	if err != nil {
		return false
	}
	w, err := flate.NewWriter(t.client, flate.BestSpeed)
	if err != nil {
		return false
	}
	r := flate.NewReader(io.MultiReader(bytes.NewReader(bytes.Clone(ahead)), t.client))
	t.client = &deflateConn{t.client, r, w}
	t.down.redirect(t.client)
	t.readClient(t.client)
	return true
}

// lateStore is a LateStore action at work.
type lateStore struct {
	verb      string
	left, now int64
	delay     time.Duration
	kept      bytes.Buffer
}

func (t *tap) startLate(a Action, verb string) {
	t.waitAnswered()
	t.hush()
	t.late = &lateStore{verb: verb, left: a.k, now: a.n, delay: a.delay}
}

// keepLate takes a command without letting the client know its answer.
func (t *tap) keepLate(verb string, line []byte) bool {
	l := t.late
	var whole bytes.Buffer
	for {
		whole.Write(line)
		n, nonSync, ok := literalAtEnd(line)
		if !ok {
			break
		}
		if !nonSync {
			t.say("+ OK")
		}
		if _, err := io.CopyN(&whole, t.fromClient, n); err != nil {
			return false
		}
		var err error
		if line, err = t.fromClient.ReadBytes('\n'); err != nil {
			return false
		}
	}
	if l.now > 0 {
		t.toServer.Write(whole.Bytes())
		t.toServer.Flush()
	} else {
		l.kept.Write(whole.Bytes())
	}
	if verb == l.verb {
		l.now--
		l.left--
	}
	if l.left > 0 {
		return true
	}
	t.drop(false)
	return false
}

// endLate passes on what a LateStore has kept, when its time has come.
func (t *tap) endLate() {
	if t.late == nil {
		return
	}
	if t.late.delay > 0 {
		timer := time.NewTimer(t.late.delay)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-t.srv.closing:
		}
	}
	t.toServer.Write(t.late.kept.Bytes())
	t.toServer.Flush()
	t.late = nil
}
