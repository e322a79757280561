package endpoint

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"imapsync/internal/sasl"
)

// longestToken bounds what is read of a token file.
const longestToken = 64 << 10

// secret gets what mech sends: the password, or a token. It does so for each sign-in, because tokens
// end after an hour or so and somebody writes new ones to their files (docs/differences.md row 12).
func (e *Endpoint) secret(ctx context.Context, mech mechanism) (sasl.Secret, error) {
	switch {
	case mech == mechDirect:
		return e.directMessage()
	case mech == mechGoogle:
		key, err := e.password(ctx)
		if err != nil {
			return "", err
		}
		return e.google.token(ctx, key)
	case mech.token() && e.token != nil:
		return e.token()
	}
	return e.password(ctx)
}

// directMessage is the message of --oauthdirectN, decoded.
func (e *Endpoint) directMessage() (sasl.Secret, error) {
	encoded, err := e.token()
	if err != nil {
		return "", err
	}
	return decodeDirect(encoded)
}

var errNotBase64 = errors.New("the ready-made XOAUTH2 string is not base64")

// decodeDirect reads base64 as people paste it: padding may be missing, lines may be broken.
func decodeDirect(encoded sasl.Secret) (sasl.Secret, error) {
	text := strings.TrimRight(strings.Join(strings.Fields(encoded.Reveal()), ""), "=")
	message, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil {
		return "", errNotBase64
	}
	return sasl.Secret(message), nil
}

// tokenFunc gives the token of the moment.
type tokenFunc func() (sasl.Secret, error)

// newToken reads the value of an option that holds a token or names a file with it. Whether it is a
// file is settled here, so that a file which disappears later is never taken for a token.
func newToken(value, option string) (tokenFunc, error) {
	if strings.TrimSpace(value) == "" {
		return nil, fmt.Errorf("%s: a token is expected, or a file whose first line is one", option)
	}
	if !isFile(value) {
		return func() (sasl.Secret, error) { return sasl.Secret(value), nil }, nil
	}
	read := func() (sasl.Secret, error) { return readToken(value) }
	if _, err := read(); err != nil {
		return nil, fmt.Errorf("%s: %w", option, err)
	}
	return read, nil
}

func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// readToken gives the first line of a file.
func readToken(name string) (sasl.Secret, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", fmt.Errorf("the token cannot be read: %w", err)
	}
	defer f.Close()
	line, err := bufio.NewReader(io.LimitReader(f, longestToken)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("the token cannot be read: %w", err)
	}
	token := strings.TrimSpace(strings.TrimPrefix(line, "\ufeff")) // the mark that editors on Windows begin files with
	if token == "" {
		return "", fmt.Errorf("the first line of %s is empty, a token is expected there", name)
	}
	return sasl.Secret(token), nil
}
