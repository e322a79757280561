package endpoint

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"imapsync/internal/account"
	"imapsync/internal/event"
	"imapsync/internal/imap/client"
	"imapsync/internal/sasl"
)

// fakeServer answers the commands of a sign-in over in-memory connections. Fields are set before
// the first connection; the zero value accepts everybody.
type fakeServer struct {
	greeting string // without CRLF; "silence" greets nobody
	caps     string // before and after the login
	authCaps string // after the login when not empty
	implicit *tls.Config
	startTLS *tls.Config
	far      bool // the connections seem to come from another machine
	tls993   bool // port 993 speaks TLS too

	// dial may refuse the n-th connection, counted from 1, to addr.
	dial func(n int, addr string) error
	// login answers the n-th LOGIN or AUTHENTICATE of all connections, "OK" when nil.
	login func(n int, command string) string

	mu       sync.Mutex
	dials    int
	logins   int
	commands []string // of all connections, without tags
	conns    []net.Conn
	open     int
	peak     int
}

// farConn seems to lead to another machine.
type farConn struct{ net.Conn }

func (farConn) RemoteAddr() net.Addr { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: portIMAP} }
func (farConn) LocalAddr() net.Addr  { return &net.TCPAddr{IP: net.IPv4(192, 0, 2, 9), Port: 40000} }

// eagerConn writes without waiting for a reader, as a socket does and net.Pipe does not.
type eagerConn struct {
	net.Conn
	queue chan []byte
	once  sync.Once
}

func newEagerConn(nc net.Conn) *eagerConn {
	c := &eagerConn{Conn: nc, queue: make(chan []byte, 1000)}
	go func() {
		for b := range c.queue {
			_, _ = nc.Write(b)
		}
		_ = nc.Close()
	}()
	return c
}

func (c *eagerConn) Write(b []byte) (int, error) {
	c.queue <- append([]byte(nil), b...)
	return len(b), nil
}

func (c *eagerConn) SetWriteDeadline(time.Time) error { return nil }

func (c *eagerConn) Close() error {
	c.once.Do(func() { close(c.queue) })
	return nil
}

func (f *fakeServer) connect(_ context.Context, _, addr string) (net.Conn, error) {
	f.mu.Lock()
	f.dials++
	n := f.dials
	f.mu.Unlock()
	if f.dial != nil {
		if err := f.dial(n, addr); err != nil {
			return nil, err
		}
	}
	near, remote := net.Pipe()
	f.mu.Lock()
	f.conns = append(f.conns, remote)
	f.open++
	f.peak = max(f.peak, f.open)
	f.mu.Unlock()
	go func() {
		f.serve(newEagerConn(remote), f.implicit != nil || f.tls993 && strings.HasSuffix(addr, ":993"))
		f.mu.Lock()
		f.open--
		f.mu.Unlock()
	}()
	if f.far {
		return farConn{near}, nil
	}
	return near, nil
}

func (f *fakeServer) serve(nc net.Conn, implicit bool) {
	defer func(nc net.Conn) { _ = nc.Close() }(nc)
	if implicit {
		config := f.implicit
		if config == nil {
			config = f.startTLS
		}
		nc = tls.Server(nc, config)
	}
	r := bufio.NewReader(nc)
	say := func(format string, args ...any) { _, _ = fmt.Fprintf(nc, format+"\r\n", args...) }
	switch f.greeting {
	case "":
		say("* OK ready")
	case "silence":
	default:
		say("%s", f.greeting)
	}
	caps := "IMAP4rev1 " + f.caps
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		tag, command, _ := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
		f.mu.Lock()
		f.commands = append(f.commands, command)
		f.mu.Unlock()
		verb, _, _ := strings.Cut(command, " ")
		switch strings.ToUpper(verb) {
		case "CAPABILITY":
			say("* CAPABILITY %s", caps)
			say("%s OK done", tag)
		case "STARTTLS":
			if f.startTLS == nil {
				say("%s BAD no TLS here", tag)
				continue
			}
			say("%s OK begin", tag)
			nc = tls.Server(nc, f.startTLS)
			r = bufio.NewReader(nc)
			caps = strings.ReplaceAll(strings.ReplaceAll(caps, "STARTTLS", ""), "LOGINDISABLED", "")
		case "AUTHENTICATE":
			say("+ ")
			answer, err := r.ReadString('\n')
			if err != nil {
				return
			}
			plain, _ := base64.StdEncoding.DecodeString(strings.TrimSpace(answer))
			f.answerLogin(say, tag, command+" "+strings.ReplaceAll(string(plain), "\x00", "|"), &caps)
		case "X-MASTERAUTH":
			say("+ 123.456@here")
			answer, err := r.ReadString('\n')
			if err != nil {
				return
			}
			f.answerLogin(say, tag, command+" "+strings.TrimSpace(answer), &caps)
		case "X-SETUSER", "PROXYAUTH":
			f.answerLogin(say, tag, command, &caps)
		case "LOGIN":
			f.answerLogin(say, tag, command, &caps)
		case "ID":
			say(`* ID ("name" "Fake")`)
			say("%s OK done", tag)
		case "GETQUOTAROOT":
			say(`* QUOTAROOT INBOX ""`)
			say(`* QUOTA "" (STORAGE 95 100)`)
			say("%s OK done", tag)
		case "COMPRESS":
			say("%s NO not now", tag)
		case "ENABLE":
			say("* ENABLED %s", strings.TrimPrefix(command, "ENABLE "))
			say("%s OK done", tag)
		case "LOGOUT":
			say("* BYE bye")
			say("%s OK done", tag)
			return
		case "SILENCE":
		default:
			say("%s OK done", tag)
		}
	}
}

func (f *fakeServer) answerLogin(say func(string, ...any), tag, command string, caps *string) {
	f.mu.Lock()
	f.logins++
	n := f.logins
	f.mu.Unlock()
	answer := "OK"
	if f.login != nil {
		answer = f.login(n, command)
	}
	if answer == "OK" && f.authCaps != "" {
		*caps = "IMAP4rev1 " + f.authCaps
	}
	if strings.HasPrefix(answer, "* ") {
		say("%s", answer)
		return
	}
	say("%s %s done", tag, answer)
}

// cut closes every connection, as a network failure does.
func (f *fakeServer) cut() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, c := range f.conns {
		_ = c.Close()
	}
	f.conns = nil
}

// said lists the commands that begin with prefix.
func (f *fakeServer) said(prefix string) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var list []string
	for _, c := range f.commands {
		if strings.HasPrefix(c, prefix) {
			list = append(list, c)
		}
	}
	return list
}

func (f *fakeServer) counts() (dials, logins, peak int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.dials, f.logins, f.peak
}

// recorder keeps events.
type recorder struct {
	mu     sync.Mutex
	events []event.Event
}

func (r *recorder) Emit(e event.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, e)
}

// notes joins the texts of the notes and traces.
func (r *recorder) notes() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var b strings.Builder
	for _, e := range r.events {
		switch e := e.(type) {
		case event.Note:
			b.WriteString(e.Text + "\n")
		case event.Trace:
			b.WriteString(e.Text + "\n")
		}
	}
	return b.String()
}

func (r *recorder) reconnections() (list []event.Reconnected) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range r.events {
		if e, ok := e.(event.Reconnected); ok {
			list = append(list, e)
		}
	}
	return list
}

const secret = "pass phrase"

// newEndpoint makes an endpoint of side host1 whose network is f. It is closed with the test.
func newEndpoint(t *testing.T, f *fakeServer, args ...string) (*Endpoint, *recorder) {
	t.Helper()
	return newSide(t, account.Host1, f, args...)
}

func newSide(t *testing.T, side account.Side, f *fakeServer, args ...string) (*Endpoint, *recorder) {
	t.Helper()
	n := side.Digit()
	_, o1, o2, c := parse(t, append([]string{"--host" + n, "imap.example.org", "--user" + n, "bob"}, args...)...)
	o := o1
	if side == account.Host2 {
		o = o2
	}
	rec := &recorder{}
	e, bad := New(side, o, c, Password(sasl.Secret(secret)), rec)
	if len(bad) > 0 {
		t.Fatal(bad)
	}
	e.dialer.open = f.connect
	t.Cleanup(func() { e.Close(canceled()) })
	return e, rec
}

func canceled() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

func mustLogin(t *testing.T, e *Endpoint) {
	t.Helper()
	if err := e.Login(t.Context()); err != nil {
		t.Fatalf("Login: %v", err)
	}
}

func mustGet(t *testing.T, e *Endpoint) *client.Conn {
	t.Helper()
	c, err := e.Get(t.Context())
	if err != nil {
		t.Fatalf("Get: %v", err)
	}
	return c
}

// authority signs certificates for tests.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	file string // PEM
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Test authority"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return &authority{cert, key, file}
}

// server is the configuration of a server called name, with a certificate that ends after life.
func (a *authority) server(t *testing.T, name string, life time.Duration) (*tls.Config, *x509.Certificate) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: time.Now().Add(-2 * time.Hour), NotAfter: time.Now().Add(life)}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, &key.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, leaf
}

var errUnreachable = &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("network is unreachable")}
