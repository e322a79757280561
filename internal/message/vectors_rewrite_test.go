package message

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"

	"imapsync/internal/getopt"
	"imapsync/internal/vectors"
)

// shelf is a Scratch in memory, and tools with nothing but memory.
type shelf struct{ bytes.Buffer }

func (s *shelf) Open() io.Reader { return bytes.NewReader(s.Bytes()) }
func (s *shelf) Size() int64     { return int64(s.Len()) }
func (s *shelf) Close()          {}

// bench is Tools for tests. run is the shell.
type bench struct {
	run func(command string, in []byte) ([]byte, error)
}

func (bench) Scratch() Scratch { return &shelf{} }

func (bench) Whole(context.Context, int64) (func(), error) { return func() {}, nil }

func (b bench) Command(_ context.Context, command string, in io.Reader, out io.Writer) error {
	text, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	if b.run == nil {
		return errors.New("no shell here")
	}
	if text, err = b.run(command, text); err == nil {
		_, err = out.Write(text)
	}
	return err
}

// rewrite puts text through the pipeline that o asks for, and gives null when the message is not
// copied, as the vectors do.
func rewrite(t *testing.T, o RewriteOptions, addHeader bool, m Letter, tools Tools) (any, Verdict) {
	t.Helper()
	r, bad := NewRewriter(o, addHeader)
	if len(bad) > 0 {
		return nil, Verdict{}
	}
	if r == nil {
		r = &Rewriter{}
	}
	out := &shelf{}
	v, err := r.Rewrite(t.Context(), m, out, tools)
	switch {
	case v.Left == Emptied:
		return []byte{}, v
	case err != nil || v.Left != Kept:
		return nil, v
	}
	return out.Bytes(), v
}

// sent is a text as it is appended: the vectors are about what comes before, with lone LFs.
func sent(text []byte) []byte {
	out, _ := io.ReadAll(NewCRLFReader(bytes.NewReader(text)))
	return out
}

func TestVectorsRegexmess(t *testing.T) {
	for _, c := range vectors.Load(t, "regexmess", "regexmess") {
		if c.PerlOnly {
			continue
		}
		o := RewriteOptions{RegexMess: c.In.Field("regexmess").Strs(),
			DisarmReadReceipts: getopt.Bool{Given: true, Value: c.In.Field("disarmreadreceipts").Bool()}}
		got, _ := rewrite(t, o, false, Letter{Text: inMemory(c.In.Field("message").Bytes())}, bench{})
		checkSent(t, c, got, c.Out)
	}
}

// checkSent compares with a recorded text, whose lone LFs become CRLF only later.
func checkSent(t *testing.T, c vectors.Case, got any, want vectors.Value) {
	t.Helper()
	if text, ok := got.([]byte); ok && !want.IsNull() {
		if bytes.Equal(text, sent(want.Bytes())) {
			got = want.Bytes()
		}
	}
	vectors.Check(t, c, got)
}

func TestVectorsSkipmess(t *testing.T) {
	for _, c := range vectors.Load(t, "skipmess", "skipmess") {
		if c.PerlOnly {
			continue
		}
		o := RewriteOptions{SkipMess: c.In.Field("skipmess").Strs()}
		if len(o.SkipMess) == 0 {
			vectors.Check(t, c, nil)
			continue
		}
		got, v := rewrite(t, o, false, Letter{Text: inMemory(c.In.Field("message").Bytes())}, bench{})
		switch {
		case v.Left == BySkipMess:
			got = true
		case got != nil:
			got = false
		}
		vectors.Check(t, c, got)
	}
}

func TestVectorsDateParse(t *testing.T) {
	for _, c := range vectors.Load(t, "date_parse", "good_date") {
		date := c.In.Field("date").Str()
		got := date
		if parsed, ok := ParseDate(date); ok {
			got = `"` + parsed.Format("02-Jan-2006 15:04:05 -0700") + `"`
		}
		vectors.Check(t, c, got)
	}
}

func TestVectorsLineLength(t *testing.T) {
	for _, c := range vectors.Load(t, "line_length", "max_line_length") {
		m := &lineMeter{}
		_, _ = m.Write(c.In.Field("message").Bytes())
		vectors.Check(t, c, m.longest)
	}
}
