package cli

import (
	"errors"
	"net"
	"strings"
	"testing"

	"imapsync/internal/account"
	"imapsync/internal/endpoint"
	"imapsync/internal/event"
	"imapsync/internal/fault"
	"imapsync/internal/imaptest"
	"imapsync/internal/report"
	"imapsync/internal/sasl"
	"imapsync/internal/vectors"
)

// TestVectorsErrorTypeOfSignIn makes the failures whose sentences were recorded: ours begin with the
// same words and are of the same type. The type follows from the failure here and not from its words,
// so that other recorded sentences have nothing to be compared with.
func TestVectorsErrorTypeOfSignIn(t *testing.T) {
	seen := 0
	for _, c := range vectors.Load(t, "error_type", "error_type") {
		words, _, found := strings.Cut(c.In.Field("error").Str(), " [")
		sentence, side := strings.TrimPrefix(strings.TrimPrefix(words, "Host1 failure: "), "Host2 failure: "), account.Host1
		if strings.HasPrefix(words, "Host2") {
			side = account.Host2
		}
		if !found || sentence == words {
			continue
		}
		failure := failToSignIn(t, side, sentence)
		if failure == nil {
			continue
		}
		seen++
		if !strings.HasPrefix(failure.Text, words+" [") {
			t.Errorf("%s: got %q, want it to begin with %q", c.Name, failure.Text, words)
		}
		vectors.Check(t, c, string(report.TypeOf(failure.Kind, failure.Side)))
	}
	if seen == 0 {
		t.Error("no recorded sentence is about signing in")
	}
}

// failToSignIn fails in the way that a sentence tells of, nil for others.
func failToSignIn(t *testing.T, side account.Side, sentence string) *fault.Error {
	t.Helper()
	s := imaptest.Start(t)
	host, port, err := net.SplitHostPort(s.Addr)
	if err != nil {
		t.Fatal(err)
	}
	args := []string{}
	switch {
	case strings.HasPrefix(sentence, "can not open imap connection on"):
		args = append(args, "--ssl1", "--ssl2") // to a port without TLS
	case strings.HasPrefix(sentence, "Can not go to tls encryption on"):
		args = append(args, "--tls1", "--tls2")
	case strings.HasPrefix(sentence, "Error login on"):
	default:
		return nil
	}
	o := newOptions()
	if _, problems := o.Parse(append(args, "--host"+side.Digit(), host, "--port"+side.Digit(), port, "--user"+side.Digit(), "u")); len(problems) > 0 {
		t.Fatal(problems)
	}
	e, bad := endpoint.New(side, *o.side(side), o.common, endpoint.Password(sasl.Secret("wrong")), event.Discard)
	if len(bad) > 0 {
		t.Fatal(bad)
	}
	t.Cleanup(func() { e.Close(t.Context()) })
	var failure *fault.Error
	if err := e.Login(t.Context()); !errors.As(err, &failure) {
		t.Fatalf("%s: got %v, want a failure", sentence, err)
	}
	return failure
}
