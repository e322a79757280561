package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"imapsync/internal/account"
	"imapsync/internal/endpoint"
	"imapsync/internal/fault"
	"imapsync/internal/sasl"
)

// longestPassword bounds what is read of a password file: a token may be long, a mailbox given by
// mistake is longer.
const longestPassword = 64 << 10

// passwords finds the passwords of both sides. The sources, best first, are those of the reference:
// --passfileN, the environment variable IMAPSYNC_PASSWORDN, --passwordN, the terminal. A source
// that loses against a better one is told, because the reference's order surprises.
type passwords struct {
	env      func(string) string
	prompter prompter
	warn     func(line string)
}

// prompter asks for a password.
type prompter interface {
	// prompt shows text and reads one line without showing it.
	prompt(ctx context.Context, text string) (string, error)
}

// find gets the password of one side. The error is a [fault.Error] of kind NoInput.
func (p *passwords) find(ctx context.Context, side account.Side, o *endpoint.Options) (sasl.Secret, error) {
	n := side.Digit()
	variable := "IMAPSYNC_PASSWORD" + n
	fromEnv := p.env(variable)
	fromEnv, option := truthy(fromEnv), truthy(o.Password.Value)
	if o.PassFile.Given {
		p.losers("--passfile"+n, loser(fromEnv, "the environment variable "+variable), loser(option, "--password"+n))
		return readPassFile(ctx, side, o.PassFile.Value)
	}
	if fromEnv != "" {
		p.losers("the environment variable "+variable, loser(option, "--password"+n))
		return sasl.Secret(fromEnv), nil
	}
	if option != "" {
		return sasl.Secret(option), nil
	}
	if o.NoPassword() {
		return "", nil
	}
	user := o.User.Value
	if truthy(o.AuthUser.Value) != "" {
		user = o.AuthUser.Value
	}
	line, err := p.prompter.prompt(ctx, promptText(n, user, o.Host.Value))
	if err != nil {
		return "", failure(fault.NoInput, side, fmt.Sprintf("%s failure: no password for %s: %v", side.Title(), user, err), err)
	}
	return sasl.Secret(line), nil
}

// losers warns about sources that are not used.
func (p *passwords) losers(winner string, names ...string) {
	for _, name := range names {
		if name != "" {
			p.warn(fmt.Sprintf("Warning: the password given by %s is not used, because %s comes first.", name, winner))
		}
	}
}

func loser(value, name string) string {
	if value == "" {
		return ""
	}
	return name
}

// truthy is s, or "" for what Perl calls false.
func truthy(s string) string {
	if s == "0" {
		return ""
	}
	return s
}

func promptText(n, user, host string) string {
	return fmt.Sprintf(`
If you are afraid of giving password on the command line arguments, you can put the
password of user%[1]s in a file file%[1]s that only you can read, and give --passfile%[1]s file%[1]s
An other solution is to set the environment variable IMAPSYNC_PASSWORD%[1]s
What's the password for %[2]s at %[3]s? (not visible while you type, then enter RETURN) `, n, user, host)
}

// readPassFile gives the first line of a file, without the line's end: also a CR, which an editor on
// Windows leaves and no user sees, and without the byte order mark that it begins with. Blanks stay. The file may be a FIFO or a shell's process
// substitution; waiting for their other end stops with ctx.
func readPassFile(ctx context.Context, side account.Side, name string) (sasl.Secret, error) {
	type result struct {
		line string
		err  error
	}
	done := make(chan result, 1)
	go func() {
		line, err := firstLine(name)
		done <- result{line, err}
	}()
	select {
	case <-ctx.Done():
		return "", context.Cause(ctx)
	case r := <-done:
		if r.err != nil {
			text := fmt.Sprintf("Failure: file from parameter --passfile%s %s does not exist or is not readable", side.Digit(), name)
			return "", failure(fault.NoInput, side, text, r.err)
		}
		return sasl.Secret(r.line), nil
	}
}

func firstLine(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	line, err := readLine(bufio.NewReader(io.LimitReader(f, longestPassword)))
	return strings.TrimPrefix(line, "\ufeff"), err
}

// readLine reads up to a line feed or the end, either of which may close the line.
func readLine(r *bufio.Reader) (string, error) {
	line, err := r.ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	return strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r"), nil
}
