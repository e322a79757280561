package client

import (
	"context"
	"crypto/tls"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"imapsync/internal/imap"
	"imapsync/internal/imap/wire"
)

// grace is how long a connection that is about to end is still read, so that the server's last words
// are heard.
const grace = time.Second

// Config says how a connection behaves. The zero value is usable.
type Config struct {
	// Timeout is the progress deadline: with commands in flight and no octet read or written for
	// this long the connection counts as lost. Time spent in a FetchHandler or in the Body of an
	// AppendMessage does not count. 0: none.
	Timeout time.Duration
	// Trace gets every protocol line without CRLF. Secrets are replaced before they get there and
	// literals are shown as {N} only. It is called from several goroutines, one at a time.
	Trace func(sent bool, line string)
	// OnAlert gets the text of each [ALERT], which RFC 9051 wants shown to the user. It is called
	// on the reading goroutine.
	OnAlert func(text string)
}

// Conn is a connection to one IMAP server. All methods may be called concurrently.
type Conn struct {
	cfg    Config
	nc     net.Conn // as given to New
	track  *trackedConn
	dec    *wire.Decoder // owned by the reading goroutine
	writer chan struct{} // holds one token while somebody writes; guards out
	out    *output
	asking map[string]chan struct{} // by word, one token while an answer that names no command is awaited
	ended  chan struct{}            // closed when the reading goroutine has ended

	// The FETCH response being read; owned by the reading goroutine.
	routes   []*FetchCmd
	cur      *imap.Message
	curFetch *FetchCmd
	bodyFunc wire.BodyFunc

	sourcing atomic.Int32 // writers waiting for the Body of an AppendMessage
	private  atomic.Bool  // a SASL exchange is going on
	traceMu  sync.Mutex   // serialises cfg.Trace

	mu        sync.Mutex // guards what follows
	flight    []inflight // commands without an answer, oldest first
	lastTag   uint64
	watching  bool // the watchdog's timer runs
	watchdog  *time.Timer
	sticky    *imap.Error // why the connection is of no more use
	soft      bool        // sticky may give way to the server's own reason
	greeting  Greeting
	caps      imap.Caps
	freshCaps bool       // caps were told since the last sign-in was sent
	secrets   []string   // never to be shown
	waiter    *command   // waits for a continuation
	lastSel   *SelectCmd // the last SELECT sent, answered or not
	selected  bool
	exists    uint32
}

// New takes nc over and waits for the greeting. A BYE or NO greeting, another protocol, a closed or
// silent connection is an *imap.Error; nc is closed then.
func New(ctx context.Context, nc net.Conn, cfg Config) (*Conn, error) {
	c := &Conn{cfg: cfg, nc: nc, writer: make(chan struct{}, 1), asking: newAsking(),
		ended: make(chan struct{})}
	c.bodyFunc = c.deliverBody
	c.track = newTrackedConn(nc)
	c.out = newOutput(c.track)
	c.dec = c.newDecoder(c.track)
	greeting := &greetingCmd{command: c.newCommand("greeting")}
	c.register(greeting)
	go c.read()
	if err := greeting.wait(ctx); err != nil {
		_ = c.Close()
		<-c.ended
		return nil, err
	}
	return c, nil
}

// Greeting is the server's first line.
func (c *Conn) Greeting() Greeting {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.greeting
}

// Caps is the list known now, from the greeting, a response code or a CAPABILITY answer. It is nil
// when nothing that still holds is known: after STARTTLS, and after a sign-in that did not tell.
func (c *Conn) Caps() imap.Caps {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.caps)
}

// NetConn is the connection given to New, for its addresses.
func (c *Conn) NetConn() net.Conn { return c.nc }

// Err is nil while commands can be sent, and then the *imap.Error that all commands fail with.
func (c *Conn) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sticky == nil {
		return nil
	}
	return c.sticky
}

// Done is closed when the connection has ended and every command has its result.
func (c *Conn) Done() <-chan struct{} { return c.ended }

// Exists is the number of messages of the selected mailbox, corrected by all EXISTS, EXPUNGE and
// VANISHED seen since. It is 0 when no mailbox is selected.
func (c *Conn) Exists() uint32 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.exists
}

// Close ends the connection at once, without LOGOUT; commands in flight fail. It does not wait for
// handlers that still run. Closing twice is no error.
func (c *Conn) Close() error {
	c.fail(net.ErrClosed)
	return nil
}

// fail ends the connection for a reason of our own. The reading goroutine then gives every command
// in flight its error.
func (c *Conn) fail(cause error) {
	c.mu.Lock()
	if c.sticky == nil || c.soft {
		c.sticky = lost("", cause)
		c.soft = false
	}
	c.mu.Unlock()
	c.closeSocket()
}

// failSoon refuses new commands because writing is no longer possible, and goes on reading for a
// moment: the server may have said BYE before it closed.
func (c *Conn) failSoon(cause error) {
	c.mu.Lock()
	if c.sticky == nil {
		c.sticky = lost("", cause)
		c.soft = true
	}
	c.mu.Unlock()
	time.AfterFunc(grace, c.closeSocket)
}

// sayBye remembers the server's farewell as the reason for what follows.
func (c *Conn) sayBye(err *imap.Error) {
	c.mu.Lock()
	if c.sticky == nil || c.soft {
		c.sticky = err
		c.soft = false
	}
	c.mu.Unlock()
	time.AfterFunc(grace, c.closeSocket)
}

// closeSocket closes the lowest layer known, because closing a TLS layer may wait for a stalled peer.
func (c *Conn) closeSocket() {
	if t, ok := c.nc.(*tls.Conn); ok {
		_ = t.NetConn().Close()
		return
	}
	_ = c.nc.Close()
}

// lost makes the error of a command whose connection ended.
func lost(verb string, cause error) *imap.Error {
	return &imap.Error{Command: verb, Reply: imap.ReplyLost, Kind: imap.KindLost, Err: cause}
}

// dead is the sticky error under a command's own name; nil while the connection is usable. c.mu is
// held.
func (c *Conn) dead(verb string) error {
	if c.sticky == nil {
		return nil
	}
	e := *c.sticky
	e.Command = verb
	return &e
}

func (c *Conn) newEncoder() *wire.Encoder {
	return &wire.Encoder{NonSync: c.nonSync(), Trace: c.cfg.Trace != nil}
}

// nonSync is the size up to which literals need no consent (RFC 7888). An unknown list of
// capabilities promises nothing.
func (c *Conn) nonSync() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.caps.Has(imap.CapLiteralPlus):
		return NonSyncMax
	case c.caps.Has(imap.CapLiteralMinus):
		return literalMinusMax
	}
	return 0
}
