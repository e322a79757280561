package client

import "context"

// ProxyAuth makes an administrator who has signed in act as user (Sun Messaging Server, iPlanet).
// The capabilities known before are no longer good.
func (c *Conn) ProxyAuth(ctx context.Context, user string) error {
	m := c.signIn("PROXYAUTH")
	c.issue(ctx, m, c.newEncoder().Raw("PROXYAUTH ").AString(user))
	return m.wait(ctx)
}
