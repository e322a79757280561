package imaptest

import (
	"slices"
	"strings"
	"testing"
)

// TestGmailManners is a talk with Gmail: what a client asks, and lines that the answer must have.
func TestGmailManners(t *testing.T) {
	t.Parallel()
	s := Start(t, Gmail())
	l := login(t, s)
	const letter = "{44+}\r\nMessage-Id: <1@example.org>\r\nSubject: x\r\n\r\ny"
	for i, step := range []struct {
		command string
		want    []string
	}{
		{`LIST "" "*"`, []string{`* LIST (\Noselect \HasChildren) "/" "[Gmail]"`, `* LIST (\HasNoChildren \All) "/" "[Gmail]/All Mail"`}},
		{`CREATE Work`, nil},
		{`APPEND Work (\Seen) ` + letter, []string{"OK [APPENDUID", "1] Append completed"}},
		{`APPEND INBOX () ` + letter, []string{"OK [APPENDUID"}},
		{`APPEND INBOX () ` + letter, []string{" 1] Append completed"}}, // known, and there already
		{`SELECT Work`, []string{`* 1 EXISTS`}},
		{`UID FETCH 1 (FLAGS X-GM-LABELS X-GM-MSGID X-GM-THRID)`, []string{`FLAGS (\Seen`, `X-GM-LABELS ("\\Inbox")`, `X-GM-MSGID 1513209474796486657 X-GM-THRID 1513209474796486657`}},
		{`UID STORE 1 X-GM-LABELS (\Inbox "A (b)" "\\Starred")`, []string{`X-GM-LABELS ("A (b)" "\\Inbox" "\\Starred")`}},
		{`SELECT "A (b)"`, []string{`* 1 EXISTS`}},
		{`UID STORE 1 +FLAGS (\Deleted \Flagged)`, []string{`\Deleted`}},
		{`UID EXPUNGE 1`, []string{`* 1 EXPUNGE`}},
		{`SELECT "[Gmail]/All Mail"`, []string{`* 1 EXISTS`}},
		{`UID FETCH 1 (FLAGS X-GM-LABELS)`, []string{`FLAGS (\Seen \Flagged`, `X-GM-LABELS (Work "\\Inbox" "\\Starred")`}},
		{`STORE 1 -X-GM-LABELS.SILENT (Work)`, nil},
		{`STATUS Work (MESSAGES)`, []string{`MESSAGES 0`}},
		{`DELETE "[Gmail]/Spam"`, []string{`NO [CANNOT]`}},
		{`CREATE "[Gmail]/New"`, []string{`NO [CANNOT] Invalid folder name`}},
		{`UID STORE 1 FLAGS.SILENT (\Deleted)`, nil},
		{`EXPUNGE`, []string{`* 1 EXPUNGE`}},
		{`STATUS INBOX (MESSAGES)`, []string{`MESSAGES 0`}},
	} {
		tag := "t" + string(rune('a'+i))
		l.send(tag + " " + step.command)
		answer := l.until(tag)
		for _, want := range step.want {
			if !slices.ContainsFunc(answer, func(line string) bool { return strings.Contains(line, want) }) {
				t.Errorf("%s: got %q, want a line with %q", step.command, answer, want)
			}
		}
	}
}
