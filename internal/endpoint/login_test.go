package endpoint

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"imapsync/internal/account"
	"imapsync/internal/event"
	"imapsync/internal/fault"
	"imapsync/internal/imap"
)

// wantFault checks kind, side and parts of a failure, and that neither it nor the notes hold the
// password.
func wantFault(t *testing.T, err error, rec *recorder, kind fault.Kind, parts ...string) *fault.Error {
	t.Helper()
	var fe *fault.Error
	if !errors.As(err, &fe) {
		t.Fatalf("got %v, want a *fault.Error", err)
	}
	if fe.Kind != kind || fe.Side != account.Host1 {
		t.Errorf("got kind %v of %v, want %v of host1 (%v)", fe.Kind, fe.Side, kind, fe)
	}
	all := fe.Text + "\n" + fe.Hint
	for _, part := range parts {
		if !strings.Contains(all, part) {
			t.Errorf("got %q, want %q in it", all, part)
		}
	}
	if strings.Contains(all+rec.notes(), secret) {
		t.Errorf("the password shows in %q", all+rec.notes())
	}
	return fe
}

func wantNotes(t *testing.T, rec *recorder, lines ...string) {
	t.Helper()
	got := rec.notes()
	rest := got
	for _, line := range lines {
		_, after, found := strings.Cut(rest, line+"\n")
		if !found {
			t.Fatalf("got notes\n%s\nwant the line %q (after those before it)", got, line)
		}
		rest = after
	}
}

func TestLoginSaysWhatTheReferenceSays(t *testing.T) {
	t.Parallel()
	f := &fakeServer{caps: "ID AUTH=PLAIN AUTH=LOGIN", authCaps: "ID UIDPLUS QUOTA APPENDLIMIT=70"}
	e, rec := newSide(t, account.Host2, f, "--nosslcheck")
	mustLogin(t, e)
	if err := e.AfterLogin(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantNotes(t, rec,
		"Host2: will try to use LOGIN authentication on host2",
		"Host2: imap connection timeout is 120 seconds",
		"Host2: imap connection keepalive is on on host2. Use --nokeepalive2 to disable it.",
		"Host2: IMAP server [imap.example.org] port [143] user [bob]",
		"Host2: connecting and login on host2 [imap.example.org] port [143] with user [bob]",
		"Host2 IP address: pipe Local IP address: pipe",
		"Host2 banner: * OK ready",
		"Host2 capability before authentication: IMAP4rev1 ID AUTH=PLAIN AUTH=LOGIN AUTH",
		"Host2: imap.example.org says it has CAPABILITY for AUTHENTICATE LOGIN",
		"Host2: success login on [imap.example.org] with user [bob] auth [LOGIN] or [LOGIN]",
		"Host2: state Authenticated",
		"Host2 capability once authenticated: IMAP4rev1 ID UIDPLUS QUOTA APPENDLIMIT=70 APPENDLIMIT",
		"Host2: found ID capability. Sending/receiving ID, presented in raw IMAP for now.",
		"In order to avoid sending/receiving ID, use option --noid",
		"Host2: QUOTA capability found, presented in raw IMAP on next lines",
		"Host2: Quota current storage is 97280 bytes. Limit is 102400 bytes. So 95.00 % full",
		"Host2: 95.00 % full: it is time to find a bigger place! ( 97280 bytes / 102400 bytes )",
		"Host2: Compression is off. Use --compress2 to allow compression on host2",
	)
	if limit, ok := e.AppendLimit(); !e.Caps().Has(imap.CapUIDPlus) || limit != 70 || !ok {
		t.Errorf("got capabilities %v, append limit %d, want UIDPLUS and 70", e.Caps(), limit)
	}
	if dials, logins, _ := f.counts(); dials != 1 || logins != 1 {
		t.Errorf("got %d connections, %d logins, want one of each", dials, logins)
	}
}

func TestLoginProbes993(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	config, _ := a.server(t, "imap.example.org", time.Hour)
	f := &fakeServer{tls993: true, startTLS: config}
	e, rec := newEndpoint(t, f, "--sslargs1", "SSL_ca_file="+a.file)
	mustLogin(t, e)
	wantNotes(t, rec,
		"Host1: probing ssl on port 993 ( use --nosslcheck to avoid this ssl probe ) ",
		"Host1: sslcheck detected open ssl port 993 so turning ssl on (use --nossl1 --notls1 to turn off SSL and TLS wizardry)",
		"Host1: connecting and login on host1 [imap.example.org] port [993] with user [bob]")
	if e.Port() != portIMAPS {
		t.Errorf("got port %d, want 993", e.Port())
	}
}

func TestProbeIgnoresBadCertificateButTheConnectionDoesNot(t *testing.T) {
	t.Parallel()
	config, leaf := newAuthority(t).server(t, "imap.example.org", time.Hour)
	f := &fakeServer{tls993: true, startTLS: config, far: true}
	e, rec := newEndpoint(t, f)
	err := e.Login(t.Context())
	fe := wantFault(t, err, rec, fault.Connect, "Host1 failure: can not open imap connection on host1 [imap.example.org] with user [bob]: Unable to connect to imap.example.org: ",
		"SSL_ca_file=FILE", "SSL_verify_mode=0", "'SSL_fingerprint="+fingerprint(leaf)+"'")
	if fault.Transient(fe) {
		t.Error("got a transient error, want a certificate to be refused for good")
	}
	wantNotes(t, rec, "Host1: failed login on [imap.example.org] with user [bob] auth [LOGIN]")
	if dials, logins, _ := f.counts(); dials != 2 || logins != 0 {
		t.Errorf("got %d connections, %d logins, want the probe, one try and no password sent", dials, logins)
	}
}

func TestProbeFindsNothing(t *testing.T) {
	t.Parallel()
	f := &fakeServer{dial: func(_ int, addr string) error {
		if strings.HasSuffix(addr, ":993") {
			return errUnreachable
		}
		return nil
	}}
	e, rec := newEndpoint(t, f)
	mustLogin(t, e)
	wantNotes(t, rec, "Host1: sslcheck did not detected open ssl port 993. Will use standard 143 port.")
}

func TestSilentProbeIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &fakeServer{greeting: "silence"}
		e, rec := newEndpoint(t, f)
		start := time.Now()
		e.Prepare(t.Context())
		if got := time.Since(start); got != probeTimeout {
			t.Errorf("got a probe of %v, want %v", got, probeTimeout)
		}
		wantNotes(t, rec, "Host1: sslcheck did not detected open ssl port 993. Will use standard 143 port.")
		f.cut()
	})
}

func TestCertificates(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	good, leaf := a.server(t, "imap.example.org", time.Hour)
	expired, _ := a.server(t, "imap.example.org", -time.Hour)
	other, _ := a.server(t, "mail.other.org", time.Hour)
	configs := []*tls.Config{good, expired, other}
	ca := "SSL_ca_file=" + a.file
	tests := []struct {
		name   string
		server int // index in configs
		args   []string
		want   []string // parts of the failure; none: success
	}{
		{"known authority", 0, []string{ca}, nil},
		{"authority in a folder", 0, []string{"SSL_ca_path=" + strings.TrimSuffix(a.file, "ca.pem")}, nil},
		{"unknown authority", 0, nil, []string{"authority", "SSL_ca_file=FILE", "SSL_verify_mode=0", fingerprint(leaf)}},
		{"not verified", 0, []string{"SSL_verify_mode=0"}, nil},
		{"expired", 1, []string{ca}, []string{"expired", "SSL_verify_mode=0"}},
		{"expired, not verified", 1, []string{"SSL_verify_mode=0"}, nil},
		{"another name", 2, []string{ca}, []string{"mail.other.org", "SSL_verifycn_name=NAME"}},
		{"another name, which is expected", 2, []string{ca, "SSL_verifycn_name=mail.other.org"}, nil},
		{"another name, expected by SNI", 2, []string{ca, "SSL_hostname=mail.other.org", "SSL_verifycn_name=imap.example.org"}, []string{"mail.other.org"}},
		{"another name, chain only", 2, []string{ca, "SSL_verifycn_scheme=none"}, nil},
		{"unknown authority, chain only", 2, []string{"SSL_verifycn_scheme=none"}, []string{"authority"}},
		{"pinned", 0, []string{"SSL_fingerprint=" + fingerprint(leaf)}, nil},
		{"pinned, another certificate", 2, []string{ca, "SSL_fingerprint=" + fingerprint(leaf)}, []string{"SSL_fingerprint"}},
		{"pinned, another certificate, not verified", 2, []string{"SSL_verify_mode=0", "SSL_fingerprint=" + fingerprint(leaf)}, []string{"SSL_fingerprint"}},
	}
	for _, tt := range tests {
		config := configs[tt.server]
		var args []string
		for _, a := range tt.args {
			args = append(args, "--sslargs1", a)
		}
		t.Run("STARTTLS/"+tt.name, func(t *testing.T) {
			t.Parallel()
			f := &fakeServer{startTLS: config, caps: "STARTTLS LOGINDISABLED", far: true}
			e, rec := newEndpoint(t, f, append(args, "--nosslcheck")...)
			err := e.Login(t.Context())
			if tt.want == nil {
				if err != nil {
					t.Fatalf("got %v, want a login", err)
				}
				wantNotes(t, rec, "Host1: going to ssl because STARTTLS is in CAPABILITY. Use --notls1 or --notls2 to avoid that behavior",
					"Host1: Socket successfully converted to SSL")
				return
			}
			wantFault(t, err, rec, fault.TLS, append(tt.want, "Host1 failure: Can not go to tls encryption on host1 [imap.example.org]: ")...)
			if _, logins, _ := f.counts(); logins != 0 {
				t.Errorf("got %d logins, want none", logins)
			}
		})
		t.Run("implicit/"+tt.name, func(t *testing.T) {
			t.Parallel()
			f := &fakeServer{implicit: config, far: true}
			e, rec := newEndpoint(t, f, append(args, "--ssl1")...)
			err := e.Login(t.Context())
			if tt.want == nil {
				if err != nil {
					t.Fatalf("got %v, want a login", err)
				}
				return
			}
			wantFault(t, err, rec, fault.Connect, append(tt.want, "can not open imap connection on host1 [imap.example.org]")...)
		})
	}
}

func TestClearTextGuard(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		far   bool
		args  []string
		ok    bool
		parts []string
	}{
		{"another machine", true, []string{"--nosslcheck"}, false, []string{"Can not go to tls encryption on host1", "clear text", "--notls1"}},
		{"another machine, --nossl1 alone", true, []string{"--nossl1"}, false, []string{"clear text"}},
		{"another machine, --notls1", true, []string{"--notls1"}, true, nil},
		{"another machine, both", true, []string{"--nossl1", "--notls1"}, true, nil},
		{"this machine", false, []string{"--nosslcheck"}, true, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := &fakeServer{far: tt.far}
			e, rec := newEndpoint(t, f, tt.args...)
			err := e.Login(t.Context())
			_, logins, _ := f.counts()
			if tt.ok {
				if err != nil || logins != 1 {
					t.Errorf("got %v, %d logins, want a login", err, logins)
				}
				return
			}
			wantFault(t, err, rec, fault.TLS, tt.parts...)
			if logins != 0 {
				t.Errorf("got %d logins, want no password sent", logins)
			}
		})
	}
}

func TestPreauthInClearTextIsNotBelieved(t *testing.T) {
	t.Parallel()
	f := &fakeServer{far: true, greeting: "* PREAUTH hello"}
	e, rec := newEndpoint(t, f, "--nosslcheck")
	wantFault(t, e.Login(t.Context()), rec, fault.TLS)
}

func TestPreauth(t *testing.T) {
	t.Parallel()
	f := &fakeServer{greeting: "* PREAUTH hello"}
	e, rec := newEndpoint(t, f, "--nosslcheck", "--authmech1", "PREAUTH")
	mustLogin(t, e)
	wantNotes(t, rec, "Host1: Assuming PREAUTH for imap.example.org")
	if _, logins, _ := f.counts(); logins != 0 {
		t.Errorf("got %d logins, want none", logins)
	}

	e, rec = newEndpoint(t, &fakeServer{}, "--nosslcheck", "--authmech1", "PREAUTH")
	wantFault(t, e.Login(t.Context()), rec, fault.SignIn, "Host1 failure: error login on host1 [imap.example.org] with user [bob] auth [PREAUTH]: ")
}

func TestStartTLSIsMandatoryWhenAsked(t *testing.T) {
	t.Parallel()
	f := &fakeServer{}
	e, rec := newEndpoint(t, f, "--tls1")
	wantFault(t, e.Login(t.Context()), rec, fault.TLS, "Host1 failure: Can not go to tls encryption on host1 [imap.example.org]: ", "no TLS here")
	if _, logins, _ := f.counts(); logins != 0 {
		t.Errorf("got %d logins, want none", logins)
	}
}

func TestLoginDisabled(t *testing.T) {
	t.Parallel()
	f := &fakeServer{caps: "LOGINDISABLED"}
	e, rec := newEndpoint(t, f, "--nosslcheck")
	wantFault(t, e.Login(t.Context()), rec, fault.Auth, "Host1 failure: Error login on", "LOGINDISABLED", "--authmech1 PLAIN")
	if _, logins, _ := f.counts(); logins != 0 {
		t.Errorf("got %d logins, want none", logins)
	}
}

func TestConnectFailures(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	l.Close()
	e, rec := newEndpoint(t, &fakeServer{}, "--host1", "127.0.0.1", "--port1", port)
	e.dialer.open = nil
	fe := wantFault(t, e.Login(t.Context()), rec, fault.Connect,
		"Host1 failure: can not open imap connection on host1 [127.0.0.1] with user [bob]: Unable to connect to 127.0.0.1: ", "connection refused", "Nothing listens on port "+port)
	if !fault.Transient(fe) {
		t.Error("refused port: got a final error, want a transient one")
	}

	tests := []struct {
		name  string
		f     *fakeServer
		args  []string
		parts []string
	}{
		{"unknown host", &fakeServer{dial: func(int, string) error {
			return &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "imap.example.org", IsNotFound: true}}
		}}, nil, []string{"Unable to connect to imap.example.org: ", "no such host", "--host1"}},
		{"BYE greeting", &fakeServer{greeting: "* BYE overloaded, come back later"}, nil, []string{"overloaded, come back later"}},
		{"NO greeting", &fakeServer{greeting: "* NO go away"}, nil, []string{"go away"}},
		{"garbage greeting", &fakeServer{greeting: "HTTP/1.1 400 Bad Request"}, nil, []string{"can not open imap connection"}},
		{"TLS to a clear text port", &fakeServer{}, []string{"--ssl1"}, []string{"can not open imap connection", "Port 993 does not speak TLS"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e, rec := newEndpoint(t, tt.f, append(tt.args, "--nosslcheck")...)
			wantFault(t, e.Login(t.Context()), rec, fault.Connect, tt.parts...)
		})
	}
}

func TestSilentServer(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"--nosslcheck"}, {"--ssl1"}} {
		synctest.Test(t, func(t *testing.T) {
			e, rec := newEndpoint(t, &fakeServer{greeting: "silence"}, append(args, "--timeout1", "30")...)
			start := time.Now()
			err := e.Login(t.Context())
			wantFault(t, err, rec, fault.Connect, "can not open imap connection on host1", "timeout")
			if got := time.Since(start); got < 30*time.Second || got > 40*time.Second {
				t.Errorf("%q: got an error after %v, want 30s", args, got)
			}
		})
	}
}

func TestCancelEndsLogin(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e, rec := newEndpoint(t, &fakeServer{greeting: "silence"}, "--nosslcheck", "--timeout1", "0")
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		wantFault(t, e.Login(ctx), rec, fault.Connect)
	})
}

func TestWrongPassword(t *testing.T) {
	t.Parallel()
	refuse := func(int, string) string { return "NO [AUTHENTICATIONFAILED] Authentication failed." }
	f := &fakeServer{login: refuse}
	e, rec := newEndpoint(t, f, "--nosslcheck", "--debugimap1")
	fe := wantFault(t, e.Login(t.Context()), rec, fault.Auth,
		"Host1 failure: Error login on [imap.example.org] with user [bob] auth [LOGIN]: NO [AUTHENTICATIONFAILED] Authentication failed.", "--user1")
	if fault.Transient(fe) {
		t.Error("got a transient error, want a final one")
	}
	wantNotes(t, rec, "Host1 info: authmech [LOGIN] user [bob] authuser [] IsUnconnected []",
		"Host1: failed login on [imap.example.org] with user [bob] auth [LOGIN]")
	if _, logins, _ := f.counts(); logins != 1 {
		t.Errorf("got %d logins, want one", logins)
	}
}

func TestConnectionLostInLogin(t *testing.T) {
	t.Parallel()
	f := &fakeServer{login: func(int, string) string { return "* BYE Too many connections" }}
	e, rec := newEndpoint(t, f, "--nosslcheck")
	wantFault(t, e.Login(t.Context()), rec, fault.Auth, "Host1 failure: Error login on [imap.example.org] with user [bob] auth [LOGIN]: ", "Too many connections")
}

func TestPlain(t *testing.T) {
	t.Parallel()
	f := &fakeServer{caps: "AUTH=PLAIN"}
	e, rec := newEndpoint(t, f, "--nosslcheck", "--authmech1", "plain")
	mustLogin(t, e)
	e2, _ := newEndpoint(t, f, "--nosslcheck", "--authuser1", "admin")
	mustLogin(t, e2)
	wantNotes(t, rec, "Host1: imap.example.org says it has CAPABILITY for AUTHENTICATE PLAIN",
		"Host1: success login on [imap.example.org] with user [bob] auth [PLAIN] or [LOGIN]")
	if got := f.said("AUTHENTICATE"); len(got) != 2 || got[0] != "AUTHENTICATE PLAIN" {
		t.Errorf("got %q, want AUTHENTICATE PLAIN without an initial response, twice", got)
	}
}

func TestSecondChance(t *testing.T) {
	t.Parallel()
	refusePlain := func(_ int, command string) string {
		if strings.HasPrefix(command, "AUTHENTICATE PLAIN |bob|"+secret) {
			return "NO no PLAIN today"
		}
		return "OK"
	}
	f := &fakeServer{login: refusePlain}
	e, rec := newEndpoint(t, f, "--nosslcheck", "--authmech1", "PLAIN")
	mustLogin(t, e)
	wantNotes(t, rec, "Host1: imap.example.org says it has NO CAPABILITY for AUTHENTICATE PLAIN",
		"Host1: frequently PLAIN is only supported with SSL, try --ssl or --tls options",
		"Host1 failure: Error login on [imap.example.org] with user [bob] auth [PLAIN]: NO no PLAIN today done",
		"Host1 info: trying LOGIN Auth mechanism on [imap.example.org] with user [bob]. Use option --notrylogin to avoid this second chance to login via LOGIN auth",
		"Host1: success login on [imap.example.org] with user [bob] auth [LOGIN] after [PLAIN] failure",
		"Host1: success login on [imap.example.org] with user [bob] auth [PLAIN] or [LOGIN]")
	for _, ev := range rec.events {
		if _, failed := ev.(event.Failed); failed {
			t.Errorf("got %v, want no counted error", ev)
		}
	}
	first := mustGet(t, e)
	second := mustGet(t, e)
	defer e.Put(first)
	defer e.Put(second)
	if got := f.said("AUTHENTICATE"); len(got) != 1 {
		t.Errorf("got %d times PLAIN, want the second connection to use LOGIN at once", len(got))
	}

	for _, tt := range []struct {
		args []string
		line string
		part string
	}{
		{[]string{"--notrylogin", "--authmech1", "PLAIN"},
			"Host1 info: not trying LOGIN Auth mechanism on [imap.example.org] with user [bob]. Use option --trylogin to have this second chance to login via LOGIN auth", "auth [PLAIN]"},
		{[]string{"--authuser1", "admin"}, "Host1 info: authmech [PLAIN] user [bob] authuser [admin] IsUnconnected []", "auth [PLAIN]"},
		{[]string{"--authmech1", "PLAIN"}, "Host1: failed login on [imap.example.org] with user [bob] auth [PLAIN]", "auth [LOGIN]"},
	} {
		e, rec := newEndpoint(t, &fakeServer{login: func(int, string) string { return "NO never" }}, append(tt.args, "--nosslcheck")...)
		wantFault(t, e.Login(t.Context()), rec, fault.Auth, tt.part)
		wantNotes(t, rec, tt.line)
	}
}

func TestJustConnect(t *testing.T) {
	t.Parallel()
	f := &fakeServer{caps: "ID"}
	e, rec := newEndpoint(t, f, "--nosslcheck")
	if err := e.JustConnect(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantNotes(t, rec, "Host1: Will just connect to imap.example.org without login",
		"Host1: connecting on host1 [imap.example.org] port [143]",
		"Host1 IP address: pipe Local IP address: pipe",
		"Host1 banner: * OK ready",
		"Host1 capability: IMAP4rev1 ID",
		"Host1: found ID capability. Sending/receiving ID, presented in raw IMAP for now.")
	if got := f.said("LOGOUT"); len(got) != 1 {
		t.Errorf("got %d LOGOUT, want one", len(got))
	}

	e, rec = newEndpoint(t, &fakeServer{dial: func(int, string) error { return errUnreachable }}, "--nosslcheck")
	wantFault(t, e.JustConnect(t.Context()), rec, fault.Connect, "Host1: Can not open imap connection on [imap.example.org]: Unable to connect to imap.example.org: ")
	e, rec = newEndpoint(t, &fakeServer{}, "--tls1")
	wantFault(t, e.JustConnect(t.Context()), rec, fault.TLS, "Host1: Can not go to tls encryption on host1 [imap.example.org]:BAD no TLS here")
}

func TestJustConnectWithoutHost(t *testing.T) {
	t.Parallel()
	e, rec := newEndpoint(t, &fakeServer{}, "--host1", "", "--ssl1")
	e.Prepare(t.Context())
	if err := e.JustConnect(t.Context()); err != nil || rec.notes() != "" {
		t.Errorf("got %v and notes %q, want neither", err, rec.notes())
	}
}

func TestTraceHasNoSecret(t *testing.T) {
	t.Parallel()
	for _, mech := range []string{"LOGIN", "PLAIN"} {
		f := &fakeServer{caps: "AUTH=PLAIN"}
		e, rec := newEndpoint(t, f, "--nosslcheck", "--debugimap", "--authmech1", mech)
		mustLogin(t, e)
		got := rec.notes()
		if !strings.Contains(got, "CAPABILITY") || strings.Contains(got, secret) || strings.Contains(got, "AGJvYgBwYXNz") {
			t.Errorf("%s: got trace\n%s\nwant commands without the password, in clear or base64", mech, got)
		}
	}
}

func TestDebugSSL(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	config, leaf := a.server(t, "imap.example.org", time.Hour)
	for level, want := range map[string]bool{"": false, "1": false, "2": true, "4": true} {
		args := []string{"--tls1", "--sslargs1", "SSL_ca_file=" + a.file}
		if level != "" {
			args = append(args, "--debugssl", level)
		}
		e, rec := newEndpoint(t, &fakeServer{caps: "STARTTLS", startTLS: config}, args...)
		mustLogin(t, e)
		shown := "SSL debug mode level is --debugssl " + level
		if level == "" {
			shown += "1"
		}
		if got := rec.notes(); !strings.Contains(got, shown) || strings.Contains(got, "SSL session is TLS 1.3") != want ||
			strings.Contains(got, "SSL_fingerprint="+fingerprint(leaf)) != want {
			t.Errorf("level %q: got\n%s\nwant the certificate %v", level, got, want)
		}
	}
}
