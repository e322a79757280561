package perlre

import (
	"bytes"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestVariables(t *testing.T) {
	values := func(folder string) func(string) (string, bool) {
		return func(name string) (string, bool) {
			value, ok := map[string]string{"user1": "tata", "h1_current_folder": folder}[name]
			return value, ok
		}
	}
	expr := `s/\A/X-Path-$sync->{user1}: $sync->{ h1_current_folder }\n/`
	s, err := ParseSubst(expr, Variables(values("A")))
	if err != nil {
		t.Fatal(err)
	}
	for folder, want := range map[string]string{"A": "X-Path-tata: A\nbody", "B": "X-Path-tata: B\nbody"} {
		if got, _ := s.Bind(values(folder)).ApplyString("body"); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got, _ := s.Bind(nil).ApplyString("b"); got != "X-Path-: \nb" {
		t.Errorf("without values: got %q", got)
	}
	if _, err := ParseSubst(expr); err == nil {
		t.Error("a variable is accepted where there are none")
	}
}

func TestPattern(t *testing.T) {
	for _, test := range []struct {
		pattern, flags, subject string
		want                    bool
	}{
		{`^INBOX$`, "", "INBOX", true},
		{`(?i)spam`, "", "My SPAM", true},
		{`^(?i)INBOX.YOP`, "", "inbox.yop", true},
		{`blanc\ $`, "", "x blanc ", true},
		{`[ ]`, "", "a b", true},
		{`a@b.c$`, "", "a@b.c", true}, // no array: bare patterns are no program text
		{`\Qa`, "", "Qa", true},
		{`Received: From;`, "xi", "RECEIVED: FROM; X", false},
		{`^(?!Message-Id)`, "xi", "MESSAGE-ID: <A>", false},
		{``, "", "anything", true},
		{`\w`, "", "\xe9", false},
	} {
		m, err := ParsePattern(test.pattern, test.flags)
		if err != nil {
			t.Error(err)
			continue
		}
		if got, err := m.MatchString(test.subject); got != test.want || err != nil {
			t.Errorf("%q on %q: got %v %v, want %v", test.pattern, test.subject, got, err, test.want)
		}
	}
	for _, bad := range [][2]string{{"(", ""}, {"a", "q"}, {"(?{1})", ""}} {
		var syntax *SyntaxError
		if _, err := ParsePattern(bad[0], bad[1]); !errors.As(err, &syntax) || syntax.Expr != bad[0] {
			t.Errorf("%q: got %v, want a SyntaxError about it", bad[0], err)
		}
	}
}

func TestParseMatch(t *testing.T) {
	for _, test := range []struct {
		expr, subject string
		want          bool
	}{
		{`m{A}`, "bA", true}, {`/popopo/`, "x", false}, {`m, ,`, "a b", true}, {`s/a/b/`, "xax", true},
		{`s/a/b/`, "x", false}, {`tr/a//`, "xa", true}, {`m/a/i`, "A", true},
		{`/^Junk$|^INBOX.Junk$/`, "INBOX.Junk", true},
	} {
		m, err := ParseMatch(test.expr)
		if err != nil {
			t.Error(err)
			continue
		}
		if got, err := m.MatchString(test.subject); got != test.want || err != nil {
			t.Errorf("%s on %q: got %v %v, want %v", test.expr, test.subject, got, err, test.want)
		}
	}
	if _, err := ParseMatch("FooArchiv"); err == nil {
		t.Error("a bare word is accepted")
	}
}

// TestUnchanged checks that a subject without a match is handed back as it is, and that one with a
// match is left alone.
func TestUnchanged(t *testing.T) {
	in := []byte("subject")
	for _, expr := range []string{"s/x/y/", "tr/x/y/", "s/s/t/r", "tr/s/t/r", "m/s/", "tr/s//"} {
		s, err := ParseSubst(expr)
		if err != nil {
			t.Fatal(err)
		}
		if out, err := s.Apply(in); err != nil || &out[0] != &in[0] {
			t.Errorf("%s: got %q %v, want the subject itself", expr, out, err)
		}
	}
	s, _ := ParseSubst("s/s/t/g")
	if out, _ := s.Apply(in); string(out) != "tubject" || string(in) != "subject" {
		t.Errorf("got %q, and the subject is now %q", out, in)
	}
}

func TestTimeout(t *testing.T) {
	s, err := ParseSubst(`s/(a+)+\d/x/`, Timeout(time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.ApplyString(strings.Repeat("a", 60)); !errors.Is(err, ErrTimeout) {
		t.Errorf("got %v, want ErrTimeout", err)
	}
	all, err := ParseSubst(`s/\w*/x/g`, Timeout(0))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := all.ApplyString(strings.Repeat("a ", 1<<20)); !errors.Is(err, ErrTimeout) {
		t.Errorf("all matches together: got %v, want ErrTimeout", err)
	}
	if got, err := s.ApplyString("a1"); got != "x" || err != nil {
		t.Errorf("the next subject: got %q %v", got, err)
	}
}

// TestLargeSubject runs the recipes of large messages on one: a header of 40,000 lines, which is
// more than Perl itself took for long, and lines of a megabyte.
func TestLargeSubject(t *testing.T) {
	header := strings.Repeat("X-A: b\r\n", 40000)
	s, err := ParseSubst(disarm)
	if err != nil {
		t.Fatal(err)
	}
	const receipt = "Disposition-Notification-To: x\r\n"
	got, err := s.ApplyString(header + receipt + "\r\nbody\r\n")
	if err != nil || got != header+"X-"+receipt+"\r\nbody\r\n" {
		t.Errorf("disarm: %d octets, %v", len(got), err)
	}
	wrap, err := ParseSubst(`s,(.{10239}),$1\r\n,g`)
	if err != nil {
		t.Fatal(err)
	}
	got, err = wrap.ApplyString(strings.Repeat("x", 1<<20))
	if want := 1<<20 + 2*(1<<20/10239); len(got) != want || err != nil {
		t.Errorf("wrap: got %d octets %v, want %d", len(got), err, want)
	}
}

func TestConcurrentUse(t *testing.T) {
	s, err := ParseSubst(`s/(\w*)(?=a|$)/<$1>/g`)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := s.ApplyString("baba ab")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 100 {
				if got, err := s.ApplyString("baba ab"); got != want || err != nil {
					t.Errorf("got %q %v, want %q", got, err, want)
				}
			}
		})
	}
	all.Wait()
}

func FuzzParseSubst(f *testing.F) {
	for _, expr := range []string{
		`s/^INBOX\.(.+)/$1/`, `s,(.{9900}),$1\r\n,g`, `tr [\x80-\xff] [Z]`, `s{(?<![\n])\z}{\r\n}gxms`,
		`s/.{40000}\K.*//s`, `s{\QSubject: ?=\E}{\u\L$1\E$+{n}}`, `s/(a)|b/defined($1)?$1:q()/eg`,
		`s(a(b)) # c
		[$&]x`, `y/a-z/A-Z/cdsr`, `m{(?i)(?:a|(?<n>b))\k<n>(?(1)c|d)}x`, `s/[[:^alpha:]\p{L}]{2,3}+//`, `s'a'b'`,
		`s/a/$sync->{x}/`, `s/(?>\R)|\X|\N{U+41}|\o{101}/\N{U+e9}/`, `s/a/!$1||"x" . lc("$&")+1 eq 2/e`,
	} {
		f.Add(expr, "INBOX.a b\n\xe9")
	}
	f.Fuzz(func(t *testing.T, expr, subject string) {
		s, err := ParseSubst(expr, Timeout(10*time.Millisecond))
		if err != nil {
			var syntax *SyntaxError
			if !errors.As(err, &syntax) || syntax.Reason == "" {
				t.Errorf("%q: %v", expr, err)
			}
			return
		}
		out, err := s.ApplyString(subject)
		if err != nil && !errors.Is(err, ErrTimeout) && !errors.Is(err, ErrTooComplex) {
			t.Errorf("%q on %q: %v", expr, subject, err)
		}
		if again, err2 := s.ApplyString(subject); err == nil && err2 == nil && again != out {
			t.Errorf("%q on %q: got %q, then %q", expr, subject, out, again)
		}
	})
}

func FuzzParsePattern(f *testing.F) {
	for _, pattern := range []string{`^INBOX$`, `(?i)spam`, `^(?!Message-Id)`, `[a-\d]`, `a{2,1}`, `(((`, `\`, `(?<=a)\K`, `[[:a`, `\x{`, `(?^i:a)`} {
		f.Add(pattern, "x", "Message-Id: a")
	}
	f.Fuzz(func(t *testing.T, pattern, flags, subject string) {
		m, err := ParsePattern(pattern, flags, Timeout(10*time.Millisecond))
		if err != nil {
			var syntax *SyntaxError
			if !errors.As(err, &syntax) || syntax.Reason == "" {
				t.Errorf("%q: %v", pattern, err)
			}
			return
		}
		if _, err := m.MatchString(subject); err != nil && !errors.Is(err, ErrTimeout) && !errors.Is(err, ErrTooComplex) {
			t.Errorf("%q on %q: %v", pattern, subject, err)
		}
	})
}

func BenchmarkFolderName(b *testing.B) {
	s, err := ParseSubst(`s,([^/]+),\u\L$1\E,g`)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.ApplyString("INBOX/Archive/2019"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMessage(b *testing.B) {
	for _, expr := range []string{`s/\000/ /g`, `s,(.{10239}),$1\r\n,g`, disarm, `tr [\x80-\xff] [X]`, `s{[\x80-\xff]}{X}gxms`} {
		b.Run(expr, func(b *testing.B) {
			s, err := ParseSubst(expr)
			if err != nil {
				b.Fatal(err)
			}
			text := bytes.Repeat([]byte(strings.Repeat("x", 70)+"\r\n"), 15000)
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if _, err := s.Apply(text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
