package endpoint

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"imapsync/internal/account"
	"imapsync/internal/fault"
	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
	"imapsync/internal/imap/server"
	"imapsync/internal/imaptest"
	"imapsync/internal/sasl"
)

// dress makes a server that offers mechanisms.
func dress(mechanisms ...string) imaptest.Option {
	capabilities := server.DefaultCapabilities()
	for _, m := range mechanisms {
		capabilities = append(capabilities, imap.Capability("AUTH="+m))
	}
	return imaptest.Config(server.Config{Capabilities: capabilities})
}

// newReal makes an endpoint for a server of imaptest.
func newReal(t *testing.T, s *imaptest.Server, password string, args ...string) (*Endpoint, *recorder) {
	t.Helper()
	host, port, err := net.SplitHostPort(s.Addr)
	if err != nil {
		t.Fatal(err)
	}
	_, o, _, c := parse(t, append([]string{"--host1", host, "--port1", port, "--user1", imaptest.User, "--debugimap1"}, args...)...)
	rec := &recorder{}
	e, bad := New(account.Host1, o, c, Password(sasl.Secret(password)), rec)
	if len(bad) > 0 {
		t.Fatal(bad)
	}
	t.Cleanup(func() { e.Close(canceled()) })
	return e, rec
}

func TestMechanisms(t *testing.T) {
	t.Parallel()
	for _, mech := range []string{"LOGIN", "PLAIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "OAUTHBEARER"} {
		s := imaptest.Start(t, dress("CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "OAUTHBEARER"))
		e, rec := newReal(t, s, imaptest.Password, "--authmech1", strings.ToLower(mech))
		mustLogin(t, e)
		e.Put(mustGet(t, e))
		wantNotes(t, rec, "Host1: will try to use "+mech+" authentication on host1",
			"Host1: success login on [127.0.0.1] with user ["+imaptest.User+"] auth ["+mech+"] or [LOGIN]")
		if n := s.Counts().Commands["LOGIN"]; mech != "LOGIN" && n != 0 {
			t.Errorf("%s: got %d LOGIN, want none", mech, n)
		}
		e, rec = newReal(t, s, "wrong", "--authmech1", mech)
		wantFault(t, e.Login(t.Context()), rec, fault.Auth, "AUTHENTICATIONFAILED")
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	s := imaptest.Start(t, dress("XOAUTH2", "OAUTHBEARER"))
	e, rec := newReal(t, s, "unused", "--oauthaccesstoken1", imaptest.Password)
	mustLogin(t, e)
	wantNotes(t, rec, "Host1: success login on [127.0.0.1] with user [user] auth [XOAUTH2 accesstoken] or [LOGIN]")
	e, rec = newReal(t, s, "unused", "--oauthdirect1", "dXNlcj11c2VyAWF1dGg9QmVhcmVyIHNlY3JldAEB")
	mustLogin(t, e)
	wantNotes(t, rec, "Host1: success login on [127.0.0.1] with user [user] auth [XOAUTH2 direct] or [LOGIN]")
	e, rec = newReal(t, s, "unused", "--oauthaccesstoken1", "stale-token")
	wantFault(t, e.Login(t.Context()), rec, fault.Auth, "auth [XOAUTH2 accesstoken]: NO [AUTHENTICATIONFAILED]", "status invalid_token", "its token")
	if n := s.Counts().Commands["LOGIN"]; n != 0 || strings.Contains(rec.notes(), "stale-token") {
		t.Errorf("got %d LOGIN and notes\n%s\nwant no LOGIN with a token, and no token", n, rec.notes())
	}
}

// TestTokenFileIsReadAgain: a token that is renewed while the run goes on is used by the next sign-in.
func TestTokenFileIsReadAgain(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "token")
	write := func(token string) {
		if err := os.WriteFile(file, []byte(token+"\r\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(imaptest.Password)
	s := imaptest.Start(t, dress("XOAUTH2"))
	e, _ := newReal(t, s, "unused", "--oauthaccesstoken1", file)
	mustLogin(t, e)
	c := mustGet(t, e)
	write("renewed")
	s.Store.AddUser(imaptest.User, "renewed")
	s.Disconnect()
	<-c.Done()
	c, err := e.Replace(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	e.Put(c)
}

// TestProxyAuthIsRepeated: without it a connection made anew shows the administrator's own mail.
func TestProxyAuthIsRepeated(t *testing.T) {
	t.Parallel()
	s := imaptest.Start(t, imaptest.Sun())
	if err := s.Account.Create("Of the user", ""); err != nil {
		t.Fatal(err)
	}
	e, rec := newReal(t, s, imaptest.AdminPassword, "--proxyauth1", "--authuser1", imaptest.Admin)
	mustLogin(t, e)
	wantNotes(t, rec, "Host1: success login on [127.0.0.1] with user [user] auth [PLAIN] or [LOGIN]")
	c := mustGet(t, e)
	wantMailbox(t, c)
	s.Disconnect()
	<-c.Done()
	c, err := e.Replace(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	wantMailbox(t, c)
	e.Put(c)

	e, rec = newReal(t, s, imaptest.AdminPassword, "--proxyauth1", "--authuser1", imaptest.Admin, "--user1", "nobody")
	wantFault(t, e.Login(t.Context()), rec, fault.Auth,
		"Host1 failure: Error login on [127.0.0.1] with user [nobody] auth [PLAIN] using proxy-login as [admin]: NO Unknown user")
}

func wantMailbox(t *testing.T, c *client.Conn) {
	t.Helper()
	if _, err := c.Select("Of the user", true).Wait(t.Context()); err != nil {
		t.Errorf("the user's mailbox: %v", err)
	}
}

func TestMasterAuth(t *testing.T) {
	t.Parallel()
	f := &fakeServer{}
	e, rec := newEndpoint(t, f, "--nosslcheck", "--authmech1", "x-masterauth")
	mustLogin(t, e)
	first, second := mustGet(t, e), mustGet(t, e)
	e.Put(first)
	e.Put(second)
	wantNotes(t, rec, "Host1: imap.example.org says it has NO CAPABILITY for AUTHENTICATE X-MASTERAUTH",
		"Host1: success login on [imap.example.org] with user [bob] auth [X-MASTERAUTH] or [LOGIN]")
	if got := f.said("X-"); len(got) != 4 || got[1] != "X-SETUSER bob" || got[3] != "X-SETUSER bob" {
		t.Errorf("got %q, want the whole of it on both connections", got)
	}
	for verb, want := range map[string]string{"X-MASTERAUTH": "X-MASTERAUTH: NO never", "X-SETUSER": "X-MASTERAUTH: X-SETUSER NO never"} {
		f := &fakeServer{login: func(_ int, command string) string {
			if strings.HasPrefix(command, verb) {
				return "NO never"
			}
			return "OK"
		}}
		e, rec := newEndpoint(t, f, "--nosslcheck", "--authmech1", "X-MASTERAUTH")
		wantFault(t, e.Login(t.Context()), rec, fault.SignIn, "Failure authenticate with "+want)
		if got := f.said("LOGIN"); got != nil {
			t.Errorf("got %q, want the master password sent nowhere else", got)
		}
	}
}

// TestNoPasswordForImpostors: who accepts a user without the proof that SCRAM demands gets no LOGIN.
func TestNoPasswordForImpostors(t *testing.T) {
	t.Parallel()
	f := &fakeServer{}
	e, rec := newEndpoint(t, f, "--nosslcheck", "--authmech1", "SCRAM-SHA-256")
	err := e.Login(t.Context())
	wantFault(t, err, rec, fault.Auth, "auth [SCRAM-SHA-256]: ", "did not prove", "Something else may answer")
	if got := f.said("LOGIN"); got != nil || !errors.Is(err, sasl.ErrUnproven) {
		t.Errorf("got %q, %v, want no LOGIN", got, err)
	}
}

// TestClearText: what reveals the password or the token goes over clear text to no other machine;
// what does not may go, and is not followed by LOGIN (docs/differences.md row 10).
func TestClearText(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{}, {"--authmech1", "PLAIN"}, {"--oauthaccesstoken1", "t"}, {"--oauthdirect1", "dA=="}, {"--authmech1", "OAUTHBEARER"},
		{"--authuser1", "a", "--proxyauth1"}, {"--authuser1", "a", "--proxyauth1", "--authmech1", "CRAM-MD5"}} {
		f := &fakeServer{far: true}
		e, rec := newEndpoint(t, f, append(args, "--nosslcheck")...)
		wantFault(t, e.Login(t.Context()), rec, fault.TLS, "clear text")
		if _, logins, _ := f.counts(); logins != 0 {
			t.Errorf("%q: got %d logins, want none", args, logins)
		}
	}
	f := &fakeServer{far: true}
	e, _ := newEndpoint(t, f, "--nosslcheck", "--authmech1", "CRAM-MD5")
	mustLogin(t, e)
	f = &fakeServer{far: true, login: func(int, string) string { return "NO never" }}
	e, rec := newEndpoint(t, f, "--nosslcheck", "--authmech1", "CRAM-MD5")
	wantFault(t, e.Login(t.Context()), rec, fault.Auth, "auth [CRAM-MD5]: NO never")
	wantNotes(t, rec, "Host1 info: not trying LOGIN Auth mechanism on [imap.example.org] with user [bob]: the password would cross the network in clear text")
	if got := f.said("LOGIN"); got != nil {
		t.Errorf("got %q, want no LOGIN", got)
	}
}

// TestLoginByOtherMeans: where LOGIN is forbidden the same is done by SASL.
func TestLoginByOtherMeans(t *testing.T) {
	t.Parallel()
	for _, mech := range []string{"PLAIN", "LOGIN"} {
		f := &fakeServer{caps: "LOGINDISABLED AUTH=NTLM AUTH=" + mech}
		e, rec := newEndpoint(t, f, "--nosslcheck")
		err := e.Login(t.Context())
		if got := f.said("AUTHENTICATE"); len(got) != 1 || got[0] != "AUTHENTICATE "+mech {
			t.Errorf("got %q, %v, want AUTHENTICATE %s", got, err, mech)
		}
		if strings.Contains(rec.notes(), secret) {
			t.Error("the password shows")
		}
	}
}

func TestUnusedAdministrator(t *testing.T) {
	t.Parallel()
	e, rec := newEndpoint(t, &fakeServer{}, "--nosslcheck", "--authmech1", "CRAM-MD5", "--authuser1", "admin")
	mustLogin(t, e)
	wantNotes(t, rec, "Host1: CRAM-MD5 cannot sign in as somebody else, so --authuser1 is not used")
}

func TestNoPassword(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		args []string
		want bool
	}{
		{nil, false},
		{[]string{"--authmech1", "preauth"}, true},
		{[]string{"--authmech1", "external"}, true},
		{[]string{"--authmech1", "xoauth2"}, false},
		{[]string{"--oauthaccesstoken1", "t"}, true},
		{[]string{"--oauthdirect1", "t"}, true},
		{[]string{"--oauthdirect1", "t", "--authmech1", "X-MASTERAUTH"}, false},
	} {
		_, o, _, _ := parse(t, tt.args...)
		if got := o.NoPassword(); got != tt.want {
			t.Errorf("%q: got %v, want %v", tt.args, got, tt.want)
		}
	}
}

func TestTokenFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	empty := filepath.Join(dir, "empty")
	if err := os.WriteFile(empty, []byte("\ntoken\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := newToken(empty, "--x"); err == nil {
		t.Error("a file without a token: got no error, want one")
	}
	if token, err := newToken(dir, "--x"); err != nil {
		t.Errorf("a folder: got %v, want its name taken as a token", err)
	} else if got, _ := token(); got.Reveal() != dir {
		t.Errorf("got %q, want %q", got.Reveal(), dir)
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("token"), 0o600); err != nil {
		t.Fatal(err)
	}
	token, err := newToken(file, "--x")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := token(); got.Reveal() != "token" || err != nil {
		t.Errorf("got %q, %v, want the first line", got.Reveal(), err)
	}
	if err := os.WriteFile(file, []byte("\xef\xbb\xbf token2 \r\n\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := token(); got.Reveal() != "token2" || err != nil {
		t.Errorf("as an editor on Windows saves it: got %q, %v", got.Reveal(), err)
	}
	_ = os.Remove(file)
	if got, err := token(); err == nil {
		t.Errorf("got %q for a file that is gone, want an error", got.Reveal())
	}
	for _, form := range []string{"dXNlcj11AQ==", "dXNlcj11AQ", "dXNl\ncj11 AQ==\n"} {
		if got, err := decodeDirect(sasl.Secret(form)); got.Reveal() != "user=u\x01" || err != nil {
			t.Errorf("%q: got %q, %v", form, got.Reveal(), err)
		}
	}
}
