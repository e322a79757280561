package client

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"imapsync/internal/imap"
)

// classify sorts a refusal by what the caller should do about it, once for the whole program. The
// response code decides (RFC 5530 and others); without one, texts of known servers do.
func classify(e *imap.Error) *imap.Error {
	e.Wait = suggestedWait(e.Text)
	text := strings.ToLower(e.Text)
	code, _, _ := strings.Cut(e.Code, " ")
	kind, known := codeKinds[strings.ToUpper(code)]
	if !known {
		kind, known = textKind(e.Command, text)
	}
	switch {
	case e.Reply == imap.ReplyBYE:
		e.Kind = byeKind(kind, known)
	case known:
		e.Kind = kind
	case e.Wait > 0:
		e.Kind = imap.KindThrottled
	case isSignIn(e.Command):
		e.Kind = imap.KindAuth
	default:
		e.Kind = imap.KindRefused
	}
	return e
}

var codeKinds = map[string]imap.Kind{
	"OVERQUOTA":            imap.KindOverQuota,
	"TRYCREATE":            imap.KindNoSuchMailbox,
	"NONEXISTENT":          imap.KindNoSuchMailbox,
	"ALREADYEXISTS":        imap.KindAlreadyExists,
	"TOOBIG":               imap.KindTooBig,
	"LIMIT":                imap.KindLimit,
	"UNAVAILABLE":          imap.KindUnavailable,
	"INUSE":                imap.KindInUse,
	"SERVERBUG":            imap.KindServerBug,
	"THROTTLED":            imap.KindThrottled, // Gmail
	"AUTHENTICATIONFAILED": imap.KindAuth,
	"AUTHORIZATIONFAILED":  imap.KindAuth,
	"EXPIRED":              imap.KindAuth,
	"PRIVACYREQUIRED":      imap.KindAuth,
	"CONTACTADMIN":         imap.KindAuth,
	"WEBALERT":             imap.KindAuth, // Gmail
	"CANNOT":               imap.KindRefused,
	"NOPERM":               imap.KindRefused,
	"CLIENTBUG":            imap.KindRefused,
	"CORRUPTION":           imap.KindRefused,
	"PARSE":                imap.KindRefused,
	"BADCHARSET":           imap.KindRefused,
}

// textKinds are words of servers that send no code, in lower case; the first that is found counts.
// verbs, when given, are the commands for which the words mean this.
var textKinds = []struct {
	words string
	verbs string
	kind  imap.Kind
}{
	{"authenticated but not connected", "", imap.KindNotConnected}, // Exchange Online
	{"throttled", "", imap.KindThrottled},                          // Exchange Online
	{"backoff time", "", imap.KindThrottled},
	{"bandwidth limit", "", imap.KindThrottled}, // Gmail
	{"rate limit", "", imap.KindThrottled},
	{"too many requests", "", imap.KindThrottled},
	{"too many commands", "", imap.KindThrottled},
	{"too many simultaneous", "", imap.KindLimit}, // Gmail
	{"too many connections", "", imap.KindLimit},
	{"too many sessions", "", imap.KindLimit},
	{"too many concurrent", "", imap.KindLimit},
	{"maximum number of connections", "", imap.KindLimit}, // Dovecot
	{"connection limit", "", imap.KindLimit},
	{"command line too long", "", imap.KindLimit},
	{"quota", "APPEND UID COPY UID MOVE CREATE", imap.KindOverQuota},
	{"mailbox is full", "APPEND UID COPY UID MOVE", imap.KindOverQuota},
	{"mailbox full", "APPEND UID COPY UID MOVE", imap.KindOverQuota},
	{"too large", "APPEND", imap.KindTooBig},
	{"too big", "APPEND", imap.KindTooBig},
	{"message size exceed", "APPEND", imap.KindTooBig},
	{"maximum message size", "APPEND", imap.KindTooBig},
	{"maximum size", "APPEND", imap.KindTooBig},
	{"size limit", "APPEND", imap.KindTooBig},
	{"exceeds the maximum", "APPEND", imap.KindTooBig},
	{"maximum allowed", "APPEND", imap.KindTooBig},
	{"already exists", "CREATE", imap.KindAlreadyExists},
	{"mailbox exists", "CREATE", imap.KindAlreadyExists},
	{"folder exists", "CREATE", imap.KindAlreadyExists},
	{"doesn't exist", mailboxVerbs, imap.KindNoSuchMailbox},
	{"does not exist", mailboxVerbs, imap.KindNoSuchMailbox},
	{"nonexistent", mailboxVerbs, imap.KindNoSuchMailbox},
	{"no such mailbox", mailboxVerbs, imap.KindNoSuchMailbox},
	{"no such folder", mailboxVerbs, imap.KindNoSuchMailbox},
	{"unknown mailbox", mailboxVerbs, imap.KindNoSuchMailbox},
	{"unknown folder", mailboxVerbs, imap.KindNoSuchMailbox},
	{"mailbox not found", mailboxVerbs, imap.KindNoSuchMailbox},
	{"folder not found", mailboxVerbs, imap.KindNoSuchMailbox},
	{"unsafe login", "", imap.KindAuth}, // NetEase, until ID is sent
	{"mailbox is locked", "", imap.KindInUse},
	{"mailbox in use", "", imap.KindInUse},
	{"server is busy", "", imap.KindUnavailable},
	{"server busy", "", imap.KindUnavailable},
	{"server unavailable", "", imap.KindUnavailable}, // Exchange
	{"temporarily unavailable", "", imap.KindUnavailable},
	{"temporary unavailable", "", imap.KindUnavailable},
	{"temporary authentication failure", "", imap.KindUnavailable}, // Dovecot
	{"try again later", "", imap.KindUnavailable},
	{"internal error", "", imap.KindServerBug},
	{"internal server error", "", imap.KindServerBug},
}

const mailboxVerbs = "SELECT EXAMINE STATUS APPEND DELETE SUBSCRIBE UNSUBSCRIBE UID COPY UID MOVE GETQUOTAROOT"

func textKind(verb, text string) (imap.Kind, bool) {
	for _, t := range textKinds {
		if strings.Contains(text, t.words) && (t.verbs == "" || verb != "" && strings.Contains(t.verbs, verb)) {
			return t.kind, true
		}
	}
	return imap.KindRefused, false
}

func isSignIn(verb string) bool {
	switch verb {
	case "LOGIN", "AUTHENTICATE", "PROXYAUTH", "X-MASTERAUTH", "X-SETUSER":
		return true
	}
	return false
}

// byeKind keeps what changes how the caller comes back; any other farewell just means reconnect.
func byeKind(kind imap.Kind, known bool) imap.Kind {
	if known {
		switch kind {
		case imap.KindThrottled, imap.KindLimit, imap.KindUnavailable, imap.KindAuth:
			return kind
		case imap.KindRefused, imap.KindOverQuota, imap.KindNoSuchMailbox, imap.KindAlreadyExists, imap.KindTooBig,
			imap.KindInUse, imap.KindServerBug, imap.KindNotConnected, imap.KindBye, imap.KindLost:
		}
	}
	return imap.KindBye
}

// waitWords finds "Suggested Backoff Time: 120000 milliseconds" (Exchange Online), "try again in 5
// minutes" and their like.
var waitWords = regexp.MustCompile(
	`(?i)(?:backoff time:?|again in|again after|retry in|retry after|wait)\s+(\d{1,9})\s*(milliseconds?|msecs?|ms|seconds?|secs?|s|minutes?|mins?|hours?)\b`)

func suggestedWait(text string) time.Duration {
	m := waitWords.FindStringSubmatch(text)
	if m == nil {
		return 0
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		return 0
	}
	unit := time.Second
	switch u := strings.ToLower(m[2]); {
	case u == "ms" || strings.HasPrefix(u, "mil") || strings.HasPrefix(u, "mse"):
		unit = time.Millisecond
	case strings.HasPrefix(u, "min"):
		unit = time.Minute
	case strings.HasPrefix(u, "h"):
		unit = time.Hour
	}
	return time.Duration(n) * unit
}
