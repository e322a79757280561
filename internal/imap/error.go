package imap

import (
	"strings"
	"time"
)

// Reply is the condition of a status response.
type Reply string

// The conditions of RFC 9051 section 7.1. ReplyLost stands for a connection that ended, stalled or
// became unreadable before the tagged answer.
const (
	ReplyOK      Reply = "OK"
	ReplyNO      Reply = "NO"
	ReplyBAD     Reply = "BAD"
	ReplyBYE     Reply = "BYE"
	ReplyPreauth Reply = "PREAUTH"
	ReplyLost    Reply = "LOST"
)

// Kind says what a refusal means for the caller.
type Kind uint8

// Kinds of refusals, each with what a caller does about it.
const (
	KindRefused       Kind = iota // this command only: count it, go on
	KindThrottled                 // wait (Error.Wait, else longer each time), then go on
	KindOverQuota                 // stop writing on that side
	KindNoSuchMailbox             // create and retry, or skip the folder
	KindAlreadyExists             // go on
	KindTooBig                    // skip this message
	KindLimit                     // fewer connections or smaller commands
	KindUnavailable               // retry later
	KindInUse                     // retry later
	KindServerBug                 // retry in smaller parts
	KindAuth                      // stop, the user must act
	KindNotConnected              // reconnect slowly
	KindBye                       // the server closes: reconnect
	KindLost                      // connection lost or unreadable: reconnect; outcome unknown
)

var kindNames = [...]string{"refused", "throttled", "overquota", "no_such_mailbox", "already_exists",
	"too_big", "limit", "unavailable", "in_use", "server_bug", "auth", "not_connected", "bye", "lost"}

// String is the kind's name as in logs and JSON.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown"
}

// Error is a command's failure: the server's NO or BAD, its BYE, or a lost connection.
type Error struct {
	Command string // the verb, such as "SELECT"
	Reply   Reply
	Code    string // response code without brackets, such as "TRYCREATE" or "APPENDLIMIT 100"
	Text    string // the server's words after the code
	Kind    Kind
	Wait    time.Duration // how long the server asks to wait, 0 when it does not say
	Err     error         // the cause of a lost connection
}

// Error gives the server's words as users know them: "NO [OVERQUOTA] Quota exceeded".
func (e *Error) Error() string {
	var b strings.Builder
	if e.Reply != ReplyLost {
		b.WriteString(string(e.Reply))
		if e.Code != "" {
			b.WriteString(" [" + e.Code + "]")
		}
		if e.Text != "" {
			b.WriteString(" " + e.Text)
		}
	}
	if e.Err != nil {
		if b.Len() > 0 {
			b.WriteString(": ")
		}
		b.WriteString(e.Err.Error())
	}
	if b.Len() == 0 {
		return e.Command + ": connection lost"
	}
	return b.String()
}

// Unwrap returns the cause of a lost connection.
func (e *Error) Unwrap() error { return e.Err }
