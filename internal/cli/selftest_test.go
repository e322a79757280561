package cli

import (
	"net"
	"testing"
)

func TestSelfTests(t *testing.T) {
	for _, s := range []story{
		{args: split("--testsdebug"), stdout: []string{`^ok 1 - getopt_spellings$`, `^1\.\.14$`, `^Exiting with return value 0 `}, never: []string{"demo", "not ok"}},
		{args: split("--testsunit tests_utf7 --testsunit identity"), stdout: []string{`^ok 2 - identity$`, `^1\.\.2$`}},
		{args: split("--testsunit bogus"), exit: exitTests, stdout: []string{`there is no check "bogus"; there are: .*utf7`, `^Exiting with return value 254 \(EXIT_TESTS_FAILED\)`}},
	} {
		s.tell(t, t.TempDir())
	}
}

// TestLive runs between the sample accounts, on both families of addresses where this machine has
// them.
func TestLive(t *testing.T) {
	story{args: split("--testslive --nolog --folder INBOX"), stdout: []string{
		`^Host1: IMAP server \[127\.0\.0\.1\]`, `^The sync looks good`, `^Exiting with return value 0 `}}.tell(t, t.TempDir())
	l, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		story{args: split("--testslive6 --nolog"), exit: exitTests, stdout: []string{`^the servers of --testslive cannot listen on ::1`}}.tell(t, t.TempDir())
		return
	}
	l.Close()
	story{args: split("--testslive6 --nolog --dry"), stdout: []string{
		`^Host2: IMAP server \[::1\]`, `could be [1-9]\d* without dry mode`, `^Exiting with return value 0 `}}.tell(t, t.TempDir())
}
