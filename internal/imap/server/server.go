package server

import (
	"errors"
	"net"
	"sync"
)

// Server serves connections until Close. Its methods may be called concurrently.
type Server struct {
	cfg Config

	mu        sync.Mutex // protects what follows
	closed    bool
	listeners map[net.Listener]struct{}
	conns     map[net.Conn]struct{}
	running   sync.WaitGroup
}

// New makes a server. cfg.Store must be set.
func New(cfg Config) *Server {
	return &Server{
		cfg:       cfg.withDefaults(),
		listeners: map[net.Listener]struct{}{},
		conns:     map[net.Conn]struct{}{},
	}
}

// Serve accepts connections of l until Close, which makes it return net.ErrClosed, or until
// accepting fails.
func (s *Server) Serve(l net.Listener) error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		l.Close()
		return net.ErrClosed
	}
	s.listeners[l] = struct{}{}
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.listeners, l)
		s.mu.Unlock()
		l.Close()
	}()
	for {
		nc, err := l.Accept()
		if err != nil {
			s.mu.Lock()
			closed := s.closed
			s.mu.Unlock()
			if closed {
				return net.ErrClosed
			}
			return err
		}
		if !s.enter(nc) {
			nc.Close()
			return net.ErrClosed
		}
		go s.run(nc)
	}
}

// ServeConn serves one connection and returns when it has ended; it closes nc. A connection with
// a method Encrypted() bool is asked whether a password may travel on it; a *tls.Conn may always.
func (s *Server) ServeConn(nc net.Conn) {
	if !s.enter(nc) {
		nc.Close()
		return
	}
	s.run(nc)
}

func (s *Server) enter(nc net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.conns[nc] = struct{}{}
	s.running.Add(1)
	return true
}

func (s *Server) run(nc net.Conn) {
	defer s.running.Done()
	defer func() {
		nc.Close()
		s.mu.Lock()
		delete(s.conns, nc)
		s.mu.Unlock()
	}()
	s.mu.Lock()
	full := s.cfg.MaxSessions > 0 && len(s.conns) > s.cfg.MaxSessions
	s.mu.Unlock()
	newSession(s, nc).serve(full)
}

// Close ends all listeners and connections and waits until their goroutines are done.
func (s *Server) Close() error {
	s.mu.Lock()
	s.closed = true
	var errs []error
	for l := range s.listeners {
		errs = append(errs, l.Close())
	}
	for nc := range s.conns {
		nc.Close()
	}
	s.mu.Unlock()
	s.running.Wait()
	return errors.Join(errs...)
}
