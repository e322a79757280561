package sasl

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/xdg-go/scram"
)

// Bounds of the work a server may ask for. RFC 7677 section 4 wants 4096 iterations at least; below
// that somebody may want to guess the password from the answer.
const (
	fewestIterations = 4096
	mostIterations   = 5_000_000 // some seconds
)

// ScramSHA1 is the mechanism SCRAM-SHA-1 (RFC 5802), without channel binding.
func ScramSHA1(authzid, authcid string, password Secret) Client {
	return &scramClient{name: "SCRAM-SHA-1", hash: scram.SHA1, authzid: authzid, authcid: authcid, password: password}
}

// ScramSHA256 is the mechanism SCRAM-SHA-256 (RFC 7677), without channel binding.
func ScramSHA256(authzid, authcid string, password Secret) Client {
	return &scramClient{name: "SCRAM-SHA-256", hash: scram.SHA256, authzid: authzid, authcid: authcid, password: password}
}

type scramClient struct {
	name             string
	hash             scram.HashGeneratorFcn
	authzid, authcid string
	password         Secret
	nonce            func() string // for tests; nil for random ones

	talk  *scram.ClientConversation
	steps int
}

func (s *scramClient) Start() (mech string, ir []byte, err error) {
	// Names and passwords that SASLprep (RFC 4013) does not allow exist all the same, on servers
	// that do not prepare them either.
	client, err := s.hash.NewClient(s.authcid, s.password.Reveal(), s.authzid)
	if err != nil {
		client, err = s.hash.NewClientUnprepped(s.authcid, s.password.Reveal(), s.authzid)
	}
	if err != nil {
		return s.name, nil, err
	}
	client.WithMinIterations(fewestIterations)
	if s.nonce != nil {
		client.WithNonceGenerator(s.nonce)
	}
	s.talk = client.NewConversation()
	first, err := s.talk.Step("")
	return s.name, []byte(first), err
}

// Next answers the server's first message with the proof, and its final one, once verified, with
// nothing.
func (s *scramClient) Next(challenge []byte) ([]byte, error) {
	if s.talk == nil || s.talk.Done() {
		return nil, errUnexpected
	}
	s.steps++
	if s.steps == 1 {
		if err := checkIterations(string(challenge)); err != nil {
			return nil, err
		}
	}
	answer, err := s.talk.Step(string(challenge))
	switch {
	case err == nil:
		return []byte(answer), nil
	case s.steps == 1:
		return nil, fmt.Errorf("%s: %s", s.name, printable(err.Error()))
	case strings.HasPrefix(string(challenge), "e="):
		return nil, fmt.Errorf("%s: the server says %s", s.name, printable(string(challenge[2:])))
	}
	return nil, fmt.Errorf("%s: %w", s.name, ErrUnproven)
}

// Verdict demands the server's signature (RFC 5802 section 3).
func (s *scramClient) Verdict(accepted bool) error {
	if accepted && (s.talk == nil || !s.talk.Valid()) {
		return fmt.Errorf("%s: %w", s.name, ErrUnproven)
	}
	return nil
}

var errIterations = errors.New("SCRAM: the server asks for an unreasonable number of iterations")

// checkIterations looks at i= of the server's first message before any work is done for it. A
// message without it is refused by the library.
func checkIterations(message string) error {
	for part := range strings.SplitSeq(message, ",") {
		value, found := strings.CutPrefix(part, "i=")
		if !found {
			continue
		}
		if n, err := strconv.Atoi(value); err != nil || n > mostIterations {
			return errIterations
		}
	}
	return nil
}
