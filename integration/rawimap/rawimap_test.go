package rawimap

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNames(t *testing.T) {
	for text, raw := range map[string]string{
		"INBOX":      "INBOX",
		"Été & Co":   "&AMk-t&AOk- &- Co",
		"日本語":        "&ZeVnLIqe-",
		"mail 📧":     "mail &2D3c5w-",
		"&AOk-":      "&-AOk-",
		"a~b/c.d":    "a~b/c.d",
		"tab\there":  "tab&AAk-here",
		"":           "",
		"&":          "&-",
		"œuvre/été-": "&AVM-uvre/&AOk-t&AOk--",
	} {
		if got := EncodeName(text); got != raw {
			t.Errorf("EncodeName(%q): got %q, want %q", text, got, raw)
		}
		if got := DecodeName(raw); got != text {
			t.Errorf("DecodeName(%q): got %q, want %q", raw, got, text)
		}
	}
	for _, broken := range []string{"a&b", "&!!!-", "&AA-x"} {
		if got := DecodeName(broken); got != broken {
			t.Errorf("DecodeName(%q): got %q, want it unchanged", broken, got)
		}
	}
}

func TestTokens(t *testing.T) {
	r := Response{parts: [][]byte{
		[]byte(`* 3 FETCH (UID 7 FLAGS (\Seen [odd) INTERNALDATE "x \" y" BODY[HEADER.FIELDS (A)] `),
		[]byte("body)\r\n"), []byte(")")}}
	got := r.Tokens()
	atom := func(s string) Token { return Token{Text: []byte(s)} }
	want := []Token{atom("*"), atom("3"), atom("FETCH"), {IsList: true, List: []Token{
		atom("UID"), atom("7"), atom("FLAGS"), {IsList: true, List: []Token{atom(`\Seen`), atom("[odd")}},
		atom("INTERNALDATE"), {Text: []byte(`x " y`), String: true},
		atom("BODY[HEADER.FIELDS (A)]"), {Text: []byte("body)\r\n"), String: true}}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tokens differ (-want +got):\n%s", diff)
	}
}

func FuzzTokens(f *testing.F) {
	f.Add(`* LIST (\HasNoChildren) "/" "a\"b"`)
	f.Add(`* 1 FETCH (FLAGS () BODY[] NIL`)
	f.Add(`)))((("`)
	f.Fuzz(func(t *testing.T, line string) {
		Response{parts: [][]byte{[]byte(line)}}.Tokens()
		DecodeName(line)
	})
}
