package message

import (
	"bytes"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"

	"imapsync/internal/perlre"
)

// recipes are expressions with a native form: those of the presets, of --disarmreadreceipts and of the
// reference's documentation, and some of their relatives.
var recipes = []string{
	`s,(.{5}),$1\r\n,g`, `s,(.{1}),$1\r\n,g`, `s,(.{7}),$1|,gs`, `s{(.{3})}{$1\n}gm`, `s,(.{2}),$1,g`,
	`s{` + disarmLeft + `}{` + disarmRight + `}ims`,
	`s{(?<![\n])\z}{\r\n}gxms`, `s{(?<!\n)\z}{X}`, `s{\r\n\z}{}gxms`,
	`s/(\x00)+\Z//g`, `s/\x00+\Z//`,
	`s/\000/ /g`, `s/\x00//g`, `s{[\x80-\xff]}{X}gxms`, `s/[^\x00-\x7f]/?/`, `s/p/Z/g`, `s/P/Z/gi`, `s/\157/O/g`,
	`s{c}{C}gxms`, `s/\r//g`, `s/\n/\r\n/g`, `s/[a-c\n]/<>/g`, `s/a/b/`, `s/\./,/g`, `s/\s/_/g`, `s/\w/w/g`,
	`tr [\x80-\xff] [X]`, `tr/a-c//d`, `tr/a-zA-Z/n-za-mN-ZA-M/`, `tr/\x00-\x7f//cd`, `y/a/b/`, `tr/a/b/r`, `tr/a//`,
	`s/\A/X-migrated-from-foo: 20100617\n/`, `s{\A}{Content-Type: text/plain; charset="big5"\n}gxms`,
	`s/\AFrom /From: /`, `s/\AFrom /X-From: /`, `s{\AFrom\ }{From:}gxms`, `s/\Aa//i`,
	`s/.{4}\K.*//s`, `s/.{11}\K.*//gs`, `s/.{0}\K.*//s`,
}

// foreign have no native form: what surrounds the match counts, or the replacement holds parts of it.
var foreign = []string{
	`s/^/> /gm`, `s/ab/x/g`, `s/(a)/$1$1/g`, `s/a+/x/g`, `s/a/$&$&/g`, `tr/a-c/a-c/s`, `s/a\b/x/g`, `s,(.{5}),$1$1,g`,
	`s,(.{5}),$10,g`, `s/\A/$'/`, `s/\Aa*/x/`, `s/[[:alpha:]]/x/g`, `s/a/uc("b")/e`, `s'\A'$x'`, `s/.{4}\K.*//`,
	`s{` + disarmLeft + `}{` + disarmRight + `}ms`, `m/a/`, `s/^a/b/g`, `s/./x/g`, `s/a|b/x/g`,
}

// fragments make texts in which the recipes find something.
var fragments = []string{"From ", "a", "b", "c", "p", "o", "\r\n", "\n", "\r", "\x00", "\x80", "\xff", "\r\n\r\n", "abcdefghijklmnop",
	receiptName + " x\r\n", "X: y\r\n", "disposition-notification-to:z\n", "long ", ".", "-", " "}

// text makes a text of fragments.
func text(r *rand.Rand) []byte {
	var b []byte
	for range r.IntN(24) {
		b = append(b, fragments[r.IntN(len(fragments))]...)
	}
	return b
}

// passed is what a filter makes of text, given in the pieces that r reads.
func passed(t *testing.T, f filter, r io.Reader) []byte {
	t.Helper()
	out, err := io.ReadAll(newFiltered(r, f))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestNativeEqualsPerlre(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, expr := range recipes {
		s, err := perlre.ParseSubst(expr)
		if err != nil {
			t.Fatal(err)
		}
		native := recognize(s)
		if native == nil {
			t.Errorf("%s: has no native form", expr)
			continue
		}
		for range 300 {
			in := text(random)
			want, err := s.Apply(in)
			if err != nil {
				t.Fatalf("%s on %q: %v", expr, in, err)
			}
			for how, r := range map[string]io.Reader{"at once": bytes.NewReader(in), "by octets": iotest.OneByteReader(bytes.NewReader(in)),
				"by halves": iotest.HalfReader(bytes.NewReader(in)), "with the end": iotest.DataErrReader(bytes.NewReader(in))} {
				if got := passed(t, native(s), r); !bytes.Equal(got, want) {
					t.Fatalf("%s on %q %s: got %q, want %q", expr, in, how, got, want)
				}
			}
		}
	}
}

func TestForeign(t *testing.T) {
	for _, expr := range foreign {
		if s, err := perlre.ParseSubst(expr); err == nil && recognize(s) != nil {
			t.Errorf("%s: has a native form, though it is not one of the simple kind", expr)
		}
	}
}

// TestDisarmLongLines gives the filter lines that it does not keep.
func TestDisarmLongLines(t *testing.T) {
	s, err := perlre.ParseSubst("s{" + disarmLeft + "}{" + disarmRight + "}ims")
	if err != nil {
		t.Fatal(err)
	}
	long := bytes.Repeat([]byte("y"), 3*longLine+17)
	for _, parts := range [][]string{
		{"X: ", "\r\n" + receiptName + " a\r\n\r\nbody"}, {"X: ", "\n" + receiptName + " a\r\n\r\nbody"},
		{receiptName, "\r\n\r\n"}, {receiptName, ""}, {"", "\r\n\r\n" + receiptName + "\r\n\r\n"},
		{"A: b\r\n", "\r\n" + receiptName + "\n\nbody"}, {"A: b\r\n" + receiptName + " 1\r\nC: ", "\r\n\r\n"},
	} {
		in := append(append([]byte(parts[0]), long...), parts[1]...)
		want, err := s.Apply(in)
		if err != nil {
			t.Fatal(err)
		}
		if got := passed(t, &disarm{}, iotest.HalfReader(bytes.NewReader(in))); !bytes.Equal(got, want) {
			t.Errorf("%q: got %d octets, want %d", parts, len(got), len(want))
		}
	}
	if _, err := io.ReadAll(newFiltered(io.MultiReader(bytes.NewReader([]byte(receiptName+"\r\n")),
		io.LimitReader(endless{}, maxUndecided+1)), &disarm{})); err == nil {
		t.Error("a header without end is kept in memory for ever")
	}
}

// endless reads one letter.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'z'
	}
	return len(p), nil
}

func FuzzRecognize(f *testing.F) {
	for _, expr := range append(recipes, foreign...) {
		f.Add(expr, []byte("From a\r\nDisposition-Notification-To: x\r\n\r\nabc\x00\xff\n"))
	}
	f.Fuzz(func(t *testing.T, expr string, in []byte) {
		s, err := perlre.ParseSubst(expr)
		if err != nil {
			return
		}
		native := recognize(s)
		if native == nil {
			return
		}
		want, err := s.Apply(in)
		if err != nil {
			return
		}
		got, err := io.ReadAll(newFiltered(bytes.NewReader(in), native(s)))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%q on %q: got %q %v, want %q", expr, in, got, err, want)
		}
	})
}

func FuzzParseDate(f *testing.F) {
	for _, d := range []string{"24-Aug-2010 16:00:00 +0200", "Tue, 24 Aug 97 16.00.00 +0200", "Wed Jan 24 11:58:38 MST 2007",
		"2015/07/10 11:05:59", "02/06/09 22:18:08", "Saturday, December 14, 2002 05:00 PM", "Dec 16 2004 02:01:49 -0500", "1-Jun-2001", "\xff"} {
		f.Add(d)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, ok := ParseDate(text)
		if ok && (d.Year() < 0 || d.Year() > 9999) {
			t.Errorf("%q: got the year %d", text, d.Year())
		}
	})
}
