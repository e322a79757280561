package sasl

import (
	"errors"
	"strings"
)

// Verifier is a [Client] with a word to say when the exchange is over.
type Verifier interface {
	// Verdict is called once, with the server's decision. After an acceptance an error means that
	// the server has not proved that it knows the secret itself; it wraps [ErrUnproven]. After a
	// refusal the error is what the server told about the reason, nil when it told nothing.
	Verdict(accepted bool) error
}

// ErrUnproven is a server that accepts a user without the proof that the mechanism demands of it.
// It may be somebody else's, so no other secret may be sent to it.
var ErrUnproven = errors.New("the server did not prove that it knows the password")

// errUnexpected is a challenge after the last one of the mechanism.
var errUnexpected = errors.New("the server asks for more than the mechanism has to say")

// printable makes words of a server fit for one line of a log.
func printable(s string) string {
	const longest = 300
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
	if len(s) > longest {
		s = strings.ToValidUTF8(s[:longest], "") + "..."
	}
	return s
}
