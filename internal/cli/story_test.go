package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

func TestHelpAndVersion(t *testing.T) {
	for _, s := range []story{
		// Scripts capture --version: nothing but the release may be printed.
		{args: split("--version"), stdout: []string{`\A2\.229\n\z`}, stderr: []string{`\A\z`}},
		{args: split("-VERS --help --dockercontext"), stdout: []string{`\A2\.229\n\z`}},
		{args: split("--version --bogus"), exit: 64, stdout: []string{`\A\z`},
			stderr: []string{`^Unknown option: bogus$`, `^Run imapsync --help`}},
		{args: split("--help"), stdout: []string{`^Name: imapsync`, `^Version: `, `^Usage: imapsync`, `^ --host1 str +: `,
			`^ 162  EXIT_AUTHENTICATION_FAILURE_USER2$`, `^Homepage: https`}, never: []string{"sslcheck"}},
		{stdout: []string{`^Name: imapsync`, `^Version: `, `^Usage: imapsync`, `--dry$`}, never: []string{`^ --host1 str`}},
		{args: split("version"), stdout: []string{`runs the command lines of imapsync 2\.229`}},
		{args: split("version x"), exit: 64, stderr: []string{`takes no arguments`}},
	} {
		s.tell(t, t.TempDir())
	}
}

func TestUnusableCommandLines(t *testing.T) {
	folder := t.TempDir()
	for _, s := range []story{
		// Words that cannot be understood: no exit line.
		{args: split("--delete 2 --host1 h"), exit: 64, stdout: []string{`^May be you mean --delete2 instead of --delete 2$`}},
		{args: split("--host1 h extra more"), exit: 64, never: []string{"Exiting"}, stdout: []string{
			`^Found 2 extra arguments : \[extra more\]$`,
			`^It usually means a quoting issue in the command line or some misspelling options\.$`}},
		{args: split("--host1 h --password verysecret"), exit: 64, never: []string{"verysecret"}, stdout: []string{
			`^Found 1 extra arguments : \[MASKED\]$`}},
		{args: split("--user u --host1="), exit: 64, stderr: []string{
			`^Option user is ambiguous \(user1, user2\)$`, `^Option host1 requires an argument$`}},
		{args: split("--versio"), env: []string{"POSIXLY_CORRECT=1"}, exit: 64, stderr: []string{`^Unknown option: versio$`}},
		// Everything wrong with the values is told at once.
		{args: split("--host1 h --exclude ( --port1 77777 --f1f2 zz --search ( --sigexit NOSUCH"), exit: 64, stdout: []string{
			`--search "\(": a parenthesis is not closed`, `--port1 77777`, `--exclude '\('`, `'zz'`, `"NOSUCH"`,
			`^Exiting with return value 64 \(EX_USAGE: command line usage error\) 5/50 nb_errors/max_errors PID \d+$`}},
		{args: split("--delete1 --delete2"), exit: 64, stdout: []string{
			`^Warning: using --delete1 and --delete2 together is almost always a bad idea\..*Exiting imapsync\.$`}},
		{args: split("--usecache --skipcrossduplicates"), exit: 64, stdout: []string{
			`^Error: can not have both --usecache and --skipcrossduplicates$`}},
		{args: split("--proxyauth1"), exit: 64, stdout: []string{
			`^With --proxyauth1, --authuser1 option is mandatory, for help run imapsync --help$`}},
		// Bad expressions are all told, in the words of the reference.
		{args: split("--regexmess s/a/ --skipmess ( --regexmess s/(/b/"), exit: 64, never: []string{"Ok with"}, stdout: []string{
			`^Error: eval regexmess 's/a/': `, `^Error: eval regexmess 's/\(/b/': `, `^Error: one of --regexmess option is bad, check it$`,
			`^Error: eval skipmess '\(': `, `^Error: one of --skipmess option is bad, check it$`}},
		// What cannot be written is the command line's fault, and no fault of the program.
		{args: split("--justbanner --tmpdir /dev/null/x"), exit: 64, stdout: []string{`/dev/null/x`, `^Exiting with return value 64 `}},
		{args: split("--justbanner --log --logfile /dev/null/x/log"), exit: 64, stdout: []string{`^Could not open the log: `, `^Exiting with return value 64 `}},
		// With --json nothing but JSON is on stdout.
		{args: split("--json --search ("), exit: 64, stdout: []string{`\A\z`}, stderr: []string{`--search "\("`}},
	} {
		s.tell(t, folder)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestNoPasswordIsShown(t *testing.T) {
	folder := t.TempDir()
	s := story{
		args: split("--nodockercontext --justbanner --host1 h1 --user1 a/b --PASSWORD1=zorglub -password2 bulgroz --logfile run.txt"),
		stdout: []string{
			`^Here is imapsync 2\.229 `,
			`^Transfer started at [A-Z][a-z]+ \d\d [A-Z][a-z]+ \d{4}-\d\d-\d\d `,
			`^PID is \d+ my PPID is \d+$`,
			`^Creating directory LOG_imapsync \(current directory is `,
			`^Log file is LOG_imapsync/run\.txt \( to change it, use --logfile path ; or use --nolog to turn off logging \)$`,
			` --PASSWORD1=MASKED -password2 MASKED --logfile run\.txt$`,
			`^Warning: others on this machine may see the value of --password1 and --password2`,
			`^Writing my PID \d+ in `,
			`^Writing also my logfile name in .* : LOG_imapsync/run\.txt$`,
			`^Exiting with return value 0 \(EX_OK: successful termination\) 0/50 nb_errors/max_errors PID \d+$`,
			`^Removing pidfile `,
			`^Log file is LOG_imapsync/run\.txt \( to change it, use --logfile filepath ; or use --nolog to turn off logging \)$`,
		},
		never: []string{"zorglub", "bulgroz"},
	}
	stdout := s.tell(t, folder)
	log, err := os.ReadFile(filepath.Join(folder, "LOG_imapsync", "run.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if string(log) != stdout {
		t.Errorf("the log differs from stdout:\n%s\nand\n%s", log, stdout)
	}
	if info, err := os.Stat(filepath.Join(folder, "LOG_imapsync", "run.txt")); err != nil || info.Mode().Perm()&0o077 != 0 && filepath.Separator == '/' {
		t.Errorf("the log's mode: got %v, %v; want nothing for others", info.Mode(), err)
	}
	story{args: split("--nodockercontext --justbanner --password1 zorglub --showpasswords --nolog"),
		stdout: []string{`--password1 zorglub`, `^No log file because of option --nolog$`}}.tell(t, folder)
	story{args: split("--debugenv --justbanner --nolog"), env: []string{"MY_PASSWORD=zorglub"}, never: []string{"zorglub"},
		stdout: []string{`^Environment variables listing:$`, `^MY_PASSWORD => MASKED$`, `^Environment variables listing end$`}}.tell(t, folder)
}

func TestLogFilePlaces(t *testing.T) {
	folder := t.TempDir()
	absolute := filepath.Join(folder, "abs", "x.txt")
	story{args: []string{"--nodockercontext", "--justbanner", "--logfile", absolute}}.tell(t, folder)
	story{args: []string{"--nodockercontext", "--justbanner", "--logdir", "", "--logfile", "here.txt"}}.tell(t, folder)
	for _, path := range []string{absolute, filepath.Join(folder, "here.txt")} {
		if !fileExists(path) {
			t.Errorf("no log at %s", path)
		}
	}
	story{args: split("--dockercontext --justbanner"), stdout: []string{
		`^Docker context detected with the option --dockercontext$`,
		`^No log by default in Docker context\. Use --log to trigger logging to the logfile\.$`,
		`^PID file is unset `}}.tell(t, folder)
	if fileExists(filepath.Join(folder, "LOG_imapsync")) {
		t.Error("a log was written in a container")
	}
	stdout := story{args: split("--nodockercontext --justbanner --user1 a --user2 b")}.tell(t, folder)
	if !regexp.MustCompile(`Log file is LOG_imapsync/\d{4}(_\d\d){5}_\d{3}_a_b\.txt `).MatchString(stdout) {
		t.Errorf("no dated log file:\n%s", stdout)
	}
	write(t, filepath.Join(folder, "plain"), "")
	story{args: split("--nodockercontext --justbanner --logdir plain"), exit: 64,
		stdout: []string{`^Could not open the log: `, `^Exiting with return value 64 `}}.tell(t, folder)
}

func TestPasswordStories(t *testing.T) {
	folder := t.TempDir()
	common := "--nodockercontext --nolog --host1 127.0.0.1 --host2 127.0.0.1 --user1 ann --user2 bob "
	story{args: split(common + "--passfile1 none --password2 c"), exit: 66, stdout: []string{
		`^Failure: file from parameter --passfile1 none does not exist or is not readable$`,
		`^Exiting with return value 66 \(EX_NOINPUT: cannot open input\) 1/50 nb_errors/max_errors PID \d+$`}}.tell(t, folder)
	story{args: split(common), stdin: "zorglub\n", exit: 66, never: []string{"zorglub"}, stdout: []string{
		`What's the password for ann at 127\.0\.0\.1\? \(not visible while you type, then enter RETURN\) $`,
		`^Got it$`, `What's the password for bob at 127\.0\.0\.1\?`}}.tell(t, folder)
	if fileExists(filepath.Join(folder, pidFileName)) {
		t.Error("the pidfile is still there")
	}
}

func TestPIDFileStories(t *testing.T) {
	folder := t.TempDir()
	write(t, filepath.Join(folder, "run.pid"), "not a number\n")
	story{args: split("--nodockercontext --nolog --pidfile run.pid --pidfilelocking"), exit: 8, stdout: []string{
		`^run\.pid already exists, another imapsync may be curently running\. Aborting imapsync\.$`,
		`^Exiting with return value 8 \(EXIT_PID_FILE_ERROR\) 1/50 nb_errors/max_errors PID \d+$`}}.tell(t, folder)
	if !fileExists(filepath.Join(folder, "run.pid")) {
		t.Error("the pidfile of another run was removed")
	}
	story{args: split("--nodockercontext --nolog --abort --pidfile none.pid"), never: []string{"Exiting"}, stdout: []string{
		`^In abort$`, `^In abort: Can not read pidfile none\.pid$`}}.tell(t, folder)
	story{args: split("--nodockercontext --nolog --pidfile missing/run.pid"), exit: 8, stdout: []string{
		`^Could not open missing/run\.pid for writing`}}.tell(t, folder)
	story{args: []string{"--nodockercontext", "--nolog", "--pidfile", "", "--simulong", "0.2", "--justbanner"}, stdout: []string{
		`^Are you still here ETA: 0/1 msgs left$`}}.tell(t, folder)
}
