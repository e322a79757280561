package state

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"imapsync/internal/imap"
)

func mustTake(t *testing.T, dir string, folders ...imap.MailboxName) *Lease {
	t.Helper()
	l, err := Take(dir, accounts, folders)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Release)
	return l
}

// TestLease lets one run have a folder at a time, and others other folders.
func TestLease(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	one := mustTake(t, dir, "INBOX", "Sent")
	mustTake(t, dir, "Archive")
	var held *Held
	if _, err := Take(dir, accounts, []imap.MailboxName{"Trash", "inbox"}); !errors.As(err, &held) {
		t.Fatalf("got %v, want that the folder is held", err)
	}
	host, _ := os.Hostname()
	if held.By.PID != os.Getpid() || held.By.Host != host || held.By.Since.IsZero() || !strings.Contains(held.Error(), "folder inbox of host2 is being synced by process ") {
		t.Errorf("got %+v: %v", held, held)
	}
	others := accounts
	others.Host1.User = "another"
	l, err := Take(dir, others, []imap.MailboxName{"INBOX"})
	if err != nil {
		t.Fatalf("other accounts: %v", err)
	}
	l.Release()
	one.Release()
	mustTake(t, dir, "Trash", "INBOX")
}

// TestLeaseOfTheDead takes the folders of a run that was killed.
func TestLeaseOfTheDead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cmd := exec.Command(os.Args[0], "-test.run=^TestHolderProcess$")
	cmd.Env = append(os.Environ(), "STATE_TEST_LEASE="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	var held *Held
	if _, err := Take(dir, accounts, []imap.MailboxName{"INBOX"}); !errors.As(err, &held) || held.By.PID != cmd.Process.Pid {
		t.Errorf("got %v, want that process %d holds it", err, cmd.Process.Pid)
	}
	cmd.Process.Kill()
	cmd.Wait()
	mustTake(t, dir, "INBOX").Release()
	if left, _ := filepath.Glob(filepath.Join(dir, "locks", "*.run-*")); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
}

// TestHolderProcess is the run that is killed.
func TestHolderProcess(t *testing.T) {
	dir := os.Getenv("STATE_TEST_LEASE")
	if dir == "" {
		t.Skip("only as a process of TestLeaseOfTheDead")
	}
	mustTake(t, dir, "INBOX")
	os.Stdout.WriteString(".")
	select {}
}

// TestLeaseInPublic refuses a directory that others can write to.
func TestLeaseInPublic(t *testing.T) {
	t.Parallel()
	if os.PathSeparator != '/' {
		t.Skip("no permissions here")
	}
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "locks"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(dir, "locks"), 0o777); err != nil {
		t.Fatal(err)
	}
	if l, err := Take(dir, accounts, []imap.MailboxName{"INBOX"}); err == nil || l != nil {
		t.Errorf("got %v, %v", l, err)
	}
}

// TestAccounts keeps pairs of mailboxes apart, and the usual ports together.
func TestAccounts(t *testing.T) {
	t.Parallel()
	a := accounts
	b := a
	b.Host1.Port, b.Host1.Host = 143, "ONE.example.org"
	if a.fileName() != b.fileName() {
		t.Errorf("got %s and %s for one pair", a.fileName(), b.fileName())
	}
	for i, change := range []func(*Accounts){
		func(x *Accounts) { x.Host1.Port = 1993 },
		func(x *Accounts) { x.Host1, x.Host2 = x.Host2, x.Host1 },
		func(x *Accounts) { x.Host2.User = "..-x_y" },
	} {
		b := a
		change(&b)
		if a.fileName() == b.fileName() {
			t.Errorf("change %d: got one file for two pairs", i)
		}
	}
}
