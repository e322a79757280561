package transfer

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"imapsync/internal/plan"
)

func copies(n int, size int64) []plan.Copy {
	out := make([]plan.Copy, n)
	for i := range out {
		out[i].Row.Size = size
	}
	return out
}

func TestArenaKeepsTexts(t *testing.T) {
	t.Parallel()
	a := arena{pool: newChunkPool(4)}
	var texts []text
	var want []string
	for i := range 40 {
		s := strings.Repeat(string(rune('a'+i%26)), i*7919%100000)
		got, err := a.read(strings.NewReader(s), int64(len(s)))
		if err != nil {
			t.Fatal(err)
		}
		texts, want = append(texts, got), append(want, s)
	}
	for i, x := range texts {
		got, err := io.ReadAll(x.reader())
		if err != nil || string(got) != want[i] || x.size() != int64(len(want[i])) {
			t.Errorf("text %d: %d octets, want %d (%v)", i, len(got), len(want[i]), err)
		}
		var w bytes.Buffer
		if n, err := io.Copy(&w, x.reader()); err != nil || n != int64(len(want[i])) || w.String() != want[i] {
			t.Errorf("text %d copied: %d octets, want %d (%v)", i, n, len(want[i]), err)
		}
	}
	a.release()
}

func TestArenaShortText(t *testing.T) {
	t.Parallel()
	a := arena{pool: newChunkPool(4)}
	if _, err := a.read(strings.NewReader("abc"), 4); err == nil {
		t.Error("a text shorter than its literal was accepted")
	}
}

func TestNormalize(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"a\nb\r\nc\rd\n": "a\r\nb\r\nc\rd\r\n", "a\r\nb": "a\r\nb", "": ""} {
		a := arena{pool: newChunkPool(4)}
		x, err := a.read(strings.NewReader(in), int64(len(in)))
		if err != nil {
			t.Fatal(err)
		}
		y, changed, err := a.normalize(x)
		if err != nil {
			t.Fatal(err)
		}
		got, _ := io.ReadAll(y.reader())
		if string(got) != want || changed != (in != want) {
			t.Errorf("%q: got %q (changed %v), want %q", in, got, changed, want)
		}
	}
}
