package imaptest

import (
	"bufio"
	"crypto/tls"
	"io"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/flate"
)

const tapBuffer = 64 << 10

// tap stands between one client connection and the server. Its upstream goroutine reads commands,
// its downstream goroutine reads responses; both may write to the client.
type tap struct {
	srv    *Server
	socket net.Conn // the accepted connection
	client net.Conn // with its layers
	server serverConn
	secure bool

	fromClient *bufio.Reader
	fromServer *bufio.Reader
	up, down   *link
	toServer   *bufio.Writer

	out      sync.Mutex // held for one whole response to the client; protects toClient, answered
	toClient *bufio.Writer
	answered []func() // to be called when what is in toClient has been delivered
	inside   bool     // downstream, which alone uses this, holds out

	mu        sync.Mutex // protects what follows
	changed   sync.Cond
	inFlight  []*command // passed on, not answered; in order
	unread    int        // commands whose answer is not delivered to the client yet
	goAheads  int        // continuation requests seen from the server
	hushed    bool       // the server's responses do not reach the client
	dropped   bool       // the client's commands do not reach the server either
	serverEnd bool

	late *lateStore // a LateStore at work; upstream's own
}

// serverConn is a connection to the server, in memory or by TCP.
type serverConn interface {
	net.Conn
	CloseWrite() error
}

// command is a command that was passed on.
type command struct {
	tag, verb string
	actions   []Action // on its responses
	responses int
	literals  int
}

func newTap(s *Server, socket net.Conn, server serverConn) *tap {
	t := &tap{srv: s, socket: socket, client: socket, server: server}
	t.changed.L = &t.mu
	t.up = newLink(server, s.opts.latency, s.opts.rate)
	t.down = newLink(socket, s.opts.latency, s.opts.rate)
	t.fromServer = bufio.NewReaderSize(beforeRead{server, t.flushForServer}, tapBuffer)
	t.toServer = bufio.NewWriterSize(sender{t.up}, tapBuffer)
	t.toClient = bufio.NewWriterSize(sender{t.down}, tapBuffer)
	return t
}

type sender struct{ l *link }

func (s sender) Write(p []byte) (int, error) { return len(p), s.l.send(p) }

// beforeRead does something when reading is about to wait, so that everything read before has been
// sent on in as few pieces as possible.
type beforeRead struct {
	net.Conn
	f func() error
}

func (b beforeRead) Read(p []byte) (int, error) {
	if err := b.f(); err != nil {
		return 0, err
	}
	return b.Conn.Read(p)
}

// onlyWriter hides that a bufio.Writer can read by itself into its buffer: reading flushes it here,
// which then moves what is being read.
type onlyWriter struct{ io.Writer }

// countingConn counts the octets from the client.
type countingConn struct {
	net.Conn
	c *counter
}

func (c countingConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.c.update(func(s *Counts) { s.Received += int64(n) })
	return n, err
}

// run carries one connection until both ends are done.
func (t *tap) run() {
	defer t.socket.Close()
	if cfg := t.srv.opts.implicitTLS; cfg != nil {
		if err := t.encrypt(cfg); err != nil {
			t.server.Close()
			t.up.close(true)
			t.down.close(true)
			return
		}
	}
	t.readClient(t.client)
	t.connect()
	var downstream sync.WaitGroup
	downstream.Go(t.downstream)
	t.upstream()
	t.toServer.Flush()
	t.up.drain()
	t.server.CloseWrite()
	downstream.Wait()
	t.up.close(false)
	t.down.close(false)
	t.server.Close()
}

// readClient makes c the source of commands. Commands are flushed to the server before waiting.
func (t *tap) readClient(c net.Conn) {
	t.fromClient = bufio.NewReaderSize(beforeRead{countingConn{c, t.srv.counter}, t.toServer.Flush}, tapBuffer)
}

func (t *tap) encrypt(cfg *tls.Config) error {
	c := tls.Server(t.client, cfg)
	if err := c.Handshake(); err != nil {
		return err
	}
	t.client, t.secure = c, true
	t.down.redirect(c)
	if p, ok := t.server.(*pipeConn); ok {
		p.secure.Store(true)
	}
	return nil
}

// deflateConn is a connection after COMPRESS.
type deflateConn struct {
	net.Conn
	r interface{ Read([]byte) (int, error) }
	w *flate.Writer
}

func (d *deflateConn) Read(p []byte) (int, error) { return d.r.Read(p) }

func (d *deflateConn) Write(p []byte) (int, error) {
	n, err := d.w.Write(p)
	if err == nil {
		err = d.w.Flush()
	}
	return n, err
}

// CloseWrite ends the direction to the client.
func (d *deflateConn) CloseWrite() error { return closeWrite(d.Conn) }

func closeWrite(c net.Conn) error {
	if w, ok := c.(interface{ CloseWrite() error }); ok {
		return w.CloseWrite()
	}
	return c.Close()
}

// connect carries out the rules about the connection itself.
func (t *tap) connect() {
	for _, a := range t.srv.script.match(Connect, "") {
		switch a.kind {
		case actDrop:
			t.drop(a.reset)
		case actBye:
			t.say("* BYE " + a.text)
			t.drop(false)
		case actStall, actMute:
			t.silence()
		case actInject:
			t.say(a.text)
		case actNothing, actCutCommand, actReply, actLate, actCutLiteral, actRewrite:
			// there is no command yet
		}
	}
}

// say writes a line to the client.
func (t *tap) say(line string) {
	t.out.Lock()
	t.toClient.WriteString(line + "\r\n")
	t.out.Unlock()
	t.flushClient()
}

// flushClient sends what is written for the client on its way.
func (t *tap) flushClient() error {
	t.out.Lock()
	defer t.out.Unlock()
	t.flushLocked()
	return nil
}

// flushForServer sends what is written on its way before downstream waits for the server, also in the
// middle of a response.
func (t *tap) flushForServer() error {
	if !t.inside {
		return t.flushClient()
	}
	t.flushLocked()
	return nil
}

// flushLocked is flushClient with out held. That the client has gone is no error: the server's
// answers are read to their end all the same.
func (t *tap) flushLocked() {
	if len(t.answered) > 0 {
		t.down.send(nil, t.answered...)
		t.answered = nil
	}
	t.toClient.Flush()
}

func (t *tap) isDropped() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.dropped
}

// hush keeps the server's responses from the client from now on.
func (t *tap) hush() {
	t.flushClient()
	t.mu.Lock()
	t.hushed = true
	t.changed.Broadcast()
	t.mu.Unlock()
}

// silence lets nothing more through in either direction; the connection stays open.
func (t *tap) silence() {
	t.hush()
	t.mu.Lock()
	t.dropped = true
	t.changed.Broadcast()
	t.mu.Unlock()
}

// drop ends the connection to the client after what was sent to it. Unless with a reset, the client's
// octets are still read (and ignored), or the client's system would reset the connection and lose
// what the client has not read yet.
func (t *tap) drop(reset bool) {
	t.silence()
	t.down.drain()
	tcp, ok := t.socket.(*net.TCPConn)
	if reset && ok {
		tcp.SetLinger(0)
		t.socket.Close()
		return
	}
	// A client that does not read must not keep the end of its connection from being noted.
	t.client.SetWriteDeadline(time.Now().Add(time.Second))
	if t.client != t.socket {
		closeWrite(t.client)
	}
	closeWrite(t.socket)
}

// literalAtEnd gives the size of the literal that a line announces.
func literalAtEnd(line []byte) (n int64, nonSync, ok bool) {
	s := strings.TrimRight(string(line[max(0, len(line)-40):]), "\r\n")
	i := strings.LastIndexByte(s, '{')
	if i < 0 || !strings.HasSuffix(s, "}") {
		return 0, false, false
	}
	digits, nonSync := strings.CutSuffix(s[i+1:len(s)-1], "+")
	if digits == "" {
		return 0, false, false
	}
	for _, c := range digits {
		if c < '0' || c > '9' || n > 1<<50 {
			return 0, false, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, nonSync, true
}
