package imaptest

import (
	"imapsync/internal/imap"
	"imapsync/internal/imap/server"
)

// Admin and AdminPassword sign in to a server dressed by Sun, as themselves.
const (
	Admin         = "admin"
	AdminPassword = "adminsecret"
)

// Sun dresses the server as Sun Messaging Server 6 and iPlanet: LITERAL+ and UIDPLUS, but no
// MULTIAPPEND, CONDSTORE or LIST-STATUS, and administrators who become users by PROXYAUTH.
func Sun() Option {
	return func(o *options) {
		o.config = sunConfig()
		o.admin = true
	}
}

func sunConfig() server.Config {
	return server.Config{
		Capabilities: []imap.Capability{imap.CapIMAP4rev1, imap.CapLiteralPlus, imap.CapNamespace, imap.CapUIDPlus,
			"CHILDREN", "UNSELECT", imap.CapID, imap.CapSTARTTLS, "AUTH=PLAIN", "X-NETSCAPE"},
		Greeting: "Messaging Server 6 (Sun)",
	}
}

// SunServer makes a server dressed as Sun's with one user and one administrator, for those who run it
// by themselves.
func SunServer(user, password, admin, adminPassword string) *server.Server {
	store := server.NewMemory()
	store.AddUser(user, password)
	store.AddUser(admin, adminPassword)
	store.AddMaster(admin, adminPassword)
	cfg := sunConfig()
	cfg.Store = store
	return server.New(cfg)
}
