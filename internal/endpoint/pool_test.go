package endpoint

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"imapsync/internal/fault"
	"imapsync/internal/imap"
	"imapsync/internal/imap/client"
)

func TestPoolKeepsToTheCap(t *testing.T) {
	t.Parallel()
	f := &fakeServer{authCaps: "UIDPLUS"}
	e, _ := newEndpoint(t, f, "--nosslcheck", "--connections", "3")
	mustLogin(t, e)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			for range 5 {
				c := mustGet(t, e)
				if err := c.Noop().Wait(t.Context()); err != nil {
					t.Errorf("Noop: %v", err)
				}
				e.Put(c)
			}
		})
	}
	wg.Wait()
	if dials, logins, peak := f.counts(); peak > 3 || dials > 3 || logins != dials {
		t.Errorf("got %d connections, %d logins, %d at once, want 3 at most", dials, logins, peak)
	}
	if got := e.Cap(); got != 3 {
		t.Errorf("got a cap of %d, want 3", got)
	}
}

func TestGetWaitsForAFreeConnection(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e, _ := newEndpoint(t, &fakeServer{}, "--nosslcheck", "--connections", "1")
		mustLogin(t, e)
		held := mustGet(t, e)
		if c, ok, err := e.TryGet(t.Context()); c != nil || ok || err != nil {
			t.Errorf("TryGet: got %v, %v, %v, want nothing", c, ok, err)
		}
		got := make(chan *client.Conn)
		go func() { got <- mustGet(t, e) }()
		synctest.Wait()
		select {
		case <-got:
			t.Fatal("got a second connection, want Get to wait")
		default:
		}
		e.Put(held)
		if c := <-got; c != held {
			t.Error("got another connection, want the one given back")
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := e.Get(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Get past its time: got %v, want %v", err, context.DeadlineExceeded)
		}
		e.Discard(held)
		e.Put(mustGet(t, e))
		e.Close(t.Context())
	})
}

func TestExtraConnectionRefused(t *testing.T) {
	t.Parallel()
	for _, answer := range []string{"NO [LIMIT] Too many connections", "* BYE Maximum number of connections from user+IP exceeded", "NO [ALERT] Too many simultaneous connections. (Failure)"} {
		synctest.Test(t, func(t *testing.T) {
			f := &fakeServer{login: func(n int, _ string) string {
				if n == 3 {
					return answer
				}
				return "OK"
			}}
			e, rec := newEndpoint(t, f, "--nosslcheck", "--connections", "4")
			mustLogin(t, e)
			first, second := mustGet(t, e), mustGet(t, e)
			got := make(chan *client.Conn)
			go func() { got <- mustGet(t, e) }()
			time.Sleep(10 * time.Second) // of the test's own clock; a BYE is given time to close
			if got := e.Cap(); got != 2 {
				t.Errorf("%s: got a cap of %d, want 2", answer, got)
			}
			if notes := rec.notes(); !strings.Contains(notes, "Host1: one more connection was refused, going on with 2: ") {
				t.Errorf("%s: got notes\n%s\nwant a warning", answer, notes)
			}
			e.Put(second)
			if c := <-got; c != second {
				t.Errorf("%s: got another connection, want the one given back", answer)
			}
			time.Sleep(regrowAfter)
			third := mustGet(t, e)
			if got := e.Cap(); got != 3 {
				t.Errorf("%s: got a cap of %d after %v, want 3", answer, got, regrowAfter)
			}
			for _, c := range []*client.Conn{first, second, third} {
				e.Put(c)
			}
			e.Close(t.Context())
		})
	}
}

func TestWaitingGetTriesAgainByItself(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &fakeServer{login: func(n int, _ string) string {
			if n == 2 {
				return "NO [LIMIT] Too many connections"
			}
			return "OK"
		}}
		e, _ := newEndpoint(t, f, "--nosslcheck", "--connections", "2")
		mustLogin(t, e)
		held := mustGet(t, e)
		start := time.Now()
		e.Put(mustGet(t, e))
		if got := time.Since(start); got != regrowAfter {
			t.Errorf("got a second connection after %v, want %v", got, regrowAfter)
		}
		e.Put(held)
		e.Close(t.Context())
	})
}

func TestGetFailsWithoutAnyConnection(t *testing.T) {
	t.Parallel()
	f := &fakeServer{dial: func(n int, _ string) error {
		if n > 1 {
			return errUnreachable
		}
		return nil
	}}
	e, rec := newEndpoint(t, f, "--nosslcheck", "--reconnectretry1", "1")
	mustLogin(t, e)
	e.Discard(mustGet(t, e))
	_, err := e.Get(t.Context())
	wantFault(t, err, rec, fault.Connect, "network is unreachable")
}

// A connection that is cut while it signs in is made again when there is no other.
func TestGetTriesAgainWithoutAnyConnection(t *testing.T) {
	t.Parallel()
	f := &fakeServer{dial: func(n int, _ string) error {
		if n == 2 {
			return errUnreachable
		}
		return nil
	}}
	e, _ := newEndpoint(t, f, "--nosslcheck")
	mustLogin(t, e)
	e.Discard(mustGet(t, e))
	e.Put(mustGet(t, e))
}

func TestPutKeepsHealthyConnectionsOnly(t *testing.T) {
	t.Parallel()
	f := &fakeServer{}
	e, _ := newEndpoint(t, f, "--nosslcheck")
	mustLogin(t, e)
	c := mustGet(t, e)
	e.Put(c)
	if again := mustGet(t, e); again != c {
		t.Error("got a new connection, want the idle one")
	}
	f.cut()
	<-c.Done()
	e.Put(c)
	fresh := mustGet(t, e)
	if fresh == c || fresh.Err() != nil {
		t.Errorf("got the lost connection (%v), want a new one", fresh.Err())
	}
	e.Put(fresh)
	e.Put(fresh) // twice is a mistake that must not lend one connection to two
	a, b := mustGet(t, e), mustGet(t, e)
	if a == b {
		t.Error("got one connection twice")
	}
}

func TestIdleConnectionLostIsNotLent(t *testing.T) {
	t.Parallel()
	f := &fakeServer{}
	e, _ := newEndpoint(t, f, "--nosslcheck")
	mustLogin(t, e)
	c := mustGet(t, e)
	e.Put(c)
	f.cut()
	<-c.Done()
	if fresh := mustGet(t, e); fresh == c || fresh.Err() != nil {
		t.Errorf("got the lost connection (%v), want a new one", fresh.Err())
	}
}

func TestReconnectAll(t *testing.T) {
	t.Parallel()
	f := &fakeServer{}
	e, _ := newEndpoint(t, f, "--nosslcheck")
	mustLogin(t, e)
	lent, idle := mustGet(t, e), mustGet(t, e)
	e.Put(idle)
	e.ReconnectAll()
	<-idle.Done()
	if lent.Err() != nil {
		t.Errorf("the lent connection: got %v, want it usable until it is put back", lent.Err())
	}
	e.Put(lent)
	<-lent.Done()
	if fresh := mustGet(t, e); fresh == lent || fresh == idle {
		t.Error("got an old connection, want a new one")
	}
}

func TestReplaceTriesAgain(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		retries string
		fail    int // tries that fail
		ok      bool
		dials   int
		waited  time.Duration // about
	}{
		{"at once", "3", 0, true, 1, 0},
		{"third try", "3", 2, true, 3, 30 * time.Second},
		{"never", "3", 99, false, 3, 30 * time.Second},
		{"not allowed", "0", 0, false, 0, 0},
		{"longer waits", "5", 99, false, 5, 455 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := &fakeServer{}
				e, rec := newEndpoint(t, f, "--nosslcheck", "--reconnectretry1", tt.retries, "--connections", "1")
				mustLogin(t, e)
				c := mustGet(t, e)
				f.dial = func(n int, _ string) error {
					if n <= 1+tt.fail {
						return errUnreachable
					}
					return nil
				}
				f.cut()
				<-c.Done()
				start := time.Now()
				fresh, err := e.Replace(t.Context(), c)
				waited := time.Since(start)
				if (err == nil) != tt.ok || tt.ok && fresh.Err() != nil {
					t.Fatalf("got %v, want success %v", err, tt.ok)
				}
				if dials, _, _ := f.counts(); dials-1 != tt.dials {
					t.Errorf("got %d tries, want %d", dials-1, tt.dials)
				}
				if waited < tt.waited*8/10 || waited > tt.waited*12/10 {
					t.Errorf("got %v of waiting, want about %v", waited, tt.waited)
				}
				list := rec.reconnections()
				if len(list) != 1 || (list[0].Err == nil) != tt.ok {
					t.Errorf("got events %v, want one, success %v", list, tt.ok)
				}
				if !tt.ok && !fault.Transient(err) {
					t.Errorf("got the final error %v, want a transient one", err)
				}
				if tt.ok {
					e.Put(fresh)
				} else {
					f.dial = nil
					e.Put(mustGet(t, e)) // the place was given back
				}
				e.Close(t.Context())
			})
		})
	}
}

func TestReplaceReplaysTheWholeSignIn(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	config, _ := a.server(t, "imap.example.org", time.Hour)
	f := &fakeServer{startTLS: config, caps: "STARTTLS", far: true, authCaps: "ID ENABLE CONDSTORE COMPRESS=DEFLATE"}
	e, _ := newEndpoint(t, f, "--nosslcheck", "--sslargs1", "SSL_ca_file="+a.file, "--authmech1", "PLAIN")
	if err := e.Enable(imap.CapCondStore, imap.CapQResync); err != nil {
		t.Fatal(err)
	}
	mustLogin(t, e)
	if err := e.AfterLogin(t.Context()); err != nil {
		t.Fatal(err)
	}
	c := mustGet(t, e)
	f.cut()
	<-c.Done()
	before := len(f.said(""))
	fresh, err := e.Replace(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Put(fresh)
	var verbs []string
	for _, command := range f.said("")[before:] {
		verb, _, _ := strings.Cut(command, " ")
		if verb != "CAPABILITY" {
			verbs = append(verbs, verb)
		}
	}
	if got, want := strings.Join(verbs, " "), "STARTTLS AUTHENTICATE ID ENABLE"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := f.said("ENABLE"); len(got) == 0 || got[0] != "ENABLE CONDSTORE" {
		t.Errorf("got %q, want only what the server lists", got)
	}
}

func TestReplaceEndsAtAnUnacceptableCertificate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newAuthority(t)
		good, _ := a.server(t, "imap.example.org", time.Hour)
		other, _ := a.server(t, "mail.other.org", time.Hour)
		f := &fakeServer{implicit: good, far: true}
		e, rec := newEndpoint(t, f, "--ssl1", "--sslargs1", "SSL_ca_file="+a.file)
		mustLogin(t, e)
		c := mustGet(t, e)
		f.cut()
		<-c.Done()
		f.implicit = other
		start := time.Now()
		_, err := e.Replace(t.Context(), c)
		wantFault(t, err, rec, fault.Connect, "mail.other.org")
		if dials, _, _ := f.counts(); dials != 2 || time.Since(start) > firstWait {
			t.Errorf("got %d tries in %v, want one at once", dials-1, time.Since(start))
		}
		e.Close(t.Context())
	})
}

func TestReplaceIsCanceled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &fakeServer{}
		e, _ := newEndpoint(t, f, "--nosslcheck")
		mustLogin(t, e)
		c := mustGet(t, e)
		f.dial = func(int, string) error { return errUnreachable }
		f.cut()
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, context.Canceled)
		defer cancel()
		if _, err := e.Replace(ctx, c); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want %v", err, context.Canceled)
		}
		e.Close(t.Context())
	})
}

func TestIdleConnectionsAreKeptAlive(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &fakeServer{}
		e, _ := newEndpoint(t, f, "--nosslcheck", "--connections", "2")
		mustLogin(t, e)
		lent, idle := mustGet(t, e), mustGet(t, e)
		e.Put(idle)
		time.Sleep(idleLong + 90*time.Second)
		synctest.Wait()
		if got := f.said("NOOP"); len(got) != 1 {
			t.Errorf("got %d NOOP, want one, on the idle connection", len(got))
		}
		if c := mustGet(t, e); c != idle {
			t.Error("got a new connection, want the idle one back")
		}
		e.Put(idle)
		e.Put(lent)
		e.Close(t.Context())
		if got := f.said("LOGOUT"); len(got) != 2 {
			t.Errorf("got %d LOGOUT, want two", len(got))
		}
	})
}

func TestClose(t *testing.T) {
	t.Parallel()
	f := &fakeServer{}
	e, rec := newEndpoint(t, f, "--nosslcheck")
	mustLogin(t, e)
	lent := mustGet(t, e)
	e.Disconnect(t.Context())
	<-lent.Done()
	wantNotes(t, rec, "Disconnecting from host1 imap.example.org user1 bob")
	if _, err := e.Get(t.Context()); !errors.Is(err, errClosed) {
		t.Errorf("Get: got %v, want %v", err, errClosed)
	}
	if _, err := e.Replace(t.Context(), lent); !errors.Is(err, errClosed) {
		t.Errorf("Replace: got %v, want %v", err, errClosed)
	}
	e.Put(lent)
	e.Disconnect(t.Context())
	if got := strings.Count(rec.notes(), "Disconnecting"); got != 1 {
		t.Errorf("got %d lines, want one", got)
	}
}

func TestEnableRefusesWhatChangesTheWire(t *testing.T) {
	t.Parallel()
	e, _ := newEndpoint(t, &fakeServer{})
	for _, x := range []imap.Capability{"UTF8=ACCEPT", "imap4REV2"} {
		if err := e.Enable(x); err == nil {
			t.Errorf("%s: got no error, want one", x)
		}
	}
}

// A server that counts sessions may refuse the connections being dialed: the one that works stays.
func TestWorkingConnectionIsKeptWhileOthersAreDialed(t *testing.T) {
	t.Parallel()
	p := newPool(3)
	works := &client.Conn{}
	for range 3 {
		if c, ok, err := p.take(t.Context(), false); c != nil || !ok || err != nil {
			t.Fatalf("got %v, %t, %v, want leave to dial", c, ok, err)
		}
	}
	if err := p.dialed(works); err != nil {
		t.Fatal(err)
	}
	if live := p.refused(); live != 1 {
		t.Errorf("got %d live connections, want 1", live)
	}
	if !p.put(works) {
		t.Error("the only working connection was closed")
	}
}
