package sasl

import (
	"errors"

	gosasl "github.com/emersion/go-sasl"
)

// Client is one authentication in progress. A Client is used once.
type Client = gosasl.Client

// Plain is the mechanism PLAIN (RFC 4616). An empty authzid asks for the account of authcid; with
// one, authcid is an administrator who signs in as authzid.
//
// 2.229 always sends the account as authzid, and an empty authcid when there is no administrator;
// RFC 4616 section 2 forbids the latter and servers refuse it, so here it is the other way round.
func Plain(authzid, authcid string, password Secret) Client {
	return &plain{authzid: authzid, authcid: authcid, password: password}
}

type plain struct {
	authzid, authcid string
	password         Secret
}

func (p *plain) Start() (mech string, ir []byte, err error) {
	for _, s := range []string{p.authzid, p.authcid, p.password.Reveal()} {
		if hasNUL(s) {
			return gosasl.Plain, nil, errNUL
		}
	}
	return gosasl.NewPlainClient(p.authzid, p.authcid, p.password.Reveal()).Start()
}

// Next refuses any challenge after the first response: PLAIN has none.
func (p *plain) Next([]byte) ([]byte, error) { return nil, gosasl.ErrUnexpectedServerChallenge }

// Login is the mechanism LOGIN, an undocumented one that some servers offer in place of the LOGIN
// command. The server's prompts differ ("Username:", "User Name\x00", none at all), so they are
// answered by order and not by their words.
func Login(user string, password Secret) Client {
	return &login{answers: []string{user, password.Reveal()}}
}

type login struct{ answers []string }

// Start sends no initial response: the first prompt asks for the user.
func (l *login) Start() (mech string, ir []byte, err error) { return gosasl.Login, nil, nil }

func (l *login) Next([]byte) ([]byte, error) {
	if len(l.answers) == 0 {
		return nil, gosasl.ErrUnexpectedServerChallenge
	}
	answer := l.answers[0]
	l.answers = l.answers[1:]
	return []byte(answer), nil
}

// errNUL: NUL separates the parts of a PLAIN message, so a part that holds one would shift them.
var errNUL = errors.New("a user name or password with a NUL octet cannot be sent with PLAIN")

func hasNUL(s string) bool {
	for i := range len(s) {
		if s[i] == 0 {
			return true
		}
	}
	return false
}
