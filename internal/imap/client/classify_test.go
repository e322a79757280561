package client

import (
	"testing"
	"time"

	"imapsync/internal/imap"
)

func TestClassify(t *testing.T) {
	for _, c := range []struct {
		verb  string
		reply imap.Reply
		code  string
		text  string
		kind  imap.Kind
		wait  time.Duration
	}{
		{"APPEND", "NO", "OVERQUOTA", "full", imap.KindOverQuota, 0},
		{"APPEND", "NO", "", "Mailbox is full", imap.KindOverQuota, 0},
		{"APPEND", "NO", "TRYCREATE", "no", imap.KindNoSuchMailbox, 0},
		{"APPEND", "NO", "", "Message size exceeds fixed maximum message size", imap.KindTooBig, 0},
		{"APPEND", "BAD", "", "Invalid system flag \\FORWARDED", imap.KindRefused, 0},
		{"SELECT", "NO", "", "Mailbox doesn't exist: x", imap.KindNoSuchMailbox, 0},
		{"UID FETCH", "NO", "", "Some of the requested messages no longer exist.", imap.KindRefused, 0},
		{"UID FETCH", "BAD", "", "User is authenticated but not connected.", imap.KindNotConnected, 0},
		{"UID FETCH", "NO", "unavailable", "x", imap.KindUnavailable, 0},
		{"UID FETCH", "BAD", "", "Request is throttled. Suggested Backoff Time: 1500 milliseconds", imap.KindThrottled, 1500 * time.Millisecond},
		{"CREATE", "NO", "", "Mailbox already exists", imap.KindAlreadyExists, 0},
		{"RENAME", "NO", "", "Mailbox already exists", imap.KindRefused, 0},
		{"CREATE", "NO", "CANNOT", "quota exceeded", imap.KindRefused, 0},
		{"LOGIN", "NO", "", "Invalid credentials", imap.KindAuth, 0},
		{"LOGIN", "BAD", "", "what", imap.KindAuth, 0},
		{"LOGIN", "NO", "", "Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)", imap.KindLimit, 0},
		{"LOGIN", "NO", "ALERT", "Too many simultaneous connections. (Failure)", imap.KindLimit, 0},
		{"AUTHENTICATE", "NO", "UNAVAILABLE", "Temporary authentication failure.", imap.KindUnavailable, 0},
		{"LOGIN", "NO", "", "Please try again in 2 minutes", imap.KindThrottled, 2 * time.Minute},
		{"NOOP", "NO", "INUSE", "x", imap.KindInUse, 0},
		{"NOOP", "NO", "SERVERBUG x", "x", imap.KindServerBug, 0},
		{"", "BYE", "", "Autologout; idle for too long", imap.KindBye, 0},
		{"", "BYE", "", "Request is throttled. Suggested Backoff Time: 120000 milliseconds", imap.KindThrottled, 2 * time.Minute},
		{"", "BYE", "ALREADYEXISTS", "x", imap.KindBye, 0},
	} {
		got := classify(&imap.Error{Command: c.verb, Reply: c.reply, Code: c.code, Text: c.text})
		if got.Kind != c.kind || got.Wait != c.wait {
			t.Errorf("%s %s [%s] %s: got %v, wait %v; want %v, %v", c.verb, c.reply, c.code, c.text, got.Kind, got.Wait, c.kind, c.wait)
		}
	}
}
