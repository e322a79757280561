package client

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"strings"
)

// MasterAuth signs in with the master password of Kerio Connect, which belongs to no user: the
// command X-MASTERAUTH is answered with a challenge in clear text, and the response is the MD5 of
// the challenge and the password, in hexadecimal. SetUser must follow.
func (c *Conn) MasterAuth(ctx context.Context, password string) error {
	c.Hide(password)
	m := c.signIn("X-MASTERAUTH")
	if !c.begin(ctx, m) {
		return m.wait(ctx)
	}
	c.private.Store(true)
	defer c.private.Store(false)
	c.respondMaster(ctx, m, password)
	c.release()
	return m.wait(ctx)
}

func (c *Conn) respondMaster(ctx context.Context, m *signInCmd, password string) {
	defer c.closeWhenDone(ctx)()
	if !c.sendParts(ctx, &m.command, c.newEncoder().Raw("X-MASTERAUTH"), true) {
		return
	}
	c.expect(&m.command)
	if !c.finishLine() {
		return
	}
	challenge, ok := c.continuation(ctx, &m.command)
	if !ok {
		return
	}
	sum := md5.Sum([]byte(strings.TrimSpace(challenge) + password))
	c.sendSecretLine(hex.EncodeToString(sum[:]))
	c.finishLine()
}

// SetUser chooses the account after MasterAuth.
func (c *Conn) SetUser(ctx context.Context, user string) error {
	m := c.signIn("X-SETUSER")
	c.issue(ctx, m, c.newEncoder().Raw("X-SETUSER ").AString(user))
	return m.wait(ctx)
}
