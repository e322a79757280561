// Package acl copies access control lists between real servers.
package acl

import (
	"strings"
	"testing"

	"imapsync/integration/fixtures"
	"imapsync/integration/program"
	"imapsync/integration/rawimap"
)

// TestSyncACLs gives others rights on a folder of host1 and looks at host2, where our own rights stay.
func TestSyncACLs(t *testing.T) {
	t.Parallel()
	s := program.NewScene(t, program.FirstToSecond)
	s.Load(s.Account1, fixtures.Many("Team", 3, 1000))
	one := signIn(t, s.Account1)
	ask(t, one, `SETACL Team carol lrs`, `SETACL Team anyone l`)

	s.Run("--syncacls", "--dry").WantExit(0).WantLines(`^Host2: setting acl for folder INBOX\.Team user carol acl lrs .*\(not really since --dry mode\)`)
	s.Run("--syncacls").Transferred("3").WantLines(
		`^Host1: user carol has acl \[lrs\] on host1`, `^Host2: user carol has acl \[\] on host2`,
		`^Host2: setting acl for folder INBOX\.Team user carol acl lrs `,
		`^Host2: user `+s.Account2.User+` keeps its acl for folder INBOX\.Team`)
	two := signIn(t, s.Account2)
	list := ask(t, two, `GETACL INBOX.Team`)
	for _, want := range []string{" carol lrs", " anyone l", " " + s.Account2.User + " "} {
		if !strings.Contains(list, want) {
			t.Errorf("host2: got %s, want %q in it", list, want)
		}
	}
	s.Run("--syncacls").Transferred("0").WantLines(`^Host2: user carol has already the same acl, no need to set it\.`)

	ask(t, one, `SETACL Team carol ""`)
	s.Run("--syncacls").Transferred("0")
	if list := ask(t, two, `GETACL INBOX.Team`); strings.Contains(list, "carol lrs") {
		t.Errorf("host2: carol keeps rights that host1 has taken away: %s", list)
	}
}

func signIn(t *testing.T, account fixtures.Target) *rawimap.Conn {
	t.Helper()
	c, err := rawimap.Dial(account.Addr, account.User, account.Password)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// ask sends commands and returns the untagged answers.
func ask(t *testing.T, c *rawimap.Conn, commands ...string) string {
	t.Helper()
	var answers strings.Builder
	for _, command := range commands {
		verb, args, _ := strings.Cut(command, " ")
		err := c.Do(func(r rawimap.Response) {
			answers.Write(r.Text())
			answers.WriteByte('\n')
		}, verb, rawimap.Atom(args))
		if err != nil {
			t.Fatalf("%s: %v", command, err)
		}
	}
	return answers.String()
}
