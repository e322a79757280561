package utf7

import (
	"strings"
	"testing"
	"unicode/utf8"

	"imapsync/internal/vectors"
)

func TestVectorsUTF7(t *testing.T) {
	for _, c := range vectors.Load(t, "utf7", "imap_utf7_decode", "imap_utf7_encode") {
		if c.Fn == "imap_utf7_encode" {
			vectors.Check(t, c, Encode(c.In.Field("text").Str()))
		} else {
			vectors.Check(t, c, Decode(c.In.Field("name").Str()))
		}
	}
}

func TestDecodeMalformed(t *testing.T) {
	for _, tc := range []struct{ name, want string }{
		{"&2D0-x", "\ufffdx"},      // a high surrogate alone
		{"&3AA-", "\ufffd"},        // a low surrogate alone
		{"&AOkA-", "é"},            // half a second character
		{"&AOk-&AOk-", "éé"},       // two runs where one would do
		{"&AOk", "é"},              // no end
		{"a & b", "a & b"},         // written by a client that never heard of it
		{"\xe9t\xe9", "\xe9t\xe9"}, // Latin-1
		{"&AOk-\xff&", "é\xff&"},   // all of it
		{"Entw&APw-rfe", "Entwürfe"},
	} {
		if got := Decode(tc.name); got != tc.want {
			t.Errorf("Decode(%q): got %q, want %q", tc.name, got, tc.want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{"", "INBOX", "&", "&-", "&&-", "&AOk-", "&AOk", "a&b", "&2D3cqQ-", "&2D0-", "+AOk-", "\xff&AOk-"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		text := Decode(name)
		if utf8.ValidString(name) && !utf8.ValidString(text) {
			t.Errorf("Decode(%q): got invalid UTF-8 %q", name, text)
		}
		if !strings.Contains(name, "&") && text != name {
			t.Errorf("Decode(%q): got %q, want it unchanged", name, text)
		}
	})
}

func FuzzEncode(f *testing.F) {
	for _, s := range []string{"", "INBOX", "é", "a&b", "&é&", "日本語", "a😀b", "tab\tx", "&-"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		name := Encode(text)
		for i := range len(name) {
			if !plain(name[i]) {
				t.Fatalf("Encode(%q): got %q, want printable ASCII", text, name)
			}
		}
		if got, want := Decode(name), strings.ToValidUTF8(text, "\ufffd"); utf8.ValidString(text) && got != want {
			t.Errorf("Decode(Encode(%q)): got %q", text, got)
		}
	})
}
