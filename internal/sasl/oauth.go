package sasl

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
)

// XOAuth2 is Google's mechanism XOAUTH2, which Microsoft understands too: an OAuth 2 access token in
// the place of a password.
func XOAuth2(user string, token Secret) Client {
	return &bearer{name: "XOAUTH2", parts: []string{user, token.Reveal()},
		first: "user=" + user + "\x01auth=Bearer " + token.Reveal() + "\x01\x01"}
}

// XOAuth2Ready is XOAUTH2 with a message that somebody else has made.
func XOAuth2Ready(message Secret) Client { return &bearer{name: "XOAUTH2", first: message.Reveal()} }

// OAuthBearer is the mechanism OAUTHBEARER (RFC 7628). The user is the account that is asked for;
// host and port are those the client meant to reach, left out when empty and 0.
func OAuthBearer(user string, token Secret, host string, port int) Client {
	var b strings.Builder
	b.WriteString("n,")
	if user != "" {
		b.WriteString("a=" + saslName.Replace(user))
	}
	b.WriteString(",\x01")
	if host != "" {
		b.WriteString("host=" + host + "\x01")
	}
	if port != 0 {
		b.WriteString("port=" + strconv.Itoa(port) + "\x01")
	}
	b.WriteString("auth=Bearer " + token.Reveal() + "\x01\x01")
	return &bearer{name: "OAUTHBEARER", parts: []string{user, token.Reveal(), host}, first: b.String(), reply: "\x01"}
}

// saslName quotes what separates the parts of a GS2 header (RFC 5801 section 4).
var saslName = strings.NewReplacer("=", "=3D", ",", "=2C")

// bearer is a mechanism of one message. A server that refuses it says why in a challenge.
type bearer struct {
	name   string
	parts  []string // none may hold the separator
	first  string
	reply  string // to the reason of a refusal
	reason string
	told   bool
}

func (b *bearer) Start() (mech string, ir []byte, err error) {
	for _, p := range b.parts {
		if strings.ContainsAny(p, "\x00\x01\r\n") {
			return b.name, nil, errors.New("a user name or token with a control character cannot be sent with " + b.name)
		}
	}
	return b.name, []byte(b.first), nil
}

// Next takes the reason of a refusal; only after an answer does the server say NO. Google wants an
// empty one, RFC 7628 section 3.2.3 a single ^A.
func (b *bearer) Next(challenge []byte) ([]byte, error) {
	if b.told {
		return nil, errUnexpected
	}
	b.told = true
	b.reason = bearerReason(challenge)
	return []byte(b.reply), nil
}

// Verdict tells what the server said about its refusal.
func (b *bearer) Verdict(accepted bool) error {
	if accepted || b.reason == "" {
		return nil
	}
	return errors.New(b.reason)
}

// bearerReason makes a line of the JSON that a server sends for a token it refuses. Members that it
// may fill with what was sent are left out.
func bearerReason(challenge []byte) string {
	var said map[string]any
	if json.Unmarshal(challenge, &said) != nil {
		return ""
	}
	var words []string
	for _, name := range []string{"status", "error", "error_description", "schemes", "scope", "openid-configuration"} {
		switch value := said[name].(type) {
		case string:
			if value != "" {
				words = append(words, name+" "+value)
			}
		case float64:
			words = append(words, name+" "+strconv.FormatFloat(value, 'f', -1, 64))
		}
	}
	if len(words) == 0 {
		return ""
	}
	return "the server refuses the token: " + printable(strings.Join(words, ", "))
}
