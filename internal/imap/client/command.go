package client

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"imapsync/internal/imap"
	"imapsync/internal/imap/wire"
)

// inflight is a command that was registered and has no answer yet.
type inflight interface {
	base() *command
	// completed gets the code of the tagged OK, on the reading goroutine. Its error becomes the
	// command's.
	completed(code string) error
}

// command is what all commands share. err and the results of the embedding types belong to the
// reading goroutine until done is closed.
type command struct {
	c    *Conn
	verb string
	tag  string
	done chan struct{}
	err  error
	cont chan string // continuations, while this command waits for one
	// under is the SELECT before this command, whose failure makes what comes void.
	under *SelectCmd
	// asking is the token that this command holds, if any.
	asking chan struct{}
	// upgrade changes the layers of the connection after the tagged OK, before anything is read.
	upgrade func() error
}

func (c *Conn) newCommand(verb string) command {
	return command{c: c, verb: verb, done: make(chan struct{})}
}

func (m *command) base() *command         { return m }
func (m *command) completed(string) error { return nil }

// wait blocks until the command has its result. When ctx ends first the connection is closed, since
// a command cannot be taken back; the result is awaited all the same, so that no handler of this
// command runs after wait has returned.
func (m *command) wait(ctx context.Context) error {
	select {
	case <-m.done:
	default:
		select {
		case <-m.done:
		case <-ctx.Done():
			m.c.fail(ctx.Err())
			<-m.done
		}
	}
	if e := (*imap.Error)(nil); ctx.Err() != nil && errors.As(m.err, &e) && e.Reply == imap.ReplyLost {
		return lost(m.verb, ctx.Err())
	}
	return m.err
}

// void reports whether the mailbox this command was meant for could not be selected. Some servers
// keep the former one selected then, and its answers must not be taken for those of another mailbox.
func (m *command) void() bool { return m.under != nil && m.under.refused }

// Cmd is a command whose answer carries no data.
type Cmd struct{ command }

// Wait blocks until the tagged answer. Its error is an *imap.Error.
func (m *Cmd) Wait(ctx context.Context) error { return m.wait(ctx) }

// issue sends a command. It returns when the last octet is handed over, or with m finished.
func (c *Conn) issue(ctx context.Context, m inflight, e *wire.Encoder) {
	if !c.begin(ctx, m) {
		return
	}
	defer c.release()
	defer c.closeWhenDone(ctx)()
	if c.sendParts(ctx, m.base(), e, true) {
		c.finishLine()
	}
}

// apart are the commands whose answers begin with a word of their own, by that word.
var apart = map[string]string{"CAPABILITY": "CAPABILITY", "ENABLE": "ENABLED", "NAMESPACE": "NAMESPACE", "ID": "ID",
	"GETQUOTAROOT": "QUOTA", "LIST": "LIST", "XLIST": "LIST", "LSUB": "LSUB"}

func newAsking() map[string]chan struct{} {
	tokens := map[string]chan struct{}{"": make(chan struct{}, 1)}
	for _, word := range apart {
		tokens[word] = make(chan struct{}, 1)
	}
	return tokens
}

// issueAlone is issue for commands whose untagged answers name no command: of those with the same
// word only one is in flight at a time, since a server may hold tagged answers back (Dovecot does, when
// more commands wait) and the data of two would run together.
func (c *Conn) issueAlone(ctx context.Context, m inflight, e *wire.Encoder) {
	token := c.asking[apart[m.base().verb]]
	select {
	case token <- struct{}{}:
		m.base().asking = token
	case <-ctx.Done():
	case <-c.ended:
	}
	c.issue(ctx, m, e)
}

// simple sends a command without data of its own.
func (c *Conn) simple(verb string, args func(e *wire.Encoder)) *Cmd {
	m := &Cmd{c.newCommand(verb)}
	e := c.newEncoder().Raw(verb)
	if args != nil {
		args(e.Raw(" "))
	}
	c.issue(context.Background(), m, e)
	return m
}

// begin takes the write lock and registers m. false: m has failed and the lock is free.
func (c *Conn) begin(ctx context.Context, m inflight) bool {
	select {
	case c.writer <- struct{}{}:
	case <-ctx.Done():
		c.fail(ctx.Err())
		finish(m, lost(m.base().verb, ctx.Err()))
		return false
	}
	if !c.register(m) {
		c.release()
		return false
	}
	return true
}

func (c *Conn) release() { <-c.writer }

// register gives m its tag and puts it in flight. On a dead connection m fails at once.
func (c *Conn) register(m inflight) bool {
	b := m.base()
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.dead(b.verb); err != nil {
		finish(m, err)
		return false
	}
	c.lastTag++
	b.tag = "A" + strconv.FormatUint(c.lastTag, 10)
	b.under = c.lastSel
	if sel, ok := m.(*SelectCmd); ok {
		c.lastSel = sel
	}
	if len(c.flight) == 0 {
		c.track.touch() // the time without commands is nobody's delay
	}
	c.flight = append(c.flight, m)
	c.watch()
	return true
}

// closeWhenDone ends the connection when ctx ends during a write. The returned function stops that.
func (c *Conn) closeWhenDone(ctx context.Context) func() bool {
	if ctx.Done() == nil {
		return func() bool { return true }
	}
	return context.AfterFunc(ctx, func() { c.fail(ctx.Err()) })
}

// sendParts writes what e holds, waiting for consent where a literal needs it. first adds the tag.
// false: the command is over, or the connection is.
func (c *Conn) sendParts(ctx context.Context, m *command, e *wire.Encoder, first bool) bool {
	tag := ""
	if first {
		tag = m.tag + " "
	}
	c.traceSent(tag, e)
	_, _ = c.out.WriteString(tag) // errors are kept by the buffer until Flush
	from := 0
	for _, stop := range e.Stops() {
		if !c.askConsent(ctx, m, e.Bytes()[from:stop]) {
			return false
		}
		from = stop
	}
	_, _ = c.out.Write(e.Bytes()[from:])
	return true
}

// askConsent writes the part of a command that ends in a synchronising literal's announcement and
// waits for the continuation. false: the server answered the command instead, or the connection is
// over.
func (c *Conn) askConsent(ctx context.Context, m *command, part []byte) bool {
	_, _ = c.out.Write(part)
	c.expect(m)
	if !c.flush() {
		return false
	}
	_, ok := c.continuation(ctx, m)
	return ok
}

// expect makes m the receiver of the next continuation. It is called before the octets that provoke
// it are flushed.
func (c *Conn) expect(m *command) {
	c.mu.Lock()
	defer c.mu.Unlock()
	m.cont = make(chan string, 1)
	c.waiter = m
}

func (c *Conn) continuation(ctx context.Context, m *command) (text string, ok bool) {
	select {
	case text = <-m.cont:
		return text, true
	case <-m.done:
	case <-ctx.Done():
		c.fail(ctx.Err())
		<-m.done
	}
	c.mu.Lock()
	c.waiter = nil
	c.mu.Unlock()
	return "", false
}

// finishLine ends a command line and flushes it.
func (c *Conn) finishLine() bool {
	_, _ = c.out.WriteString("\r\n")
	return c.flush()
}

// flush reports whether all that was written is handed to the socket.
func (c *Conn) flush() bool {
	if err := c.out.Flush(); err != nil {
		c.failSoon(err)
		return false
	}
	return true
}

// oldest finds the first command in flight of type T, passing over those that skip says.
func oldest[T inflight](c *Conn, skip func(T) bool) (found T, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, m := range c.flight {
		if t, is := m.(T); is && (skip == nil || !skip(t)) {
			return t, true
		}
	}
	return found, false
}

// take removes the command with this tag from those in flight; nil when there is none.
func (c *Conn) take(tag string) inflight {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := slices.IndexFunc(c.flight, func(m inflight) bool { return m.base().tag == tag })
	if i < 0 {
		return nil
	}
	m := c.flight[i]
	c.flight = slices.Delete(c.flight, i, i+1)
	return m
}

// finish gives a command its result.
func finish(m inflight, err error) {
	b := m.base()
	b.err = err
	if b.asking != nil {
		<-b.asking
	}
	close(b.done)
}
