package server

import (
	"crypto/tls"
	"errors"
	"net"

	"imapsync/internal/imap"
)

// session is one connection. Only its own goroutine touches it.
type session struct {
	*transport
	srv        *Server
	p          *parser
	compressed bool
	condStore  bool // the client has shown that it knows CONDSTORE (RFC 7162 section 3.1)
	account    Account
	user       string // who signed in
	view       *view  // nil while no mailbox is selected
	ended      bool   // after LOGOUT or BYE
	scratch    []byte
}

// command is the command being carried out.
type command struct {
	tag, verb string
	uid       bool   // UID FETCH and the like
	code      string // response code of the final OK
	text      string // text of the final OK
}

func newSession(srv *Server, nc net.Conn) *session {
	s := &session{transport: newTransport(nc, srv.cfg.Timeout), srv: srv, scratch: make([]byte, 0, 512)}
	s.p = &parser{proceed: s.proceed}
	switch {
	case s.has(imap.CapLiteralPlus):
		s.p.nonSync = anyLiteral
	case s.has(imap.CapLiteralMinus):
		s.p.nonSync = maxLiteralLow
	}
	return s
}

func (s *session) proceed() error {
	s.bw.WriteString("+ OK\r\n")
	return s.flush()
}

// encrypted reports whether nobody on the way can read along.
func (s *session) encrypted() bool {
	switch c := s.conn.(type) {
	case *tls.Conn:
		return true
	case interface{ Encrypted() bool }:
		return c.Encrypted()
	}
	return false
}

// serve runs the session until the client leaves, the connection fails or the server closes it.
func (s *session) serve(full bool) {
	defer s.unselect()
	if full {
		s.line("BYE [LIMIT] Too many connections")
		s.flush()
		return
	}
	if err := s.greet(); err != nil {
		s.line("BYE ", err.Error())
		s.flush()
		return
	}
	for !s.ended {
		s.p.br = s.br
		s.p.begin()
		if err := s.command(); err != nil {
			break
		}
	}
	s.flush()
}

func (s *session) greet() error {
	cond := "OK"
	if user := s.srv.cfg.Preauth; user != "" {
		account, err := s.srv.cfg.Store.Open(user)
		if err != nil {
			return err
		}
		s.account, cond = account, "PREAUTH"
	}
	s.line(cond, " [CAPABILITY ", s.capabilities(), "] ", s.srv.cfg.Greeting)
	return nil
}

// command reads and answers one command. An error means that the connection is of no more use.
func (s *session) command() error {
	c := &command{tag: s.p.tag()}
	s.p.sp()
	c.verb = s.p.keyword()
	h, known := handlers[c.verb]
	if known && c.verb == "UID" {
		s.p.sp()
		c.verb, c.uid = s.p.keyword(), true
		h, known = uidHandlers[c.verb]
	}
	err := s.p.err
	switch {
	case err != nil:
	case !known || h.needs != "" && !s.has(h.needs):
		err = syntaxError("Unknown command " + c.verb)
	case h.state == notLoggedIn && s.account != nil:
		err = syntaxError("Already logged in")
	case h.state >= loggedIn && s.account == nil:
		err = syntaxError("Please log in first")
	case h.state == selected && s.view == nil:
		err = syntaxError("No mailbox selected")
	default:
		err = h.run(s, c)
	}
	return s.answer(c, err)
}

// answer writes the final line of a command whose work ended with err.
func (s *session) answer(c *command, err error) error {
	var refusal *Refusal
	var syntax syntaxError
	switch {
	case err == nil && c.tag == "":
		return nil // the handler has answered
	case err == nil:
		if s.view != nil {
			err = s.update(c)
		}
		if err != nil {
			s.line("BYE ", err.Error())
			return err
		}
		if c.text == "" {
			c.text = c.verb + " completed"
		}
		s.tagged(c.tag, "OK", c.code, c.text)
		return nil
	case errors.As(err, &syntax):
		if skipErr := s.p.skip(); skipErr != nil {
			return skipErr
		}
		if c.tag == "" {
			c.tag = "*"
		}
		s.tagged(c.tag, "BAD", "", syntax.Error())
		return nil
	case errors.As(err, &refusal):
		if skipErr := s.p.skip(); skipErr != nil {
			return skipErr
		}
		s.tagged(c.tag, "NO", refusal.Code, refusal.Text)
		return nil
	}
	return err
}

// bye ends the session after this command.
func (s *session) bye(text string) {
	s.line("BYE ", text)
	s.ended = true
}
