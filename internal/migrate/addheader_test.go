package migrate_test

import (
	"fmt"
	"testing"

	"imapsync/internal/plan"
)

// TestAddedID finds copies that --addheader has given a Message-Id, whatever else their header says or
// does not say. The number in it says nothing: messages of another folder have the same.
func TestAddedID(t *testing.T) {
	t.Parallel()
	for name, head := range map[string]string{"no header": "\r\n", "drafts": "From: a@b\r\nSubject: draft\r\n\r\n"} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t, servers{})
			one, two := s.src.Account.Make("INBOX", ""), s.dst.Account.Make("INBOX", "")
			for i := range 4 {
				text := fmt.Sprintf("%sbody %d.\r\n", head, i)
				one.Add([]byte(text), day)
				if i < 3 {
					two.Add(fmt.Appendf(nil, "Message-Id: <%d@imapsync>\r\n%s", (i+1)%3+1, text), day)
				}
			}
			o := s.run()
			o.wantErrors(0)
			o.wantCopied(1)
			o.wantSkipped(plan.AlreadyThere, 3)
			s.run().wantCopied(0)
		})
	}
}
