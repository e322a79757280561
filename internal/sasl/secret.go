package sasl

import (
	"fmt"
	"io"
	"log/slog"
)

// redacted is what every printed form of a Secret looks like, empty or not, so that not even its
// length shows.
const redacted = "MASKED"

// Secret is a password or a token. No way of formatting it shows its value, neither alone nor
// inside a struct: only [Secret.Reveal] gives it, so a search for that word finds each place where
// a secret leaves the program. Never make it the key of a map: encoding/json writes keys of a
// string type as they are.
type Secret string

// Reveal returns the value itself, to be handed to a server and to nobody else.
func (s Secret) Reveal() string { return string(s) }

// String is a placeholder.
func (s Secret) String() string { return redacted }

// GoString is a placeholder, for %#v.
func (s Secret) GoString() string { return redacted }

// Format writes a placeholder whatever the verb, because fmt would otherwise print the octets of a
// string type for %x and %q.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// MarshalJSON gives a placeholder. There is no UnmarshalJSON: a Secret written that way is lost.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// MarshalText gives a placeholder, for encoders other than JSON.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue gives a placeholder to package slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }
