package message

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"imapsync/internal/perlre"
)

// TestRunawayPattern stops an expression that would match for ever; other messages do well.
func TestRunawayPattern(t *testing.T) {
	expr, err := perlre.ParseSubst(`s/(a+)+\d/x/`, perlre.Timeout(5*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	r := &Rewriter{steps: []step{&substStep{expr: expr, native: recognize(expr)}}}
	_, err = r.Rewrite(t.Context(), Letter{Text: inMemory(strings.Repeat("a", 80))}, &shelf{}, bench{})
	if step := (*StepError)(nil); !errors.As(err, &step) || step.Option != "regexmess" || !errors.Is(err, perlre.ErrTimeout) {
		t.Errorf("got %v, want the step and that it took too long", err)
	}
	out := &shelf{}
	if _, err := r.Rewrite(t.Context(), Letter{Text: inMemory("aa1")}, out, bench{}); err != nil || out.String() != "x" {
		t.Errorf("got %q %v", out.String(), err)
	}
}

// huge is a text that is too long for expressions without a native form.
type huge struct{ inMemory }

func (huge) Size() int64 { return MaxWhole + 1 }

func TestTooLongForAnExpression(t *testing.T) {
	o := RewriteOptions{RegexMess: []string{`s/ab/x/g`}}
	r, bad := NewRewriter(o, false)
	if len(bad) > 0 {
		t.Fatal(bad)
	}
	_, err := r.Rewrite(t.Context(), Letter{Text: huge{}}, &shelf{}, bench{})
	if err == nil || !strings.Contains(err.Error(), `--regexmess "s/ab/x/g": the message has 67108865 octets`) {
		t.Errorf("got %v", err)
	}
	if r, bad = NewRewriter(RewriteOptions{RegexMess: []string{`s/\A/ab/`}}, false); len(bad) > 0 {
		t.Fatal(bad)
	}
	out := &shelf{}
	if _, err := r.Rewrite(t.Context(), Letter{Text: huge{inMemory("c")}}, out, bench{}); err != nil || out.String() != "abc" {
		t.Errorf("a native form: got %q %v", out.String(), err)
	}
}

// TestLineMeter gives it a text in all ways to cut it in two.
func TestLineMeter(t *testing.T) {
	text := []byte("a\r\nabcd\r\n\r\nabcdefgh")
	for cut := range text {
		m := &lineMeter{}
		for _, part := range [][]byte{text[:cut], text[cut:]} {
			if _, err := m.Write(part); err != nil {
				t.Fatal(err)
			}
		}
		if m.longest != 8 || m.octets != int64(len(text)) {
			t.Errorf("cut at %d: got %d of %d octets", cut, m.longest, m.octets)
		}
	}
}

func BenchmarkPresetRecipes(b *testing.B) {
	o := RewriteOptions{RegexMess: []string{`s,(.{10239}),$1\r\n,g`}}
	o.DisarmReadReceipts.Value = true
	r, bad := NewRewriter(o, false)
	if len(bad) > 0 {
		b.Fatal(bad)
	}
	text := inMemory(append([]byte("Subject: x\r\n\r\n"), bytes.Repeat([]byte(strings.Repeat("y", 70)+"\r\n"), 40)...))
	b.SetBytes(text.Size())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Rewrite(b.Context(), Letter{Text: text}, &shelf{}, bench{}); err != nil {
			b.Fatal(err)
		}
	}
}
