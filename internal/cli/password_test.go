package cli

import (
	"bytes"
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"imapsync/internal/account"
	"imapsync/internal/endpoint"
	"imapsync/internal/getopt"
)

func word(s string) getopt.String { return getopt.String{Given: true, Value: s} }

func TestPasswordSources(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pw")
	write(t, file, "from file \r\nsecond line\n")
	const fileFirst = ", because --passfile1 comes first."
	for _, test := range []struct {
		name     string
		o        endpoint.Options
		env      string
		want     string
		warnings []string
	}{
		{"option", endpoint.Options{Password: word("opt")}, "", "opt", nil},
		{"environment", endpoint.Options{}, "env", "env", nil},
		{"environment over option", endpoint.Options{Password: word("opt")}, "env", "env", []string{
			"Warning: the password given by --password1 is not used, because the environment variable IMAPSYNC_PASSWORD1 comes first."}},
		{"file over all", endpoint.Options{PassFile: word(file), Password: word("opt")}, "env", "from file ", []string{
			"Warning: the password given by the environment variable IMAPSYNC_PASSWORD1 is not used" + fileFirst,
			"Warning: the password given by --password1 is not used" + fileFirst}},
		{"zero is none", endpoint.Options{Password: word("0")}, "0", "typed", nil},
		{"empty is none", endpoint.Options{Password: word("")}, "", "typed", nil},
		{"nobody asks with PREAUTH", endpoint.Options{AuthMech: word("preauth")}, "", "", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			var l lines
			p := passwords{
				env: func(name string) string {
					return map[string]string{"IMAPSYNC_PASSWORD1": test.env}[name]
				},
				prompter: newConsole(strings.NewReader("typed\n"), io.Discard),
				warn:     l.add,
			}
			got, err := p.find(t.Context(), account.Host1, &test.o)
			if err != nil {
				t.Fatal(err)
			}
			if got.Reveal() != test.want {
				t.Errorf("got %q, want %q", got.Reveal(), test.want)
			}
			if diff := cmp.Diff(test.warnings, l.all); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPasswordFileUnreadable(t *testing.T) {
	for _, path := range []string{filepath.Join(t.TempDir(), "none"), t.TempDir(), ""} {
		p := passwords{env: func(string) string { return "" }}
		_, err := p.find(t.Context(), account.Host2, &endpoint.Options{PassFile: word(path)})
		want := "Failure: file from parameter --passfile2 " + path + " does not exist or is not readable"
		if err == nil || err.Error() != want || stopCode(err) != 66 {
			t.Errorf("%q: got %v, exit value %d; want %q, 66", path, err, stopCode(err), want)
		}
	}
}

func TestFirstLine(t *testing.T) {
	for text, want := range map[string]string{
		"":                       "",
		"secret":                 "secret",
		" secret \n":             " secret ",
		"secret\r\n\n":           "secret",
		"a\rb\n":                 "a\rb",
		"\xc3\xa9\xff\n":         "\xc3\xa9\xff",
		"\xef\xbb\xbfsecret\r\n": "secret", // as Notepad saves it
	} {
		path := filepath.Join(t.TempDir(), "pw")
		write(t, path, text)
		got, err := firstLine(path)
		if err != nil || got != want {
			t.Errorf("%q: got %q, %v; want %q", text, got, err, want)
		}
	}
}

func TestPromptFromAPipe(t *testing.T) {
	var shown bytes.Buffer
	c := newConsole(strings.NewReader("one\r\ntwo"), &shown)
	p := passwords{env: func(string) string { return "" }, prompter: c}
	o := endpoint.Options{Host: word("imap.example"), User: word("ann"), AuthUser: word("admin")}
	for i, want := range []string{"one", "two"} {
		got, err := p.find(t.Context(), account.Sides[i], &o)
		if err != nil || got.Reveal() != want {
			t.Errorf("password %d: got %q, %v; want %q", i+1, got.Reveal(), err, want)
		}
	}
	for _, want := range []string{
		"If you are afraid of giving password on the command line arguments, you can put the\n",
		"--passfile2 file2", "IMAPSYNC_PASSWORD1\n",
		"What's the password for admin at imap.example? (not visible while you type, then enter RETURN) \nGot it\n",
	} {
		if !strings.Contains(shown.String(), want) {
			t.Errorf("the question lacks %q:\n%s", want, shown.String())
		}
	}
	if _, err := p.find(t.Context(), account.Host1, &o); err == nil || stopCode(err) != 66 {
		t.Errorf("at the end of the pipe: got %v, exit value %d; want an error, 66", err, stopCode(err))
	}
}

func TestPromptEndsWithTheRun(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	silent, w := io.Pipe()
	defer w.Close()
	reason := errors.New("the run ends")
	cancel(reason)
	if _, err := newConsole(silent, io.Discard).prompt(ctx, "? "); !errors.Is(err, reason) {
		t.Errorf("got %v, want %v", err, reason)
	}
}
