// Package fault is the one error type of the engine above the connection: what failed, on which
// side, in which folder, for which message, and whether trying again can help. The exit code is
// chosen from its [Kind] by package cli.
package fault

import (
	"context"
	"errors"

	"imapsync/internal/account"
	"imapsync/internal/imap"
)

// Kind classes errors as the reference does for its exit codes (spec: error types).
type Kind uint8

// Kinds, named after the reference's error types.
const (
	Unclassified Kind = iota
	Connect
	TLS
	Auth
	Select
	Create
	Fetch
	Append
	AppendSize
	AppendVirus
	OverQuota
	Flags
	TransferExceeded
	Subfolder1 // --subfolder1 names a folder that host1 does not have
	Usage
	NoInput // a password file that cannot be read
	PIDFile
	Internal
	SignIn    // signing in failed before the server could refuse anybody: no PREAUTH, no token, no master
	Transform // a content option failed on a message
)

var kindNames = [...]string{"unclassified", "connect", "tls", "auth", "select", "create", "fetch", "append",
	"append_size", "append_virus", "overquota", "flags", "transfer_exceeded", "subfolder1", "usage", "no_input",
	"pid_file", "internal", "sign_in", "transform"}

// String is the kind's name in JSON output.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown"
}

// Error is a counted failure. Text is the whole line users see and grep, with side, folder,
// message and the server's own words in it; Hint, when not empty, says what to do.
type Error struct {
	Kind   Kind
	Side   account.Side
	Folder imap.MailboxName
	UID    imap.UID
	Text   string
	Hint   string
	Err    error // cause, for Transient and errors.As; its words are already in Text
}

// Error returns Text, or the cause's words when there is no Text.
func (e *Error) Error() string {
	if e.Text == "" && e.Err != nil {
		return e.Err.Error()
	}
	return e.Text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf finds the kind of err; errors of other types are Unclassified.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Unclassified
}

// Transient reports whether trying again, later or on a new connection, may succeed.
// Cancellation is never transient.
func Transient(err error) bool {
	if errors.Is(err, context.Canceled) {
		return false
	}
	var e *imap.Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Kind {
	case imap.KindThrottled, imap.KindLimit, imap.KindUnavailable, imap.KindInUse, imap.KindServerBug,
		imap.KindNotConnected, imap.KindBye, imap.KindLost:
		return true
	case imap.KindRefused, imap.KindOverQuota, imap.KindNoSuchMailbox, imap.KindAlreadyExists,
		imap.KindTooBig, imap.KindAuth:
	}
	return false
}

// Lost reports whether err means that the connection can no longer be used.
func Lost(err error) bool {
	var e *imap.Error
	if !errors.As(err, &e) {
		return false
	}
	// The kind alone does not tell: a BYE that says "throttled" keeps that kind.
	return e.Reply == imap.ReplyBYE || e.Reply == imap.ReplyLost || e.Kind == imap.KindBye || e.Kind == imap.KindLost
}
