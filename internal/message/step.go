package message

import (
	"context"
	"errors"
	"fmt"
	"io"

	"imapsync/internal/perlre"
)

// step is one thing that is done to a message.
type step interface {
	// bind gives variables their values.
	bind(lookup func(name string) (string, bool)) step
	// do changes the text of w, or says that the message is left.
	do(w *work) (Left, error)
}

// skipStep is one --skipmess.
type skipStep struct {
	match  *perlre.Match
	octets *[256]bool // when the question is about single octets
}

func (s *skipStep) bind(func(string) (string, bool)) step { return s }

func (s *skipStep) do(w *work) (Left, error) {
	found, err := s.found(w)
	if err != nil {
		return Kept, &StepError{"skipmess", s.match.String(), err}
	}
	if found {
		return BySkipMess, nil
	}
	return Kept, nil
}

// found reads the text, which no filter waits for: --skipmess comes first.
func (s *skipStep) found(w *work) (bool, error) {
	if s.octets == nil {
		b, err := w.whole()
		if err != nil {
			return false, err
		}
		return unlessEnded(w.ctx, func() (bool, error) { return s.match.Match(b) })
	}
	buf := getBuffer()
	defer putBuffer(buf)
	for r := w.text.Open(); ; {
		n, err := r.Read(buf)
		for _, c := range buf[:n] {
			if s.octets[c] {
				return true, nil
			}
		}
		if errors.Is(err, io.EOF) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
	}
}

// unlessEnded is what f returns, or the error of ctx when that ends first. A match cannot be stopped from
// outside, and may take a minute in a big message; who wants the run to end is not to wait for
// it. f is then left to itself, with nothing but the text that it has.
func unlessEnded[T any](ctx context.Context, f func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		value, err := f()
		done <- result{value, err}
	}()
	select {
	case r := <-done:
		return r.value, r.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}

// substStep is one --regexmess.
type substStep struct {
	expr   *perlre.Subst
	native newFilter // nil: the whole text is needed
}

func (s *substStep) bind(lookup func(string) (string, bool)) step {
	return &substStep{expr: s.expr.Bind(lookup), native: s.native}
}

func (s *substStep) do(w *work) (Left, error) {
	if s.native != nil {
		w.filters = append(w.filters, named{s.native(s.expr), s})
		return Kept, nil
	}
	text, err := w.whole()
	var changed []byte
	if err == nil {
		changed, err = unlessEnded(w.ctx, func() ([]byte, error) { return s.expr.Apply(text) })
	}
	if err != nil {
		return Kept, s.failed(err)
	}
	w.text = inMemory(changed)
	return Kept, nil
}

func (s *substStep) failed(err error) error { return &StepError{"regexmess", s.expr.String(), err} }

// named is a filter whose errors name the step.
type named struct {
	filter
	step *substStep
}

func (n named) feed(dst, p []byte, last bool) ([]byte, error) {
	out, err := n.filter.feed(dst, p, last)
	if err != nil {
		err = n.step.failed(err)
	}
	return out, err
}

// commandStep is one --pipemess.
type commandStep struct{ option, command string }

func (s *commandStep) bind(func(string) (string, bool)) step { return s }
func (s *commandStep) do(w *work) (Left, error)              { return Kept, w.command(s.option, s.command) }

// headerStep is --addheader: messages without anything to be recognised by get a Message-Id.
type headerStep struct{}

func (headerStep) bind(func(string) (string, bool)) step { return headerStep{} }

func (headerStep) do(w *work) (Left, error) {
	if w.letter.Void {
		w.filters = append(w.filters, &prefix{AddedHeader(w.letter.UID) + "\r\n"})
	}
	return Kept, nil
}

// AddedHeader is the header line that --addheader gives to the message with this UID on host1, in
// the form of the reference, whose earlier runs are so recognised.
func AddedHeader(uid uint32) string {
	if uid == 0 {
		return "Message-Id: <mistake@imapsync>"
	}
	return fmt.Sprintf("Message-Id: <%d@imapsync>", uid)
}

// truncateStep is --truncmess.
type truncateStep struct{ octets int64 }

func (s truncateStep) bind(func(string) (string, bool)) step { return s }

func (s truncateStep) do(w *work) (Left, error) {
	w.filters = append(w.filters, &truncate{left: s.octets})
	return Kept, nil
}
