package imaptest

import (
	"crypto/tls"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"imapsync/internal/imap"
	"imapsync/internal/imap/server"
)

// User and Password of the account that every server has.
const (
	User     = "user"
	Password = "secret"
)

// Server is a running test server. Its methods may be called concurrently.
type Server struct {
	// Addr is host:port on loopback.
	Addr string
	// Account is User's account, as the server stores it; Store holds it and can take more users.
	// Both are nil with Front.
	Account *server.MemoryAccount
	Store   *server.Memory
	// Gmail is User's account when the server is dressed by Gmail, nil else.
	Gmail *GmailAccount

	opts     options
	imap     *server.Server
	script   script
	counter  *counter
	listener net.Listener
	closing  chan struct{}
	taps     sync.WaitGroup

	mu     sync.Mutex // protects what follows
	conns  map[net.Conn]struct{}
	left   sync.Cond // a connection has ended
	closed bool
}

type options struct {
	config      server.Config
	without     []imap.Capability
	implicitTLS *tls.Config
	startTLS    *tls.Config
	compress    bool
	latency     time.Duration
	rate        int64
	front       string
	gmail       bool
	admin       bool
	rules       []Rule
}

// Option dresses a server.
type Option func(*options)

// Config sets the configuration of the IMAP server: prefix, separator, capabilities and so on. Its
// Store and TLS are set by Start.
func Config(c server.Config) Option { return func(o *options) { o.config = c } }

// Without switches capabilities off, LITERAL+ for instance.
func Without(c ...imap.Capability) Option {
	return func(o *options) { o.without = append(o.without, c...) }
}

// TLS makes connections begin with TLS.
func TLS(c *tls.Config) Option { return func(o *options) { o.implicitTLS = c } }

// StartTLS makes STARTTLS work.
func StartTLS(c *tls.Config) Option { return func(o *options) { o.startTLS = c } }

// Latency delays every octet, in each direction.
func Latency(d time.Duration) Option { return func(o *options) { o.latency = d } }

// Rate limits the octets per second, in each direction.
func Rate(octets int64) Option { return func(o *options) { o.rate = octets } }

// Front sets the tap before a real server that speaks clear text at addr.
func Front(addr string) Option { return func(o *options) { o.front = addr } }

// Script gives rules from the start, for all of the server's life.
func Script(rules ...Rule) Option { return func(o *options) { o.rules = append(o.rules, rules...) } }

// Start runs a server on loopback until the test ends.
func Start(t testing.TB, opts ...Option) *Server {
	t.Helper()
	s := &Server{counter: &counter{}, closing: make(chan struct{}), conns: map[net.Conn]struct{}{}}
	s.left.L = &s.mu
	s.counter.reset()
	for _, o := range opts {
		o(&s.opts)
	}
	s.script.add(s.opts.rules)
	if s.opts.front == "" {
		s.startIMAP()
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("imaptest: %v", err)
	}
	s.listener, s.Addr = l, l.Addr().String()
	s.taps.Go(s.accept)
	t.Cleanup(s.close)
	return s
}

func (s *Server) startIMAP() {
	cfg := s.opts.config
	if cfg.Capabilities == nil {
		cfg.Capabilities = server.DefaultCapabilities()
	}
	cfg.Capabilities = server.Without(cfg.Capabilities, s.opts.without...)
	s.opts.compress = slices.Contains(cfg.Capabilities, imap.CapCompress)
	s.Store = server.NewMemory()
	s.Account = s.Store.AddUser(User, Password)
	if s.opts.admin {
		s.Store.AddUser(Admin, AdminPassword)
		s.Store.AddMaster(Admin, AdminPassword)
	}
	cfg.Store, cfg.TLS = s.Store, s.opts.startTLS
	if s.opts.gmail {
		s.Gmail = newGmailAccount(s.Account)
		cfg.Store = gmailStore{s.Store, s.Gmail}
	}
	s.imap = server.New(cfg)
}

func (s *Server) accept() {
	for {
		nc, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.conns[nc] = struct{}{}
		if s.closed {
			nc.Close()
		}
		s.mu.Unlock()
		s.taps.Go(func() {
			s.counter.connected(1)
			s.serve(nc)
			s.counter.connected(-1)
			s.mu.Lock()
			delete(s.conns, nc)
			s.left.Broadcast()
			s.mu.Unlock()
		})
	}
}

func (s *Server) serve(nc net.Conn) {
	if s.opts.front != "" {
		backend, err := net.Dial("tcp", s.opts.front)
		if err != nil {
			nc.Close()
			return
		}
		newTap(s, nc, backend.(*net.TCPConn)).run()
		return
	}
	inner, outer := newPipe()
	var session sync.WaitGroup
	session.Go(func() { s.imap.ServeConn(inner) })
	newTap(s, nc, outer).run()
	session.Wait()
}

// Rules adds rules to the script; they count commands from now on.
func (s *Server) Rules(rules ...Rule) { s.script.add(rules) }

// ClearRules empties the script.
func (s *Server) ClearRules() { s.script.clear() }

// Counts tells what the server has seen since the start or since ResetCounts.
func (s *Server) Counts() Counts { return s.counter.counts() }

// ResetCounts begins to count anew.
func (s *Server) ResetCounts() { s.counter.reset() }

// Disconnect ends all connections with a TCP reset.
func (s *Server) Disconnect() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for nc := range s.conns {
		if tcp, ok := nc.(*net.TCPConn); ok {
			tcp.SetLinger(0)
		}
		nc.Close()
	}
}

// Settle waits until no connection is left: the client has closed its ends and the server has done
// all it was given, late stores included.
func (s *Server) Settle() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.conns) > 0 {
		s.left.Wait()
	}
}

func (s *Server) close() {
	close(s.closing)
	s.listener.Close()
	s.mu.Lock()
	s.closed = true
	for nc := range s.conns {
		nc.Close()
	}
	s.mu.Unlock()
	if s.imap != nil {
		s.imap.Close()
	}
	s.taps.Wait()
}
