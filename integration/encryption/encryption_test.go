// Package encryption runs the command over TLS and STARTTLS, with good certificates and bad ones.
package encryption

import (
	"crypto/tls"
	"io"
	"net"
	"slices"
	"strconv"
	"testing"
	"time"

	"imapsync/integration/dovecot"
	"imapsync/integration/fixtures"
	"imapsync/integration/program"
)

func TestMain(m *testing.M) { program.Main(m) }

// scene has the tiny account on host1; the options name the hosts without encryption.
func scene(t *testing.T) (s *program.Scene, hosts []string) {
	t.Helper()
	t.Parallel()
	s = program.NewScene(t, program.FirstToSecond)
	s.Load(s.Account1, fixtures.Tiny())
	return s, slices.Concat(s.Side1(), s.Side2())
}

func trusted(s *program.Scene) []string {
	return []string{"--sslargs1", "SSL_ca_file=" + s.Servers.CA.File, "--sslargs2", "SSL_ca_file=" + s.Servers.CA.File}
}

func overTLS(s *program.Scene) []string {
	return []string{"--ssl1", "--port1", strconv.Itoa(s.Host1.TLSPort), "--ssl2", "--port2", strconv.Itoa(s.Host2.TLSPort)}
}

func TestTLS(t *testing.T) {
	s, hosts := scene(t)
	s.RunOnly(slices.Concat(hosts, overTLS(s), trusted(s))...).Transferred("12")
	s.WantSame(0)
}

// TestSTARTTLS is what happens without any option about encryption on a clear port.
func TestSTARTTLS(t *testing.T) {
	s, hosts := scene(t)
	s.RunOnly(slices.Concat(hosts, trusted(s))...).Transferred("12").
		WantLines(`^Host1: going to ssl because STARTTLS is in CAPABILITY`, `^Host2: going to ssl because STARTTLS`)
	s.WantSame(0)
}

func TestExplicitSTARTTLS(t *testing.T) {
	s, hosts := scene(t)
	s.RunOnly(slices.Concat(hosts, trusted(s), []string{"--tls1", "--tls2"})...).Transferred("12")
}

func TestClear(t *testing.T) {
	s, _ := scene(t)
	s.Run().Transferred("12").WantNoLine("going to ssl")
}

// TestUnknownAuthority is refused unless the user says that it does not matter (docs/differences.md row 10).
func TestUnknownAuthority(t *testing.T) {
	s, hosts := scene(t)
	before := s.State(s.Account2)
	for name, how := range map[string][]string{"TLS": overTLS(s), "STARTTLS": nil} {
		result := s.RunOnly(slices.Concat(hosts, how)...)
		if result.Exit == 0 {
			t.Errorf("%s: a certificate of an unknown authority was accepted", name)
		}
		result.WantLines(`SSL_verify_mode=0`) // the hint
	}
	s.WantState(before, s.Account2, 0)
	relaxed := []string{"--sslargs1", "SSL_verify_mode=0", "--sslargs2", "SSL_verify_mode=0"}
	s.RunOnly(slices.Concat(hosts, overTLS(s), relaxed)...).Transferred("12")
}

func TestFingerprint(t *testing.T) {
	s, hosts := scene(t)
	print := s.Servers.CA.Fingerprint()
	pin := func(value string) []string {
		return []string{"--sslargs1", "SSL_fingerprint=" + value, "--sslargs2", "SSL_fingerprint=" + value}
	}
	s.RunOnly(slices.Concat(hosts, overTLS(s), pin(print))...).Transferred("12")
	wrong := print[:len(print)-2] + "00"
	if wrong == print {
		wrong = print[:len(print)-2] + "11"
	}
	if result := s.RunOnly(slices.Concat(hosts, overTLS(s), pin(wrong))...); result.Exit == 0 {
		t.Error("a certificate with another fingerprint was accepted")
	}
}

// TestBadCertificates puts servers with bad certificates of a trusted authority in front of host2.
func TestBadCertificates(t *testing.T) {
	for name, c := range map[string]struct {
		host  string
		until time.Time
	}{
		"expired":      {"localhost", time.Now().Add(-time.Hour)},
		"another name": {"mail.example.org", time.Now().Add(time.Hour)},
	} {
		t.Run(name, func(t *testing.T) {
			s, hosts := scene(t)
			certificate, err := s.Servers.CA.Issue(c.host, c.until)
			if err != nil {
				t.Fatal(err)
			}
			front := terminate(t, certificate, s.Host2)
			result := s.RunOnly(slices.Concat(hosts, overTLS(s), trusted(s), []string{"--port2", strconv.Itoa(front)})...)
			if result.Exit == 0 {
				t.Errorf("the certificate was accepted; output:\n%s", result.Out)
			}
		})
	}
}

// terminate speaks TLS with its own certificate and passes on in clear text; it returns its port.
func terminate(t *testing.T, certificate tls.Certificate, to *dovecot.Server) int {
	t.Helper()
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{certificate}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer client.Close()
				server, err := net.Dial("tcp", to.Addr())
				if err != nil {
					return
				}
				defer server.Close()
				go io.Copy(server, client)
				io.Copy(client, server)
			}()
		}
	}()
	return l.Addr().(*net.TCPAddr).Port
}
