package message

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"
)

func TestScanLF(t *testing.T) {
	for _, test := range []struct {
		chunks []string
		lone   int
		ends   bool
	}{
		{nil, 0, false},
		{[]string{""}, 0, false},
		{[]string{"a\r\nb\r\n"}, 0, true},
		{[]string{"a\nb\r\n"}, 1, true},
		{[]string{"a\r\nb\n"}, 1, false},
		{[]string{"\n\n\r\n\n"}, 3, false},
		{[]string{"a\r", "\nb\r", "\n"}, 0, true},
		{[]string{"a\r", "", "\n", "x\r"}, 0, false},
		{[]string{"\r", "\r\n"}, 0, true},
		{[]string{"a\r\n", "\n"}, 1, false},
		{[]string{"a\rb"}, 0, false},
	} {
		var chunks [][]byte
		for _, c := range test.chunks {
			chunks = append(chunks, []byte(c))
		}
		lone, ends := ScanLF(chunks...)
		if lone != test.lone || ends != test.ends {
			t.Errorf("%q: got %d %v, want %d %v", test.chunks, lone, ends, test.lone, test.ends)
		}
	}
}

var loneLF = regexp.MustCompile(`(^|[^\r])\n`)

// wantCRLF is the rule in its plainest form.
func wantCRLF(text string) string {
	for loneLF.MatchString(text) {
		text = loneLF.ReplaceAllString(text, "$1\r\n")
	}
	return text
}

func FuzzCRLF(f *testing.F) {
	for _, seed := range []string{"", "\n", "\r\n", "a\nb\r\nc\r\r\n\n\n", "\r", "a\r", strings.Repeat("x\n", 10)} {
		f.Add([]byte(seed), 3)
	}
	f.Fuzz(func(t *testing.T, text []byte, size int) {
		if size < 1 || size > 100 {
			size = 7
		}
		want := wantCRLF(string(text))
		lone, _ := ScanLF(text)
		if len(text)+lone != len(want) {
			t.Errorf("%q: %d lone LF, but the result is %q", text, lone, want)
		}
		cut := len(text) / 2
		if twice, _ := ScanLF(text[:cut], text[cut:]); twice != lone {
			t.Errorf("%q: %d lone LF in one piece, %d in two", text, lone, twice)
		}
		for _, src := range []io.Reader{bytes.NewReader(text), iotest.OneByteReader(bytes.NewReader(text)), iotest.DataErrReader(bytes.NewReader(text))} {
			r := NewCRLFReader(src)
			var got []byte
			p := make([]byte, size)
			for {
				n, err := r.Read(p)
				got = append(got, p[:n]...)
				if err == io.EOF {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			if string(got) != want {
				t.Errorf("%q: got %q, want %q", text, got, want)
			}
		}
	})
}

func TestCRLFReaderError(t *testing.T) {
	src := io.MultiReader(strings.NewReader("a\n"), iotest.ErrReader(io.ErrClosedPipe))
	got, err := io.ReadAll(NewCRLFReader(src))
	if string(got) != "a\r\n" || !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("got %q %v, want %q %v", got, err, "a\r\n", io.ErrClosedPipe)
	}
}

func BenchmarkScanLF(b *testing.B) {
	text := []byte(strings.Repeat(strings.Repeat("x", 70)+"\r\n", 1000))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		ScanLF(text)
	}
}

func BenchmarkCRLFReader(b *testing.B) {
	text := []byte(strings.Repeat(strings.Repeat("x", 70)+"\n", 1000))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := io.Copy(io.Discard, NewCRLFReader(bytes.NewReader(text))); err != nil {
			b.Fatal(err)
		}
	}
}
