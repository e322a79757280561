package sasl

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	gosasl "github.com/emersion/go-sasl"
)

func TestSecretNeverShows(t *testing.T) {
	t.Parallel()
	const value = "s3cr3t-value"
	s := Secret(value)
	holder := struct {
		Password Secret
		Any      any
		Values   map[string]Secret
		List     []Secret
	}{s, s, map[string]Secret{"k": s}, []Secret{s}}

	var shown []string
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%10.3s"} {
		shown = append(shown, fmt.Sprintf(verb, s), fmt.Sprintf(verb, holder), fmt.Sprintf(verb, &holder))
	}
	shown = append(shown, fmt.Sprint(s), fmt.Errorf("with %w and %v", errors.New("x"), s).Error())
	data, err := json.Marshal(holder)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("m", "password", s, "holder", holder)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("m", "password", s, "holder", holder)
	shown = append(shown, string(data), log.String())

	hex := fmt.Sprintf("%x", value)
	for _, text := range shown {
		if strings.Contains(text, value) || strings.Contains(strings.ToLower(text), hex) {
			t.Errorf("the secret shows in %q", text)
		}
	}
	if got := s.Reveal(); got != value {
		t.Errorf("Reveal: got %q, want %q", got, value)
	}
}

func TestPlain(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, authzid, authcid, password, want string }{
		{"a user", "", "bob", "p", "\x00bob\x00p"},
		{"an administrator as a user", "bob", "admin", "p", "bob\x00admin\x00p"},
		{"octets above 127 and blanks", "", "b\xe9b", " p q ", "\x00b\xe9b\x00 p q "},
		{"an empty password", "", "bob", "", "\x00bob\x00"},
	}
	for _, tt := range tests {
		mech, ir, err := Plain(tt.authzid, tt.authcid, Secret(tt.password)).Start()
		if mech != "PLAIN" || string(ir) != tt.want || err != nil {
			t.Errorf("%s: got %q, %q, %v, want PLAIN, %q", tt.name, mech, ir, err, tt.want)
		}
	}
}

func TestPlainRefusesNUL(t *testing.T) {
	t.Parallel()
	for _, c := range []Client{Plain("a\x00b", "u", "p"), Plain("", "u\x00admin", "p"), Plain("", "u", "p\x00q")} {
		if _, ir, err := c.Start(); err == nil {
			t.Errorf("got response %q, want an error", ir)
		}
	}
}

func TestPlainHasOneStep(t *testing.T) {
	t.Parallel()
	if _, err := Plain("", "u", "p").Next(nil); !errors.Is(err, gosasl.ErrUnexpectedServerChallenge) {
		t.Errorf("got %v, want %v", err, gosasl.ErrUnexpectedServerChallenge)
	}
}

func TestLoginAnswersByOrder(t *testing.T) {
	t.Parallel()
	for _, prompts := range [][2]string{{"Username:", "Password:"}, {"User Name\x00", "Password\x00"}, {"", ""}} {
		c := Login("bob", "p w")
		mech, ir, err := c.Start()
		if mech != "LOGIN" || ir != nil || err != nil {
			t.Fatalf("Start: got %q, %q, %v, want LOGIN without a response", mech, ir, err)
		}
		for i, want := range []string{"bob", "p w"} {
			got, err := c.Next([]byte(prompts[i]))
			if string(got) != want || err != nil {
				t.Errorf("prompt %q: got %q, %v, want %q", prompts[i], got, err, want)
			}
		}
		if _, err := c.Next(nil); err == nil {
			t.Error("a third prompt: got no error, want one")
		}
	}
}
