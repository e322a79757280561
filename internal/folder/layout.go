package folder

import (
	"fmt"
	"strings"

	"imapsync/internal/account"
	"imapsync/internal/getopt"
	"imapsync/internal/imap"
)

// separator decides how a side separates levels: the option, else the server's word, else a guess.
// It says so in the reference's lines.
func separator(v *view, given getopt.String, say sayer) string {
	title, option := v.side.Title(), "--sep"+v.side.Digit()
	guess := guessSeparator(v.names)
	say("%s: guessing separator from folder listing: [%s]", title, guess)
	told, ok := v.toldSeparator()
	switch {
	case v.HasNamespace && ok:
		say("%s: separator given by NAMESPACE: [%s]", title, told)
		if given.Given {
			say("%s: but using [%s] given by %s", title, given.Value, option)
			return given.Value
		}
		return told
	case v.HasNamespace && given.Given:
		say("%s: NAMESPACE request failed but using [%s] given by %s", title, given.Value, option)
		return given.Value
	case v.HasNamespace:
		say("%s: NAMESPACE request failed so using guessed separator [%s]", title, guess)
	case given.Given:
		say("%s: No NAMESPACE capability but using [%s] given by %s", title, given.Value, option)
		return given.Value
	default:
		say("%s: No NAMESPACE capability, so using guessed separator [%s]", title, guess)
	}
	say("You can set the separator character with the %s option,\nthe complete listing of folders may help you to find it%s", option, v.help())
	return guess
}

// prefix decides what a side puts before its folder names, in the same way.
func prefix(v *view, given getopt.String, say sayer) string {
	title, option := v.side.Title(), "--prefix"+v.side.Digit()
	guess := guessPrefix(v.names)
	say("%s: guessing prefix from folder listing: [%s]", title, guess)
	switch {
	case v.HasNamespace:
		told := v.toldPrefix()
		say("%s: prefix given by NAMESPACE: [%s]", title, told)
		if given.Given {
			say("%s: but using [%s] given by %s", title, given.Value, option)
			return given.Value
		}
		return told
	case given.Given:
		say("%s: using [%s] given by %s", title, given.Value, option)
		return given.Value
	}
	say("%s: No NAMESPACE capability so using guessed prefix [%s]", title, guess)
	// The misspelt word is the reference's: people may grep it.
	say("You can set the prefix namespace with the %s option,\nthe folowing listing of folders may help you to find it:%s", option, v.help())
	return guess
}

// view is an account prepared for questions.
type view struct {
	Account
	side       account.Side
	names      []imap.MailboxName // the selectable ones, in byte order, each once
	known      map[imap.MailboxName]bool
	subscribed map[imap.MailboxName]bool
}

func newView(side account.Side, a Account) *view {
	v := &view{
		Account:    a,
		side:       side,
		known:      make(map[imap.MailboxName]bool, len(a.Mailboxes)),
		subscribed: make(map[imap.MailboxName]bool, len(a.Subscribed)),
	}
	for _, m := range a.Mailboxes {
		if m.Selectable() {
			v.known[m.Name] = true
		}
	}
	for _, name := range a.Subscribed {
		v.subscribed[name] = true
	}
	v.names = sorted(v.known)
	return v
}

// toldSeparator is the delimiter of the first personal namespace, else that of the root.
func (v *view) toldSeparator() (sep string, ok bool) {
	if v.NamespaceFailed {
		return "", false
	}
	if p := v.Namespaces.Personal; len(p) > 0 && p[0].Delim != "" {
		return p[0].Delim, true
	}
	return v.RootDelim, v.RootDelim != ""
}

// toldPrefix is the prefix of the first personal namespace. Without any it is empty; the reference
// takes one of other users' or shared namespaces then, where nothing can be created.
func (v *view) toldPrefix() string {
	if p := v.Namespaces.Personal; len(p) > 0 && !v.NamespaceFailed {
		return p[0].Prefix
	}
	return ""
}

func (v *view) help() string {
	var b strings.Builder
	for _, name := range v.names {
		fmt.Fprintf(&b, "\n[%s]", name)
	}
	return b.String()
}
