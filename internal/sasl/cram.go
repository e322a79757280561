package sasl

import (
	"crypto/hmac"
	"crypto/md5"
	"encoding/hex"
)

// CRAMMD5 is the mechanism CRAM-MD5 (RFC 2195). It has no authorization identity.
func CRAMMD5(user string, password Secret) Client { return &cramMD5{user: user, password: password} }

type cramMD5 struct {
	user     string
	password Secret
	answered bool
}

func (c *cramMD5) Start() (mech string, ir []byte, err error) { return "CRAM-MD5", nil, nil }

func (c *cramMD5) Next(challenge []byte) ([]byte, error) {
	if c.answered {
		return nil, errUnexpected
	}
	c.answered = true
	h := hmac.New(md5.New, []byte(c.password.Reveal()))
	h.Write(challenge)
	return []byte(c.user + " " + hex.EncodeToString(h.Sum(nil))), nil
}
