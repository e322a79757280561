package migrate_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"imapsync/internal/event"
	"imapsync/internal/imap"
	"imapsync/internal/imaptest"
	"imapsync/internal/plan"
)

// big adds messages that are relayed, of about size octets.
func (s *scene) big(box string, n, size int) {
	b := s.src.Account.Make(box, "")
	for i := range n {
		b.Add(letter(fmt.Sprint("big", i), "big", size+i), day, imap.FlagSeen)
	}
}

// TestRelayLosesHost2 ends host2's connection round a relayed message.
func TestRelayLosesHost2(t *testing.T) {
	t.Parallel()
	const size = 1<<20 + 1<<16
	actions := map[string]imaptest.Action{"by a reset": imaptest.Reset(imaptest.AfterCommand)}
	for name, a := range moments {
		actions[name] = a
	}
	for _, at := range []int64{0, 1, 1 << 20, size - 1, size} {
		actions[fmt.Sprint("after octet ", at)] = imaptest.CutCommand(at)
	}
	for kind, dst := range few() {
		for name, action := range actions {
			t.Run(kind+"/"+name, func(t *testing.T) {
				s := newScene(t, servers{dst: append(rules(imaptest.Rule{Verb: "APPEND", Match: "{11", Action: action}), dst...)})
				s.fill("INBOX", 3, 300)
				s.big("INBOX", 1, size)
				s.fill("INBOX", 3, 300)
				s.run().wantComplete()
			})
		}
	}
}

// TestRelayBothLost ends both connections, one after the other.
func TestRelayBothLost(t *testing.T) {
	s := newScene(t, servers{
		src: rules(imaptest.Rule{Verb: "FETCH", Match: texts, Action: imaptest.CutLiteral(0, 1<<20)}),
		dst: rules(imaptest.Rule{Verb: "APPEND", Skip: 1, Action: imaptest.Drop(imaptest.AfterCommand)})})
	s.big("INBOX", 2, 2<<20)
	s.run().wantComplete()
}

// TestRefusedRelay refuses a big message for good: an error, and nothing else suffers.
func TestRefusedRelay(t *testing.T) {
	t.Parallel()
	for _, words := range []string{"NO I do not like it", "BAD no", "NO [TOOBIG] far too much"} {
		t.Run(words, func(t *testing.T) {
			s := newScene(t, servers{dst: rules(imaptest.Rule{Verb: "APPEND", Match: "{15", Times: imaptest.Always, Action: imaptest.Reply(words)})})
			s.big("INBOX", 1, 3<<19)
			s.fill("INBOX", 3, 300)
			o := s.run()
			o.wantErrors(1)
			o.wantOneEnd()
			o.wantSkipped(plan.AppendRefused, 1)
			s.dst.ClearRules()
			s.run().wantComplete()
		})
	}
}

// TestRelayedLineEnds has host2 refuse a big message until its line ends are those of RFC 5322.
func TestRelayedLineEnds(t *testing.T) {
	t.Parallel()
	head := "Message-Id: <ends@example.org>\r\n\r\n"
	body := strings.Repeat(strings.Repeat("x", 70)+"\r\n", 20000)
	for name, tt := range map[string]struct{ text, want string }{
		"no final CRLF": {head + body + "end", head + body + "end\r\n"},
		"lone LF":       {head + body + "a\nb\r\n", head + body + "a\r\nb\r\n"},
		"both":          {head + body + "a\nb", head + body + "a\r\nb\r\n"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t, servers{dst: rules(imaptest.Rule{Verb: "APPEND", Match: fmt.Sprintf("{%d}", len(tt.text)), Times: imaptest.Always,
				Action: imaptest.Reply("NO line ends")})})
			s.src.Account.Box("INBOX").Add([]byte(tt.text), day)
			o := s.run()
			o.wantErrors(0)
			o.wantOneEnd()
			if got := s.dst.Account.Box("INBOX").Text(1); !bytes.Equal(got, []byte(tt.want)) {
				t.Errorf("got %d octets, want %d", len(got), len(tt.want))
			}
			if c := of[event.Copied](o); len(c) != 1 || !c[0].Changed {
				t.Errorf("got %v, want one changed message", c)
			}
			s.wantRerun()
		})
	}
}
