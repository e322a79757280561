package server

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/rand"
	"encoding/hex"
	"strings"

	"github.com/xdg-go/scram"

	"imapsync/internal/imap"
)

// capProxyAuth stands for PROXYAUTH, which the servers of Sun and Netscape do not list by its name.
const capProxyAuth imap.Capability = "X-NETSCAPE"

// Keys is a [Store] that tells passwords to the server, which mechanisms with a challenge need.
type Keys interface {
	Password(user string) (password string, ok bool)
}

// Proxies is a [Store] with administrators who may become other users (PROXYAUTH).
type Proxies interface {
	// Proxy opens the account of user for an administrator who has signed in.
	Proxy(admin, user string) (Account, error)
}

// Password implements Keys.
func (m *Memory) Password(user string) (string, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if u := m.users[user]; u != nil {
		return u.password, true
	}
	password, ok := m.master[user]
	return password, ok
}

// Proxy implements Proxies for the users named to AddMaster.
func (m *Memory) Proxy(admin, user string) (Account, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.master[admin]; !ok {
		return nil, &Refusal{"NOPERM", "Not an administrator"}
	}
	if u := m.users[user]; u != nil {
		return u.account, nil
	}
	return nil, &Refusal{"", "Unknown user"}
}

func (s *session) proxyAuth(c *command) error {
	s.p.sp()
	user := s.p.astring()
	if err := s.p.end(); err != nil {
		return err
	}
	store, ok := s.srv.cfg.Store.(Proxies)
	if !ok {
		return &Refusal{"CANNOT", "There are no administrators here"}
	}
	account, err := store.Proxy(s.user, user)
	if err != nil {
		return err
	}
	s.unselect()
	s.account = account
	return nil
}

// asker sends a challenge and gives the response; an initial response answers the first one.
type asker func(challenge string) (string, error)

// password is the password of user; the refusal of an unknown one is that of a wrong password.
func (s *session) password(user string) (string, error) {
	if keys, ok := s.srv.cfg.Store.(Keys); ok {
		if password, ok := keys.Password(user); ok {
			return password, nil
		}
	}
	return "", ErrCredentials
}

// cramMD5 is RFC 2195.
func (s *session) cramMD5(c *command, ask asker) error {
	challenge := "<" + nonce() + "@imapsync>"
	response, err := ask(challenge)
	if err != nil {
		return err
	}
	i := strings.LastIndexByte(response, ' ')
	if i < 0 {
		return syntaxError("Invalid CRAM-MD5 response")
	}
	user := response[:i]
	password, err := s.password(user)
	if err != nil {
		return err
	}
	h := hmac.New(md5.New, []byte(password))
	h.Write([]byte(challenge))
	if !hmac.Equal([]byte(hex.EncodeToString(h.Sum(nil))), []byte(response[i+1:])) {
		return ErrCredentials
	}
	return s.logIn(c, "", user, password)
}

// scram is RFC 5802, without channel binding.
func (s *session) scram(c *command, hash scram.HashGeneratorFcn, ask asker) error {
	password := ""
	server, err := hash.NewServer(func(user string) (scram.StoredCredentials, error) {
		var err error
		if password, err = s.password(user); err != nil {
			return scram.StoredCredentials{}, err
		}
		client, err := hash.NewClient(user, password, "")
		if err != nil {
			return scram.StoredCredentials{}, err
		}
		return client.GetStoredCredentialsWithError(scram.KeyFactors{Salt: "salt of a server for tests", Iters: 4096})
	})
	if err != nil {
		return err
	}
	talk := server.NewConversation()
	challenge := ""
	for !talk.Done() {
		response, err := ask(challenge)
		if err != nil {
			return err
		}
		if challenge, err = talk.Step(response); err != nil {
			return ErrCredentials
		}
	}
	if !talk.Valid() {
		return ErrCredentials
	}
	if _, err := ask(challenge); err != nil { // our own proof, which is answered with nothing
		return err
	}
	as := talk.AuthzID()
	if as == talk.Username() {
		as = ""
	}
	return s.logIn(c, as, talk.Username(), password)
}

// bearer is XOAUTH2 and OAUTHBEARER (RFC 7628); the user's password is the token.
func (s *session) bearer(c *command, ask asker) error {
	response, err := ask("")
	if err != nil {
		return err
	}
	header, _, _ := strings.Cut(response, "\x01")
	user, found := strings.CutPrefix(header, "user=")
	if !found {
		parts := strings.Split(header, ",")
		if len(parts) != 3 || parts[0] != "n" {
			return syntaxError("Invalid response")
		}
		user = strings.NewReplacer("=2C", ",", "=3D", "=").Replace(strings.TrimPrefix(parts[1], "a="))
	}
	_, token, _ := strings.Cut(response, "\x01auth=Bearer ")
	token, _, _ = strings.Cut(token, "\x01")
	err = s.logIn(c, "", user, token)
	if err == nil {
		return nil
	}
	if _, asked := s.challenge(`{"status":"invalid_token","schemes":"bearer","scope":"mail"}`); asked != nil {
		return asked
	}
	return err
}

func nonce() string {
	b := make([]byte, 12)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}
