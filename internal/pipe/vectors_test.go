//go:build !windows

package pipe

import (
	"bytes"
	"context"
	"io"
	"regexp"
	"strings"
	"testing"

	"imapsync/internal/getopt"
	"imapsync/internal/message"
	"imapsync/internal/vectors"
)

// shelf is a message.Scratch in memory.
type shelf struct{ bytes.Buffer }

func (s *shelf) Open() io.Reader { return bytes.NewReader(s.Bytes()) }
func (s *shelf) Size() int64     { return int64(s.Len()) }
func (s *shelf) Close()          {}

// tools are message.Tools with the real shell.
type tools struct{ Runner }

func (tools) Scratch() message.Scratch { return &shelf{} }

func (tools) Whole(context.Context, int64) (func(), error) { return func() {}, nil }

func (t tools) Command(ctx context.Context, command string, in io.Reader, out io.Writer) error {
	return t.Run(ctx, command, in, out)
}

// rewritten puts a message through the options of a case. kept is false when it is not copied; then text is
// empty for one of which nothing is left, and nil otherwise.
func rewritten(t *testing.T, in vectors.Value) (text []byte, kept bool) {
	t.Helper()
	o := message.RewriteOptions{
		RegexMess:        in.Field("regexmess").Strs(),
		SkipMess:         in.Field("skipmess").Strs(),
		PipeMess:         in.Field("pipemess").Strs(),
		TruncMess:        whole(in.Field("truncmess")),
		MaxLineLength:    whole(in.Field("maxlinelength")),
		MinMaxLineLength: whole(in.Field("minmaxlinelength")),
		MaxLineLengthCmd: getopt.String{Given: in.Has("maxlinelengthcmd"), Value: in.Field("maxlinelengthcmd").Str()},
	}
	// truncmess of the reference is also called by the name of its argument.
	if in.Has("length") {
		o.TruncMess = whole(in.Field("length"))
	}
	shelved := &shelf{}
	shelved.Write(in.Field("message").Bytes())
	r, bad := message.NewRewriter(o, in.Field("addheader").Bool())
	if len(bad) > 0 {
		return nil, false
	}
	if r == nil {
		return shelved.Bytes(), true
	}
	out := &shelf{}
	v, err := r.Rewrite(t.Context(), message.Letter{UID: uint32(in.Field("uid").Int()), Text: shelved, Void: in.Field("no_header").Bool()}, out, tools{})
	if v.Left == message.Emptied {
		return []byte{}, false
	}
	if err != nil || v.Left != message.Kept {
		return nil, false
	}
	return out.Bytes(), true
}

// recorded undoes what is done at the very end, and what the cases do not show: lone LFs become CRLF.
func recorded(text []byte, want vectors.Value) []byte {
	sent, _ := io.ReadAll(message.NewCRLFReader(bytes.NewReader(want.Bytes())))
	if text != nil && want.IsScalar() && bytes.Equal(text, sent) {
		return want.Bytes()
	}
	return text
}

var integer = regexp.MustCompile(`^[+-]?[0-9]+$`)

// whole is what the command line makes of a number, which must be a whole one.
func whole(v vectors.Value) getopt.Int {
	return getopt.Int{Given: integer.MatchString(v.Str()), Value: v.Int()}
}

func TestVectorsMessageTransformChain(t *testing.T) {
	for _, c := range vectors.Load(t, "message_transform", "message_for_host2", "truncmess", "add_header") {
		if c.PerlOnly {
			continue
		}
		switch c.Fn {
		case "truncmess":
			if c.In.Field("message").IsNull() {
				vectors.Check(t, c, nil)
				continue
			}
			text, _ := rewritten(t, c.In)
			vectors.Check(t, c, recorded(text, c.Out))
		case "add_header":
			vectors.Check(t, c, message.AddedHeader(uint32(c.In.Field("uid").Int())))
		default:
			text, _ := rewritten(t, c.In)
			text = recorded(text, c.Out.Field("message"))
			if text == nil {
				vectors.Check(t, c, map[string]any{"length": nil, "message": nil})
				continue
			}
			vectors.Check(t, c, map[string]any{"length": len(text), "message": text})
		}
	}
}

func TestVectorsLineLength(t *testing.T) {
	for _, c := range vectors.Load(t, "line_length", "linelengthstuff") {
		text, kept := rewritten(t, c.In)
		out := map[string]any{"kept": kept}
		if kept {
			out["message"] = recorded(text, c.Out.Field("message"))
		}
		vectors.Check(t, c, out)
	}
}

func TestFailureTexts(t *testing.T) {
	err := (&Failure{Command: "x", Octets: 3, Signal: 9, Stderr: "e\n"}).Error()
	if want := `Failure: --pipemess command "x" ended with signal 9 and "3" characters exit value "0" and STDERR "e` + "\n\""; err != want {
		t.Errorf("got %q, want %q", err, want)
	}
	if !strings.Contains((&Failure{Err: io.ErrUnexpectedEOF}).Error(), io.ErrUnexpectedEOF.Error()) {
		t.Error("the cause is not told")
	}
}
