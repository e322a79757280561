//go:build !windows

package pipe

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"imapsync/internal/vectors"
)

// chain runs commands one behind the other, as the pipeline of a message does.
func chain(t *testing.T, r Runner, commands []string, text []byte) ([]byte, error) {
	t.Helper()
	for _, c := range commands {
		var out bytes.Buffer
		if err := r.Run(t.Context(), c, bytes.NewReader(text), &out); err != nil {
			return nil, err
		}
		text = out.Bytes()
	}
	return text, nil
}

func TestVectorsMessageTransform(t *testing.T) {
	for _, c := range vectors.Load(t, "message_transform", "pipemess") {
		out, err := chain(t, Runner{}, c.In.Field("commands").Strs(), c.In.Field("message").Bytes())
		result := map[string]any{"error": "", "message": out}
		if err != nil {
			result = map[string]any{"error": err.Error() + "\n", "message": nil}
		}
		vectors.Check(t, c, result)
	}
}

func TestStderrIsShown(t *testing.T) {
	var said []string
	r := Runner{Say: func(text string) { said = append(said, text) }}
	for _, command := range []string{"cat; echo warn 1>&2", "(echo warn 1>&2; cat)"} {
		if out, err := chain(t, r, []string{command}, []byte("x\n")); err != nil || command[0] == '(' && string(out) != "x\n" {
			t.Logf("%s: got %q %v", command, out, err)
		}
	}
	if len(said) == 0 || !strings.HasPrefix(said[len(said)-1], `STDERR of --pipemess "(echo warn 1>&2; cat)": warn`) {
		t.Errorf("got %q", said)
	}
}

func TestBigTexts(t *testing.T) {
	text := bytes.Repeat([]byte("0123456789abcdef\r\n"), 1<<18)
	out, err := chain(t, Runner{}, []string{"cat", "(cat|cat)", "cat"}, text)
	if err != nil || !bytes.Equal(out, text) {
		t.Errorf("got %d octets %v, want %d", len(out), err, len(text))
	}
	if out, err = chain(t, Runner{}, []string{"head -c 100"}, text); err != nil || len(out) != 100 {
		t.Errorf("a command that reads the start only: got %d octets %v", len(out), err)
	}
}

// TestBrokenText gives a text that ends with an error: what the command made of its start is worthless.
func TestBrokenText(t *testing.T) {
	broken := errors.New("the text broke off")
	in := io.MultiReader(strings.NewReader("half"), iotest.ErrReader(broken))
	if err := (Runner{}).Run(t.Context(), "cat", in, io.Discard); !errors.Is(err, broken) {
		t.Errorf("got %v, want the reader's error", err)
	}
	if err := (Runner{}).Run(t.Context(), "cat", strings.NewReader("x"), full{}); !errors.Is(err, errFull) {
		t.Errorf("got %v, want the writer's error", err)
	}
}

var errFull = errors.New("disk full")

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

// TestKilledWithTheRun ends a run while its command's child is busy.
func TestKilledWithTheRun(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	read, write := io.Pipe()
	go func() {
		_, _ = read.Read(make([]byte, 1)) // the command is running
		cancel()
		_, _ = io.Copy(io.Discard, read)
	}()
	begin := time.Now()
	err := (Runner{}).Run(ctx, "(echo x; sleep 60)", strings.NewReader("x"), write)
	if !errors.Is(err, context.Canceled) || time.Since(begin) > 20*time.Second {
		t.Errorf("got %v after %v", err, time.Since(begin))
	}
}

func TestEnvironmentWithoutSecrets(t *testing.T) {
	r := Runner{Environ: []string{"IMAPSYNC_PASSWORD1=secret1", "imapsync_password2=secret2", "IMAPSYNC_OAUTH_TOKEN=secret3", "KEEP=this"}}
	var out bytes.Buffer
	if err := r.Run(t.Context(), "/usr/bin/env", strings.NewReader("x"), &out); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); strings.Contains(got, "secret") || !strings.Contains(got, "KEEP=this") {
		t.Errorf("got the environment %q", got)
	}
}

func TestTry(t *testing.T) {
	if err := (Runner{}).Try(t.Context(), "cat", "cat"); err != nil {
		t.Error(err)
	}
	err := (Runner{}).Try(t.Context(), "cat", "no-such-command-here")
	if f := (*Failure)(nil); !errors.As(err, &f) || f.Exit != 127 {
		t.Errorf("got %v, want exit value 127", err)
	}
}
