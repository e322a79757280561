package stories

import (
	"net"

	"github.com/rogpeppe/go-internal/testscript"

	"imapsync/integration/dovecot"
	"imapsync/integration/fixtures"
	"imapsync/internal/imaptest"
)

// onGmail runs a server with Gmail's manners for the length of the story, in clear text. A message that is
// put into several folders has several labels.
func onGmail(ts *testscript.TestScript, user string) *side {
	srv, _ := imaptest.GmailServer(user, dovecot.Password)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	go func() { _ = srv.Serve(l) }()
	ts.Defer(func() { _ = srv.Close() })
	addr := l.Addr().(*net.TCPAddr)
	return &side{Target: fixtures.Target{Addr: addr.String(), User: user, Password: dovecot.Password}, host: "127.0.0.1", port: addr.Port}
}
