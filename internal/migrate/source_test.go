package migrate_test

import (
	"fmt"
	"math"
	"sync"
	"testing"

	"imapsync/internal/imap"
	"imapsync/internal/imaptest"
	"imapsync/internal/plan"
)

const texts = "BODY.PEEK[]" // in a FETCH of whole messages

// TestCutText ends host1's connection inside a text after some octets, of small messages and of
// relayed ones.
func TestCutText(t *testing.T) {
	t.Parallel()
	for _, at := range []struct {
		skip   int
		octets int64
	}{{0, 0}, {0, 1}, {0, 200}, {7, 0}, {7, 499}, {39, 300}} {
		t.Run(fmt.Sprintf("small %d/%d", at.skip, at.octets), func(t *testing.T) {
			s := newScene(t, servers{src: rules(imaptest.Rule{Verb: "FETCH", Match: texts, Times: 2, Action: imaptest.CutLiteral(at.skip, at.octets)})})
			s.fill("INBOX", 40, 500)
			s.run().wantComplete()
			s.wantOrder("INBOX")
		})
	}
	for _, octets := range []int64{0, 1, 100, 70000, 1<<20 + 70000, 2<<20 - 1} {
		t.Run(fmt.Sprintf("relayed %d", octets), func(t *testing.T) {
			s := newScene(t, servers{src: rules(imaptest.Rule{Verb: "FETCH", Match: texts, Times: 2, Action: imaptest.CutLiteral(0, octets)})})
			s.src.Account.Box("INBOX").Add(letter("big", "big", 2<<20), day, imap.FlagSeen)
			s.fill("INBOX", 5, 500)
			s.run().wantComplete()
		})
	}
}

// TestSilentSource is host1 that says nothing more inside a text, or at all.
func TestSilentSource(t *testing.T) {
	t.Parallel()
	for name, action := range map[string]imaptest.Action{"stall": imaptest.Stall(), "mute": imaptest.Mute()} {
		for _, size := range []int{400, 2 << 20} {
			t.Run(fmt.Sprint(name, " ", size), func(t *testing.T) {
				s := newScene(t, servers{src: rules(imaptest.Rule{Verb: "FETCH", Match: texts, Action: action})})
				s.timeout = 0.4
				s.fill("INBOX", 3, size)
				s.run().wantComplete()
			})
		}
	}
}

// TestSilentDestination is host2 that says nothing more to an APPEND.
func TestSilentDestination(t *testing.T) {
	t.Parallel()
	for name, action := range map[string]imaptest.Action{"stall": imaptest.Stall(), "mute": imaptest.Mute()} {
		for _, size := range []int{400, 2 << 20} {
			t.Run(fmt.Sprint(name, " ", size), func(t *testing.T) {
				s := newScene(t, servers{dst: rules(imaptest.Rule{Verb: "APPEND", Action: action})})
				s.timeout = 0.4
				s.fill("INBOX", 3, size)
				s.run().wantComplete()
			})
		}
	}
}

// TestOddAnswers are answers that some servers give and that must not disturb.
func TestOddAnswers(t *testing.T) {
	t.Parallel()
	noise := func(line string) imaptest.Action { return imaptest.Inject(3, line) }
	for name, rule := range map[string]imaptest.Rule{
		"UID behind the text":       {Verb: "UID FETCH", Times: imaptest.Always, Action: imaptest.UIDLast()},
		"a text is left out once":   {Verb: "FETCH", Match: texts, Action: imaptest.HideMessages(3, 4, 9)},
		"all texts left out once":   {Verb: "FETCH", Match: texts, Action: imaptest.Rewrite(func(r *imaptest.Response) { r.Hide = r.IsFetch() })},
		"sizes too large":           {Verb: "UID FETCH", Times: imaptest.Always, Action: imaptest.SizeLie(5000)},
		"sizes too small":           {Verb: "UID FETCH", Times: imaptest.Always, Action: imaptest.SizeLie(-450)},
		"sizes of 2 MiB":            {Verb: "UID FETCH", Times: imaptest.Always, Action: imaptest.SizeLie(2 << 20)},
		"sizes of 0":                {Verb: "UID FETCH", Times: imaptest.Always, Action: imaptest.SizeLie(math.MinInt32)},
		"garbage":                   {Verb: "FETCH", Times: imaptest.Always, Action: noise("* 7 FOO (((")},
		"garbage without a star":    {Verb: "FETCH", Times: imaptest.Always, Action: noise("who knows what")},
		"an empty line":             {Verb: "FETCH", Times: imaptest.Always, Action: noise("")},
		"flags of another message":  {Verb: "FETCH", Times: imaptest.Always, Action: noise(`* 1 FETCH (FLAGS (\Deleted))`)},
		"flags with UID":            {Verb: "FETCH", Match: texts, Times: imaptest.Always, Action: noise(`* 2 FETCH (UID 2 FLAGS (\Seen))`)},
		"EXISTS again":              {Verb: "FETCH", Times: imaptest.Always, Action: noise("* 40 EXISTS")},
		"one more in EXISTS, once":  {Verb: "FETCH", Action: noise("* 41 EXISTS")},
		"one less, once":            {Verb: "FETCH", Action: noise("* 40 EXPUNGE")},
		"one less with the texts":   {Verb: "FETCH", Match: texts, Action: noise("* 1 EXPUNGE")},
		"BYE":                       {Verb: "FETCH", Action: noise("* BYE idle for too long")},
		"BYE among texts":           {Verb: "FETCH", Match: texts, Action: noise("* BYE idle for too long")},
		"an alert":                  {Verb: "FETCH", Times: imaptest.Always, Action: noise("* OK [ALERT] disk is nearly full")},
		"NO once":                   {Verb: "FETCH", Match: texts, Action: imaptest.Reply("NO [SERVERBUG] wait 1 ms")},
		"NO without a code once":    {Verb: "FETCH", Match: texts, Action: imaptest.Reply("NO Some messages could not be FETCHed")},
		"BAD once":                  {Verb: "FETCH", Match: texts, Action: imaptest.Reply("BAD what?")},
		"NO to listing once":        {Verb: "FETCH", Match: "1:*", Action: imaptest.Reply("NO [INUSE] try later")},
		"EXAMINE unavailable once":  {Verb: "EXAMINE", Action: imaptest.Reply("NO [UNAVAILABLE] in 1 ms, try again in 1 ms")},
		"answer cut in the listing": {Verb: "FETCH", Match: "1:*", Action: imaptest.CutLiteral(20, 5)},
		"dropped in the listing":    {Verb: "FETCH", Match: "1:*", Action: imaptest.Drop(imaptest.BeforeAnswer)},
		"dropped at EXAMINE":        {Verb: "EXAMINE", Action: imaptest.Drop(imaptest.BeforeCommand)},
		"dropped at LIST":           {Verb: "LIST", Action: imaptest.Drop(imaptest.BeforeAnswer)},
		"dropped at STATUS":         {Verb: "STATUS", Action: imaptest.Drop(imaptest.BeforeAnswer)},
	} {
		for _, side := range []string{"host1", "host2"} {
			if side == "host2" && (rule.Match == texts || name == "EXISTS again") {
				continue
			}
			t.Run(side+" "+name, func(t *testing.T) {
				on := servers{src: rules(rule)}
				if side == "host2" {
					on = servers{dst: rules(rule)}
				}
				s := newScene(t, on)
				s.fill("INBOX", 40, 500)
				if side == "host2" {
					for _, m := range s.src.Account.Box("INBOX").Messages()[:20] {
						s.dst.Account.Box("INBOX").Add(s.src.Account.Box("INBOX").Text(m.UID), m.Date, m.Flags...)
					}
				}
				o := s.run()
				o.wantComplete()
				if n := o.copied(); side == "host2" && n != 20 {
					t.Errorf("got %d copied, want 20", n)
				}
			})
		}
	}
}

// TestRefusedText is a message that host1 does not give: it is named in an error, the others come.
func TestRefusedText(t *testing.T) {
	t.Parallel()
	for name, rule := range map[string]imaptest.Rule{
		"NO":             {Verb: "FETCH", Match: " 5 (UID BODY", Times: imaptest.Always, Action: imaptest.Reply("NO [SERVERBUG] broken, wait 1 ms")},
		"cut every time": {Verb: "FETCH", Match: " 5 (UID BODY", Times: imaptest.Always, Action: imaptest.CutLiteral(0, 10)},
		"left out":       {Verb: "FETCH", Match: " 5 (UID BODY", Times: imaptest.Always, Action: imaptest.HideMessages(5)},
	} {
		for _, size := range []int{500, 1<<20 + 500} {
			t.Run(fmt.Sprint(name, " ", size), func(t *testing.T) {
				s := newScene(t, servers{src: rules(rule,
					imaptest.Rule{Verb: "FETCH", Match: "1:10 (UID BODY.PEEK[]", Action: imaptest.Reply("NO broken")})})
				s.fill("INBOX", 4, 500)
				s.src.Account.Box("INBOX").Add(letter("bad", "bad", size), day)
				s.fill("INBOX", 5, 600)
				o := s.run()
				o.wantErrors(1)
				o.wantOneEnd()
				o.wantSkipped(plan.FetchFailed, 1)
				s.src.ClearRules()
				s.run().wantComplete()
			})
		}
	}
}

// TestSentTwice is host1 that sends texts twice, as some do after a slow start.
func TestSentTwice(t *testing.T) {
	t.Parallel()
	for _, size := range []int{400, 1<<20 + 400} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			s := newScene(t, servers{})
			s.fill("INBOX", 1, size)
			text := s.src.Account.Box("INBOX").Text(1)
			s.src.Rules(imaptest.Rule{Verb: "FETCH", Match: texts,
				Action: imaptest.Inject(0, fmt.Sprintf("* 1 FETCH (UID 1 BODY[] {%d}\r\n%s)", len(text), text))})
			s.run().wantComplete()
		})
	}
}

// TestVanishedMeanwhile expunges messages of host1 between the listing and the copy: that is nobody's
// error.
func TestVanishedMeanwhile(t *testing.T) {
	t.Parallel()
	for _, size := range []int{500, 1<<20 + 500} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			s := newScene(t, servers{})
			s.fill("INBOX", 4, size)
			s.fill("INBOX", 4, size+100)
			var once sync.Once
			s.src.Rules(imaptest.Rule{Verb: "FETCH", Match: "1:*", Action: imaptest.Rewrite(func(r *imaptest.Response) {
				if r.UID() != 8 {
					return
				}
				once.Do(func() {
					if err := s.src.Account.Box("INBOX").Remove([]imap.UID{2, 3}); err != nil {
						t.Error(err)
					}
				})
			})})
			o := s.run()
			o.wantErrors(0)
			o.wantOneEnd()
			o.wantSkipped(plan.VanishedOnHost1, 2)
			s.wantSame()
			s.wantRerun()
		})
	}
}

// TestUIDValidityOfHost1Changes between the listing and the fetch: nothing of the folder is copied
// under the wrong UIDs, and the next run does it.
func TestUIDValidityOfHost1Changes(t *testing.T) {
	s := newScene(t, servers{src: rules(imaptest.Rule{Verb: "EXAMINE", Match: "INBOX", Skip: 1, Times: imaptest.Always,
		Action: imaptest.Rewrite(func(r *imaptest.Response) { r.Head = uidValidity.ReplaceAllString(r.Head, "UIDVALIDITY 99") })})})
	s.fill("INBOX", 30, 300)
	s.fill("Other", 3, 300)
	o := s.run()
	o.wantErrors(1)
	o.wantOneEnd()
	o.wantSkipped(plan.FolderFailed, 30)
	s.src.ClearRules()
	s.run().wantComplete()
}
