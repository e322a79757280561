package client

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"imapsync/internal/imap"
)

// dialCaps connects to a server with these capabilities.
func dialCaps(t testing.TB, caps string, run func(s *script)) *Conn {
	t.Helper()
	nc := serve(t, func(s *script) {
		s.say("* OK [CAPABILITY IMAP4rev1 " + caps + "] hi\r\n")
		run(s)
	})
	c, err := New(testContext(t), nc, Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(); <-c.Done() })
	return c
}

func text(s string) AppendMessage {
	return AppendMessage{Size: int64(len(s)), Body: strings.NewReader(s)}
}

// TestAppendLiterals checks which literals wait for consent, and that texts arrive octet for octet.
func TestAppendLiterals(t *testing.T) {
	small, medium := "a\r\n\x00\xff{3}", strings.Repeat("m", 4097)
	large := strings.Repeat("0123456789", NonSyncMax/10+1)
	for _, c := range []struct{ caps, text, want string }{
		{"", small, "{%d}"}, {"LITERAL-", small, "{%d+}"}, {"LITERAL+", small, "{%d+}"},
		{"LITERAL-", medium[:4096], "{%d+}"}, {"LITERAL-", medium, "{%d}"}, {"LITERAL+", medium, "{%d+}"},
		{"LITERAL+", large[:NonSyncMax], "{%d+}"}, {"LITERAL+", large[:NonSyncMax+1], "{%d}"},
		{"LITERAL- LITERAL+", medium, "{%d+}"},
	} {
		t.Run(fmt.Sprintf("%s %d", c.caps, len(c.text)), func(t *testing.T) {
			var got seen
			conn := dialCaps(t, c.caps, func(s *script) {
				got = s.expect("APPEND")
				s.ok(got, "[APPENDUID 7 42] done")
				s.obey()
			})
			ctx := testContext(t)
			a := conn.Append(ctx, "INBOX", []AppendMessage{{Flags: []imap.Flag{`\Seen`, `\Recent`}, Size: int64(len(c.text)),
				Date: time.Date(2020, 2, 3, 4, 5, 6, 0, time.UTC), Body: bytes.NewReader([]byte(c.text))}})
			r, err := a.Wait(ctx)
			if err != nil || r.UIDValidity != 7 || !slices.Equal(r.UIDs, []imap.UID{42}) || !a.Handed() {
				t.Errorf("got %v, %v, handed %v", r, err, a.Handed())
			}
			want := `APPEND "INBOX" (\Seen) "03-Feb-2020 04:05:06 +0000" ` + fmt.Sprintf(c.want, len(c.text))
			if got.line != want {
				t.Errorf("got %q, want %q", got.line, want)
			}
			if len(got.lits) != 1 || got.lits[0] != c.text {
				t.Errorf("the text arrived changed")
			}
		})
	}
}

func TestMultiAppend(t *testing.T) {
	for _, c := range []struct {
		code string
		want []imap.UID
	}{
		{"[APPENDUID 7 42:44] ", []imap.UID{42, 43, 44}},
		{"[APPENDUID 7 44,42,50] ", []imap.UID{44, 42, 50}},
		{"[APPENDUID 7 42] ", []imap.UID{0, 0, 0}},
		{"", []imap.UID{0, 0, 0}},
	} {
		var got seen
		conn := dialCaps(t, "LITERAL- MULTIAPPEND", func(s *script) {
			got = s.expect("APPEND")
			s.ok(got, c.code+"done")
			s.obey()
		})
		ctx := testContext(t)
		big := strings.Repeat("b", 5000)
		msgs := []AppendMessage{text("a"), text(big), text("")}
		msgs[2].Flags = []imap.Flag{"$x"}
		r, err := conn.Append(ctx, "a\"b", msgs).Wait(ctx)
		if err != nil || !slices.Equal(r.UIDs, c.want) {
			t.Errorf("%q: got %v, %v, want %v", c.code, r.UIDs, err, c.want)
		}
		if want := `APPEND "a\"b" {1+} {5000} ($x) {0+}`; got.line != want || !slices.Equal(got.lits, []string{"a", big, ""}) {
			t.Errorf("got %q, want %q", got.line, want)
		}
	}
}

// TestAppendsInFlight sends many APPENDs before the first answer, and tells their answers apart.
func TestAppendsInFlight(t *testing.T) {
	conn := dialCaps(t, "LITERAL+", func(s *script) {
		var all []seen
		for range 50 {
			all = append(all, s.expect("APPEND"))
		}
		for i, q := range all {
			if i == 7 {
				s.say(q.tag + " NO [OVERQUOTA] full\r\n")
				continue
			}
			s.ok(q, fmt.Sprintf("[APPENDUID 1 %d] done", i+1))
		}
		s.obey()
	})
	ctx := testContext(t)
	var all []*AppendCmd
	for i := range 50 {
		all = append(all, conn.Append(ctx, "INBOX", []AppendMessage{text(fmt.Sprint(i))}))
	}
	for i, a := range all {
		r, err := a.Wait(ctx)
		if i == 7 {
			wantKind(t, "the eighth", err, imap.KindOverQuota)
			continue
		}
		if err != nil || r.UIDs[0] != imap.UID(i+1) {
			t.Errorf("%d: got %v, %v", i, r, err)
		}
	}
}

// TestAppendRefusedBeforeText checks that a refusal in place of the consent is the answer, and that the
// connection goes on.
func TestAppendRefusedBeforeText(t *testing.T) {
	for _, multi := range []bool{false, true} {
		conn := dialCaps(t, "MULTIAPPEND", func(s *script) {
			line, _ := s.line()
			tag, _, _ := strings.Cut(line, " ")
			if multi {
				s.say("+ first\r\n")
				_, _ = s.literal("3")
				_, _ = s.line()
			}
			s.say("* OK hold on\r\n" + tag + " NO [TOOBIG] no\r\n")
			s.obey()
		})
		ctx := testContext(t)
		a := conn.Append(ctx, "INBOX", []AppendMessage{text("abc"), text("def")})
		_, err := a.Wait(ctx)
		wantKind(t, "APPEND", err, imap.KindTooBig)
		if a.Handed() {
			t.Error("got Handed, though the text was never sent whole")
		}
		if err := conn.Noop().Wait(ctx); err != nil {
			t.Errorf("the connection does not go on: %v", err)
		}
	}
}

// TestAppendConsentBetweenAnswers has the answers of earlier commands come before the consent.
func TestAppendConsentBetweenAnswers(t *testing.T) {
	conn := dialCaps(t, "", func(s *script) {
		first, second := s.expect("NOOP"), s.expect("NOOP")
		line, _ := s.line()
		tag, _, _ := strings.Cut(line, " ")
		s.ok(first, "done")
		s.say("* 3 EXISTS\r\n")
		s.ok(second, "done")
		s.say("+ go\r\n")
		got, _ := s.literal("3")
		_, _ = s.line()
		if got != "abc" {
			t.Errorf("got %q, want abc", got)
		}
		s.say(tag + " OK done\r\n")
	})
	ctx := testContext(t)
	first, second := conn.Noop(), conn.Noop()
	a := conn.Append(ctx, "INBOX", []AppendMessage{text("abc")})
	for _, err := range []error{first.Wait(ctx), second.Wait(ctx), a.wait(ctx)} {
		if err != nil {
			t.Error(err)
		}
	}
}

// TestAppendAnsweredEarly checks that an OK before the text is no success.
func TestAppendAnsweredEarly(t *testing.T) {
	conn := dialCaps(t, "", func(s *script) {
		line, _ := s.line()
		tag, _, _ := strings.Cut(line, " ")
		s.say(tag + " OK stored, honestly\r\n")
		s.obey()
	})
	ctx := testContext(t)
	a := conn.Append(ctx, "INBOX", []AppendMessage{text("abc")})
	_, err := a.Wait(ctx)
	wantKind(t, "APPEND", err, imap.KindServerBug)
}

// TestShortBody checks that a text that ends early is never completed, and its cause is told.
func TestShortBody(t *testing.T) {
	broken := errors.New("source gone")
	for _, c := range []struct {
		name string
		body io.Reader
		want error
	}{
		{"ends", strings.NewReader("abc"), io.ErrUnexpectedEOF},
		{"bytes", bytes.NewReader([]byte("abc")), io.ErrUnexpectedEOF},
		{"fails", io.MultiReader(strings.NewReader("abc"), failing{broken}), broken},
		{"cut", io.MultiReader(strings.NewReader("abc"), failing{io.ErrUnexpectedEOF}), io.ErrUnexpectedEOF},
	} {
		t.Run(c.name, func(t *testing.T) {
			var rest []byte
			got := make(chan struct{})
			conn := dialCaps(t, "LITERAL+", func(s *script) {
				rest, _ = io.ReadAll(s.r)
				close(got)
			})
			ctx := testContext(t)
			a := conn.Append(ctx, "INBOX", []AppendMessage{{Size: 10, Body: c.body}})
			_, err := a.Wait(ctx)
			wantKind(t, "APPEND", err, imap.KindLost)
			if !errors.Is(err, c.want) || a.Handed() {
				t.Errorf("got %v, handed %v; want %v, false", err, a.Handed(), c.want)
			}
			<-got
			if _, sent, _ := strings.Cut(string(rest), "{10+}\r\n"); len(sent) > 3 {
				t.Errorf("%q was sent for a text of three octets", sent)
			}
			if conn.Err() == nil {
				t.Error("the connection goes on")
			}
		})
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// TestHanded cuts the connection at every octet of an APPEND: only when all were read can its outcome
// be unknown.
func TestHanded(t *testing.T) {
	whole := "A2 APPEND \"INBOX\" {5+}\r\nhello\r\n"
	for n := range len(whole) + 1 {
		conn := dialCaps(t, "LITERAL+", func(s *script) {
			// The pipe has no buffer of its own: what was not read here was not handed over.
			one := make([]byte, 1)
			for range n {
				if _, err := io.ReadFull(s.conn, one); err != nil {
					t.Errorf("server: %v", err)
				}
			}
		})
		ctx := testContext(t)
		a := conn.Append(ctx, "INBOX", []AppendMessage{text("hello")})
		_, err := a.Wait(ctx)
		wantKind(t, "APPEND", err, imap.KindLost)
		if want := n == len(whole); a.Handed() != want {
			t.Errorf("cut after %d of %d octets: Handed() = %v, want %v", n, len(whole), a.Handed(), want)
		}
	}
}
