package stories

import (
	"net"

	"github.com/rogpeppe/go-internal/testscript"

	"imapsync/integration/dovecot"
	"imapsync/integration/fixtures"
	imapserver "imapsync/internal/imap/server"
	"imapsync/internal/imaptest"
)

// onSun runs a server with Sun's manners, whose administrator is the one of the other servers.
func onSun(ts *testscript.TestScript, user string) *side {
	return onOurs(ts, imaptest.SunServer(user, dovecot.Password, dovecot.Master, dovecot.MasterPassword), user)
}

// onPreauth runs a server on a Unix socket that believes who comes there to be the user, as a local
// "imapd" behind a tunnel does. The same account is behind a port, with a password.
func onPreauth(ts *testscript.TestScript, user string) *side {
	store := imapserver.NewMemory()
	store.AddUser(user, dovecot.Password)
	a := onOurs(ts, imapserver.New(imapserver.Config{Store: store}), user)
	a.host = ts.MkAbs("preauth")
	l, err := net.Listen("unix", a.host)
	ts.Check(err)
	serve(ts, imapserver.New(imapserver.Config{Store: store, Preauth: user}), l)
	return a
}

func onOurs(ts *testscript.TestScript, srv *imapserver.Server, user string) *side {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	serve(ts, srv, l)
	addr := l.Addr().(*net.TCPAddr)
	return &side{Target: fixtures.Target{Addr: addr.String(), User: user, Password: dovecot.Password}, host: "127.0.0.1", port: addr.Port}
}

func serve(ts *testscript.TestScript, srv *imapserver.Server, l net.Listener) {
	go func() { _ = srv.Serve(l) }()
	ts.Defer(func() { _ = srv.Close() })
}
