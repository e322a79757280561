package cli

import (
	"context"
	"os"
	"time"
)

// abortFileInterval is how often a run looks for its abort file.
const abortFileInterval = 500 * time.Millisecond

// listen makes signals and the abort file end the context that it returns, with the reason as its
// cause. stop gives the signals their default action back.
func (s *session) listen(ctx context.Context) (_ context.Context, stop func()) {
	ctx, leave := context.WithCancelCause(ctx)
	handler := &signals{
		roles:      map[os.Signal]role{},
		pid:        os.Getpid(),
		ppid:       os.Getppid(),
		now:        s.now,
		print:      func(text string) { s.out.say(text); s.out.flush() },
		statistics: s.statistics,
		leave:      leave,
		reconnect:  s.reconnect,
		toggle:     s.cfg.Rate.Toggle,
		leaveNow: func(sig os.Signal) {
			s.pid.remove()
			_ = s.out.close()
			os.Exit(dieOf(sig))
		},
	}
	for _, a := range assignSignals(s.o.start, s.docker) {
		handler.roles[a.sig] = a.role
	}
	unlisten := handler.listen(ctx)

	ticker := time.NewTicker(abortFileInterval)
	watching := make(chan struct{})
	path := abortFilePath(s.pid.path, s.pid.pid)
	go func() {
		defer close(watching)
		watchAbortFile(ctx, path, ticker.C, leave)
	}()
	return ctx, func() {
		unlisten()
		ticker.Stop()
		// Ends the watcher without becoming the cause of an end that somebody else asked for.
		leave(context.Canceled)
		<-watching
	}
}

// statistics are the figures so far, "" before there are any.
func (s *session) statistics() string {
	if !s.out.looping.Load() {
		return ""
	}
	return s.totals.Finish(s.now()).Block()
}
