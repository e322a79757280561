package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"imapsync/internal/account"
	"imapsync/internal/fault"
	"imapsync/internal/report"
	"imapsync/internal/sasl"
)

// session is one command line of 2.229 on its way: the order of its methods is the order of the
// reference's start.
type session struct {
	*program
	o       *options
	args    []string
	start   time.Time
	docker  bool
	tmpdir  string
	logPath string // "" for no log

	totals  *report.Totals
	out     *output
	pid     pidFile
	secrets [2]sasl.Secret // by side
	cfg     configuration
	notes   []string // of the owners of options, for the log
}

func newSession(p *program, o *options, args []string) *session {
	return &session{program: p, o: o, args: args, start: p.now()}
}

// run goes through a whole command line and returns the exit value.
func (s *session) run(ctx context.Context) int {
	var lines []string
	docker, line := inDocker(s.o.start.DockerContext, s.fileExists)
	s.docker = docker
	if line != "" {
		lines = append(lines, line)
	}
	u := s.o.complete()
	u.refused = append(u.refused, s.configure()...)
	if problem := tmpdirProblem(s.temporaryDirectory()); problem != "" {
		u.refuse("%s", problem)
	}
	if len(u.refused) > 0 {
		return s.refuse(u)
	}
	opened, err := s.open()
	lines = append(lines, opened...)
	if err != nil {
		printLines(s.stdout, lines)
		return s.stopEarly(err)
	}
	s.pid = s.pidFile()
	ctx, stop := s.listen(ctx)
	o := s.inContext(ctx, slices.Concat(lines, u.notes, s.notes))
	code, sig := s.end(ctx, o)
	stop() // only now, so that whoever asks again while the last lines are printed is heard
	if sig != nil {
		return dieOf(sig)
	}
	return code
}

// inContext is what happens with the log open and signals handled.
func (s *session) inContext(ctx context.Context, notes []string) outcome {
	s.banner(notes)
	if out, done := s.claim(ctx); done {
		return out
	}
	if s.o.start.SimuLong.Value > 0 {
		simulateWork(ctx, s.o.start.SimuLong.Value, pause, s.out.say)
	}
	if s.o.report.ModuleVersion.Or(true) {
		report.ModuleVersions(s.out)
	}
	switch {
	case causeCode(ctx) != exitOK:
		return outcome{}
	case s.o.start.JustBanner.Value:
		return outcome{}
	}
	if err := s.askPasswords(ctx); err != nil {
		return s.failed(err)
	}
	if err := s.checkContent(ctx); err != nil {
		return s.failed(err)
	}
	return s.migrate(ctx)
}

// refuse ends a command line that cannot be carried out: all its problems at once, nothing opened,
// nothing connected.
func (s *session) refuse(u usage) int {
	w := s.stdout
	if s.o.report.JSON.Value {
		w = s.stderr
	}
	printLines(w, u.refused)
	printLines(w, []string{report.ExitLine(exitUsage, int64(len(u.refused)), int64(s.o.migrate.Limit()), os.Getpid())})
	return exitUsage
}

func (s *session) stopEarly(err error) int {
	code := stopCode(err)
	printLines(s.stdout, []string{err.Error(), report.ExitLine(code, 1, int64(s.o.migrate.Limit()), os.Getpid())})
	return code
}

// open makes the temporary directory and the log. The lines tell what was created.
func (s *session) open() (lines []string, err error) {
	s.tmpdir = s.temporaryDirectory()
	if err := os.MkdirAll(s.tmpdir, 0o700); err != nil {
		return nil, failure(fault.Usage, account.NoSide, fmt.Sprintf("Could not create the temporary directory %s: %v ( choose another with --tmpdir )", s.tmpdir, err), err)
	}
	var logFile *os.File
	if s.o.start.Log.Or(!s.docker) {
		s.logPath = s.logName().path()
		if logFile, lines, err = openLog(s.logPath); err != nil {
			return lines, failure(fault.Usage, account.NoSide, fmt.Sprintf("Could not open the log: %v ( choose another with --logfile or --logdir, or use --nolog )", err), err)
		}
	} else if !s.o.start.Log.Given {
		lines = append(lines, "No log by default in Docker context. Use --log to trigger logging to the logfile.")
	}
	s.totals = report.NewTotals(s.facts())
	s.out = openOutput(s.stdout, logFile, s.o, s.totals)
	s.pid = pidFile{
		path:     pidFilePath(s.o.start, s.tmpdir, s.docker),
		isChosen: s.o.start.PIDFile.Given,
		locking:  s.o.start.PIDFileLocking.Value,
		pid:      os.Getpid(),
		log:      s.logPath,
		alive:    processAlive,
		print:    s.out.say,
	}
	return lines, nil
}

// tmpdirProblem says why the directory for temporary files cannot be one, "" when it can: one that is
// missing is made later.
func tmpdirProblem(dir string) string {
	info, err := os.Stat(dir)
	switch {
	case err != nil:
		return "" // missing, or told when it is made
	case !info.IsDir():
		return "--tmpdir " + dir + ": not a directory"
	}
	f, err := os.CreateTemp(dir, "imapsync-")
	if err != nil {
		return fmt.Sprintf("--tmpdir %s: nothing can be written there: %v", dir, err)
	}
	_ = f.Close()
	_ = os.Remove(f.Name())
	return ""
}

func (s *session) temporaryDirectory() string {
	switch fromEnv := s.getenv("TMPDIR"); {
	case s.o.start.TmpDir.Value != "":
		return s.o.start.TmpDir.Value
	case fromEnv != "":
		return fromEnv
	}
	return os.TempDir()
}

func (s *session) logName() logName {
	st := s.o.start
	return logName{
		start: s.start,
		user1: s.o.host1.User.Value,
		user2: s.o.host2.User.Value,
		dir:   st.LogDir.Or(defaultLogDir),
		file:  st.LogFile.Value,
		given: st.LogFile.Given,
		abort: st.Abort.Value || st.AbortByFile.Value,
	}
}

// facts are what the statistics must know of the run.
func (s *session) facts() report.Run {
	_, sizesAtEnd := s.o.migrate.Sizes()
	side := func(side account.Side) report.Endpoint {
		e := s.cfg.side(side)
		port := e.Port()
		if port == 0 { // a probe decides later; where it finds nothing this port is used
			port = map[bool]int{true: 993, false: 143}[s.o.side(side).SSL.Value]
		}
		return report.Endpoint{Host: e.Host(), Port: port, User: e.User()}
	}
	return report.Run{
		Start:       s.start,
		Host1:       side(account.Host1),
		Host2:       side(account.Host2),
		Dry:         s.o.migrate.Dry.Value,
		JustFolders: s.o.migrate.JustFolders.Value,
		SizesAtEnd:  sizesAtEnd,
		ErrorsDump:  s.o.report.ErrorsDump.Or(true),
		ErrorsMax:   int64(s.o.migrate.Limit()),

		ReleaseCheck: s.o.report.ReleaseCheck.Value,

		ExitWhenOver: s.o.transfer.ExitWhenOver.Value,
	}
}

// banner prints the lines every log begins with, then what was noted until here.
func (s *session) banner(notes []string) {
	command := s.args
	if !s.o.start.ShowPasswords.Value {
		command = s.o.Mask(command)
	}
	host := report.ThisHost()
	report.Banner(s.out, report.Start{
		Version: version(),
		Time:    s.start,
		LogFile: s.logPath,
		Command: append([]string{filepath.Base(os.Args[0])}, command...),
		TempDir: s.tmpdir,
	}, host)
	for _, n := range notes {
		s.out.say(n)
	}
	for _, a := range assignSignals(s.o.start, s.docker) {
		s.out.say(a.announcement(host.PID))
	}
	if given := s.passwordOptions(); given != "" {
		s.out.say("Warning: others on this machine may see the value of " + given + " in the list of processes. " +
			"A file is safer: --passfile1 and --passfile2 take its name, and so do options for tokens.")
	}
}

// passwordOptions names the options with a password or a token in clear.
func (s *session) passwordOptions() string {
	var names []string
	for _, side := range account.Sides {
		if s.o.side(side).Password.Value != "" {
			names = append(names, "--password"+side.Digit())
		}
		if token := s.o.side(side).TokenOption(); token != "" {
			names = append(names, token+side.Digit())
		}
	}
	return strings.Join(names, " and ")
}

// pidFile is this run's, not written yet.
func (s *session) pidFile() pidFile {
	st := s.o.start
	return pidFile{
		path:     pidFilePath(st, s.tmpdir, s.docker),
		isChosen: st.PIDFile.Given,
		locking:  st.PIDFileLocking.Value,
		pid:      os.Getpid(),
		log:      s.logPath,
		alive:    processAlive,
		print:    s.out.say,
	}
}

// claim takes the pidfile, or does to another run what --tail, --abort and --abortbyfile ask for,
// after which there is nothing more to do.
func (s *session) claim(ctx context.Context) (outcome, bool) {
	st := s.o.start
	another := other{pidPath: s.pid.path, alive: processAlive, ask: askToEnd, kill: killProcess, wait: pause, print: s.out.say}
	s.pid.dropStale()
	switch {
	case st.AbortByFile.Value:
		another.abortByFile()
		return outcome{silent: true}, true
	case st.Abort.Value:
		another.abort(ctx)
		return outcome{silent: true}, true
	}
	if st.Tail.Value && st.PIDFileLocking.Value && s.pid.path != "" {
		s.out.flush()
		done, err := another.tail(ctx, s.stdout, s.pid.pid)
		if err != nil {
			return s.failed(err), true
		}
		if done {
			return outcome{}, true
		}
	}
	if err := s.pid.write(); err != nil {
		return s.failed(err), true
	}
	return outcome{}, false
}

// askPasswords gets both passwords, unless the run only connects.
func (s *session) askPasswords(ctx context.Context) error {
	if s.cfg.justConnect() {
		return nil
	}
	p := passwords{
		env:      s.getenv,
		prompter: newConsole(s.stdin, questions{s.out, s.stdout, s.stderr}),
		warn:     s.out.say,
	}
	for i, side := range account.Sides {
		secret, err := p.find(ctx, side, s.o.side(side))
		if err != nil {
			return err
		}
		s.secrets[i] = secret
	}
	return nil
}
