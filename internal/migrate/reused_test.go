package migrate_test

import (
	"fmt"
	"regexp"
	"slices"
	"testing"

	"imapsync/internal/imap"
	"imapsync/internal/imaptest"
	"imapsync/internal/state"
)

var anyValidity = regexp.MustCompile(`UIDVALIDITY \d+`)

// TestNumbersUsedAgain has host2 give other messages the numbers of copies under the same UIDVALIDITY: a
// server that always says the same, or one brought back from a backup. What is remembered of
// the copies is not true any more.
func TestNumbersUsedAgain(t *testing.T) {
	t.Parallel()
	for name, rules := range map[string]state.Rules{
		"pairs":    {Use: true, AfterCopy: true, Lock: true},
		"listings": {Listings: true, Lock: true},
		"both":     {Use: true, AfterCopy: true, Listings: true, Lock: true},
		"useuid":   {Use: true, AfterCopy: true, Listings: true, ByUID: true, Lock: true},
	} {
		for _, caps := range [][]imaptest.Option{nil, without(imap.CapCondStore)} {
			for _, others := range []int{3, 5, 8} {
				for runs := range 3 {
					t.Run(fmt.Sprint(name, " ", len(caps), " ", others, " ", runs), func(t *testing.T) {
						s := newScene(t, servers{dst: append(rewriting(func(line string) string { return anyValidity.ReplaceAllString(line, "UIDVALIDITY 7") }), caps...)})
						s.state = rules
						s.state.Dir = s.TempDir()
						ids := []string{"a", "b", "c", "d", "e"}
						put(s.src, "Work", ids...)
						for range runs + 1 {
							s.run().wantErrors(0)
						}
						if err := s.dst.Account.Delete("Work"); err != nil {
							t.Fatal(err)
						}
						for i := range others {
							put(s.dst, "Work", fmt.Sprint("other", i))
						}
						s.run()
						s.run()
						got := subjects(s.dst, "Work")
						for _, id := range ids {
							if !slices.Contains(got, id) {
								t.Errorf("%s is not on host2: got %q", id, got)
							}
						}
						if len(got) != others+len(ids) {
							t.Errorf("got %d messages on host2, want %d: %q", len(got), others+len(ids), got)
						}
					})
				}
			}
		}
	}
}
