package cli

import (
	"context"
	"errors"
	"fmt"
	"os"

	"imapsync/internal/migrate"
	"imapsync/internal/report"
)

// end prints the last lines, cleans up, and returns the exit value, and the signal that asked for
// the end, if one did.
func (s *session) end(ctx context.Context, o outcome) (code int, asked os.Signal) {
	var sig bySignal
	var file byFile
	cause := context.Cause(ctx)
	switch {
	case errors.As(cause, &sig):
		s.endedBySignal(sig)
		o.code = exitBySignal
	case errors.As(cause, &file):
		s.out.say(file.Error())
		s.out.block(s.statistics())
		s.out.say(report.ResyncAdvice)
		o.code = exitByFile
	case o.run:
		s.summary(o)
	}
	if !o.silent {
		s.out.say(report.ExitLine(o.code, s.totals.Errors(), int64(s.o.migrate.Limit()), os.Getpid()))
	}
	s.pid.remove()
	if file.path != "" && s.pid.path != "" {
		removeAbortFile(file.path, s.out.say)
	}
	s.out.say(report.LogFileLine(s.logPath))
	if s.out.json != nil {
		s.out.json.Summary(s.totals.Finish(s.now()), o.code)
	}
	if err := s.out.close(); err != nil {
		fmt.Fprintf(s.stderr, "Warning: part of the output is lost: %v\n", err)
	}
	return o.code, sig.sig
}

// summary prints the statistics and errors of a run that ended by itself. A run that stopped before
// its folders has no statistics.
func (s *session) summary(o outcome) {
	switch o.end {
	case migrate.TooMany:
		s.out.block(s.totals.ErrorsMaxBlock())
		return
	case migrate.Finished, migrate.Interrupted:
		s.out.block(s.totals.Finish(s.now()).Block())
	case migrate.Connected, migrate.LoggedIn, migrate.Listed, migrate.Sized, migrate.NotSignedIn, migrate.Failed:
	}
	if left := s.totals.LeftListing(); left != "" {
		s.out.block(left)
	}
	if s.totals.Errors() > 0 {
		s.out.block(s.totals.ErrorListing())
	}
}

func (s *session) endedBySignal(b bySignal) {
	name := signalName(b.sig)
	if statistics := s.statistics(); statistics != "" {
		s.out.block(statistics)
		s.out.say(fmt.Sprintf("Ended by a signal %s (my PID is %d my PPID is %d). I am asked to terminate immediately.",
			name, os.Getpid(), os.Getppid()))
	}
	s.out.say(report.ResyncAdvice)
	s.out.say("Killing myself with signal " + name)
}
