// Package options runs the modes and options of the command against two servers: what each mode
// does and, as important, what it leaves alone.
package options

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"imapsync/integration/dovecot"
	"imapsync/integration/fixtures"
	"imapsync/integration/program"
)

func TestMain(m *testing.M) { program.Main(m) }

// filled is a scene with the tiny account on host1.
func filled(t *testing.T) *program.Scene {
	t.Helper()
	t.Parallel()
	s := program.NewScene(t, program.FirstToSecond)
	s.Load(s.Account1, fixtures.Tiny())
	return s
}

func TestDry(t *testing.T) {
	s := filled(t)
	before1, before2 := s.State(s.Account1), s.State(s.Account2)
	s.Run("--dry").WantExit(0).WantLines(`^Messages transferred +: 0\b`)
	s.WantState(before1, s.Account1, 0)
	s.WantState(before2, s.Account2, 0)
}

func TestJustLogin(t *testing.T) {
	s := filled(t)
	before := s.State(s.Account2)
	s.Run("--justlogin").WantExit(0).WantLines(
		`^Host1: success login on \[127\.0\.0\.1\] with user \[`+s.Account1.User+`\]`,
		`^Host2: success login on \[127\.0\.0\.1\] with user \[`+s.Account2.User+`\]`,
		`^Exiting with return value 0 \(EX_OK`)
	s.WantState(before, s.Account2, 0)
}

func TestJustConnect(t *testing.T) {
	s := filled(t)
	s.RunOnly("--host1", s.Host1.Host, "--port1", strconv.Itoa(s.Host1.Port), "--nossl1", "--notls1", "--justconnect").
		WantExit(0).WantLines(`^Host1 banner: `, `^Exiting after a justconnect on host`)
}

func TestJustFolders(t *testing.T) {
	s := filled(t)
	s.Run("--justfolders").WantExit(0)
	state := s.State(s.Account2)
	if n := state.Messages(); n != 0 {
		t.Errorf("host2: got %d messages, want none", n)
	}
	for _, name := range []string{"INBOX", "Sent", "Work/Projects"} {
		if f := state.Folder(name); f.Name == "" || !f.Subscribed {
			t.Errorf("host2: folder %q: exists %v, subscribed %v, want both", name, f.Name != "", f.Subscribed)
		}
	}
}

func TestJustFolderSizes(t *testing.T) {
	s := filled(t)
	before := s.State(s.Account2)
	s.Run("--justfoldersizes").WantExit(0).WantLines(
		`^Host1 folder +\d/3 \[INBOX\] +Size: +\d+ Messages: +6 Biggest: +\d+`,
		`^Host1 Nb messages: +12 messages`)
	s.WantState(before, s.Account2, 0)
}

func TestFolder(t *testing.T) {
	s := filled(t)
	s.Run("--folder", "Sent").Transferred("4")
	if f := s.State(s.Account2).Folder("Work/Projects"); f.Name != "" {
		t.Error("host2: a folder that was not asked for exists")
	}
}

func TestExclude(t *testing.T) {
	s := filled(t)
	s.Run("--exclude", "^Work").Transferred("10")
}

func TestRegextrans2(t *testing.T) {
	s := filled(t)
	s.Run("--regextrans2", "s/Sent/Gesendet/").Transferred("12")
	if n := len(s.State(s.Account2).Folder("Gesendet").Messages); n != 4 {
		t.Errorf("renamed folder on host2: got %d messages, want 4", n)
	}
}

func TestF1F2(t *testing.T) {
	s := filled(t)
	s.Run("--f1f2", "Work/Projects=INBOX.Office").Transferred("12")
	if n := len(s.State(s.Account2).Folder("Office").Messages); n != 2 {
		t.Errorf("renamed folder on host2: got %d messages, want 2", n)
	}
}

func TestSubfolder2(t *testing.T) {
	s := filled(t)
	s.Run("--subfolder2", "Old account").Transferred("12")
	state := s.State(s.Account2)
	for _, name := range []string{"Old account/INBOX", "Old account/Sent", "Old account/Work/Projects"} {
		if len(state.Folder(name).Messages) == 0 {
			t.Errorf("host2: folder %q is empty or missing", name)
		}
	}
}

func TestTwinsAreCopiedOnce(t *testing.T) {
	s := filled(t)
	s.Load(s.Account1, fixtures.Tiny()) // every message a second time
	s.Run().Transferred("12").WantLines(`^Messages found duplicate on host1 +: 12`)
	s.Run().Transferred("0")
}

func TestBadPasswords(t *testing.T) {
	s := filled(t)
	before := s.State(s.Account2)
	s.Run("--password1", "wrong").WantExit(161).WantLines(`^Exiting with return value 161 \(EXIT_AUTHENTICATION_FAILURE_USER1`)
	s.Run("--password2", "wrong").WantExit(162).WantLines(`^Exiting with return value 162 \(EXIT_AUTHENTICATION_FAILURE_USER2`)
	s.WantState(before, s.Account2, 0)
}

func TestBadHosts(t *testing.T) {
	s := filled(t)
	s.Run("--port1", "1").WantExit(101).WantLines(`can not open imap connection on host1`)
	s.Run("--port2", "1").WantExit(102).WantLines(`can not open imap connection on host2`)
	s.Run("--host2", "no-such-host.invalid").WantExit(102)
}

func TestBadCommandLines(t *testing.T) {
	s := filled(t)
	before := s.State(s.Account2)
	for _, args := range [][]string{
		{"--no-such-option"}, {"--port1", "many"}, {"extra"}, {"--delete", "2"}, {"--regexmess", "s/a/"},
	} {
		s.Run(args...).WantExit(64)
	}
	s.RunOnly(append(s.Hosts(), "--passfile1", filepath.Join(s.Dir, "nowhere"))...).WantExit(66)
	s.WantState(before, s.Account2, 0)
}

func TestPasswordSources(t *testing.T) {
	s := filled(t)
	file := filepath.Join(s.Dir, "secret")
	if err := os.WriteFile(file, []byte(dovecot.Password+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.Run("--password1", "unused", "--passfile1", file, "--passfile2", file).Transferred("12")
}

// TestNoSecretsInTheLog runs with everything that talks switched on.
func TestNoSecretsInTheLog(t *testing.T) {
	s := filled(t)
	log := filepath.Join(s.Dir, "run.log")
	result := s.Run("--log", "--debugimap", "--logdir", s.Dir, "--logfile", "run.log", "--password1="+dovecot.Password).WantExit(0)
	plain := base64.StdEncoding.EncodeToString([]byte("\x00" + s.Account1.User + "\x00" + dovecot.Password))
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{dovecot.Password, base64.StdEncoding.EncodeToString([]byte(dovecot.Password)), plain} {
		for where, out := range map[string]string{"log file": string(text), "output": result.Out} {
			if strings.Contains(out, secret) {
				t.Errorf("%s: a password is in it, as %q", where, secret)
			}
		}
	}
	if !strings.Contains(string(text), "Exiting with return value 0") {
		t.Error("the log file does not hold the end of the run")
	}
}

func TestLogFileIsPrivate(t *testing.T) {
	s := filled(t)
	s.Run("--justlogin", "--logfile", filepath.Join(s.Dir, "private.log")).WantExit(0)
	info, err := os.Stat(filepath.Join(s.Dir, "private.log"))
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		t.Errorf("log file: got mode %v, want nothing for others", mode)
	}
}
