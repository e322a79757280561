package endpoint

import (
	"net"
	"path/filepath"
	"testing"

	"imapsync/internal/fault"
)

// listen serves f on a real socket until the test ends.
func listen(t *testing.T, f *fakeServer, network, addr string) net.Addr {
	t.Helper()
	l, err := net.Listen(network, addr)
	if err != nil {
		t.Skipf("no %s socket here: %v", network, err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			nc, err := l.Accept()
			if err != nil {
				return
			}
			go f.serve(newEagerConn(nc), false)
		}
	}()
	return l.Addr()
}

func TestUnixSocket(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "imap")
	listen(t, &fakeServer{}, "unix", path)
	e, rec := newEndpoint(t, &fakeServer{}, "--host1", path)
	e.dialer.open = nil
	mustLogin(t, e)
	wantNotes(t, rec, "Host1: success login on ["+path+"] with user [bob] auth [LOGIN] or [LOGIN]")
}

func TestAddressFamilyIsForced(t *testing.T) {
	t.Parallel()
	_, port, _ := net.SplitHostPort(listen(t, &fakeServer{}, "tcp4", "127.0.0.1:0").String())
	tests := []struct {
		args []string
		ok   bool
	}{
		{nil, true},
		{[]string{"--inet4"}, true},
		{[]string{"--inet4", "--inet6"}, true},
		{[]string{"--ipv6"}, false},
	}
	for _, tt := range tests {
		e, rec := newEndpoint(t, &fakeServer{}, append(tt.args, "--host1", "127.0.0.1", "--port1", port, "--nokeepalive1")...)
		e.dialer.open = nil
		err := e.Login(t.Context())
		if tt.ok && err != nil {
			t.Errorf("%q: got %v, want a login", tt.args, err)
		}
		if !tt.ok {
			wantFault(t, err, rec, fault.Connect, "Unable to connect to 127.0.0.1: ")
		}
	}
}
