package imaptest

import (
	"strings"
	"sync"
	"time"
)

// Always is the Times of a rule that never stops to act.
const Always = -1

// Connect is the Verb of rules about a new connection, before its greeting.
const Connect = "CONNECT"

// Rule is one line of a fault script. Occurrences are counted over all connections of a server.
// Several rules may act on one command; of those that keep it from being answered, the first wins.
type Rule struct {
	// Verb is the command's, such as "APPEND"; "FETCH" also stands for UID FETCH, while
	// "UID FETCH" is that only. Empty: any command.
	Verb string
	// Match is a part of the command's first line, as sent; empty: any.
	Match string
	// Skip lets so many occurrences pass; then Times are acted on: 0 means one, Always all.
	Skip, Times int
	Action      Action
}

// When is the moment at which a connection breaks.
type When uint8

const (
	// BeforeCommand breaks it before the server sees the command: it is not carried out.
	BeforeCommand When = iota
	// AfterCommand breaks it as soon as the server has been given the whole command: it is carried
	// out, perhaps later.
	AfterCommand
	// BeforeAnswer breaks it when the tagged answer is there, but not sent: the command was carried
	// out and the client does not know.
	BeforeAnswer
)

// Action is what a rule does. The functions below make them.
type Action struct {
	kind    actionKind
	when    When
	reset   bool
	n, k    int64
	text    string
	delay   time.Duration
	rewrite func(*Response)
}

type actionKind uint8

const (
	actNothing actionKind = iota
	actDrop
	actCutCommand
	actReply
	actBye
	actStall
	actMute
	actLate
	// from here on: actions on responses, which leave the command alone
	actCutLiteral
	actInject
	actRewrite
)

func (a Action) onResponse() bool {
	return a.kind >= actCutLiteral || a.kind == actMute || a.kind == actDrop && a.when == BeforeAnswer
}

// Drop ends the connection in the orderly way of TCP: the client reads what was sent, then the end.
func Drop(when When) Action { return Action{kind: actDrop, when: when} }

// Reset ends the connection with a TCP reset.
func Reset(when When) Action { return Action{kind: actDrop, when: when, reset: true} }

// CutCommand passes n octets of the command's first literal on and drops the connection.
func CutCommand(n int64) Action { return Action{kind: actCutCommand, n: n} }

// Reply answers the command with a condition and text such as "NO [OVERQUOTA] full" instead of
// passing it on.
func Reply(text string) Action { return Action{kind: actReply, text: text} }

// Bye says "* BYE text" instead of passing the command on, and drops the connection. For Connect
// it takes the place of the greeting.
func Bye(text string) Action { return Action{kind: actBye, text: text} }

// Stall neither passes the command on nor answers it or any later one; the connection stays open.
func Stall() Action { return Action{kind: actStall} }

// Mute passes commands on, but gives no answer to this one and to later ones.
func Mute() Action { return Action{kind: actMute} }

// LateStore takes total commands of the rule's kind, beginning with the one it acts on, without
// answering any. The first now of them are passed on at once; then the connection dies, and the
// rest is passed on after delay, as a server does that goes on storing what it has received. The
// connection also dies when the client ends it before total.
func LateStore(now, total int, delay time.Duration) Action {
	return Action{kind: actLate, n: int64(now), k: int64(total), delay: delay}
}

// CutLiteral drops the connection inside a literal of the answer, after n of its octets; skip
// literals of the same command are sent whole before.
func CutLiteral(skip int, n int64) Action { return Action{kind: actCutLiteral, k: int64(skip), n: n} }

// Inject sends a line (without CRLF) in front of the command's first response; skip responses, the
// tagged one included, are sent before it.
func Inject(skip int, line string) Action { return Action{kind: actInject, k: int64(skip), text: line} }

// Rewrite changes the untagged responses that answer the command.
func Rewrite(f func(*Response)) Action { return Action{kind: actRewrite, rewrite: f} }

// script holds the rules of a server.
type script struct {
	mu    sync.Mutex // protects rules
	rules []*ruleState
}

type ruleState struct {
	Rule
	seen, fired int
}

func (s *script) add(rules []Rule) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range rules {
		s.rules = append(s.rules, &ruleState{Rule: r})
	}
}

func (s *script) clear() {
	s.mu.Lock()
	s.rules = nil
	s.mu.Unlock()
}

// match counts the command and gives the actions it meets.
func (s *script) match(verb, line string) []Action {
	s.mu.Lock()
	defer s.mu.Unlock()
	var actions []Action
	for _, r := range s.rules {
		if !r.concerns(verb, line) {
			continue
		}
		r.seen++
		times := r.Times
		if times == 0 {
			times = 1
		}
		if r.seen <= r.Skip || times != Always && r.fired >= times {
			continue
		}
		r.fired++
		actions = append(actions, r.Action)
	}
	return actions
}

func (r *Rule) concerns(verb, line string) bool {
	bare := strings.TrimPrefix(verb, "UID ")
	if r.Verb == "" && verb == Connect {
		return false
	}
	return (r.Verb == "" || r.Verb == verb || r.Verb == bare) && strings.Contains(line, r.Match)
}
