package client

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-sasl"

	"imapsync/internal/imap"
)

// traced records the trace of a connection.
type traced struct {
	mu    sync.Mutex
	lines []string
}

func (tr *traced) add(sent bool, line string) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	mark := "S: "
	if sent {
		mark = "C: "
	}
	tr.lines = append(tr.lines, mark+line)
}

func (tr *traced) String() string {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	return strings.Join(tr.lines, "\n")
}

// TestTraceHasNoSecret signs in in every form, with servers that echo what they got.
func TestTraceHasNoSecret(t *testing.T) {
	for _, password := range []string{"s3cret", "with blank s3cret", `quote"s3cret`, "s3cr€t", "pw"} {
		for _, how := range []string{"LOGIN", "PLAIN"} {
			t.Run(how+" "+password, func(t *testing.T) {
				var tr traced
				var texts []string
				conn := dial(t, Config{Trace: tr.add, OnAlert: func(s string) { texts = append(texts, s) }}, func(s *script) {
					q := s.expect("")
					if how == "PLAIN" {
						s.say("+ \r\n")
						line, _ := s.line()
						s.say("* BAD what is " + line + "\r\n")
					}
					s.say("* NO [ALERT] login " + password + " failed\r\n" + q.tag + " NO [X " + password + "] bad password \"" + password + "\"\r\n")
					s.obey()
				})
				ctx := testContext(t)
				var err error
				if how == "LOGIN" {
					err = conn.Login(ctx, "joe", password)
				} else {
					err = conn.Authenticate(ctx, sasl.NewPlainClient("", "joe", password))
				}
				wantKind(t, how, err, imap.KindAuth)
				encoded := base64.StdEncoding.EncodeToString([]byte("\x00joe\x00" + password))
				for _, text := range append(texts, tr.String(), fmt.Sprintf("%v %+v", err, err)) {
					// Words, because a short password may be part of others.
					if strings.Contains(text, " "+password) || strings.Contains(text, `"`+password) || strings.Contains(text, encoded) {
						t.Errorf("the secret is in %q", text)
					}
				}
				if !strings.Contains(tr.String(), hidden) {
					t.Errorf("no command in the trace:\n%s", tr.String())
				}
			})
		}
	}
}

// TestTraceShowsNoText checks that literals are shown by their size only.
func TestTraceShowsNoText(t *testing.T) {
	var tr traced
	conn := dial(t, Config{Trace: tr.add}, func(s *script) {
		s.ok(s.expect("APPEND"), "done")
		q := s.expect("UID FETCH")
		s.say("* 1 FETCH (UID 1 BODY[HEADER] {8}\r\nprivate1 BODY[] {8}\r\nprivate2)\r\n")
		s.ok(q, "done")
		s.obey()
	})
	ctx := testContext(t)
	if _, err := conn.Append(ctx, "INBOX", []AppendMessage{text("private0")}).Wait(ctx); err != nil {
		t.Error(err)
	}
	if err := conn.UIDFetch(imap.UIDs(1), FetchItems{Body: true}, FetchHandler{}).Wait(ctx); err != nil {
		t.Error(err)
	}
	got := tr.String()
	if strings.Contains(got, "private") {
		t.Errorf("a text is in the trace:\n%s", got)
	}
	for _, line := range []string{`C: A2 APPEND "INBOX" {8+}`, "S: * 1 FETCH (UID 1 BODY[HEADER] {8}", "S:  BODY[] {8}", "S: A3 OK done"} {
		if !strings.Contains(got, line+"\n") && !strings.HasSuffix(got, line) {
			t.Errorf("no line %q in\n%s", line, got)
		}
	}
}

// mech is a mechanism that a test describes.
type mech struct {
	initial []byte
	next    func(challenge []byte) ([]byte, error)
}

func (m mech) Start() (string, []byte, error)        { return "TEST", m.initial, nil }
func (m mech) Next(challenge []byte) ([]byte, error) { return m.next(challenge) }

func TestAuthenticate(t *testing.T) {
	refuse := errors.New("cannot answer that")
	echo := func(c []byte) ([]byte, error) {
		if string(c) == "bad" {
			return nil, refuse
		}
		return append([]byte("re:"), c...), nil
	}

	for _, c := range []struct {
		name       string
		mech       mech
		challenges []string
		want       []string // lines of the client
		verdict    string
		kind       imap.Kind
		err        error
	}{
		{name: "initial response waits", mech: mech{[]byte("first"), echo}, challenges: []string{"", b64("two")},
			want: []string{b64("first"), b64("re:two")}, verdict: "OK in"},
		{name: "empty response", mech: mech{[]byte{}, echo}, challenges: []string{""}, want: []string{""}, verdict: "OK in"},
		{name: "server first", mech: mech{nil, echo}, challenges: []string{b64("one")}, want: []string{b64("re:one")}, verdict: "OK in"},
		{name: "refused", mech: mech{nil, echo}, challenges: []string{b64("one")}, want: []string{b64("re:one")},
			verdict: "NO [AUTHENTICATIONFAILED] no", kind: imap.KindAuth},
		{name: "unknown mechanism", mech: mech{nil, echo}, verdict: "NO unsupported", kind: imap.KindAuth},
		{name: "cancelled", mech: mech{nil, echo}, challenges: []string{b64("bad")}, want: []string{"*"}, verdict: "BAD cancelled",
			kind: imap.KindAuth, err: refuse},
		{name: "not base64", mech: mech{nil, echo}, challenges: []string{"%%"}, want: []string{"*"}, verdict: "BAD cancelled", kind: imap.KindAuth},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			conn := dial(t, Config{}, func(s *script) {
				q := s.expect("AUTHENTICATE TEST")
				for _, challenge := range c.challenges {
					s.say("+ " + challenge + "\r\n")
					line, _ := s.line()
					got = append(got, line)
				}
				s.say(q.tag + " " + c.verdict + "\r\n")
				s.obey()
			})
			ctx := testContext(t)
			err := conn.Authenticate(ctx, c.mech)
			if strings.HasPrefix(c.verdict, "OK") {
				if err != nil || conn.Caps() != nil {
					t.Errorf("got %v, capabilities %v, want none of both", err, conn.Caps())
				}
			} else {
				wantKind(t, "AUTHENTICATE", err, c.kind)
			}
			if c.err != nil && !errors.Is(err, c.err) {
				t.Errorf("got %v, want %v in it", err, c.err)
			}
			if strings.Join(got, "|") != strings.Join(c.want, "|") {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if err := conn.Noop().Wait(ctx); err != nil {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
}

func TestCapsAfterLogin(t *testing.T) {
	for _, c := range []struct{ untagged, tagged, want string }{
		{"", "OK in", ""},
		{"", "OK [CAPABILITY IMAP4rev1 NEW] in", "IMAP4rev1 NEW"},
		{"* CAPABILITY IMAP4rev1 TOLD\r\n", "OK in", "IMAP4rev1 TOLD"},
		{"", "NO out", "IMAP4rev1 OLD"},
	} {
		conn := dialCaps(t, "OLD", func(s *script) {
			q := s.expect("LOGIN")
			s.say(c.untagged + q.tag + " " + c.tagged + "\r\n")
			s.obey()
		})
		_ = conn.Login(testContext(t), "joe", "s3cret")
		if got := conn.Caps().String(); got != c.want {
			t.Errorf("%s%s: got %q, want %q", c.untagged, c.tagged, got, c.want)
		}
	}
}

func TestPreauth(t *testing.T) {
	nc := serve(t, func(s *script) {
		s.say("* PREAUTH hello\r\n")
		s.expect("NOOP")
	})
	conn, err := New(testContext(t), nc, Config{})
	if err != nil {
		t.Fatal(err)
	}
	ctx := testContext(t)
	if err := conn.Login(ctx, "joe", "s3cret"); err != nil {
		t.Error(err)
	}
	if err := conn.Authenticate(ctx, sasl.NewPlainClient("", "joe", "s3cret")); err != nil {
		t.Error(err)
	}
	_ = conn.Noop().Wait(ctx)
	conn.Close()
	<-conn.Done()
}
