package server

import (
	"bytes"
	"encoding/base64"
	"strings"

	"github.com/xdg-go/scram"

	"imapsync/internal/imap"
)

func (s *session) capability(c *command) error {
	if err := s.p.end(); err != nil {
		return err
	}
	s.line("CAPABILITY ", s.capabilities())
	return nil
}

func (s *session) noop(*command) error { return s.p.end() }

func (s *session) logout(*command) error {
	if err := s.p.end(); err != nil {
		return err
	}
	s.bye("Logging out")
	s.unselect()
	return nil
}

func (s *session) id(*command) error {
	s.p.sp()
	if s.p.peek() == '(' {
		s.p.list(func() { s.p.nstring() })
	} else {
		s.p.nstring()
	}
	if err := s.p.end(); err != nil {
		return err
	}
	b := []byte("ID (")
	for i, v := range s.srv.cfg.ID {
		if i > 0 {
			b = append(b, ' ')
		}
		b = appendString(b, v)
	}
	s.raw(append(b, ')'))
	return nil
}

func (s *session) startTLSCommand(c *command) error {
	if err := s.p.end(); err != nil {
		return err
	}
	if !s.canStartTLS() {
		return syntaxError("STARTTLS is not possible here")
	}
	s.tagged(c.tag, "OK", "", "Begin TLS negotiation now")
	c.tag = ""
	return s.startTLS(s.srv.cfg.TLS)
}

func (s *session) compressCommand(c *command) error {
	s.p.sp()
	algorithm := s.p.keyword()
	if err := s.p.end(); err != nil {
		return err
	}
	if algorithm != "DEFLATE" {
		return syntaxError("Unknown compression " + algorithm)
	}
	if s.compressed {
		return &Refusal{"COMPRESSIONACTIVE", "Compression is active already"}
	}
	s.tagged(c.tag, "OK", "", "DEFLATE active")
	c.tag = ""
	s.compressed = true
	return s.compress()
}

func (s *session) enable(*command) error {
	enabled := ""
	for s.p.err == nil && s.p.peek() == ' ' {
		s.p.sp()
		if s.p.keyword() == string(imap.CapCondStore) && s.has(imap.CapCondStore) {
			s.condStore = true
			enabled = " CONDSTORE"
		}
	}
	if err := s.p.end(); err != nil {
		return err
	}
	s.line("ENABLED", enabled)
	return nil
}

func (s *session) login(c *command) error {
	s.p.sp()
	user := s.p.astring()
	s.p.sp()
	password := s.p.astring()
	if err := s.p.end(); err != nil {
		return err
	}
	return s.logIn(c, "", user, password)
}

func (s *session) logIn(c *command, as, user, password string) error {
	if !s.mayLogin() {
		return &Refusal{"PRIVACYREQUIRED", "Passwords are accepted over TLS only"}
	}
	account, err := s.srv.cfg.Store.Login(as, user, password)
	if err != nil {
		return err
	}
	s.account, s.user = account, user
	c.code, c.text = "CAPABILITY "+s.capabilities(), "Logged in"
	return nil
}

// authenticate does the mechanisms that the capabilities name: PLAIN (RFC 4616), LOGIN, and those of
// sasl.go.
func (s *session) authenticate(c *command) error {
	s.p.sp()
	mechanism := s.p.keyword()
	initial, given := "", false
	if s.p.peek() == ' ' && s.has(imap.CapSASLIR) {
		s.p.sp()
		initial, given = s.p.chars("a response", func(b byte) bool { return b > ' ' && b < 0x7f }), true
	}
	if err := s.p.end(); err != nil {
		return err
	}
	if !s.has(imap.Capability("AUTH=" + mechanism)) {
		return &Refusal{"", "Unsupported authentication mechanism"}
	}
	ask := func(challenge string) (string, error) {
		if given {
			given = false
			return decodeResponse(initial)
		}
		return s.challenge(challenge)
	}
	switch mechanism {
	case "PLAIN":
		return s.plain(c, ask)
	case "LOGIN":
		return s.loginMechanism(c, ask)
	case "CRAM-MD5":
		return s.cramMD5(c, ask)
	case "SCRAM-SHA-1":
		return s.scram(c, scram.SHA1, ask)
	case "SCRAM-SHA-256":
		return s.scram(c, scram.SHA256, ask)
	case "XOAUTH2", "OAUTHBEARER":
		return s.bearer(c, ask)
	}
	return &Refusal{"", "Unsupported authentication mechanism"}
}

func (s *session) plain(c *command, ask asker) error {
	response, err := ask("")
	if err != nil {
		return err
	}
	part := strings.Split(response, "\x00")
	if len(part) != 3 {
		return syntaxError("Invalid PLAIN response")
	}
	return s.logIn(c, part[0], part[1], part[2])
}

func (s *session) loginMechanism(c *command, ask asker) error {
	user, err := ask("Username:")
	if err != nil {
		return err
	}
	password, err := ask("Password:")
	if err != nil {
		return err
	}
	return s.logIn(c, "", user, password)
}

// challenge asks the client and decodes its answer.
func (s *session) challenge(text string) (string, error) {
	s.bw.WriteString("+ " + base64.StdEncoding.EncodeToString([]byte(text)) + "\r\n")
	if err := s.flush(); err != nil {
		return "", err
	}
	line, err := s.br.ReadSlice('\n')
	if err != nil {
		return "", err
	}
	return decodeResponse(string(bytes.TrimRight(line, "\r\n")))
}

func decodeResponse(line string) (string, error) {
	switch line {
	case "*":
		return "", syntaxError("Authentication cancelled")
	case "=": // an empty initial response
		return "", nil
	}
	b, err := base64.StdEncoding.DecodeString(line)
	if err != nil {
		return "", syntaxError("Invalid base64 data")
	}
	return string(b), nil
}
