package client

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/flate"

	"imapsync/internal/imap"
)

// selfSigned makes a certificate for mail.test and the client's configuration that trusts it.
func selfSigned(t testing.TB) (server, client *tls.Config) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"mail.test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}},
		&tls.Config{RootCAs: pool, ServerName: "mail.test"}
}

// over makes the server go on over another layer.
func (s *script) over(rw io.ReadWriter) *script {
	return &script{t: s.t, conn: wrapped{s.conn, rw}, r: bufio.NewReader(rw)}
}

type wrapped struct {
	net.Conn
	rw io.ReadWriter
}

func (w wrapped) Write(p []byte) (int, error) { return w.rw.Write(p) }
func (w wrapped) Read(p []byte) (int, error)  { return w.rw.Read(p) }

func TestStartTLS(t *testing.T) {
	server, client := selfSigned(t)
	wrongName := client.Clone()
	wrongName.ServerName = "other.test"
	for _, c := range []struct {
		name   string
		cfg    *tls.Config
		answer string
		ok     bool
		usable bool
	}{
		{"good", client, "OK [CAPABILITY IMAP4rev1 FAKE] go", true, true},
		{"wrong name", wrongName, "OK go", false, false},
		{"refused", client, "NO not now", false, true},
		{"injected", client, "OK go\r\n* CAPABILITY IMAP4rev1 AUTH=FAKE", false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			conn := dial(t, Config{}, func(s *script) {
				q := s.expect("STARTTLS")
				s.say(q.tag + " " + c.answer + "\r\n")
				if strings.HasPrefix(c.answer, "OK") {
					secure := tls.Server(s.conn, server)
					if err := secure.Handshake(); err != nil {
						return
					}
					s = s.over(secure)
				}
				s.obey()
			})
			ctx := testContext(t)
			err := conn.StartTLS(ctx, c.cfg)
			if (err == nil) != c.ok {
				t.Errorf("got error %v", err)
			}
			var name x509.HostnameError
			if c.name == "wrong name" && !errors.As(err, &name) {
				t.Errorf("got %v, want the certificate's fault", err)
			}
			if c.name == "injected" && !errors.Is(err, errInjected) {
				t.Errorf("got %v, want %v", err, errInjected)
			}
			if c.ok && conn.Caps() != nil {
				t.Errorf("got %v from clear text, want nothing", conn.Caps())
			}
			if err := conn.Noop().Wait(ctx); (err == nil) != c.usable {
				t.Errorf("afterwards: %v, want usable %v", err, c.usable)
			}
		})
	}
}

// deflated is the server's side of COMPRESS.
type deflated struct {
	io.Reader
	w *flate.Writer
}

func (d deflated) Write(p []byte) (int, error) {
	n, err := d.w.Write(p)
	if err == nil {
		err = d.w.Flush()
	}
	return n, err
}

func TestCompress(t *testing.T) {
	big := bytes.Repeat([]byte("all work and no play\r\n"), 20_000)
	conn := dial(t, Config{}, func(s *script) {
		q := s.expect("COMPRESS DEFLATE")
		s.ok(q, "go")
		w, err := flate.NewWriter(s.conn, flate.BestSpeed)
		if err != nil {
			t.Error(err)
		}
		s = s.over(deflated{flate.NewReader(s.r), w})
		a := s.expect("APPEND")
		if a.lits[0] != string(big) {
			t.Error("the text arrived changed")
		}
		s.ok(a, "done")
		f := s.expect("UID FETCH")
		s.say("* 1 FETCH (UID 1 BODY[] {" + "440000" + "}\r\n" + string(big) + ")\r\n")
		s.ok(f, "done")
		s.obey()
	})
	ctx := testContext(t)
	if err := conn.Compress(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Append(ctx, "INBOX", []AppendMessage{{Size: int64(len(big)), Body: bytes.NewReader(big)}}).Wait(ctx); err != nil {
		t.Error(err)
	}
	var got []byte
	err := conn.UIDFetch(imap.AllUIDs, FetchItems{Body: true}, FetchHandler{
		Body: func(_ *imap.Message, _ int64, r io.Reader) (err error) { got, err = io.ReadAll(r); return err },
	}).Wait(ctx)
	if err != nil || !bytes.Equal(got, big) {
		t.Errorf("got %d octets, %v, want %d", len(got), err, len(big))
	}
	if err := conn.Noop().Wait(ctx); err != nil {
		t.Error(err)
	}
}

// TestCompressRefused leaves the connection as it was.
func TestCompressRefused(t *testing.T) {
	conn := dial(t, Config{}, func(s *script) {
		q := s.expect("COMPRESS")
		s.say(q.tag + " BAD what\r\n")
		s.obey()
	})
	ctx := testContext(t)
	wantKind(t, "COMPRESS", conn.Compress(ctx), imap.KindRefused)
	if err := conn.Noop().Wait(ctx); err != nil {
		t.Error(err)
	}
}

// TestImplicitTLS gives New a connection that is TLS already.
func TestImplicitTLS(t *testing.T) {
	server, client := selfSigned(t)
	nc := serve(t, func(s *script) {
		secure := tls.Server(s.conn, server)
		s = s.over(secure)
		s.say(testGreeting + "\r\n")
		s.obey()
	})
	conn, err := New(context.Background(), tls.Client(nc, client), Config{Timeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	if err := conn.Noop().Wait(testContext(t)); err != nil {
		t.Error(err)
	}
	conn.Close()
	<-conn.Done()
}
