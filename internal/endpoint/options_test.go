package endpoint

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"imapsync/internal/account"
	"imapsync/internal/event"
	"imapsync/internal/getopt"
	"imapsync/internal/imap"
)

// parse reads a command line into the options of both sides.
func parse(t *testing.T, args ...string) (fs *getopt.Set, o1, o2 Options, c Common) {
	t.Helper()
	fs = getopt.NewSet()
	p1, p2, pc := new(Options), new(Options), new(Common)
	p1.Register(fs, account.Host1)
	p2.Register(fs, account.Host2)
	pc.Register(fs)
	extra, problems := fs.Parse(args)
	if len(extra) > 0 || len(problems) > 0 {
		t.Fatalf("%q: extra %q, problems %q", args, extra, problems)
	}
	return fs, *p1, *p2, *pc
}

func TestRegister(t *testing.T) {
	t.Parallel()
	fs, o1, o2, c := parse(t, "--host1", "a", "--port2", "10", "--ssl1", "--notls2", "--sslargs1", "A=B", "--timeout", "1.5",
		"--timeout2=0", "--nokeepalive1", "--password1", "pass-word", "--connections", "7", "--ipv4", "--ssl2_ssl_version", "TLSv1_2",
		"--noid", "--debugimap2", "--reconnectretry1", "9")
	if o1.Host.Value != "a" || o2.Port.Value != 10 || !o1.SSL.Value || !o2.TLS.Given || o2.TLS.Value || len(o1.SSLArgs) != 1 ||
		c.Timeout.Value != 1.5 || !o2.Timeout.Given || o1.KeepAlive.Or(true) || c.Connections.Value != 7 || !c.Inet4.Value ||
		o2.SSLVersion.Value != "TLSv1_2" || c.ID.Or(true) || !o2.DebugIMAP.Value || o1.ReconnectRetry.Value != 9 {
		t.Errorf("got %#v %#v %+v, want the values of the command line", o1, o2, c)
	}
	for _, name := range []string{"password1", "password2", "oauthdirect1", "oauthaccesstoken2"} {
		if !fs.Lookup(name).IsSecret() {
			t.Errorf("--%s: got a plain option, want a secret one", name)
		}
	}
	for _, text := range []string{fmt.Sprint(o1), fmt.Sprintf("%+v", o1), fmt.Sprintf("%#v", o1), fmt.Sprintf("%v", &o1)} {
		if strings.Contains(text, "pass-word") {
			t.Errorf("got the password in %q, want it left out", text)
		}
	}
}

func TestNewReportsEveryMistake(t *testing.T) {
	t.Parallel()
	tests := []struct {
		args []string
		want []string
	}{
		{nil, nil},
		{[]string{"--port1", "0"}, nil},
		{[]string{"--authmech1", "login", "--authuser1", "x"}, nil},
		{[]string{"--authmech1", "cram-md5"}, nil},
		{[]string{"--authmech1", "GSSAPI"}, nil},
		{[]string{"--authmech1", "GSSAPI", "--notrylogin"}, []string{"--authmech1 GSSAPI: there is no such mechanism here"}},
		{[]string{"--oauthaccesstoken1", " "}, []string{"--oauthaccesstoken1: a token is expected"}},
		{[]string{"--oauthdirect1", ""}, []string{"--oauthdirect1: a token is expected"}},
		{[]string{"--oauthdirect1", "%%%"}, []string{"--oauthdirect1: the ready-made XOAUTH2 string is not base64"}},
		{[]string{"--oauthaccesstoken1", "", "--authmech1", "X-MASTERAUTH"}, nil},
		{[]string{"--port1", "65536", "--timeout1=-1", "--reconnectretry1=-1", "--connections", "0", "--oauthdirect1", "", "--sslargs1", "x=y"},
			[]string{"--port1", "--timeout1", "--reconnectretry1", "--connections", "--oauthdirect1", "--sslargs1 x=y"}},
		{[]string{"--ssl1_ssl_version", "SSLv3"}, []string{"SSL_version=SSLv3"}},
	}
	for _, tt := range tests {
		_, o1, _, c := parse(t, tt.args...)
		e, bad := New(account.Host1, o1, c, Password("p"), event.Discard)
		if len(bad) != len(tt.want) || (e == nil) != (len(tt.want) > 0) {
			t.Errorf("%q: got %v, want %d errors", tt.args, bad, len(tt.want))
			continue
		}
		for i, want := range tt.want {
			if !strings.Contains(bad[i].Error(), want) {
				t.Errorf("%q: got %q, want %q in it", tt.args, bad[i], want)
			}
		}
	}
}

func TestChooseMode(t *testing.T) {
	t.Parallel()
	both := imap.Caps{"IMAP4rev1", "STARTTLS"}
	tests := []struct {
		args              []string
		mode              tlsMode
		probing           bool
		startTLS, without bool // STARTTLS when listed, when not
	}{
		{nil, tlsAuto, true, true, false},
		{[]string{"--ssl1"}, tlsImplicit, false, false, false},
		{[]string{"--ssl1", "--tls1"}, tlsBoth, false, true, true},
		{[]string{"--ssl1", "--notls1"}, tlsImplicit, false, false, false},
		{[]string{"--tls1"}, tlsStart, false, true, true},
		{[]string{"--nossl1", "--tls1"}, tlsStart, false, true, true},
		{[]string{"--nossl1"}, tlsAuto, false, true, false},
		{[]string{"--notls1"}, tlsNone, false, false, false},
		{[]string{"--nossl1", "--notls1"}, tlsNone, false, false, false},
		{[]string{"--port1", "143"}, tlsAuto, false, true, false},
		{[]string{"--port1", "0"}, tlsAuto, false, true, false},
		{[]string{"--nosslcheck"}, tlsAuto, false, true, false},
	}
	for _, tt := range tests {
		_, o1, _, c := parse(t, append([]string{"--host1", "h"}, tt.args...)...)
		e, bad := New(account.Host1, o1, c, Password("p"), event.Discard)
		if len(bad) > 0 {
			t.Fatal(bad)
		}
		if e.mode != tt.mode || e.probing != tt.probing || e.mode.startTLS(both) != tt.startTLS || e.mode.startTLS(nil) != tt.without {
			t.Errorf("%q: got mode %d, probing %v, STARTTLS %v and %v, want %d, %v, %v and %v", tt.args, e.mode, e.probing,
				e.mode.startTLS(both), e.mode.startTLS(nil), tt.mode, tt.probing, tt.startTLS, tt.without)
		}
	}
}

func TestChooseMechanism(t *testing.T) {
	t.Parallel()
	tests := []struct {
		args []string
		want mechanism
	}{
		{nil, mechLogin},
		{[]string{"--authmech1", "plain"}, mechPlain},
		{[]string{"--authmech1", "0"}, mechLogin},
		{[]string{"--authuser1", "admin"}, mechPlain},
		{[]string{"--authuser1", "0"}, mechLogin},
		{[]string{"--authuser1", "admin", "--authmech1", "Login"}, mechLogin},
		{[]string{"--authmech1", "preauth"}, mechPreauth},
		{[]string{"--authmd51"}, mechCRAM},
		{[]string{"--noauthmd51"}, mechLogin},
		{[]string{"--authmd51", "--authuser1", "admin"}, mechCRAM},
		{[]string{"--authmd51", "--authmech1", "plain"}, mechPlain},
		{[]string{"--authmech1", "gssapi"}, "GSSAPI"},
		{[]string{"--authmech1", "scram-sha-256"}, mechScram256},
		{[]string{"--oauthaccesstoken1", "t"}, mechToken},
		{[]string{"--oauthaccesstoken1", "t", "--authmech1", "CRAM-MD5"}, mechToken},
		{[]string{"--oauthaccesstoken1", "t", "--authmech1", "oauthbearer"}, mechBearer},
		{[]string{"--oauthaccesstoken1", "t", "--oauthdirect1", "dA=="}, mechDirect},
		{[]string{"--oauthdirect1", "dA==", "--authmech1", "X-MasterAuth"}, mechMaster},
		{[]string{"--authmech1", "xoauth2"}, mechGoogle},
	}
	for _, tt := range tests {
		_, o1, _, _ := parse(t, tt.args...)
		if got, err := chooseMechanism(o1, true, "1"); got != tt.want || err != nil {
			t.Errorf("%q: got %q, %v, want %q", tt.args, got, err, tt.want)
		}
	}
}

func TestTimeout(t *testing.T) {
	t.Parallel()
	tests := []struct {
		args []string
		want time.Duration
	}{
		{nil, 120 * time.Second},
		{[]string{"--timeout", "0.5"}, 500 * time.Millisecond},
		{[]string{"--timeout", "9", "--timeout1", "0"}, 0},
		{[]string{"--timeout1", "1e30"}, 1 << 62},
	}
	for _, tt := range tests {
		_, o1, _, c := parse(t, tt.args...)
		if got := seconds(o1.Timeout, c.Timeout); got != tt.want {
			t.Errorf("%q: got %v, want %v", tt.args, got, tt.want)
		}
	}
}

func TestCleanHost(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]string{" imap.example.org/ ": "imap.example.org", "a b/c": "abc", "/run/imap.sock": "/run/imap.sock", "[::1]": "::1", "": ""} {
		if got := cleanHost(host); got != want {
			t.Errorf("%q: got %q, want %q", host, got, want)
		}
	}
}

func TestAppendLimit(t *testing.T) {
	t.Parallel()
	tests := []struct {
		caps  imap.Caps
		limit int64
		ok    bool
	}{
		{nil, 0, false},
		{imap.Caps{"APPENDLIMIT"}, 0, false},
		{imap.Caps{"appendlimit=70"}, 70, true},
		{imap.Caps{"APPENDLIMIT=7", "APPENDLIMIT=8"}, 7, true},
		{imap.Caps{"APPENDLIMIT=0"}, 0, true},
		{imap.Caps{"APPENDLIMIT=12x"}, 0, false},
		{imap.Caps{"APPENDLIMIT=-5"}, 0, false},
		{imap.Caps{"APPENDLIMIT="}, 0, false},
	}
	for _, tt := range tests {
		if limit, ok := appendLimit(tt.caps); limit != tt.limit || ok != tt.ok {
			t.Errorf("%v: got %d, %v, want %d, %v", tt.caps, limit, ok, tt.limit, tt.ok)
		}
	}
}

func TestDisplayCaps(t *testing.T) {
	t.Parallel()
	got := displayCaps(imap.Caps{"IMAP4rev1", "ID", "LITERAL+", "AUTH=PLAIN", "AUTH=LOGIN", "THREAD=REFS"})
	if want := "IMAP4rev1 ID LITERAL+ AUTH=PLAIN AUTH=LOGIN THREAD=REFS AUTH THREAD"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestStorage(t *testing.T) {
	t.Parallel()
	tests := []struct {
		quotas      []imap.Quota
		used, limit int64
	}{
		{nil, 0, 0},
		{[]imap.Quota{{Resource: "MESSAGE", Usage: 5, Limit: 10}, {Resource: "STORAGE", Usage: 1, Limit: 2}}, 1024, 2048},
		{[]imap.Quota{{Resource: "STORAGE", Usage: 1, Limit: 2}, {Resource: "STORAGE", Usage: 3, Limit: 4}}, 1024, 2048},
		{[]imap.Quota{{Resource: "STORAGE", Usage: 5, Limit: -1}}, 0, 0},
	}
	for _, tt := range tests {
		if used, limit := storage(tt.quotas); used != tt.used || limit != tt.limit {
			t.Errorf("%v: got %d of %d, want %d of %d", tt.quotas, used, limit, tt.used, tt.limit)
		}
	}
}

func TestRetryWait(t *testing.T) {
	t.Parallel()
	throttled := &imap.Error{Kind: imap.KindThrottled, Wait: 7 * time.Minute}
	within := func(got, want time.Duration) bool { return got >= want*8/10 && got <= want*12/10 }
	for try, want := range []time.Duration{0, 5 * time.Second, 25 * time.Second, 125 * time.Second, 5 * time.Minute, 5 * time.Minute} {
		if got := retryWait(try, nil); !within(got, want) {
			t.Errorf("try %d: got %v, want about %v", try, got, want)
		}
		if got := retryWait(try, fmt.Errorf("sign in: %w", throttled)); got != 7*time.Minute {
			t.Errorf("try %d of a throttled server: got %v, want 7m", try, got)
		}
	}
}
