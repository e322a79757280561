package imaptest

import "imapsync/internal/imap"

// Admin and AdminPassword sign in to a server dressed by Sun, as themselves.
const (
	Admin         = "admin"
	AdminPassword = "adminsecret"
)

// Sun dresses the server as Sun Messaging Server 6 and iPlanet: LITERAL+ and UIDPLUS, but no
// MULTIAPPEND, CONDSTORE or LIST-STATUS, and administrators who become users by PROXYAUTH.
func Sun() Option {
	return func(o *options) {
		o.config.Capabilities = []imap.Capability{imap.CapIMAP4rev1, imap.CapLiteralPlus, imap.CapNamespace, imap.CapUIDPlus,
			"CHILDREN", "UNSELECT", imap.CapID, imap.CapSTARTTLS, "AUTH=PLAIN", "X-NETSCAPE"}
		o.config.Greeting = "Messaging Server 6 (Sun)"
		o.admin = true
	}
}
