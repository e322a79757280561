package client

import (
	"slices"
	"strings"
	"testing"

	"imapsync/internal/imap"
	"imapsync/internal/vectors"
)

// TestVectorsPermanentFlags lets a server give the recorded lines as its answer to SELECT; those that
// are no responses are left out.
func TestVectorsPermanentFlags(t *testing.T) {
	for _, c := range vectors.Load(t, "flags", "permanentflags") {
		var answer strings.Builder
		for _, line := range c.In.Field("lines").Strs() {
			if line = strings.TrimSpace(line); strings.HasPrefix(line, "*") {
				answer.WriteString(line + "\r\n")
			}
		}
		conn := dial(t, Config{}, func(s *script) {
			s.answer(func(seen) string { return answer.String() })
		})
		sel, err := conn.Select("INBOX", false).Wait(testContext(t))
		if err != nil {
			t.Fatalf("%s: %v", c.Name, err)
		}
		words := []string{}
		if !slices.Contains(sel.PermanentFlags, imap.FlagWildcard) {
			for _, f := range sel.PermanentFlags {
				words = append(words, string(f))
			}
		}
		vectors.Check(t, c, strings.Join(words, " "))
	}
}
